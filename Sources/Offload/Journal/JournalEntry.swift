/// One call that changed settings: what was there before, what was asked, what came of it.
public struct JournalEntry: Sendable, Equatable {
  /// Which command made it.
  public enum Origin: String, Sendable, CaseIterable {
    case set, tune
    case trial = "try"
  }

  /// How far it has come. Everything but ``undone`` and ``failed`` can be taken back.
  public enum Status: String, Sendable {
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

    public var word: String { rawValue }

    /// Whether `undo` has something to do with it.
    public var isOpen: Bool { self != .undone && self != .failed }
  }

  /// A step on the way of an entry, as a line of its file says it.
  public struct Event: Sendable, Equatable {
    /// UTC, `2026-11-21T06:52:00Z`.
    public let time: String
    /// The name of a ``Status``, or `guarded`.
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
  public internal(set) var results: Snapshot = [:]
  /// How what else changed stood afterwards.
  var sideStates: Snapshot = [:]
  /// What somebody else had changed when taking it back was begun, and how it stood then: left as it is.
  var foreign: Snapshot = [:]
  public internal(set) var events: [Event] = []

  /// The interfaces whose settings it changed, each once.
  public var interfaces: [InterfaceIdentity] { changes.compactMap(\.place.interface).unique }

  /// What else changed.
  public var sideEffects: [OffloadOutcome.SideEffect] {
    sideStates.ordered.map { place, new in
      let old = before[place] ?? .absent
      return OffloadOutcome.SideEffect(place: place, before: old.seen(beside: new), after: new.seen(beside: old))
    }
  }

  public var status: Status {
    let states = events.compactMap { Status(rawValue: $0.word) }
    return switch states.last {
    case nil: .interrupted
    case .done: trialSeconds == nil ? .done : .trial
    case let status?: status
    }
  }
}

/// A file of the journal that cannot be made sense of: it is told, never used and never overwritten.
public struct UnreadableEntry: Sendable, Equatable {
  public let path: String
  /// Half a sentence.
  public let reason: String
}

extension Sequence where Element: Hashable {
  /// Each element once, where it first occurs.
  var unique: [Element] {
    var known: Set<Element> = []
    return filter { known.insert($0).inserted }
  }
}
