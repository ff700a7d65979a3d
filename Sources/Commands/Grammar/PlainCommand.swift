internal import HostAccess
internal import Presentation
internal import Vocabulary

/// `rdmactl status`, `offload show` and `explain`, with words and one of `--json` and `-q`, read without the parser: nearly
/// every call is one of these, completions among them, and the parser would be half of their time. Any other option, or a
/// mistake, is the parser's.
struct PlainCommand {
  private typealias Run = @Sendable (_ words: [String], Host, Output) throws -> ExitStatus

  private static let commands: [(name: [String], run: Run)] = [
    ([Status.name], { try Status.show($0, host: $1, output: $2) }),
    (["offload", "show"], { try OffloadShow.show($0, host: $1, output: $2) }),
    (["explain"], { try Explain.show($0, output: $2) }),
  ]

  let words: [String]
  let format: OutputFormat
  private let run: Run

  /// - Parameter arguments: without the program's own name; `nil` where the line says more than words and one form.
  init?(_ arguments: [String]) {
    guard let command = Self.commands.first(where: { arguments.starts(with: $0.name) }) else { return nil }
    var words: [String] = []
    var format: OutputFormat?
    for word in arguments.dropFirst(command.name.count) {
      switch word {
      case "--json" where format == nil: format = .json
      case "-q" where format == nil, "--quiet" where format == nil: format = .quiet
      // A number is a port's, and settings are not shown: the grammar knows.
      case _ where command.name != ["explain"] && (Int(word) != nil || word.contains("=")): return nil
      case _ where word.hasPrefix("-"), "help" where command.name != ["explain"]: return nil
      default: words.append(word)
      }
    }
    self.words = words
    self.format = format ?? .text
    run = command.run
  }

  func run(on host: Host, output: Output) throws -> ExitStatus { try run(words, host, output) }
}

extension Status {
  /// All sections but those that are asked for, of the adapters and ports of these names.
  fileprivate static func show(_ names: [String], host: Host, output: Output) throws -> ExitStatus {
    let options = StatusTask.Options(names: names, sections: .init(folds: names.isEmpty), format: .text)
    let task = StatusTask(host: host, output: output, options: options, expectation: nil)
    return try task.show(try task.read())
  }
}
