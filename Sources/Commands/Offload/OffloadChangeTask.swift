internal import Change
internal import HostAccess
internal import Offload
internal import Presentation
internal import Vocabulary

/// `set`, `try` and `tune apply`: the change engine's run, and its answer.
struct OffloadChangeTask {
  let host: Host
  let output: Output
  let change: OffloadChangeOptions
  /// How many seconds to wait for another call that is changing settings.
  var patience = 0

  /// - Parameter words: the command line after `offload`, for the journal.
  func run(
    _ requests: [SettingRequest], words: [String], members: Bool, action: String = "set", trial: Trial? = nil
  ) throws -> ExitStatus {
    var options = change.options
    options.command = ["offload"] + words
    options.patience = patience
    options.trial = trial
    let writer = OffloadSession(host).writer(requests, members: members, action: action)
    var shown = OffloadPlan()
    do {
      let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(options) { plan in
        shown = plan.detail
        tell(shown)
        if options.dryRun { output.talk("Dry run: nothing is written.") }
      }
      let made = outcome.record.map { OffloadOutcome($0) } ?? OffloadOutcome()
      try show(
        OffloadChangeAnswer(
          plan: outcome.plan.detail, outcome: outcome.result == .dryRun ? nil : made,
          trialSeconds: outcome.record?.trialSeconds))
      return .done
    } catch let refused as OffloadRefused {
      if let wrong = refused.refusals.first(where: { $0.category == .usage }) {
        throw AssignmentFailure(refusal: wrong)
      }
      try show(
        OffloadChangeAnswer(plan: refused.plan ?? shown, outcome: OffloadOutcome(refused: refused.refusals)))
      return refused.exitStatus
    }
  }

  /// Refusals are errors: they stand on standard error where the answer is text.
  private func show(_ answer: OffloadChangeAnswer) throws {
    try output.show(answer)
    guard output.format == .text, !answer.problems.isEmpty else { return }
    output.tellDecisive(answer, withNext: true)
    output.talk("nothing was written")
  }

  private func tell(_ plan: OffloadPlan) {
    output.talk("To be set:")
    for change in plan.changes {
      let why = change.reason.map { "  (\($0))" } ?? ""
      output.talk("  \(change.place.words): \(change.before.value) -> \(change.wanted)\(why)")
    }
    if !plan.cascades.isEmpty { output.talk("The kernel will change with it:") }
    for change in plan.cascades {
      let why = change.reason.map { "  (\($0))" } ?? ""
      output.talk("  \(change.place.words): \(change.before.effective) -> \(change.wanted)\(why)")
    }
    for remark in plan.remarks { output.talk("note: \(remark)") }
  }
}

extension Place {
  /// `eth0 ring rx`, or the sysctl of the machine.
  var words: String { [interface?.name, knob.description].compactMap { $0 }.joined(separator: " ") }
}

/// What was written behind `set` is no assignment.
struct AssignmentFailure: Failure {
  let refusal: Refusal

  let id = "offload.bad_assignment"
  var subject: String? { "\(refusal.key)=\(refusal.value)" }
  var message: String { refusal.reason }
  /// Only what there is can be explained.
  var fix: [String] {
    let known = KeyCatalogue.key(named: refusal.key) != nil ? refusal.key : KeyCatalogue.near(refusal.key)
    return (known.map { ["rdmactl explain \(ShellWord.quoted($0))"] } ?? []) + ["rdmactl offload show --all"]
  }
  let exitStatus = ExitStatus.usage
}
