package import HostAccess

/// How a change is made.
package struct ChangeOptions: Sendable {
  /// Do not ask.
  package var yes: Bool
  /// Show the plan, and write nothing.
  package var dryRun: Bool
  /// The words after the program's name; `nil`: as the process was started.
  package var command: [String]?
  /// Seconds to wait for another process that holds a lock.
  package var patience: Int
  package var trial: Trial?
  /// The change that this one takes back.
  package var undoes: Int?

  package init(
    yes: Bool = false, dryRun: Bool = false, command: [String]? = nil, patience: Int = 0, trial: Trial? = nil,
    undoes: Int? = nil
  ) {
    self.yes = yes
    self.dryRun = dryRun
    self.command = command
    self.patience = patience
    self.trial = trial
    self.undoes = undoes
  }
}

/// What a run came to.
package struct ChangeOutcome<Detail> {
  package enum Result: Equatable {
    /// Already set, nothing to do.
    case unchanged
    case dryRun
    /// Written and read back: the entry of the journal.
    case written(ChangeRecord)
  }

  package let plan: ChangePlan<Detail>
  package let result: Result

  package var record: ChangeRecord? { if case .written(let record) = result { record } else { nil } }
}

/// The one way in which anything is changed: look, plan, show, ask, lock, look again and compare, journal, write, read back.
package struct ChangeRun<Writer: ChangeWriter> {
  let writer: Writer
  let host: Host
  let history: ChangeHistory
  let kinds: ChangeKinds

  /// - Parameter kinds: how entries that a killed process left are read back.
  package init(_ writer: Writer, on host: Host, kinds: ChangeKinds) {
    self.writer = writer
    self.host = host
    self.kinds = kinds
    history = ChangeHistory(host)
  }

  /// - Parameter tell: shows the plan, on standard error; not called for an empty one.
  /// - Throws: what the writer throws, and `ChangeFailure`.
  package func perform(
    _ options: ChangeOptions, tell: (ChangePlan<Writer.Detail>) -> Void = { _ in }
  ) throws -> ChangeOutcome<Writer.Detail> {
    let first = try writer.withAccess(.look) { try writer.plan($0) }
    guard !first.isEmpty else {
      // Somebody has taken it back already.
      if let id = options.undoes, !options.dryRun, let undone = try? history.record(id) {
        try? history.note(.undone, in: undone)
      }
      return ChangeOutcome(plan: first, result: .unchanged)
    }
    if !options.dryRun { try writer.checkRights() }
    tell(first)
    guard !options.dryRun else { return ChangeOutcome(plan: first, result: .dryRun) }
    try Question(host: host).ask(first.question, yes: options.yes)
    kinds.settle(history)
    let locks = try HeldLocks(writer.locks, host, patience: options.patience * 1000)
    defer { withExtendedLifetime(locks) {} }
    return try writer.withAccess(.write) { access in
      let plan = try writer.plan(access)
      try compare(first, plan, access)
      if host.clock.interrupted { throw ChangeFailure.interrupted(rolledBack: false) }
      let before = try writer.reach(of: Set(plan.changes.map(\.place)), access)
      let record = try begin(plan, before, options)
      return ChangeOutcome(plan: plan, result: .written(try carryOut(plan, record, access)))
    }
  }

  /// What is there must be what the user agreed to.
  private func compare(
    _ first: ChangePlan<Writer.Detail>, _ second: ChangePlan<Writer.Detail>, _ access: Writer.Access
  ) throws {
    let now = Dictionary(second.changes.map { ($0.place, $0) }) { first, _ in first }
    let gone = Set(first.changes.map(\.place).filter { now[$0] == nil })
    let values = gone.isEmpty ? [:] : try writer.read(gone, access)
    var found = first.changes.compactMap { change -> ChangeFailure.Discrepancy? in
      guard let new = now[change.place] else {
        return ChangeFailure.Discrepancy(change.place, planned: change.before, now: values[change.place])
      }
      guard new.before != change.before || new.after != change.after else { return nil }
      return ChangeFailure.Discrepancy(change.place, planned: change.before, now: new.before)
    }
    let planned = Set(first.changes.map(\.place))
    found += second.changes.filter { !planned.contains($0.place) }
      .map { ChangeFailure.Discrepancy($0.place, planned: nil, now: $0.before) }
    guard found.isEmpty else { throw ChangeFailure.changedSincePlan(found) }
  }

  private func begin(
    _ plan: ChangePlan<Writer.Detail>, _ before: ChangeSnapshot, _ options: ChangeOptions
  ) throws -> ChangeRecord {
    var scope = ChangeScope.current(host)
    scope.card = plan.card
    let origin = ChangeOrigin.current(host, command: options.command)
    let planned = plan.changes.map { ($0.place, $0.before) }
    let record = try history.begin(isBegun: options.trial == nil) { id, time in
      ChangeRecord(
        id: id, time: time, kind: writer.kind, action: writer.action, origin: origin, scope: scope,
        subject: plan.subject, trialSeconds: options.trial?.seconds, undoes: options.undoes,
        attachments: plan.attachments, irreversible: plan.irreversible, changes: plan.changes,
        before: before.merging(planned) { own, _ in own })
    }
    guard let trial = options.trial else { return record }
    try trial.start(record, history)
    do { try history.note(.begun, in: record) } catch { throw ChangeFailure.journal(error) }
    return record
  }

  /// Makes the changes of an entry that is on the disk.
  private func carryOut(
    _ plan: ChangePlan<Writer.Detail>, _ record: ChangeRecord, _ access: Writer.Access
  ) throws -> ChangeRecord {
    let log = ChangeLog(history: history, record: record)
    var now = record.before
    var hasWritten = false
    do {
      for step in plan.steps {
        if host.clock.interrupted { throw ChangeFailure.interrupted(rolledBack: hasWritten) }
        // What came about with an earlier step is not written again.
        let open = step.changes.filter { !writer.isSet(now[$0.place] ?? .absent, as: $0.after) }
        guard !open.isEmpty else { continue }
        hasWritten = true
        try writer.write(open, access, log)
        now = try writer.read(Set(record.before.keys), access)
        try writer.verify(open, now, access)
      }
      // A later step may have taken an earlier one away.
      try writer.verify(record.changes, now, access)
    } catch {
      throw try settled(record, error, access, log)
    }
    return try finish(record, now, access, log)
  }

  private func finish(
    _ record: ChangeRecord, _ now: ChangeSnapshot, _ access: Writer.Access, _ log: ChangeLog
  ) throws -> ChangeRecord {
    let places = Set(record.changes.map(\.place))
    var finished = record
    finished.results = Dictionary(
      places.map { ($0, now[$0] ?? .absent) }
    ) { first, _ in first }
    for (place, old) in record.before where !places.contains(place) {
      guard let new = now[place] else {
        if !writer.isMoving(place) { finished.sides[place] = .absent }
        continue
      }
      if !writer.isLike(new, old) { finished.sides[place] = new }
    }
    do { try history.finish(record, results: finished.results, sides: finished.sides) } catch {
      // What is not in the journal could not be taken back as it should.
      throw try settled(record, ChangeFailure.journal(error), access, log)
    }
    finished.events.append(ChangeRecord.Event(time: host.clock.timestamp, words: [ChangeState.done.word]))
    if let undone = record.undoes, let other = try? history.record(undone) { try? history.note(.undone, in: other) }
    return finished
  }

  /// - Returns: the failure to report after the values were restored, or could not be restored.
  private func settled(
    _ record: ChangeRecord, _ error: any Error, _ access: Writer.Access, _ log: ChangeLog
  ) throws -> any Error {
    switch writer.recover(record, from: error, access, log) {
    case .rolledBack:
      // Should this line not get to the disk, an undo of the entry finds nothing to do.
      try? history.note(.rolledBack, in: record)
      return error
    case .unknown:
      try? history.note(.unknown, in: record)
      return error
    case .incomplete(let differences):
      try? history.note(.unknown, in: record)
      return ChangeFailure.rollback(record.id, why: error.sentence, differences)
    }
  }
}
