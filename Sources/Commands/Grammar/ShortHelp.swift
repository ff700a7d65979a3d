internal import ArgumentParser
internal import Presentation
internal import Vocabulary

/// `rdmactl` without a word: what it is, its commands, and where to go on.
struct ShortHelp: Presentable {
  struct Payload: Encodable {
    let commands: [String]
  }

  static let schema = "rdmactl.commands/1"

  private static var commands: [(name: String, text: String?)] {
    Rdmactl.configuration.subcommands.filter { $0.configuration.shouldDisplay }.map {
      ($0._commandName, $0.configuration.abstract)
    }
  }

  var payload: Payload { Payload(commands: Self.commands.map(\.name)) }
  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { Self.commands.map(\.name) }

  func write(to page: inout Page) {
    page.line(Rdmactl.configuration.abstract)
    page.gap()
    page.line("Usage: rdmactl COMMAND [WORDS] [OPTIONS]")
    page.gap()
    page.paragraphs(Self.commands)
    page.gap()
    page.paragraphs([
      ("rdmactl status", "show every port, and why it is not active"),
      ("rdmactl COMMAND --help", "show the options of a command, with examples"),
      ("rdmactl explain WORD", "explain a setting, counter, finding, error or tool"),
    ])
  }
}

/// `rdmactl --version`
struct VersionAnswer: Presentable {
  struct Payload: Encodable {
    let commit: String
  }

  static let schema = "rdmactl.version/1"
  let commit: String

  var payload: Payload { Payload(commit: commit) }
  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { [Rdmactl.version] }

  func write(to page: inout Page) { page.line("rdmactl \(Rdmactl.version) (\(commit))") }
}
