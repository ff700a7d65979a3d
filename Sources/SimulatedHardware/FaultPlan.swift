/// What goes wrong with an adapter, and when. The same plan and the same calls give the same faults.
public struct FaultPlan: Sendable, Equatable {
  /// How the power fails, or the tool ends, at a flash operation.
  public enum InterruptionKind: String, Sendable, CaseIterable {
    /// The operation is not executed; the adapter has no power.
    case cleanPowerCut
    /// Part of the operation's bits or bytes are changed; the adapter has no power.
    case tornPowerCut
    /// The operation is executed; the tool is killed before it learns of that. The adapter lives on, semaphores and all.
    case toolDeath
  }

  /// Of all erase and program operations, counted from 1: which one is interrupted, and how.
  public struct Interruption: Sendable, Equatable {
    public let operation: Int
    public let kind: InterruptionKind

    public init(operation: Int, kind: InterruptionKind) {
      self.operation = operation
      self.kind = kind
    }
  }

  public var interruption: Interruption?
  /// Of all accesses to configuration space and BAR, counted from 1: before which one the tool is killed.
  public var toolDeathAtAccess: Int?
  /// From which access on every read gives ones and no write arrives: the function has left the bus.
  public var absentFromAccess: Int?

  /// Probabilities from 0 to 1, per operation. Not executed, and the part says so where it can (the Intel command set).
  public var failing = 0.0
  /// Not executed, but reported done.
  public var lying = 0.0
  /// Executed in part, but reported done.
  public var partial = 0.0
  /// The part never again reports that it is ready.
  public var stuckBusy = 0.0
  /// Per dword that is read from the flash through a gateway: one bit is wrong, this time.
  public var bitFlip = 0.0
  /// The flash semaphore reads as taken, always.
  public var semaphoreIsStuck = false
  /// The gateway never finishes.
  public var gatewayIsStuck = false
  /// What goes wrong in the conversation with running firmware.
  public var firmware = FirmwareFaults()
  public var seed: UInt64 = 1

  public init() {}

  /// Cuts the power, or kills the tool, at one flash operation.
  public static func interrupted(at operation: Int, _ kind: InterruptionKind, seed: UInt64 = 1) -> FaultPlan {
    var plan = FaultPlan()
    plan.interruption = Interruption(operation: operation, kind: kind)
    plan.seed = seed
    return plan
  }
}

/// What goes wrong with firmware that runs: in updates through it, and in its answers.
public struct FirmwareFaults: Sendable, Equatable {
  /// A step of an update at which it is refused, with the error code of MCC.
  public enum Stage: String, Sendable, CaseIterable { case begin, download, verify, activate }

  public struct Refusal: Sendable, Equatable {
    public let stage: Stage
    public let code: UInt8

    public init(_ stage: Stage, _ code: UInt8) {
      self.stage = stage
      self.code = code
    }
  }

  public var refusal: Refusal?
  /// Another tool holds the update, and was last heard so many seconds ago.
  public var foreignOwnerSeconds: Int?
  /// So many accesses to registers, from the first on, find no room (status 8).
  public var busyAccesses = 0
  /// How many questions about the state it takes until a step is done.
  public var slowness = 0
  /// Of all instructions and pieces of data of updates, counted from 1: at which one the tool is killed after it, or the
  /// power fails before it.
  public var interruption: FaultPlan.Interruption?
  /// Probabilities from 0 to 1, per access to a register. The answer comes late.
  public var late = 0.0
  /// Some bits of the answer are others.
  public var wrong = 0.0
  /// Of the answer only the beginning is there.
  public var truncated = 0.0
  /// The answer is that of the access before.
  public var stale = 0.0

  public init() {}
}
