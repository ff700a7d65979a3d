internal import HostAccess
internal import InfiniBandWire

/// How far a sweep is.
public struct SweepProgress: Sendable, Equatable {
  public var nodes: Int
  /// Questions answered, and those known so far.
  public var answered: Int
  public var asked: Int
}

extension FabricSession {
  /// Finds the whole subnet by directed routes from the local port.
  ///
  /// - Parameter progress: called now and then.
  /// - Throws: when the local port itself cannot be asked, or the user wants to stop. A node that does not answer is in
  ///   ``Fabric/unanswered``.
  public func sweep(progress: (SweepProgress) -> Void = { _ in }) throws(SessionFailure) -> Fabric {
    preconditionFailure("not written yet")
  }
}
