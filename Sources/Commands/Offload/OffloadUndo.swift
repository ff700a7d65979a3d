public import ArgumentParser
public import HostAccess
internal import Offload
public import Presentation
public import Vocabulary

/// `rdmactl offload undo`
public struct OffloadUndo: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Put settings back as they were before a change.",
    discussion: """
      Without ID the newest change that was not undone. When somebody else changed a setting since, nothing is written and \
      it ends with 7.

      Examples:
        rdmactl offload undo
        rdmactl offload undo 12 --dry-run
        rdmactl offload undo --all --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The change, as offload history numbers it.", valueName: "id"))
  public var id: Int?

  @Flag(help: "Everything that was set since the machine was started.")
  public var all = false

  @Flag(help: "Also put back what somebody else has changed since.")
  public var forceConflicts = false

  @OptionGroup public var change: OffloadChangeOptions

  public init() {}

  public func validate() throws {
    if all && id != nil { throw ValidationError("an ID and --all exclude each other.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let selection: UndoSelection = all ? .all : id.map { .entry($0) } ?? .latest()
    return try OffloadUndoTask(host: host, output: output, change: change, isForced: forceConflicts).run(selection)
  }
}

/// Plan, question, undo: `offload undo` and `tune undo`.
struct OffloadUndoTask {
  let host: Host
  let output: Output
  let change: OffloadChangeOptions
  let isForced: Bool

  func run(_ selection: UndoSelection) throws -> ExitStatus {
    let engine = OffloadSession(host).engine
    let plan = try engine.undoPlan(selection, force: isForced)
    let isBlocked = !plan.conflicts.isEmpty && !isForced
    guard !isBlocked, !plan.steps.isEmpty else {
      for remark in plan.remarks { output.talk("note: \(remark)") }
      try show(OffloadUndoAnswer(plan: plan, outcome: nil, isDryRun: false))
      return isBlocked ? .refused : .done
    }
    tell(plan)
    if change.dryRun {
      output.talk("Dry run: nothing is written.")
      try show(OffloadUndoAnswer(plan: plan, outcome: nil, isDryRun: true))
      return .done
    }
    if plan.steps.contains(where: { !$0.changes.isEmpty }) {
      try Confirmation(host: host, output: output).ask("Put this back?", yes: change.yes)
    }
    // What was shown, and not what somebody has set while the question stood.
    let outcome = try engine.undo(.entries(plan.steps.map(\.entry.id)), force: isForced)
    try show(OffloadUndoAnswer(plan: outcome.plan, outcome: outcome, isDryRun: false))
    return outcome.exitStatus
  }

  private func show(_ answer: OffloadUndoAnswer) throws {
    try output.show(answer)
    if output.format == .text { output.tellDecisive(answer, withNext: true) }
  }

  private func tell(_ plan: UndoPlan) {
    for step in plan.steps {
      output.talk("\(step.entry.id), \(step.entry.time): \(step.entry.commandLine)")
      for change in step.changes {
        output.talk("  \(change.place.words): \(change.before.value.shortened) -> \(change.wanted.shortened)")
      }
      for remark in step.remarks { output.talk("  note: \(remark)") }
    }
    for remark in plan.remarks { output.talk("note: \(remark)") }
  }
}

extension JournalEntry {
  var commandLine: String { "offload " + command.map { ShellWord.quoted($0) }.joined(separator: " ") }
}

/// The answer of `rdmactl offload undo`.
struct OffloadUndoAnswer: StreamedAnswer {
  static let schema = "rdmactl.offload.undo/1"
  let plan: UndoPlan
  /// `nil`: nothing was written.
  let outcome: UndoOutcome?
  let isDryRun: Bool

  var problems: [Problem] {
    let conflicts = plan.isForced ? [] : plan.conflicts
    return conflicts.map { conflict in
      let again = conflict.laterEntry.map { "rdmactl offload undo \($0)" }
      return Problem(
        id: OffloadUndoProblem.conflict, severity: .error, subject: conflict.place.words,
        message:
          "it was \(conflict.before.shortened), change \(conflict.entry) set \(conflict.after.shortened), and now it "
          + "is \(conflict.now.shortened)"
          + (conflict.laterEntry.map { " by change \($0)" } ?? ": somebody else changed it"),
        fix: [again ?? "rdmactl offload undo \(conflict.entry) --force-conflicts"])
    }
      + (outcome?.differences ?? []).map { difference in
        Problem(
          id: OffloadUndoProblem.different, severity: .error, subject: difference.place.words,
          message: "it was \(difference.wanted.value.shortened) and is \(difference.now?.value.shortened ?? "gone")"
            + (difference.refusal.map { ": the kernel says \($0)" } ?? ""),
          fix: ["rdmactl offload history"])
      }
  }

  var notes: [Note] { [] }
  var quietLines: [String] { (outcome?.undone ?? []).map(String.init) }

  func write(to json: inout JSONWriter) {
    json.field("changed", outcome?.changed ?? false)
    json.field("dry_run", isDryRun)
    json.array("undone", outcome?.undone ?? []) { json, id in json.object { $0.field("id", id) } }
    json.applied(outcome?.applied ?? [])
    json.array("conflicts", plan.conflicts) { json, conflict in
      json.object { json in
        json.field("id", conflict.entry)
        json.fields(of: conflict.place)
        json.field("before", conflict.before)
        json.field("set", conflict.after)
        json.field("now", conflict.now)
        json.field("later_id", conflict.laterEntry)
      }
    }
    json.array("differences", outcome?.differences ?? []) { json, difference in
      json.object { json in
        json.fields(of: difference.place)
        json.field("wanted", difference.wanted.value)
        json.field("now", difference.now?.value)
        json.field("reason", difference.refusal)
      }
    }
    json.array("plan", plan.steps) { json, step in
      json.object { json in
        json.field("id", step.entry.id)
        json.changes("changes", step.changes)
        json.field("remarks", step.remarks)
      }
    }
    json.field("remarks", plan.remarks)
  }

  func write(to page: inout Page) {
    guard let outcome else {
      if plan.steps.isEmpty && plan.conflicts.isEmpty { page.line("there is nothing to undo", tone: .good) }
      return
    }
    for applied in outcome.applied {
      page.line("\(applied.place.words): \(applied.before.shortened) -> \(applied.got.shortened)")
    }
    let ids = outcome.undone.map(String.init).joined(separator: ", ")
    if !ids.isEmpty {
      // One that is gone may only be in another name space, with the settings that it was given.
      let rest = plan.steps.allSatisfy(\.isWhole) ? "every setting" : "what is still there"
      page.line(
        outcome.differences.isEmpty ? "undone: \(ids); \(rest) is as it was before" : "undone in part: \(ids)",
        tone: outcome.differences.isEmpty ? .good : .bad)
    }
  }
}

/// What may keep an undo from being one.
enum OffloadUndoProblem {
  static let conflict = "offload.conflict"
  static let different = "offload.not_restored"

  /// The entries of the manual page.
  static var descriptions: [ProblemDescription] {
    [
      ProblemDescription(
        id: conflict, severity: .error,
        meaning: "Somebody else changed a setting after rdmactl did; undo writes nothing then."),
      ProblemDescription(
        id: different, severity: .error, meaning: "A setting could not be put back as it was before."),
    ]
  }
}
