public import HostAccess
public import Vocabulary

/// Changes settings, all or nothing, and takes changes back.
public struct OffloadEngine {
  let host: Host
  let settings: any SettingAccess

  /// - Parameter settings: ``KernelSettings`` of the same host.
  public init(_ host: Host, settings: any SettingAccess) {
    self.host = host
    self.settings = settings
  }

  /// What `set` would do. Nothing is written. The plan's refusals say what cannot be.
  /// - Parameter members: also does the members of bonds what is asked of the bond.
  public func plan(_ requests: [SettingRequest], members: Bool = false) throws(OffloadFailure) -> OffloadPlan {
    throw .unreadable(.failed("not here yet"))
  }

  /// Does it: all, or nothing. Refusals of the plan and of the kernel are in the outcome, and then nothing has changed.
  /// - Parameters:
  ///   - words: the command line, for the journal.
  ///   - trial: taken back by itself unless confirmed.
  public func apply(
    _ requests: [SettingRequest], members: Bool = false, words: [String], origin: JournalEntry.Origin = .set,
    trial: Trial? = nil
  ) throws(OffloadFailure) -> OffloadOutcome {
    throw .unreadable(.failed("not here yet"))
  }

  /// What `undo` would do. Nothing is written.
  /// - Parameter force: also takes back what somebody else changed since.
  public func undoPlan(_ selection: UndoSelection, force: Bool = false) throws(OffloadFailure) -> UndoPlan {
    throw .unreadable(.failed("not here yet"))
  }

  /// Takes entries back, and compares with what was there before. With a conflict nothing is written.
  public func undo(_ selection: UndoSelection, force: Bool = false) throws(OffloadFailure) -> UndoOutcome {
    throw .unreadable(.failed("not here yet"))
  }

  /// The journal, oldest first.
  public func history() throws(OffloadFailure) -> (entries: [JournalEntry], unreadable: [UnreadableEntry]) {
    throw .unreadable(.failed("not here yet"))
  }

  /// Confirms a trial; `nil`: the newest that waits. Confirming twice is no error.
  /// - Returns: the entry, and whether this call confirmed it.
  public func keep(_ id: Int?) throws(OffloadFailure) -> (entry: JournalEntry, changed: Bool) {
    throw .unreadable(.failed("not here yet"))
  }

  /// Whether an entry was made since the machine was started; settings do not outlive that.
  public func isOfThisBoot(_ entry: JournalEntry) -> Bool { false }
}

extension OffloadPlan {
  public var exitStatus: ExitStatus { refusals.exitStatus }
}

extension OffloadOutcome {
  public var exitStatus: ExitStatus { refused.exitStatus }
}

extension [Refusal] {
  /// The worst of them: 64, 4, 6 or 7; 0 without any.
  var exitStatus: ExitStatus {
    switch map(\.category).max() {
    case nil: .done
    case .refused: .refused
    case .unsupported: .unsupported
    case .notPermitted: .notPermitted
    case .usage: .usage
    }
  }
}
