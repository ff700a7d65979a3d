package import HostAccess

/// Takes changes of one kind back, by their values before.
package struct ChangeUndo<Target: ChangeTarget> {
  let target: Target
  let host: Host
  let history: ChangeHistory
  let scope: ChangeScope
  private let kinds: ChangeKinds

  package init(_ target: Target, on host: Host, kinds: ChangeKinds) {
    self.target = target
    self.host = host
    self.kinds = kinds
    history = ChangeHistory(host)
    scope = .current(host)
  }

  /// Whether an entry was made since the machine was started.
  package func isOfThisBoot(_ record: ChangeRecord) -> Bool { record.scope.boot == scope.boot }

  /// What `undo` would do. Nothing is written.
  package func plan(_ selection: UndoSelection, _ policy: ConflictPolicy = .refuse) throws -> UndoPlan {
    let selected = try selected(selection)
    return try target.withAccess(.look) { try plan(selected, policy, $0) }
  }

  /// Takes entries back, and compares with what was there before. With a conflict nothing is written.
  package func perform(
    _ selection: UndoSelection, _ policy: ConflictPolicy = .refuse, patience: Int = 0
  ) throws -> UndoOutcome {
    host.clock.holdInterruptions()
    kinds.settle(history)
    let first = try selected(selection)
    guard !first.records.isEmpty else {
      return UndoOutcome(plan: UndoPlan(steps: [], conflicts: [], remarks: first.remarks, isForced: false))
    }
    try target.checkRights()
    let locks = try HeldLocks(target.locks, host, patience: patience * 1000)
    defer { withExtendedLifetime(locks) {} }
    // Somebody may have been quicker: the journal is read again.
    return try perform(try selected(selection), policy)
  }

  /// Plan, question, undo.
  /// - Parameters:
  ///   - tell: shows the plan; called when there is something to take back.
  ///   - question: a whole sentence with its question mark.
  /// - Returns: `nil` for the outcome when nothing was to be written: a conflict, a dry run, or nothing to undo.
  package func ask(
    _ selection: UndoSelection, _ policy: ConflictPolicy, _ options: ChangeOptions, question: String,
    tell: (UndoPlan) -> Void
  ) throws -> (plan: UndoPlan, outcome: UndoOutcome?) {
    let plan = try plan(selection, policy)
    guard !plan.isHindered, !plan.steps.isEmpty else { return (plan, nil) }
    tell(plan)
    guard !options.dryRun else { return (plan, nil) }
    if plan.steps.contains(where: { !$0.changes.isEmpty }) {
      try Question(host: host).ask(question, yes: options.yes)
    }
    // What was shown, and not what somebody has set while the question was open.
    let outcome = try perform(.entries(plan.steps.map(\.record.id)), policy, patience: options.patience)
    return (outcome.plan, outcome)
  }

  /// With the locks held, or without them when a guard cannot get them.
  func perform(_ selected: Selected, _ policy: ConflictPolicy) throws -> UndoOutcome {
    try target.withAccess(.write) { access in
      let plan = try plan(selected, policy, access)
      var outcome = UndoOutcome(plan: plan)
      guard !plan.isHindered else { return outcome }
      for step in plan.steps {
        let later = later(than: step.record, selected)
        // An older entry can only be taken back when the newer ones are.
        guard try takeBack(step.record, policy, later: later, access, into: &outcome) else { break }
      }
      return outcome
    }
  }

  private func plan(_ selected: Selected, _ policy: ConflictPolicy, _ access: Target.Access) throws -> UndoPlan {
    // How it will be when the newer entries are taken back.
    var future: ChangeSnapshot = [:]
    var steps: [UndoPlan.Step] = []
    var conflicts: [UndoPlan.Conflict] = []
    for record in selected.records {
      let objects = try locate(record, access)
      let now = try target.read(places(of: record, objects), access)
      let goal = goal(record, policy, later: later(than: record, selected), objects) { future[$0] ?? now[$0] }
      let changes = goal.settings.ordered.compactMap { place, wanted -> PlannedChange? in
        guard let value = future[place] ?? now[place], !target.isFixed(value), !target.isSet(value, as: wanted)
        else { return nil }
        return PlannedChange(place, before: value, after: wanted)
      }
      future.merge(goal.settings) { $1 }
      steps.append(UndoPlan.Step(record: record, changes: changes, remarks: goal.remarks, isWhole: goal.isWhole))
      conflicts += goal.conflicts
    }
    return UndoPlan(steps: steps, conflicts: conflicts, remarks: selected.remarks, isForced: policy != .refuse)
  }

  private func goal(
    _ record: ChangeRecord, _ policy: ConflictPolicy, later: [ChangeRecord], _ objects: [ChangeObject: LocatedObject],
    _ now: (ChangePlace) -> ChangeValue?
  ) -> UndoGoal<Target> {
    UndoGoal(
      record, target, later: later, isOfThisBoot: isOfThisBoot(record), leavesConflicts: policy == .leave,
      objects: objects, now: now)
  }

  private func locate(_ record: ChangeRecord, _ access: Target.Access) throws -> [ChangeObject: LocatedObject] {
    try target.locate(
      record.before.keys.compactMap(\.object).unique, isOfThisBoot: isOfThisBoot(record), access)
  }

  private func places(
    of record: ChangeRecord, _ objects: [ChangeObject: LocatedObject]
  ) -> Set<ChangePlace> {
    Set(
      record.before.keys.compactMap { place in
        guard let object = place.object else { return place }
        return objects[object]?.object.map { ChangePlace($0, place.key) }
      })
  }

  /// - Returns: whether everything is set as it was.
  private func takeBack(
    _ record: ChangeRecord, _ policy: ConflictPolicy, later: [ChangeRecord], _ access: Target.Access,
    into outcome: inout UndoOutcome
  ) throws -> Bool {
    let objects = try locate(record, access)
    let now = try target.read(places(of: record, objects), access)
    let goal = goal(record, policy, later: later, objects) { now[$0] }
    if record.state != .undoing {
      let user = ChangeOrigin.current(host, command: []).description
      do { try history.beginUndo(record, foreign: goal.foreign, by: user) } catch {
        // A trial whose time is over goes back on a full disk, too: nobody may be able to reach the machine.
        guard policy == .leave else { throw ChangeFailure.journal(error) }
      }
    }
    let wanted = Set(goal.settings.keys)
    let before = try target.reach(of: wanted, access)
    // Whatever the entry did not change shall be afterwards as it is now.
    let whole = before.merging(goal.settings) { $1 }
    let result = target.restore(whole, first: wanted, access, ChangeLog(history: history, record: record))
    // Of the rest, what is in force follows from what is set, and queues go with the channels that are taken back.
    let differences = result.differences.filter {
      goal.settings[$0.place] != nil || $0.now != nil && !$0.isOnlyInForce
    }
    outcome.differences += differences
    outcome.applied += result.written.sorted { $0.title < $1.title }.map { place in
      UndoOutcome.Applied(
        place: place, before: before[place] ?? .absent, asked: whole[place] ?? .absent,
        got: result.now[place] ?? .absent)
    }
    guard differences.allSatisfy(\.isOnlyInForce) else { return false }
    do { try history.note(.undone, in: record) } catch {
      guard policy == .leave else { throw ChangeFailure.journalIncomplete(record.id, error) }
    }
    if record.trialSeconds != nil { TrialMark(record.id, host).remove() }
    outcome.undone.append(record.id)
    return true
  }

  // MARK: which

  struct Selected {
    /// Newest first.
    let records: [ChangeRecord]
    /// All that are open, oldest first.
    let open: [ChangeRecord]
    let remarks: [String]
  }

  /// Entries after this one that are open, and are not taken back before it.
  private func later(than record: ChangeRecord, _ selected: Selected) -> [ChangeRecord] {
    selected.open.filter { other in other.id > record.id && !selected.records.contains { $0.id == other.id } }
  }

  /// - Throws: `ChangeFailure`, of an entry that was named.
  private func selected(_ selection: UndoSelection) throws(ChangeFailure) -> Selected {
    let (all, unreadable) = try history.all(target.kind)
    let open = all.filter { $0.state.isOpen && $0.irreversible == nil }
    var remarks = unreadable.map { "\($0.path) \($0.reason): it is left alone" }
    if case .entry(let id) = selection {
      let record = try history.record(id)
      guard record.state.isOpen else {
        // There is nothing to do, and that is not a failure.
        return Selected(
          records: [], open: open, remarks: ["\(id): \(ChangeFailure.notOpen(id, record.state).message)"])
      }
      if let difference = difference(of: record) { throw .otherScope(id, difference) }
      if let why = record.irreversible { throw .irreversible(id, why) }
      return Selected(records: [record], open: open, remarks: [])
    }
    let here = open.filter { difference(of: $0) == nil }
    for record in open where difference(of: record) != nil && (!target.endsWithBoot || isOfThisBoot(record)) {
      remarks.append("change \(record.id) is left alone: \(difference(of: record) ?? "")")
    }
    let present = target.endsWithBoot ? here.filter(isOfThisBoot) : here
    let records: [ChangeRecord]
    switch selection {
    case .entry: records = []
    case .entries(let ids): records = here.reversed().filter { ids.contains($0.id) }
    case .latest(let action): records = present.last { action == nil || $0.action == action }.map { [$0] } ?? []
    case .all: records = present.reversed()
    }
    if records.isEmpty, present.isEmpty, !here.isEmpty {
      remarks.append("there are only changes from before the last boot: what they set is lost already")
    }
    return Selected(records: records, open: open, remarks: remarks)
  }

  private func difference(of record: ChangeRecord) -> String? {
    record.scope.difference(to: scope, needsNamespace: target.isOfNamespace)
  }
}
