internal import Change
internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import Presentation
internal import Vocabulary

/// A change of a device's flash: progress, plan, answer.
struct FirmwareChangeTask {
  let host: Host
  let output: Output
  let change: ChangeOptions
  let reach: DeviceReach

  /// - Parameter makePlan: looks at the flash and plans; writes nothing.
  func run(
    _ purpose: BurnPlan.Purpose, on name: String, makePlan: @escaping (DeviceSession) throws -> BurnPlan
  ) throws -> ExitStatus {
    let meter = ByteProgress(
      "reading \(name)", ProgressLine(output: output, mode: change.progress, clock: host.clock), host)
    defer { meter.end() }
    let flashChange = try DeviceSession.change(
      purpose, of: name, reach: reach, host: host, keepsOpen: change.yes || change.dryRun,
      progress: { step in
        meter.begin("\(step.phase.words) \(name)")
        meter.show(step.done, of: step.total)
      }, plan: makePlan)
    let (plan, outcome) = try flashChange.perform(change.run, kinds: .all(host)) { plan in
      meter.end()
      if !change.dryRun { show(plan) }
    }
    let answer = BurnAnswer(
      device: name, plan: plan, outcome: outcome, dryRun: change.dryRun, isReal: host.pci.isShared)
    meter.end()
    do {
      try output.show(answer)
    } catch {
      // Whoever only learns that the answer could not be written may burn again, or worse.
      if answer.outcome.result == .written {
        output.talk("rdmactl: \(name): the work itself is done, and was read back")
      }
      throw error
    }
    return .done
  }

  /// The plan, for the user who is asked next.
  private func show(_ plan: BurnPlan) {
    guard !plan.isUnchanged, output.format == .text || !change.yes else { return }
    var page = Page()
    page.write(plan, isReal: host.pci.isShared)
    output.talk(page.text.split(separator: "\n"))
  }
}

extension ChangeOptions {
  /// For the engine.
  var run: Change.ChangeOptions { Change.ChangeOptions(yes: yes, dryRun: dryRun) }
}

extension BurnProgress.Phase {
  var words: String {
    switch self {
    case .reading: "reading"
    case .backup: "backing up"
    case .writing: "writing"
    case .switching: "switching"
    }
  }
}
