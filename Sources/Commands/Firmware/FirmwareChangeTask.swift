internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import Presentation
internal import Vocabulary

/// Whatever changes the flash of a device: plan, question, work, answer.
struct FirmwareChangeTask {
  let host: Host
  let output: Output
  let change: ChangeOptions
  let reach: DeviceReach

  /// - Parameter makePlan: looks at the flash and says what is to be done; writes nothing.
  func run(on name: String, makePlan: (DeviceSession) throws -> BurnPlan) throws -> ExitStatus {
    do {
      return try work(on: name, makePlan: makePlan)
    } catch BurnFailure.refused(let gate) {
      throw RefusedChange(gate, device: name)
    }
  }

  private func work(on name: String, makePlan: (DeviceSession) throws -> BurnPlan) throws -> ExitStatus {
    let meter = ByteProgress(
      "reading \(name)", ProgressLine(output: output, mode: change.progress, clock: host.clock), host)
    defer { meter.end() }
    let answer = try DeviceSession.open(
      name, reach: reach, host: host,
      progress: { step in
        meter.begin("\(step.phase.words) \(name)")
        meter.show(step.done, of: step.total)
      }
    ) { device in
      let plan = try makePlan(device)
      if change.dryRun {
        let result: BurnOutcome.Result = plan.isUnchanged ? .unchanged : .dryRun
        return BurnAnswer(device: name, plan: plan, outcome: .nothingDone(result, notes: plan.notes), dryRun: true)
      }
      meter.end()
      if !plan.isUnchanged { tell(plan) }
      var refusal: (any Error)?
      do {
        let outcome = try device.flashSession.perform(plan) { plan in
          do {
            try Confirmation(host: host, output: output).ask(plan.question, yes: change.yes)
            return true
          } catch {
            refusal = error
            return false
          }
        }
        return BurnAnswer(device: name, plan: plan, outcome: outcome, dryRun: false)
      } catch {
        throw refusal ?? error
      }
    }
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

  /// The plan, for the one who is about to be asked.
  private func tell(_ plan: BurnPlan) {
    guard output.format == .text || !change.yes else { return }
    var page = Page()
    page.write(plan)
    output.talk(page.text.split(separator: "\n"))
  }
}

extension BurnOutcome {
  static func nothingDone(_ result: Result, notes: [String]) -> BurnOutcome {
    BurnOutcome(
      result: result, bytesErased: 0, bytesProgrammed: 0, verified: result == .unchanged, backupPath: nil, notes: notes)
  }
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

/// A refusal, with the name of the device that it is about.
struct RefusedChange: FlashRefused {
  let id: String
  let message: String
  let subject: String?
  let fix: [String]
  let exitStatus: ExitStatus
  let isClosed: Bool
  let reason: String

  init(_ gate: BurnGate, device: String) {
    id = gate.id
    message = gate.message
    reason = gate.reason
    subject = device
    fix = gate.fix.map { $0.replacing("DEVICE", with: device) }
    exitStatus = gate.exitStatus
    isClosed = if case .secured = gate { true } else { false }
  }
}
