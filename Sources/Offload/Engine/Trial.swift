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

/// The process that takes a trial back.
public struct TrialGuard {
  private let engine: OffloadEngine

  public init(_ engine: OffloadEngine) { self.engine = engine }

  /// Waits until the trial is over, and takes it back unless it was confirmed or taken back meanwhile. A signal that asks it
  /// to end ends the trial at once.
  /// - Returns: `nil` when there was nothing to take back.
  public func run(_ id: Int) throws(OffloadFailure) -> UndoOutcome? {
    throw .unreadable(.failed("not here yet"))
  }
}
