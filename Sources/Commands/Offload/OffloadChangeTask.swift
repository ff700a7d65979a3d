internal import HostAccess
internal import Offload
internal import Presentation
internal import Vocabulary

/// Plan, question, change: `set`, `try` and `tune apply`.
struct OffloadChangeTask {
  let host: Host
  let output: Output
  let change: OffloadChangeOptions
  /// How many seconds to wait for another call that is changing settings.
  var patience = 0

  /// - Parameter words: the command line after `offload`, for the journal.
  func run(
    _ requests: [SettingRequest], words: [String], members: Bool, origin: JournalEntry.Origin = .set,
    trial: Trial? = nil
  ) throws -> ExitStatus {
    let engine = OffloadSession(host, patience: patience).engine
    let plan = try engine.plan(requests, members: members)
    if let wrong = plan.refusals.first(where: { $0.category == .usage }) { throw AssignmentFailure(refusal: wrong) }
    guard plan.refusals.isEmpty else {
      try show(OffloadChangeAnswer(plan: plan, outcome: OffloadOutcome(refused: plan.refusals)))
      return plan.exitStatus
    }
    guard !plan.changes.isEmpty else {
      try show(OffloadChangeAnswer(plan: plan, outcome: OffloadOutcome()))
      return .done
    }
    tell(plan)
    if change.dryRun {
      output.talk("Dry run: nothing is written.")
      try show(OffloadChangeAnswer(plan: plan, outcome: nil))
      return .done
    }
    try Confirmation(host: host, output: output).ask("Set this?", yes: change.yes)
    let outcome = try engine.apply(requests, members: members, words: words, origin: origin, trial: trial)
    try show(OffloadChangeAnswer(plan: plan, outcome: outcome, trialSeconds: trial?.seconds))
    return outcome.exitStatus
  }

  /// Refusals are errors: they stand on standard error where the answer is text.
  private func show(_ answer: OffloadChangeAnswer) throws {
    try output.show(answer)
    guard output.format == .text, !answer.problems.isEmpty else { return }
    output.tellDecisive(answer, withNext: true)
    output.talk("Nothing has changed.")
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
