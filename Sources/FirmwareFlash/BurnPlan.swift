public import FirmwareImage

/// All that a burn, a change of identity or a recovery will do. Making one writes nothing.
public struct BurnPlan: Sendable, Equatable {
  public enum Purpose: String, Sendable, Encodable {
    case burn
    case setIdentity = "set_identity"
    case changeROM = "change_rom"
    case recover
  }

  /// Where a value of the new image comes from.
  public enum Origin: String, Sendable, Encodable {
    /// The card's own, moved into the image or left where it is.
    case kept
    /// As the user gave it.
    case set
    case image
    case none
  }

  /// What becomes of what makes the card this card.
  public struct Identity: Sendable, Equatable {
    public var guids: Origin
    public var macs: Origin
    public var vsd: Origin
    public var psid: Origin
    public var rom: Origin
  }

  public let purpose: Purpose
  /// The card's name.
  public let card: String
  /// What boots now; `nil` when nothing does.
  public let booting: Placement?
  /// What will boot.
  public let target: Placement?
  public let oldVersion: FirmwareVersion?
  public let newVersion: FirmwareVersion?
  public let psid: String?
  public let guids: CardGUIDs?
  public let macs: CardMACs?
  /// `nil` in a recovery, which changes no values.
  public let identity: Identity?
  public let steps: [PlannedStep]
  /// Where what is on the flash is stored first; `nil` when it is not.
  public let backupPath: String?
  /// What the user should know, a sentence each.
  public internal(set) var notes: [String]
  /// What the image that boots in the end says of itself.
  let expected: FirmwareFacts?
  /// What the card must have in the end, where that is the purpose.
  var change: IdentityChange?
  /// What of that the card had before, where it is kept beside the image.
  var previous: IdentityChange?
  /// Whether a part of the identity that is set was blank.
  var losesBlank = false

  /// Nothing has to be written.
  public var isUnchanged: Bool { steps.allSatisfy(\.writes.isEmpty) }
  public var erases: Int { writes.count { $0.erases } }
  public var programs: Int { writes.reduce(0) { $0 + $1.programs.count } }
  public var bytesToErase: Int { writes.reduce(0) { $0 + $1.bytesErased } }
  public var bytesToProgram: Int { writes.reduce(0) { $0 + $1.bytesProgrammed } }
  var writes: [FlashWrite] { steps.flatMap(\.writes) }

  /// The plan to do nothing, or only what `steps` say, about what boots now.
  static func onlyFinishing(
    _ purpose: Purpose, card: Card, booting: Placement?, target: Placement?, facts: FirmwareFacts?,
    steps: [PlannedStep], notes: [String]
  ) -> BurnPlan {
    BurnPlan(
      purpose: purpose, card: card.name, booting: booting, target: target, oldVersion: facts?.version,
      newVersion: facts?.version, psid: facts?.psid, guids: facts?.guids, macs: facts?.macs, identity: nil,
      steps: steps, backupPath: nil, notes: notes, expected: facts)
  }
}

/// How a plan was carried out.
public struct BurnOutcome: Sendable, Equatable {
  public enum Result: String, Sendable, Encodable {
    case written, unchanged
    case dryRun = "dry_run"
  }

  public let result: Result
  public let bytesErased: Int
  public let bytesProgrammed: Int
  /// Everything written was read back and was right.
  public let verified: Bool
  public let backupPath: String?
  /// What the user should know, a sentence each: an interruption that came too late, a journal that could not be closed.
  public let notes: [String]

  public init(
    result: Result, bytesErased: Int, bytesProgrammed: Int, verified: Bool, backupPath: String?, notes: [String]
  ) {
    self.result = result
    self.bytesErased = bytesErased
    self.bytesProgrammed = bytesProgrammed
    self.verified = verified
    self.backupPath = backupPath
    self.notes = notes
  }
}

/// How far a plan is. A phase begins with `done` 0.
public struct BurnProgress: Sendable, Equatable {
  public enum Phase: String, Sendable, Encodable {
    case reading, backup, writing, switching
  }

  public let phase: Phase
  /// Bytes.
  public let done: Int
  public let total: Int

  public init(_ phase: Phase, done: Int, total: Int) {
    self.phase = phase
    self.done = done
    self.total = total
  }
}
