/// One call that changed settings: what was there before, what was asked, what came of it.
public struct JournalEntry: Sendable, Equatable {
  /// Which command made it.
  public enum Origin: String, Sendable, CaseIterable {
    case set, tune
    case trial = "try"
  }

  /// How far it has come. Everything but ``undone`` and ``failed`` can be undone.
  public enum Status: Sendable, Equatable {
    /// The process ended in the middle.
    case interrupted
    case done
    /// Done, and taken back by its guard unless it is confirmed in time.
    case trial
    /// A trial that was confirmed.
    case kept
    /// Taking it back was begun, and not finished.
    case undoing
    case undone
    /// It was refused, and everything was put back at once.
    case failed

    public var word: String {
      switch self {
      case .interrupted: "interrupted"
      case .done: "done"
      case .trial: "trial"
      case .kept: "kept"
      case .undoing: "undoing"
      case .undone: "undone"
      case .failed: "failed"
      }
    }

    /// Whether `undo` has something to do with it.
    public var isOpen: Bool { self != .undone && self != .failed }
  }

  /// A step on the way of an entry, as a line of its file says it.
  public struct Event: Sendable, Equatable {
    /// UTC, `2026-11-21T06:52:00Z`.
    public let time: String
    public let word: String
  }

  public let id: Int
  /// When it was begun, UTC.
  public let time: String
  /// `/proc/sys/kernel/random/boot_id`; `nil` when the kernel did not tell.
  public let bootID: String?
  public let origin: Origin
  /// The words of the command line.
  public let command: [String]
  /// Of a trial, after how many seconds it is taken back.
  public let trialSeconds: Int?
  /// The changes that were planned, in their order.
  public let changes: [KnobChange]
  /// Everything that was there before on the interfaces that it bears on.
  public let before: Snapshot
  /// What the planned changes came to; empty until it is done.
  public internal(set) var results: [Place: KnobState]
  /// What else changed.
  public internal(set) var sideEffects: [OffloadOutcome.SideEffect]
  /// What somebody else had changed when taking it back was begun, and how it stood then.
  internal var foreign: [Place: KnobState]
  public internal(set) var status: Status
  public internal(set) var events: [Event]

  /// The interfaces whose settings it changed, each once.
  public var interfaces: [InterfaceIdentity] {
    changes.reduce(into: []) { known, change in
      if let interface = change.place.interface, !known.contains(interface) { known.append(interface) }
    }
  }
}

/// A file of the journal that cannot be made sense of: it is told, never used and never overwritten.
public struct UnreadableEntry: Sendable, Equatable {
  public let path: String
  /// Half a sentence.
  public let reason: String
}
