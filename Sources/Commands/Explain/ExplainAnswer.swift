internal import Glossary
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl explain WORD`.
struct ExplainAnswer: Presentable {
  struct Payload: Encodable {
    let word: String
    /// Whether an entry is called so; otherwise `near` has similar ones at most.
    let exact: Bool
    /// Empty when no entry is called so.
    let entries: [EntryPayload]
    let near: [NearPayload]
  }

  struct EntryPayload: Encodable {
    let name: String
    let spellings: [String]
    let group: String
    @ExplicitNull var severity: Severity?
    @ExplicitNull var place: String?
    let meaning: String
    @ExplicitNull var range: String?
    @ExplicitNull var rules: String?
    @ExplicitNull var counterpart: String?
    @ExplicitNull var absence: String?
    let knobs: [String]
    let commands: [CommandPayload]

    init(_ entry: GlossaryEntry) {
      name = entry.name
      spellings = entry.spellings
      group = entry.group.rawValue
      meaning = entry.meaning
      knobs = entry.knobs
      commands = entry.commands.map { CommandPayload(command: $0.line, purpose: $0.purpose) }
      severity = entry.severity
      place = entry.place
      range = entry.range
      rules = entry.rules
      counterpart = entry.counterpart
      absence = entry.absence
    }
  }

  struct CommandPayload: Encodable {
    let command: String
    let purpose: String
  }

  struct NearPayload: Encodable {
    let name: String
    let meaning: String
  }

  static let schema = "rdmactl.explain/1"
  let word: String
  let found: Glossary.Lookup

  var payload: Payload {
    Payload(
      word: word, exact: !found.entries.isEmpty, entries: found.entries.map(EntryPayload.init),
      near: found.near.map { NearPayload(name: $0.name, meaning: $0.meaning) })
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }

  /// The commands, or where there are none the settings; of what is only near the names.
  var quietLines: [String] {
    found.near.map(\.name)
      + found.entries.flatMap { $0.commands.isEmpty ? $0.knobs : $0.commands.map(\.line) }
  }

  func write(to page: inout Page) {
    if !found.near.isEmpty {
      page.line("no entry for \(word.isEmpty ? "\"\"" : word); similar:", tone: .caution)
      if found.near.count > 1 {
        page.paragraphs(found.near.map { ($0.name, $0.meaning) })
        return
      }
    }
    // A single similar entry is shown whole.
    for entry in found.entries + found.near {
      page.gap()
      let severity = entry.severity.map { ", \($0.rawValue)" } ?? ""
      page.line("\(entry.name)  (\(entry.group.title)\(severity))", tone: .heading)
      page.paragraphs([
        ("also", entry.spellings.joined(separator: ", ")), ("where", entry.place),
        (entry.group.isOfThisSystem ? "is" : "was", entry.meaning), ("values", entry.range), ("rules", entry.rules),
        ("here", entry.counterpart ?? entry.absence.map { "nothing: \($0)" }),
        ("settings", entry.knobs.joined(separator: ", ")),
      ])
      page.commands(entry.commands)
    }
  }
}

extension GlossaryGroup {
  /// Whether its entries describe this system, and not the Windows drivers.
  fileprivate var isOfThisSystem: Bool { [.linux, .rdma, .exitStatuses, .errors, .findings].contains(self) }
}

extension Page {
  /// A command may be longer than a terminal is wide; it stays in one piece, to be copied.
  fileprivate mutating func commands(_ commands: [GlossaryEntry.Command]) {
    for command in commands {
      line("    run: \(command.line)")
      line("         \(command.purpose)", tone: .faint)
    }
  }
}
