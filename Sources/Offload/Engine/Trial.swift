internal import HostAccess

/// A change for a while: a process of its own takes it back unless it is confirmed.
public struct Trial: Sendable, Equatable {
  /// After which time it is taken back, counted from the end of the change, while the machine runs.
  public let seconds: Int
  /// The program of the guard and its words; the entry's number is added: `/usr/bin/rdmactl offload guard`.
  public let guardCommand: [String]

  public init(seconds: Int, guardCommand: [String]) {
    self.seconds = seconds
    self.guardCommand = guardCommand
  }
}

extension OffloadEngine {
  private static let guardPatience = 10_000
  private static let pause = 20

  /// Where the guards of trials write.
  var guardLog: String { journal.directory + "/guard.log" }

  /// Starts the process that takes an entry back, and waits until it says that it watches: before the first change.
  func start(_ trial: Trial, of entry: JournalEntry) throws(OffloadFailure) {
    do throws(ProcessError) {
      guard let program = trial.guardCommand.first else { throw .notFound }
      let process = try host.processes.launch(
        program, trial.guardCommand.dropFirst() + ["\(entry.id)"], log: guardLog, directory: "/")
      let end = host.clock.milliseconds + Self.guardPatience
      while !isGuarded(entry.id) {
        if process.ended() != nil { throw .failed("ended at once; what it said is in \(guardLog)") }
        if host.clock.interrupted { throw .failed("was not waited for: interrupted") }
        guard host.clock.milliseconds < end else { throw .timedOut(milliseconds: Self.guardPatience) }
        host.clock.sleep(milliseconds: Self.pause)
      }
    } catch {
      // Nothing is changed yet; a guard that comes too late finds an entry that needs none.
      try? journal.note("failed", in: entry)
      throw .noGuard(error.explanation)
    }
  }

  private func isGuarded(_ id: Int) -> Bool {
    (try? journal.entry(id))?.events.contains { $0.word == "guarded" } ?? false
  }
}

/// The process that takes a trial back.
public struct TrialGuard {
  private static let pause = 250

  private let engine: OffloadEngine

  public init(_ engine: OffloadEngine) { self.engine = engine }

  /// Waits until the trial is over, and takes it back unless it was confirmed or taken back meanwhile. What somebody else
  /// changed since stays. A signal that asks it to end ends the trial at once; so does the end of the process that makes the
  /// change in the middle of it.
  /// - Returns: `nil` when there was nothing to take back.
  public func run(_ id: Int) throws(OffloadFailure) -> UndoOutcome? {
    let clock = engine.host.clock
    clock.holdInterruptions()
    let entry = try engine.journal.entry(id)
    guard let seconds = entry.trialSeconds, entry.status.isOpen else { throw .noTrial(id) }
    do { try engine.journal.note("guarded", in: entry) } catch { throw .journal(error) }
    var deadline: Int?
    while !clock.interrupted {
      let entry = try engine.journal.entry(id)
      switch entry.status {
      case .kept, .undone, .failed: return nil
      case .trial:
        let end = deadline ?? clock.milliseconds + min(seconds, 1 << 31) * 1000
        deadline = end
        if clock.milliseconds >= end { return try takeBack(id) }
      // Whoever makes the change, or takes it back, holds the lock. Without one it is left unfinished.
      case .interrupted, .done, .undoing:
        if try isAbandoned(id) { return try takeBack(id) }
      }
      clock.sleep(milliseconds: Self.pause)
    }
    return try takeBack(id)
  }

  private func isAbandoned(_ id: Int) throws(OffloadFailure) -> Bool {
    do throws(OffloadFailure) {
      let lock = try engine.lock()
      defer { withExtendedLifetime(lock) {} }
      // Its last line may have come between our look at it and the lock.
      return [.interrupted, .undoing].contains(try engine.journal.entry(id).status)
    } catch {
      if case .lock(let reason) = error, case .locked = reason.reason { return false }
      throw error
    }
  }

  private func takeBack(_ id: Int) throws(OffloadFailure) -> UndoOutcome? {
    let patience = engine.host.clock.milliseconds + 60_000
    while true {
      do throws(OffloadFailure) {
        let outcome = try engine.undo(.entry(id), .leave)
        return outcome.plan.steps.isEmpty ? nil : outcome
      } catch {
        switch error {
        case .notOpen: return nil
        case .lock(let reason):
          guard case .locked = reason.reason, engine.host.clock.milliseconds < patience else { throw error }
          engine.host.clock.sleep(milliseconds: Self.pause)
        default: throw error
        }
      }
    }
  }
}
