internal import HostAccess

/// The process that takes a trial back. It keeps the entry in memory from its start: journal, locks and directories may fail
/// or vanish at any moment, and it still goes back in time.
package struct TrialGuard<Target: ChangeTarget> {
  private static var pause: Int { 250 }
  /// How long it waits for a lock when the time is over; after that it goes back without.
  private static var lockPatience: Int { 10_000 }
  private static var retryPause: Int { 1_000 }
  private static var mostAttempts: Int { 60 }

  private let undo: ChangeUndo<Target>
  private var clock: any Clock { undo.host.clock }

  package init(_ undo: ChangeUndo<Target>) { self.undo = undo }

  /// Waits until the trial is over, and takes it back unless it was confirmed or taken back meanwhile. What somebody else
  /// changed since stays. A signal that asks it to end ends the trial at once; so does the end of the process that makes the
  /// change in the middle of it.
  /// - Returns: `nil` when there was nothing to take back.
  package func run(_ id: Int) throws -> UndoOutcome? {
    clock.holdInterruptions()
    var memory = try undo.history.record(id)
    guard let seconds = memory.trialSeconds, memory.state.isOpen || memory.state == .planned else {
      throw ChangeFailure.noTrial(id)
    }
    let mark = TrialMark(id, undo.host)
    mark.set()
    defer { mark.remove() }
    do { try undo.history.note(["guarded"], in: memory) } catch { throw ChangeFailure.journal(error) }
    // What is needed to write is loaded by a look; from now on the program's own disk may go, too.
    _ = try? undo.target.withAccess(.look) { try undo.target.read(Set(memory.before.keys), $0) }
    clock.stayInMemory()
    let length = min(seconds, 1 << 31) * 1000
    // Counted from the end of the change; while that cannot be seen, from now.
    var deadline: Int?
    while !clock.interrupted {
      let record = try? undo.history.record(id)
      memory = record ?? memory
      switch record?.state {
      case .kept, .undone, .rolledBack: return nil
      case .trial, nil: deadline = deadline ?? clock.milliseconds + length
      // Whoever makes the change, or takes it back, holds the lock. Without one it is left unfinished.
      case .planned, .begun, .done, .undoing, .unknown:
        switch isAbandoned(id) {
        case true: return takeBack(memory)
        case false: break
        case nil: deadline = deadline ?? clock.milliseconds + length
        }
      }
      if let deadline, clock.milliseconds >= deadline { return takeBack(memory) }
      clock.sleep(milliseconds: Self.pause)
    }
    return takeBack(memory)
  }

  /// `nil`: it cannot be known.
  private func isAbandoned(_ id: Int) -> Bool? {
    do throws(ChangeFailure) {
      let locks = try HeldLocks(undo.target.locks, undo.host)
      defer { withExtendedLifetime(locks) {} }
      // Its last line may have come between our look at it and the lock.
      return (try? undo.history.record(id)).map { $0.state.isUnfinished || $0.state == .unknown }
    } catch {
      if case .lock(let reason) = error, reason.isHeld { return false }
      return nil
    }
  }

  /// Tries until it has worked: nobody else will.
  private func takeBack(_ memory: ChangeRecord) -> UndoOutcome? {
    var record = memory
    var attempts = 0
    var locks: HeldLocks?
    let patience = clock.milliseconds + Self.lockPatience
    while locks == nil, clock.milliseconds < patience {
      locks = try? HeldLocks(undo.target.locks, undo.host)
      if locks == nil { clock.sleep(milliseconds: Self.pause) }
      if clock.interrupted { break }
    }
    defer { withExtendedLifetime(locks) {} }
    while true {
      record = (try? undo.history.record(record.id)) ?? record
      // Confirmed while it waited for the lock.
      if [.kept, .undone, .rolledBack].contains(record.state) { return nil }
      let open = (try? undo.history.all(undo.target.kind).records.filter(\.state.isOpen)) ?? []
      let selected = ChangeUndo<Target>.Selected(records: [record], open: open, remarks: [])
      let outcome = try? undo.perform(selected, .leave)
      attempts += outcome == nil ? 0 : 1
      // What the kernel refuses for a minute it refuses for good; what cannot be asked may come back.
      if let outcome, outcome.differences.isEmpty || attempts == Self.mostAttempts { return outcome }
      if clock.interrupted { return outcome }
      clock.sleep(milliseconds: Self.retryPause)
    }
  }
}
