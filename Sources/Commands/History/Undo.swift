public import ArgumentParser
internal import Change
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl undo`
public struct Undo: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Undo a change.",
    discussion: """
      Without ID, the newest change that can be undone. If somebody else has changed a value since, all three values are \
      shown and nothing is written (exit status 7). A change of another machine or network name space is refused.

      Examples:
        rdmactl undo
        rdmactl undo 12 --dry-run
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var words: UndoWords

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try UndoTask(host: host, output: output, words: words).run(kind: nil)
  }
}

/// What `undo` and `offload undo` are told.
public struct UndoWords: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The number of the change (rdmactl history).", valueName: "id"),
    completion: .shellCommand(ChangeNumbers.completion))
  public var id: Int?

  @Flag(help: "Also undo settings that somebody else has changed since.")
  public var forceConflicts = false

  @OptionGroup public var change: OffloadChangeOptions

  public init() {}
}

/// Plan, question, undo, of whatever kind.
struct UndoTask {
  let host: Host
  let output: Output
  let id: Int?
  let isForced: Bool
  let options: Change.ChangeOptions

  init(host: Host, output: Output, words: UndoWords) {
    self.init(
      host: host, output: output, id: words.id, isForced: words.forceConflicts, options: words.change.options)
  }

  init(host: Host, output: Output, id: Int?, isForced: Bool, options: Change.ChangeOptions) {
    self.host = host
    self.output = output
    self.id = id
    self.isForced = isForced
    self.options = options
  }

  /// - Parameter kind: only changes of this kind; `nil`: of every kind.
  func run(kind: String?, all: Bool = false, action: String? = nil) throws -> ExitStatus {
    if all, let kind { return try run(.all, kind) }
    guard let id else {
      if let kind { return try run(.latest(action: action), kind) }
      guard let newest = try newest() else {
        let old = OldJournals(host).records(nil).reversed().lazy.compactMap { OldChange($0, on: host) }
        if let change = old.first(where: { $0.wayBack != nil }), let writer = change.wayBack {
          return try run(writer, change.record)
        }
        try output.show(UndoAnswer(plan: .nothing, outcome: nil, isDryRun: false))
        return .done
      }
      return try run(.entry(newest.id), newest.kind)
    }
    let record = try ChangeHistory(host).record(id)
    guard kind == nil || record.kind == kind else { throw ChangeFailure.noEntry(id) }
    return try run(.entry(id), record.kind)
  }

  /// The newest change that can be taken back here.
  private func newest() throws -> ChangeRecord? {
    let kinds = ChangeKinds.all(host)
    let present = ChangeScope.current(host)
    let (records, unreadable) = try ChangeHistory(host).all()
    for file in unreadable { output.talk("note: \(file.path) \(file.reason): it is left alone") }
    // A change that took another back is not taken back itself, unless it is named.
    for record in records.reversed() where record.state.isOpen && record.undoes == nil {
      let entry = HistoryAnswer.Entry(record, target: kinds.target(of: record.kind), present)
      var hindrance = entry.hindrance
      if entry.isUndoable {
        guard case .impossible(let why)? = kinds.target(of: record.kind)?.wayBack(record) else { return record }
        hindrance = why
      }
      if let hindrance { output.talk("note: change \(record.id) is left alone: \(hindrance)") }
    }
    return nil
  }

  private func run(_ selection: UndoSelection, _ kind: String) throws -> ExitStatus {
    guard let target = ChangeKinds.all(host).target(of: kind) else { throw ChangeFailure.unknownKind(id ?? 0, kind) }
    if case .entry(let id) = selection, let record = try? ChangeHistory(host).record(id), record.state.isOpen {
      switch target.wayBack(record) {
      case .restore: break
      case .impossible(let sentence): throw ChangeFailure.irreversible(id, sentence)
      case .change(let writer): return try run(writer, record)
      }
    }
    return try run(selection, target)
  }

  private func run(_ selection: UndoSelection, _ target: some ChangeTarget) throws -> ExitStatus {
    let undo = ChangeUndo(target, on: host, kinds: .all(host))
    let (plan, outcome) = try undo.ask(
      selection, isForced ? .override : .refuse, options, question: "Put this back?",
      tell: tell)
    let isDryRun = outcome == nil && !plan.steps.isEmpty && !plan.isHindered
    if plan.steps.isEmpty || plan.isHindered {
      for remark in plan.remarks { output.talk("note: \(remark)") }
    } else if isDryRun {
      output.talk("Dry run: nothing is written.")
    }
    try show(UndoAnswer(plan: plan, outcome: outcome, isDryRun: isDryRun))
    return outcome?.exitStatus ?? plan.exitStatus
  }

  /// A way back that is a change of its own.
  private func run(_ writer: some ChangeWriter, _ record: ChangeRecord) throws -> ExitStatus {
    let present = ChangeScope.current(host)
    if let difference = record.scope.difference(to: present, needsNamespace: writer.isOfNamespace) {
      throw ChangeFailure.otherScope(record.id, difference)
    }
    var options = options
    options.undoes = record.id
    let run = ChangeRun(writer, on: host, kinds: .all(host))
    let outcome = try run.perform(options) { plan in
      tell(record)
      tell(plan.changes)
    }
    let changes = outcome.plan.changes
    let plan = UndoPlan(of: record, changes)
    if outcome.result == .dryRun { output.talk("Dry run: nothing is written.") }
    let written = outcome.record.map { UndoOutcome(plan, by: $0) }
    try show(UndoAnswer(plan: plan, outcome: written, isDryRun: outcome.result == .dryRun))
    return .done
  }

  private func show(_ answer: UndoAnswer) throws {
    try output.show(answer)
    if output.format == .text { output.tellDecisive(answer, withNext: true) }
  }

  private func tell(_ plan: UndoPlan) {
    for step in plan.steps {
      tell(step.record)
      tell(step.changes)
      for remark in step.remarks { output.talk("  note: \(remark)") }
    }
    for remark in plan.remarks { output.talk("note: \(remark)") }
  }

  private func tell(_ record: ChangeRecord) {
    let number = record.id == 0 ? "-" : String(record.id)
    output.talk("\(number), \(record.time): \(record.commandLine ?? record.action)")
  }

  private func tell(_ changes: [PlannedChange]) {
    for change in changes {
      output.talk("  \(change.place.title): \(change.before.text.shortened) -> \(change.after.text.shortened)")
    }
  }
}
