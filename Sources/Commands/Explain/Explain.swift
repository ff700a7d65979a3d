public import ArgumentParser
internal import Glossary
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl explain`
public struct Explain: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a setting, counter, state, finding, error or tool.",
    discussion: """
      WORD is any word of today's tools or of the Windows drivers, in any spelling: a setting, a counter, a rate, an error \
      message, the id of a finding, an exit status. Several words are one name. Without WORD the names are listed. Exits \
      with 3 when nothing matches, and with -q and --json also when names are only similar.

      Examples:
        rdmactl explain chimney            what became of TCP Chimney
        rdmactl explain port_xmit_wait     a counter, and what to do
        rdmactl explain port.no_sm         a finding, and what to run
        rdmactl explain exit 7             an exit status
        rdmactl explain ethtool -K         today's tool, and the command here
        rdmactl explain tcp_sack -q        its commands only
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    parsing: .allUnrecognized, help: ArgumentHelp("The words to explain.", valueName: "word"),
    completion: .shellCommand("rdmactl explain -q"))
  public var words: [String] = []

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    // Whatever is not an option of ours is a word, the mark of the end of options too.
    try Self.show(words.filter { $0 != "--" }, output: output)
  }

  static func show(_ words: [String], output: Output) throws -> ExitStatus {
    let glossary = ProblemCatalog.glossary
    guard !words.isEmpty else {
      try output.show(ContentsAnswer(glossary: glossary))
      return .done
    }
    let word = words.joined(separator: " ")
    let found = glossary.lookUp(word)
    guard !found.entries.isEmpty || !found.near.isEmpty else { throw ExplainFailure.unknown(word) }
    try output.show(ExplainAnswer(word: word, found: found))
    // A script must not take a similar name for the one that it asked for.
    return found.entries.isEmpty && output.format != .text ? .notFound : .done
  }
}

/// Why there is nothing to explain.
enum ExplainFailure: Failure {
  case unknown(String)

  var id: String { "explain.unknown" }
  var message: String { "no entry, and no similar name" }
  var subject: String? {
    switch self {
    case .unknown(let word): word
    }
  }
  var fix: [String] { ["rdmactl explain"] }
  var exitStatus: ExitStatus { .notFound }
}

/// The answer of `rdmactl explain` without a word.
private struct ContentsAnswer: Presentable {
  struct Payload: Encodable {
    let groups: [GroupPayload]
  }

  struct GroupPayload: Encodable {
    let group: String
    let title: String
    let names: [String]
  }

  static let schema = "rdmactl.explain.contents/1"
  let glossary: Glossary

  var payload: Payload {
    Payload(
      groups: GlossaryGroup.allCases.map { group in
        GroupPayload(
          group: group.rawValue, title: group.title, names: glossary.entries(of: group).map(\.name))
      })
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { glossary.entries.map(\.name) }

  func write(to page: inout Page) {
    for group in GlossaryGroup.allCases {
      page.gap()
      page.line(group.title, tone: .heading)
      page.paragraphs([("", glossary.entries(of: group).map(\.name).joined(separator: ", "))], indent: 0)
    }
  }
}
