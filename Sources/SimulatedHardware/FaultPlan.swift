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
