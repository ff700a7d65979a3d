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

/// A burn through the kernel and the driver: checks, plan, question, journal, flash, and what the driver tells then.
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
    let before = try client.information(of: target.handle)
    let mayAsk = try checkOffer(target, before)
    let lock =
      change.dryRun
      ? try DeviceLock.forReading(of: target.card.identifier, on: host)
      : try DeviceLock(of: target.card.identifier, on: host)
    defer { withExtendedLifetime(lock) {} }
    do {
      let plan = try plan(target, reason, before, mayAsk: mayAsk)
      if change.dryRun {
        try output.show(DevlinkBurnAnswer(plan: plan, result: .dryRun, after: before, notes: plan.notes))
        return .done
      }
      if output.format == .text || !change.yes {
        var page = Page()
        page.write(plan)
        output.talk(page.text.split(separator: "\n"))
      }
      try Confirmation(host: host, output: output).ask("Flash this on \(target.name)?", yes: change.yes)
      return try perform(plan)
    } catch BurnFailure.refused(let gate) {
      throw RefusedChange(gate, device: target.name)
    }
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

  private func plan(
    _ target: DevlinkTarget, _ reason: String, _ before: DevlinkInformation, mayAsk: Bool
  ) throws -> DevlinkBurnPlan {
    let image = try DevlinkImage(file, for: before, allowed: allowed, host: host)
    var notes = ["the driver judges the image, and what it writes cannot be read back"] + image.notes
    if !mayAsk { notes.append("whether the driver can flash only root may ask (CAP_NET_ADMIN)") }
    if let begun = BurnJournal(of: target.card, on: host).unfinished() {
      notes.append("a burn was begun on \(begun.since) and never finished")
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

  private func perform(_ plan: DevlinkBurnPlan) throws -> ExitStatus {
    // From here on a signal only sets a wish: the file must go whatever comes.
    host.clock.holdInterruptions()
    let journal = BurnJournal(of: plan.target.card, on: host)
    do { try journal.start("devlink", [("version", plan.image.facts?.version?.description)]) } catch {
      throw BurnFailure.journal(error)
    }
    var notes = plan.notes
    do {
      notes += try flash(plan)
    } catch let failure as DevlinkFailure {
      throw settled(failure, plan, journal)
    } catch {
      try? journal.done()
      throw error
    }
    do { try journal.done() } catch { notes.append("the journal could not be closed: it \(error.explanation)") }
    let after = try? client.information(of: plan.target.handle)
    if after == nil { notes.append("what the device stores now its driver does not tell") }
    if let stored = after?.versions(.stored), stored == plan.before.versions(.stored) {
      notes.append("the device tells the same stored versions as before: \(stored)")
    }
    do {
      try output.show(DevlinkBurnAnswer(plan: plan, result: .written, after: after, notes: notes))
    } catch {
      output.talk("rdmactl: \(plan.target.name): the work itself is done")
      throw error
    }
    return .done
  }

  /// Puts the image where the kernel finds it, has it flashed, and takes it away again.
  /// - Returns: what the user should know of it.
  private func flash(_ plan: DevlinkBurnPlan) throws -> [String] {
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

  /// What is true after a failure, for the journal and for the user.
  private func settled(_ failure: DevlinkFailure, _ plan: DevlinkBurnPlan, _ journal: BurnJournal) -> DevlinkFailure {
    guard failure.mayHaveWritten else {
      try? journal.done()
      return failure
    }
    // A journal that fails here changes nothing: what was begun is unfinished with or without this line.
    try? journal.stopped("failed")
    let answers = (try? client.information(of: plan.target.handle)) != nil
    return answers ? failure : .unknownState(plan.target.handle, why: failure.message)
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
