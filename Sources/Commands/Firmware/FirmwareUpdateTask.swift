internal import CardRegisters
internal import Change
internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import Presentation
internal import Vocabulary

/// A burn through the firmware of a running card (MCC): plan, question, update, and what waits for a reset then.
struct FirmwareUpdateTask {
  let host: Host
  let output: Output
  let change: ChangeOptions
  let reach: DeviceReach
  let file: NamedFile
  /// The board to take from a package; `nil`: the card's.
  let psid: String?
  /// Refusals that the user has set aside.
  let allowed: Set<BurnRequest.Override>

  /// - Parameter reason: why this way, as half a sentence.
  func run(on adapter: NamedAdapter, named name: String, reason: String) throws -> ExitStatus {
    let meter = ByteProgress(
      "reading \(name)", ProgressLine(output: output, mode: change.progress, clock: host.clock), host)
    defer { meter.end() }
    let writer = UpdateChange(
      adapter, named: name, file: file, psid: psid, reach: reach, allowed: allowed, wantsBackup: !change.noBackup,
      keepsPlan: change.yes, host: host,
      progress: { step in
        meter.begin("\(step.phase.words) \(name)")
        meter.show(step.done, of: step.total)
      })
    let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(change.run) { plan in
      meter.end()
      guard !change.dryRun, output.format == .text || !change.yes else { return }
      var page = Page()
      page.write(plan.detail, reason: reason)
      output.talk(page.text.split(separator: "\n"))
    }
    meter.end()
    let plan = outcome.plan.detail
    let result: BurnOutcome.Result = outcome.record != nil ? .written : plan.isUnchanged ? .unchanged : .dryRun
    do {
      try output.show(UpdateBurnAnswer(plan: plan, reason: reason, result: result, isReal: host.pci.isShared))
    } catch {
      if result == .written { output.talk("rdmactl: \(name): the work itself is done, and was read back") }
      throw error
    }
    return .done
  }
}

/// A burn through the card's firmware, as a change of the engine.
final class UpdateChange: ChangeWriter {
  typealias Access = RunningSession

  let kind = FlashChange.firmware
  let action = BurnPlan.Purpose.burn.rawValue
  var locks: [ChangeLock] { [FlashChange.lock(of: card)] }

  private let adapter: NamedAdapter
  private let name: String
  private let file: NamedFile
  private let psid: String?
  private let reach: DeviceReach
  private let allowed: Set<BurnRequest.Override>
  private let wantsBackup: Bool
  /// Nothing is asked between plan and change.
  private let keepsPlan: Bool
  private let host: Host
  private let progress: (BurnProgress) -> Void
  private var planned: UpdatePlan?
  private var hasActivated = false

  init(
    _ adapter: NamedAdapter, named name: String, file: NamedFile, psid: String?, reach: DeviceReach,
    allowed: Set<BurnRequest.Override>, wantsBackup: Bool, keepsPlan: Bool, host: Host,
    progress: @escaping (BurnProgress) -> Void = { _ in }
  ) {
    self.adapter = adapter
    self.name = name
    self.file = file
    self.psid = psid
    self.reach = reach
    self.allowed = allowed
    self.wantsBackup = wantsBackup
    self.keepsPlan = keepsPlan
    self.host = host
    self.progress = progress
  }

  private var card: String { adapter.address.card.description }
  private var place: ChangePlace { ChangePlace(ChangeObject(card), "firmware") }

  func withAccess<Result>(_ purpose: ChangePurpose, _ body: (RunningSession) throws -> Result) throws -> Result {
    try RunningSession.use(
      for: purpose, adapter, as: name, reach: reach, host: host, or: UpdateFailure.refused(.noUpdates, card: name), body
    )
  }

