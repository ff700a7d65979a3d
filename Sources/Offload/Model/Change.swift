/// `key=value` as the user wrote it, its value checked against the key.
public struct Assignment: Hashable, Sendable {
  public let key: String
  public let value: String

  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// What is wanted: assignments for an interface, or (`nil`) for the machine.
public struct SettingRequest: Hashable, Sendable {
  public let interface: String?
  public let assignments: [Assignment]

  public init(_ interface: String?, _ assignments: [Assignment]) {
    self.interface = interface
    self.assignments = assignments
  }
}

/// A knob of an interface, or (`nil`) of the machine.
public struct Place: Hashable, Sendable {
  public let interface: InterfaceIdentity?
  public let knob: Knob

  public init(_ interface: InterfaceIdentity?, _ knob: Knob) {
    self.interface = interface
    self.knob = knob
  }
}

/// A change that is to be made, or was.
public struct KnobChange: Hashable, Sendable {
  public let place: Place
  public let before: KnobState
  /// What is to be set.
  public let wanted: String
  /// The key that asked for it; `nil` when it must change for another's sake.
  public let key: String?
  /// Why it is changed with another, or what the driver does with it: half a sentence.
  public let reason: String?

  public init(_ place: Place, before: KnobState, wanted: String, key: String?, reason: String? = nil) {
    self.place = place
    self.before = before
    self.wanted = wanted
    self.key = key
    self.reason = reason
  }
}

/// What `set` would do: the same for a dry run and for the real one.
public struct OffloadPlan: Sendable, Equatable {
  /// In the order in which they are made; those of one kind and interface that stand together are one message.
  public var changes: [KnobChange]
  /// Asked for and already so.
  public var already: [KnobChange]
  /// What the kernel will change of its own accord.
  public var cascades: [KnobChange]
  /// What cannot be: nothing is done then.
  public var refusals: [Refusal]
  /// What the user should know before: a bond's other members, what a value costs.
  public var remarks: [String]

  public init(
    changes: [KnobChange] = [], already: [KnobChange] = [], cascades: [KnobChange] = [], refusals: [Refusal] = [],
    remarks: [String] = []
  ) {
    self.changes = changes
    self.already = already
    self.cascades = cascades
    self.refusals = refusals
    self.remarks = remarks
  }
}

/// Something asked for that is not done.
public struct Refusal: Hashable, Sendable {
  /// What kind of no it is; worse ones last.
  public enum Category: Int, Sendable, Comparable {
    /// It could be, but not as things stand: another setting forbids it, or the kernel refused.
    case refused
    /// This device, driver or kernel has no such setting, or has it fixed.
    case unsupported
    /// The user may not.
    case notPermitted
    /// No such key, or no value of it.
    case usage

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  public let interface: String?
  public let key: String
  public let value: String
  /// Why, in half a sentence: our own prediction, or the kernel's words.
  public let reason: String
  /// Whether the kernel or its driver said so, and not we.
  public let isKernels: Bool
  public let category: Category

  public init(
    interface: String?, key: String, value: String, reason: String, isKernels: Bool, category: Category = .refused
  ) {
    self.interface = interface
    self.key = key
    self.value = value
    self.reason = reason
    self.isKernels = isKernels
    self.category = category
  }
}

/// What `set` came to.
public struct OffloadOutcome: Sendable, Equatable {
  /// A change as it was really made.
  public struct Applied: Hashable, Sendable {
    public let place: Place
    public let key: String?
    public let before: String
    public let asked: String
    /// What was read back: drivers round.
    public let got: String

    public init(place: Place, key: String?, before: String, asked: String, got: String) {
      self.place = place
      self.key = key
      self.before = before
      self.asked = asked
      self.got = got
    }
  }

  /// A knob that changed and was not asked for.
  public struct SideEffect: Hashable, Sendable {
    public let place: Place
    public let before: String
    public let after: String

    public init(place: Place, before: String, after: String) {
      self.place = place
      self.before = before
      self.after = after
    }
  }

  public var applied: [Applied]
  public var refused: [Refusal]
  public var sideEffects: [SideEffect]
  /// `nil` when nothing was written.
  public var journalID: Int?

  public init(
    applied: [Applied] = [], refused: [Refusal] = [], sideEffects: [SideEffect] = [], journalID: Int? = nil
  ) {
    self.applied = applied
    self.refused = refused
    self.sideEffects = sideEffects
    self.journalID = journalID
  }

  public var changed: Bool { !applied.isEmpty || !sideEffects.isEmpty }
}
