internal import Change
internal import HostAccess
internal import Presentation
internal import Vocabulary

/// Whose answer it is.
protocol SettingKind {
  static var schema: String { get }
}

/// The change engine's run for a command that sets a few values: plan on standard error, question, answer.
struct SettingChange {
  let host: Host
  let output: Output
  let ask: AskOptions

  /// - Parameter notes: what is to be said of the state after the change; not called for a dry run.
  func run<Writer: ChangeWriter, Kind: SettingKind>(
    _ writer: Writer, as kind: Kind.Type, notes: () -> [Note] = { [] }
  ) throws -> ExitStatus {
    let options = Change.ChangeOptions(yes: ask.yes, dryRun: ask.dryRun)
    let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(options) { plan in
      output.talk("To be set:")
      for change in plan.changes {
        let values = change.reason ?? "\(change.before.text.shortened) -> \(change.after.text.shortened)"
        output.talk("  \(change.place.title): \(values)")
      }
      if ask.dryRun { output.talk("Dry run: nothing is written.") }
    }
    let isDryRun = outcome.result == .dryRun
    try output.show(
      SettingAnswer<Kind>(
        changes: outcome.plan.changes, record: outcome.record, isDryRun: isDryRun, notes: isDryRun ? [] : notes()))
    return .done
  }
}

/// What was set, with the way back.
struct SettingAnswer<Kind: SettingKind>: Presentable {
  static var schema: String { Kind.schema }
  let changes: [PlannedChange]
  let record: ChangeRecord?
  let isDryRun: Bool
  let notes: [Note]

  var problems: [Problem] { [] }
  var wouldChange: Bool? { isDryRun ? true : nil }
  var quietLines: [String] { changes.map { "\($0.place.title) \($0.after.text.shortened)" } }

  var payload: SettingPayload {
    SettingPayload(
      changed: record != nil,
      changes: changes.map { change in
        SettingPayload.Entry(
          subject: change.place.object?.name ?? "", setting: change.place.key,
          before: change.before == .absent ? nil : change.before.text,
          after: change.after == .absent ? nil : change.after.text)
      }, journalId: record?.id)
  }

  func write(to page: inout Page) {
    if changes.isEmpty { return page.line("already set, nothing to do") }
    guard let record else { return }
    let values = changes.map { change in "\(change.place.title)=\(change.reason ?? change.after.text.shortened)" }
    page.line("set: \(values.joined(separator: ", "))")
    if let reason = record.irreversible { return page.line("no way back: \(reason)", tone: .faint) }
    page.line("back: rdmactl undo \(record.id)", tone: .faint)
  }
}

struct SettingPayload: Encodable {
  let changed: Bool
  let changes: [Entry]
  @ExplicitNull var journalId: Int?

  struct Entry: Encodable {
    let subject: String
    let setting: String
    @ExplicitNull var before: String?
    @ExplicitNull var after: String?
  }
}
