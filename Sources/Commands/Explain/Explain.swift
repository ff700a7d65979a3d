public import ArgumentParser
internal import Glossary
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl explain`
public struct Explain: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "What a Windows setting, an offload or a finding means here, and the command for it.",
    discussion: """
      WORD is a registry value, a word of netsh, a line of a driver's property page, an event, a setting of Linux, or the \
      id of a finding, in any spelling; several words are one name. Without WORD the names are listed. Ends with 3 when \
      nothing comes near.

      Examples:
        rdmactl explain chimney            what became of TCP Chimney
        rdmactl explain EnableRSS          which setting does it here
        rdmactl explain port.no_sm         a finding, and what to run
        rdmactl explain tcp_sack -q        its commands only
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The word to explain.", valueName: "word"),
    completion: .shellCommand(Self.oneWordNames))
  public var words: [String] = []

  /// What a shell can complete without quoting it.
  private static let oneWordNames = "rdmactl explain -q 2>/dev/null | grep -v '[^A-Za-z0-9_.-]'"

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try Self.show(words, output: output)
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
    return .done
  }
}

/// Why there is nothing to explain.
enum ExplainFailure: Failure {
  case unknown(String)

  var id: String { "explain.unknown" }
  var message: String { "there is no entry for this, and none comes near" }
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
