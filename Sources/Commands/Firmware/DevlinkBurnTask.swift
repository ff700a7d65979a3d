internal import Change
internal import Devlink
internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import Presentation
internal import Vocabulary

/// What a burn through the kernel will do.
struct DevlinkBurnPlan {
  let target: DevlinkTarget
  /// Why this way, as half a sentence.
  let reason: String
  let before: DevlinkInformation
  let image: DevlinkImage
  let order: FlashOrder
  /// Where the kernel will find the image.
  let path: String
  /// What the user should know, a sentence each.
  let notes: [String]
}

/// A burn through the kernel and the driver: plan, flash, and what the driver reports then.
struct DevlinkBurnTask {
  let host: Host
  let output: Output
  let change: ChangeOptions
  let file: NamedFile
  let component: String?
  let overwrite: Set<FlashOrder.Overwrite>
  /// Refusals that the user has set aside.
  let allowed: Set<BurnRequest.Override>

  private var client: DevlinkClient { DevlinkClient(host) }

  /// - Parameter reason: why this way, as half a sentence.
  func run(on target: DevlinkTarget, reason: String) throws -> ExitStatus {
    let writer = DevlinkChange(task: self, target: target, reason: reason)
    let outcome: ChangeOutcome<DevlinkBurnPlan>
    do {
      outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(change.run) { plan in
        guard !change.dryRun, output.format == .text || !change.yes else { return }
        var page = Page()
        page.write(plan.detail)
        output.talk(page.text.split(separator: "\n"))
      }
    } catch BurnFailure.refused(let gate) {
      throw DeviceFailure(gate, name: target.name)
    }
    let plan = outcome.plan.detail
    guard outcome.record != nil else {
      try output.show(DevlinkBurnAnswer(plan: plan, result: .dryRun, after: plan.before, notes: plan.notes))
      return .done
    }
    var notes = plan.notes + writer.notes
    let after = try? client.information(of: plan.target.handle)
    if after == nil { notes.append("the driver does not report what the device stores now") }
    if let stored = after?.versions(.stored), stored == plan.before.versions(.stored) {
      notes.append("the device reports the same stored versions as before: \(stored)")
    }
    do {
      try output.show(DevlinkBurnAnswer(plan: plan, result: .written, after: after, notes: notes))
    } catch {
      output.talk("rdmactl: \(plan.target.name): the work itself is done")
      throw error
    }
    return .done
  }

  /// - Returns: whether the kernel said that the driver can; a dry run goes on without the right to ask.
  private func checkOffer(_ target: DevlinkTarget, _ before: DevlinkInformation) throws -> Bool {
    do {
      guard try client.offersFlashing(target.handle) else {
        throw DevlinkFailure.notOffered(target.handle, driver: before.driver)
      }
      return true
    } catch DevlinkFailure.notPermitted where change.dryRun {
      return false
    }
  }

  fileprivate func plan(_ target: DevlinkTarget, _ reason: String) throws -> DevlinkBurnPlan {
    let before = try client.information(of: target.handle)
    let mayAsk = try checkOffer(target, before)
    let image = try DevlinkImage(file, for: before, allowed: allowed, host: host)
    var notes = ["the driver judges the image, and what it writes cannot be read back"] + image.notes
    if !mayAsk { notes.append("whether the driver can flash only root may ask (CAP_NET_ADMIN)") }
    if let started = UnfinishedBurn.last(of: target.card, on: host) {
      notes.append("a burn was started on \(started.since) and not finished")
    }
    for path in LoaderFile.leftBehind(for: target.handle, on: host) {
      notes.append("a burn that was killed has left \(path) behind; it is removed first")
    }
    let order = FlashOrder(
      handle: target.handle, file: LoaderFile.name(for: target.handle), component: component, overwrite: overwrite)
    return DevlinkBurnPlan(
      target: target, reason: reason, before: before, image: image, order: order,
      path: LoaderFile.plannedPath(for: target.handle, on: host), notes: notes)
  }