  func plan(_ access: RunningSession) throws -> ChangePlan<UpdatePlan> {
    guard let status = try access.card.updateStatus() else { throw UpdateFailure.refused(.noUpdates, card: name) }
    if !status.isFree { throw UpdateFailure.stopped(.held(status), .old, card: name) }
    let plan: UpdatePlan
    if keepsPlan, let planned { plan = planned } else { plan = try makePlan(access) }
    planned = plan
    let change = PlannedChange(
      place, before: Self.value(plan.running, plan.pending),
      after: Self.value(
        plan.running, plan.new.version, facts: ["version=\(plan.new.version?.description ?? "unknown")"]))
    return ChangePlan(
      plan, steps: plan.isUnchanged ? [] : [ChangeStep([change])], subject: name,
      question: "Burn this image on \(name)?", attachments: plan.backupPath.map { ["backup": $0] } ?? [:],
      irreversible: plan.backupPath == nil ? "no backup was made" : nil,
      card: ChangeScope.Card(guid: plan.guids.node?.description, address: card))
  }

  private func makePlan(_ access: RunningSession) throws -> UpdatePlan {
    guard let ability = try access.card.updateAbility() else { throw UpdateFailure.refused(.noUpdates, card: name) }
    let facts = try access.card.query()
    let image = try ImageFile(file, psid: psid, board: facts.firmware.psid, host: host)
    var plan = try image.wrapping {
      try UpdatePlan(
        image.placement, of: image.source, on: access.burnCard, running: facts, ability, allowed: allowed)
    }
    if wantsBackup, !plan.isUnchanged {
      plan.backupPath = try access.flashSession(host: host).backupPath(facts.firmware)
    }
    return plan
  }

  private static func value(_ running: FirmwareVersion?, _ pending: FirmwareVersion?, facts: [String] = [])
    -> ChangeValue
  {
    let runs = "\(running?.description ?? "unknown version") runs"
    return ChangeValue(runs + (pending.map { ", \($0) starts with the next reset" } ?? ""), facts: facts)
  }

  func read(_ places: Set<ChangePlace>, _ access: RunningSession) throws -> ChangeSnapshot {
    let now = try access.card.versions()
    return [place: Self.value(now.running, now.pending)]
  }

  func write(_ changes: [PlannedChange], _ access: RunningSession, _ log: ChangeLog) throws {
    guard let plan = planned else { return }
    if let path = plan.backupPath {
      let session = try access.flashSession(host: host, progress: progress)
      try session.storeBackup(of: try session.inspect(thoroughly: false).booting?.placement, at: path)
    }
    let updater = FirmwareUpdater(access.card, plan.ability, clock: host.clock)
    do throws(UpdateStop) {
      try updater.run(
        plan.image,
        beforeActivation: { () throws(FileError) in
          hasActivated = true
          do throws(ChangeFailure) { try log.note("begin", "activate") } catch {
            if case .journalIncomplete(_, let error) = error { throw error }
            throw FileError(path: card, reason: .other(error.message))
          }
        }, progress: { progress(BurnProgress(.writing, done: $0, total: plan.image.count)) })
      let now = try pending(access)
      guard now == plan.new.version else { throw .notPending(now?.description) }
    } catch {
      throw UpdateFailure.stopped(error, truth(plan, updater, access), card: name)
    }
  }

  private func pending(_ access: RunningSession) throws(UpdateStop) -> FirmwareVersion? {
    do throws(CardRegisterError) { return try access.card.versions().pending } catch {
      throw .register(error, .activate)
    }
  }

  private func truth(_ plan: UpdatePlan, _ updater: FirmwareUpdater, _ access: RunningSession) -> UpdateTruth {
    guard updater.hasActivated else {
      hasActivated = false
      return .old
    }
    guard let now = try? access.card.versions() else { return .unknown }
    return now.pending == plan.new.version ? .new : .old
  }

  // What waits for a reset was read back in ``write(_:_:_:)``.
  func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: RunningSession) {}
  func isSet(_ value: ChangeValue, as other: ChangeValue) -> Bool { false }

  func recover(
    _ record: ChangeRecord, from error: any Error, _ access: RunningSession, _ log: ChangeLog
  ) -> ChangeRecovery { hasActivated ? .unknown : .rolledBack }
}
