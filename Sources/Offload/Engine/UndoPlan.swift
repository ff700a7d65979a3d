public import Vocabulary

/// Which entries of the journal are to be taken back.
public enum UndoSelection: Sendable, Equatable {
  /// The newest one of this boot that is not taken back; with an origin, the newest of these.
  case latest(JournalEntry.Origin? = nil)
  case entry(Int)
  /// These, newest first, as far as they still can be: those of a plan that was confirmed.
  case entries([Int])
  /// All of this boot, newest first.
  case all
}

/// What `undo` would do; the same for a dry run and for the real one.
public struct UndoPlan: Sendable, Equatable {
  /// A setting that somebody changed after the entry did.
  public struct Conflict: Hashable, Sendable {
    public let entry: Int
    public let place: Place
    /// Before the entry, after it, and now.
    public let before: String
    public let after: String
    public let now: String
    /// A later entry that changed it again: that one is to be undone first.
    public let laterEntry: Int?
  }

  /// One entry, newest first.
  public struct Step: Sendable, Equatable {
    public let entry: JournalEntry
    /// What is written: ``KnobChange/wanted`` is the old value.
    public let changes: [KnobChange]
    /// What the user should know: an interface found under another name, or gone; the entry's earlier boot.
    public let remarks: [String]
    /// Whether every interface of the entry is still there.
    public let isWhole: Bool
  }

  public let steps: [Step]
  /// With any of these nothing is written, unless it is forced.
  public let conflicts: [Conflict]
  /// About the call as a whole: entries of an earlier boot that are left alone, files that cannot be read.
  public let remarks: [String]
  /// Whether conflicts do not hinder.
  public let isForced: Bool

  var isHindered: Bool { !conflicts.isEmpty && !isForced }
  public var exitStatus: ExitStatus { isHindered ? .refused : .done }
}

/// What `undo` came to.
public struct UndoOutcome: Sendable, Equatable {
  public let plan: UndoPlan
  /// The entries that are now taken back.
  public internal(set) var undone: [Int] = []
  /// What was written, and what it came to.
  public internal(set) var applied: [OffloadOutcome.Applied] = []
  /// What still is not as it was.
  public internal(set) var differences: [Difference] = []

  public var changed: Bool { !applied.isEmpty }

  /// 7 with conflicts, 8 when something is not as it was.
  public var exitStatus: ExitStatus { differences.isEmpty ? plan.exitStatus : .partial }
}
