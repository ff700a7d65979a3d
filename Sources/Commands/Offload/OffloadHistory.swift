public import ArgumentParser
public import HostAccess
internal import Offload
public import Presentation
public import Vocabulary

/// `rdmactl offload history`
public struct OffloadHistory: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "The changes that were made, and whether they were taken back.",
    discussion: """
      Settings do not outlive a restart of the machine; what was set before is told as such.

      Examples:
        rdmactl offload history
        rdmactl offload history 12 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Only this change, knob by knob.", valueName: "id"))
  public var id: Int?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let engine = OffloadSession(host).engine
    let (entries, unreadable) = try engine.history()
    let shown = entries.filter { id == nil || $0.id == id }
    if let id, shown.isEmpty { throw OffloadFailure.noEntry(id) }
    let answer = OffloadHistoryAnswer(
      entries: shown.map { ($0, engine.isOfThisBoot($0)) }, unreadable: id == nil ? unreadable : [],
      isDetailed: id != nil)
    try output.show(answer)
    return answer.notes.isEmpty ? .done : .partial
  }
}

/// The answer of `rdmactl offload history`.
struct OffloadHistoryAnswer: StreamedAnswer {
  static let schema = "rdmactl.offload.history/1"
  let entries: [(entry: JournalEntry, isOfThisBoot: Bool)]
  let unreadable: [UnreadableEntry]
  /// Knob by knob.
  let isDetailed: Bool

  var problems: [Problem] { [] }
  var notes: [Note] { unreadable.map { Note(subject: $0.path, message: "this entry of the journal \($0.reason)") } }
  var quietLines: [String] { entries.filter { $0.entry.status.isOpen && $0.isOfThisBoot }.map { "\($0.entry.id)" } }

  func write(to json: inout JSONWriter) {
    json.array("entries", entries) { json, item in
      let entry = item.entry
      json.object { json in
        json.field("id", entry.id)
        json.field("time", entry.time)
        json.field("status", entry.status.word)
        json.field("this_boot", item.isOfThisBoot)
        json.field("origin", entry.origin.rawValue)
        json.field("command", entry.command)
        json.field("interfaces", entry.interfaces.map(\.name))
        json.changes("changes", entry.changes)
        json.sideEffects(entry.sideEffects)
      }
    }
  }

  func write(to page: inout Page) {
    guard !entries.isEmpty else { return page.line("nothing was set") }
    var table = Table([
      .init("ID", .right), .init("TIME"), .init("STATUS"), .init("KNOBS", .right, rank: 1), .init("COMMAND"),
    ])
    for (entry, isOfThisBoot) in entries {
      let status = isOfThisBoot || !entry.status.isOpen ? entry.status.word : "ended with the boot"
      table.add([
        .init(entry.id), .init(entry.time), .init(status, tone: tone(of: entry.status)),
        .init(entry.changes.count), .init(entry.commandLine),
      ])
    }
    page.table(table)
    guard isDetailed, let entry = entries.first?.entry else { return }
    var knobs = Table([.init("INTERFACE"), .init("SETTING"), .init("BEFORE"), .init("SET"), .init("REMARK", rank: 1)])
    for change in entry.changes {
      knobs.add([
        .init(change.place.interface?.name), .init(change.place.knob.description), .init(change.before.value.shortened),
        .init(entry.results[change.place]?.value.shortened ?? change.wanted.shortened), .init(change.reason),
      ])
    }
    for effect in entry.sideEffects {
      knobs.add([
        .init(effect.place.interface?.name), .init(effect.place.knob.description), .init(effect.before.shortened),
        .init(effect.after.shortened), .init("not asked for"),
      ])
    }
    page.gap()
    page.table(knobs)
    page.gap()
    for event in entry.events { page.line("\(event.time) \(event.word)", tone: .faint) }
  }

  private func tone(of status: JournalEntry.Status) -> Tone {
    switch status {
    case .interrupted, .undoing: .bad
    case .trial: .caution
    case .undone, .failed: .faint
    case .done, .kept: .plain
    }
  }
}