  /// Puts the image where the kernel finds it, has it flashed, and takes it away again.
  /// - Returns: what the user should know of it.
  fileprivate func flash(_ plan: DevlinkBurnPlan) throws -> [String] {
    let placed = try LoaderFile(plan.image.bytes, for: plan.target.handle, on: host)
    func takeAway() -> String? {
      do { try placed.remove() } catch { return "\(error.path) could not be removed: it \(error.writeExplanation)" }
      return nil
    }
    do {
      if host.clock.interrupted { throw Interrupted() }
      let warning = try watched(plan)
      let late = host.clock.interrupted ? "the interruption came while the driver was flashing; it was waited for" : nil
      return [warning, late, takeAway()].compactMap { $0 }
    } catch {
      if let words = takeAway() { output.talk("rdmactl: \(words)") }
      throw error
    }
  }

  /// Flashes, and tells how far it is.
  private func watched(_ plan: DevlinkBurnPlan) throws(DevlinkFailure) -> String? {
    let line = ProgressLine(output: output, mode: change.progress, clock: host.clock)
    defer { line.end() }
    var phase: String?
    var isToldToWait = false
    return try client.flash(plan.order) { status in
      if host.clock.interrupted, !isToldToWait {
        isToldToWait = true
        line.end()
        output.talk("rdmactl: \(plan.target.name): the driver is flashing and cannot be stopped; waiting for its end")
      }
      if status.words != phase { line.begin() }
      phase = status.words
      line.show(status.words, line: "\(plan.target.name): \(status.line)", done: status.done, of: status.total)
    }
  }

  /// What is true after a failure.
  fileprivate func settled(_ failure: DevlinkFailure, _ plan: DevlinkBurnPlan) -> DevlinkFailure {
    guard failure.mayHaveWritten else { return failure }
    let answers = (try? client.information(of: plan.target.handle)) != nil
    return answers ? failure : .unknownState(plan.target.handle, why: failure.message)
  }
}

/// A burn by the driver, as a change of the engine.
private final class DevlinkChange: ChangeWriter {
  typealias Access = NoAccess

  let kind = FlashChange.firmware
  let action = "devlink"
  var locks: [ChangeLock] { [FlashChange.lock(of: target.card.identifier)] }

  private let task: DevlinkBurnTask
  private let target: DevlinkTarget
  private let reason: String
  private var planned: DevlinkBurnPlan?
  /// What the user should know afterwards, a sentence each.
  private(set) var notes: [String] = []

  init(task: DevlinkBurnTask, target: DevlinkTarget, reason: String) {
    self.task = task
    self.target = target
    self.reason = reason
  }

  private var place: ChangePlace { ChangePlace(ChangeObject(target.card.identifier), "firmware") }

  func plan(_ access: NoAccess) throws -> ChangePlan<DevlinkBurnPlan> {
    // Nothing was asked since the first look.
    let plan = try task.change.yes ? planned ?? task.plan(target, reason) : task.plan(target, reason)
    planned = plan
    let version = plan.image.facts?.version?.description
    let change = PlannedChange(
      place, before: ChangeValue(plan.before.versions(.stored) ?? "unknown"),
      after: ChangeValue(version ?? "as in \(plan.image.path)", facts: version.map { ["version=\($0)"] } ?? []))
    return ChangePlan(
      plan, steps: [ChangeStep([change])], subject: target.name, question: "Flash this image on \(target.name)?",
      irreversible: "only the driver can read the flash, so there is no backup",
      card: ChangeScope.Card(guid: nil, address: target.card.identifier))
  }

  func read(_ places: Set<ChangePlace>, _ access: NoAccess) -> ChangeSnapshot { [place: ChangeValue("unknown")] }

  func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    guard let planned else { return }
    do { notes = try task.flash(planned) } catch let failure as DevlinkFailure { throw task.settled(failure, planned) }
  }

  func isSet(_ value: ChangeValue, as other: ChangeValue) -> Bool { false }
  func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: NoAccess) {}

  func recover(_ record: ChangeRecord, from error: any Error, _ access: NoAccess, _ log: ChangeLog) -> ChangeRecovery {
    (error as? DevlinkFailure)?.mayHaveWritten == true ? .unknown : .rolledBack
  }
}

extension FlashStatus {
  /// `[fw.mgmt] Flashing`
  fileprivate var words: String { (component.map { "[\($0)] " } ?? "") + (message ?? "flashing") }

  /// The same with its figures.
  fileprivate var line: String {
    if total > 0 {
      let percent = Int(min(1, max(0, Double(done) / Double(total))) * 100)
      return "\(words) \(ByteProgress.bar(done, of: total)) \(percent) %"
    }
    return words + (timeoutSeconds.map { ", at most \($0) s" } ?? "")
  }
}
