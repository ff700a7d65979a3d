internal import CardRegisters
internal import Change
internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import Presentation
internal import Vocabulary

/// `fw recover` of a card whose firmware runs: an update that a killed process began is cancelled, and its entry in the
/// journal closed. What boots is not touched.
final class UpdateRepair: ChangeWriter {
  typealias Access = RunningSession

  /// What was found.
  struct Finding {
    let card: String
    let status: UpdateStatus?
    let running: FirmwareVersion?
    let pending: FirmwareVersion?
    let unfinished: UnfinishedBurn?

    var isInOrder: Bool { status?.isFree != false && unfinished == nil }
  }

  let kind = FlashChange.firmware
  let action = BurnPlan.Purpose.recover.rawValue
  var locks: [ChangeLock] { [FlashChange.lock(of: card)] }
  private let adapter: NamedAdapter
  private let name: String
  private let reach: DeviceReach
  private let host: Host

  init(_ adapter: NamedAdapter, named name: String, reach: DeviceReach, host: Host) {
    self.adapter = adapter
    self.name = name
    self.reach = reach
    self.host = host
  }

  private var card: String { adapter.address.card.description }
  private var place: ChangePlace { ChangePlace(ChangeObject(card), "update") }

  func run(_ change: ChangeOptions, _ output: Output) throws -> ExitStatus {
    let outcome = try ChangeRun(self, on: host, kinds: .all(host)).perform(change.run) { plan in
      guard !change.dryRun, output.format == .text || !change.yes else { return }
      output.talk("\(self.name): \(plan.detail.words)")
    }
    let result: BurnOutcome.Result =
      outcome.record != nil ? .written : outcome.plan.detail.isInOrder ? .unchanged : .dryRun
    try output.show(UpdateRepairAnswer(finding: outcome.plan.detail, result: result))
    return .done
  }

  func withAccess<Result>(_ purpose: ChangePurpose, _ body: (RunningSession) throws -> Result) throws -> Result {
    try RunningSession.use(
      for: purpose, adapter, as: name, reach: reach, host: host, or: UpdateFailure.refused(.noUpdates, card: name), body
    )
  }

  func plan(_ access: RunningSession) throws -> ChangePlan<Finding> {
    let versions = try access.card.versions()
    let finding = Finding(
      card: name, status: try access.card.updateStatus(), running: versions.running, pending: versions.pending,
      unfinished: UnfinishedBurn.last(of: access.burnCard, on: host))
    let change = PlannedChange(
      place, before: ChangeValue(finding.status?.state.words ?? "unknown"), after: ChangeValue("free"))
    return ChangePlan(
      finding, steps: finding.isInOrder ? [] : [ChangeStep([change])], subject: name,
      question: "Does no other tool work on \(name)? Cancel the update?",
      irreversible: "an update that was cancelled is not continued", card: ChangeScope.Card(guid: nil, address: card))
  }

  func read(_ places: Set<ChangePlace>, _ access: RunningSession) throws -> ChangeSnapshot {
    [place: ChangeValue(try access.card.updateStatus()?.state.words ?? "unknown")]
  }

  func write(_ changes: [PlannedChange], _ access: RunningSession, _ log: ChangeLog) throws {
    guard let status = try access.card.updateStatus(), !status.isFree else { return }
    try access.card.releaseUpdate()
    guard let now = try access.card.updateStatus(), now.isFree else {
      throw UpdateFailure.stopped(.held(status), .old, card: name)
    }
  }

  func isSet(_ value: ChangeValue, as other: ChangeValue) -> Bool { false }
  func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: RunningSession) {}
  func recover(
    _ record: ChangeRecord, from error: any Error, _ access: RunningSession, _ log: ChangeLog
  ) -> ChangeRecovery { .unknown }
}

extension UpdateRepair.Finding {
  var words: String {
    var parts: [String] = []
    if let status, !status.isFree {
      parts.append(
        "an update through the firmware is \(status.state.words), last heard of \(status.silentSeconds) s ago")
    }
    if let unfinished { parts.append("a burn was started on \(unfinished.since) and not finished") }
    return parts.joined(separator: "; ")
  }
}

/// The answer: the same object as of any recovery.
private struct UpdateRepairAnswer: Presentable {
  static let schema = BurnAnswer.schema
  let finding: UpdateRepair.Finding
  let result: BurnOutcome.Result

  var payload: BurnAnswer.Payload {
    BurnAnswer.Payload(
      device: finding.card, plan: BurnAnswer.PlanPayload(finding), result: result, changed: result == .written,
      bytesErased: 0, bytesProgrammed: 0, verified: result != .dryRun, backup: nil, devlink: nil)
  }

  var problems: [Problem] { [] }
  var notes: [Note] { finding.isInOrder ? [] : [Note(subject: finding.card, message: finding.words)] }
  var quietLines: [String] { [result.rawValue] }

  func write(to page: inout Page) {
    switch result {
    case .unchanged: page.line("\(finding.card): nothing to repair, nothing was written.", tone: .good)
    case .dryRun:
      page.line("\(finding.card): \(finding.words). Dry run: nothing was written.", tone: .caution)
    case .written:
      page.line("\(finding.card): done; the update was cancelled.", tone: .good)
      page.fields(
        [("running", finding.running?.description), ("pending", finding.pending?.description ?? "nothing")], indent: 4)
    }
  }
}
