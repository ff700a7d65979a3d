internal import HostAccess

/// What becomes of what somebody else changed since.
enum ConflictPolicy {
  /// Nothing is written at all.
  case refuse
  case override
  /// It stays; the rest goes back.
  case leave
}

extension OffloadEngine {
  /// What `undo` would do. Nothing is written.
  /// - Parameter force: also takes back what somebody else changed since.
  public func undoPlan(_ selection: UndoSelection, force: Bool = false) throws(OffloadFailure) -> UndoPlan {
    try undoPlan(selection, force ? .override : .refuse, state: try read()).plan
  }

  /// Takes entries back, and compares with what was there before. With a conflict nothing is written.
  public func undo(_ selection: UndoSelection, force: Bool = false) throws(OffloadFailure) -> UndoOutcome {
    try undo(selection, force ? .override : .refuse)
  }

  func undo(_ selection: UndoSelection, _ policy: ConflictPolicy) throws(OffloadFailure) -> UndoOutcome {
    let journal = try selected(selection)
    guard !journal.entries.isEmpty else {
      return UndoOutcome(plan: UndoPlan(steps: [], conflicts: [], remarks: journal.remarks, isForced: false))
    }
    try checkRights()
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    var state = try read()
    // Somebody may have been quicker: the journal is read again.
    let (plan, open) = try undoPlan(selection, policy, state: state)
    // A guard that waited for the lock while the trial was confirmed.
    if policy == .leave, let kept = plan.steps.first(where: { $0.entry.status == .kept }) {
      throw .notOpen(kept.entry.id, .kept)
    }
    var outcome = UndoOutcome(plan: plan)
    guard !plan.isHindered else { return outcome }
    for (number, step) in plan.steps.enumerated() {
      if number > 0 { state = try read() }
      let later = Self.later(than: step.entry, open, besides: plan.steps.map(\.entry))
      let isDone = try takeBack(step.entry, policy, later: later, state: state, into: &outcome)
      // An older entry can only be taken back when the newer ones are.
      guard isDone else { break }
    }
    return outcome
  }

  private func undoPlan(
    _ selection: UndoSelection, _ policy: ConflictPolicy, state: OffloadState
  ) throws(OffloadFailure) -> (plan: UndoPlan, open: [JournalEntry]) {
    let journal = try selected(selection)
    // What will stand when the newer entries are taken back.
    var future: Snapshot = [:]
    var steps: [UndoPlan.Step] = []
    var conflicts: [UndoPlan.Conflict] = []
    for entry in journal.entries {
      let later = Self.later(than: entry, journal.open, besides: journal.entries)
      let target = target(of: entry, state, policy, later: later) { future[$0] ?? state[$0] }
      let changes = target.settings.ordered.compactMap { place, wanted -> KnobChange? in
        guard let now = future[place] ?? state[place], !now.isFixed, !now.hasValue(of: wanted) else { return nil }
        return KnobChange(place, before: now, wanted: wanted.value, key: nil)
      }
      future.merge(target.settings) { $1 }
      steps.append(
        UndoPlan.Step(entry: entry, changes: changes, remarks: target.remarks, isWhole: target.isWhole))
      conflicts += target.conflicts
    }
    let plan = UndoPlan(steps: steps, conflicts: conflicts, remarks: journal.remarks, isForced: policy != .refuse)
    return (plan, journal.open)
  }

  private func target(
    of entry: JournalEntry, _ state: OffloadState, _ policy: ConflictPolicy, later: [JournalEntry],
    now: (Place) -> KnobState?
  ) -> UndoTarget {
    UndoTarget(
      entry, later: later, state: state, isOfThisBoot: isOfThisBoot(entry), leavesConflicts: policy == .leave, now: now)
  }

  /// Entries after this one that stand, and are not taken back before it.
  private static func later(
    than entry: JournalEntry, _ open: [JournalEntry], besides selected: [JournalEntry]
  ) -> [JournalEntry] {
    open.filter { other in other.id > entry.id && !selected.contains { $0.id == other.id } }
  }

  // MARK: which

  private struct Selected {
    /// Newest first.
    let entries: [JournalEntry]
    /// All that are open, oldest first.
    let open: [JournalEntry]
    let remarks: [String]
  }

  private func selected(_ selection: UndoSelection) throws(OffloadFailure) -> Selected {
    let (all, unreadable) = try journal.all()
    let open = all.filter(\.status.isOpen)
    let present = open.filter(isOfThisBoot)
    var remarks = unreadable.map { "\($0.path) \($0.reason): it is left alone" }
    let entries: [JournalEntry]
    switch selection {
    case .entry(let id):
      let entry = try journal.entry(id)
      guard entry.status.isOpen else {
        // There is nothing to do, and that is no failure.
        let failure = OffloadFailure.notOpen(id, entry.status)
        return Selected(entries: [], open: open, remarks: ["\(id): \(failure.message)"])
      }
      return Selected(entries: [entry], open: open, remarks: [])
    case .entries(let ids): entries = open.reversed().filter { ids.contains($0.id) }
    case .latest(let origin): entries = present.last { origin == nil || $0.origin == origin }.map { [$0] } ?? []
    case .all: entries = present.reversed()
    }
    if entries.isEmpty, present.isEmpty, !open.isEmpty {
      remarks.append("there are entries of an earlier boot only: what they changed did not outlive it")
    }
    return Selected(entries: entries, open: open, remarks: remarks)
  }

  // MARK: doing it

  /// - Returns: whether everything is set as it was.
  private func takeBack(
    _ entry: JournalEntry, _ policy: ConflictPolicy, later: [JournalEntry], state: OffloadState,
    into outcome: inout UndoOutcome
  ) throws(OffloadFailure) -> Bool {
    let target = target(of: entry, state, policy, later: later) { state[$0] }
    if entry.status != .undoing {
      do { try journal.beginUndo(entry, foreign: target.foreign) } catch {
        // A trial whose time is over goes back on a full disk, too: nobody may be able to reach the machine.
        guard policy == .leave else { throw .journal(error) }
      }
    }
    let names = state.reach(of: target.settings.keys)
    let before = state.snapshot(of: names, machine: target.settings.keys.contains { $0.interface == nil })
    // What is none of the entry's business shall be afterwards as it is now.
    let whole = before.merging(target.settings) { $1 }
    let result = Restorer(settings: settings).restore(whole, first: Set(target.settings.keys), names: names)
    // Of the rest, what is in force follows from what is set, and queues go with the channels that are taken back.
    let differences = result.differences.filter {
      target.settings[$0.place] != nil || $0.now != nil && !$0.isOnlyInForce
    }
    outcome.differences += differences
    outcome.applied += result.written.sorted { $0.knob < $1.knob }.map { place in
      OffloadOutcome.Applied(
        place: place, key: nil, before: before[place]?.value ?? KnobState.absent.value,
        asked: whole[place]?.value ?? "",
        got: result.now[place]?.value ?? KnobState.absent.value)
    }
    guard differences.allSatisfy(\.isOnlyInForce) else { return false }
    do { try journal.note("undone", in: entry) } catch { throw .journalAfterwards(entry.id, error) }
    outcome.undone.append(entry.id)
    return true
  }
}
