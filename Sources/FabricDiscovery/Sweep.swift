internal import HostAccess
internal import InfiniBandWire

/// How far a sweep is.
public struct SweepProgress: Sendable, Equatable {
  public var nodes: Int
  /// Questions answered, and those known so far.
  public var answered: Int
  public var asked: Int

  public init(nodes: Int, answered: Int, asked: Int) {
    self.nodes = nodes
    self.answered = answered
    self.asked = asked
  }
}

extension FabricSession {
  /// Finds the whole subnet by directed routes from the local port.
  ///
  /// - Parameter progress: called now and then.
  /// - Throws: when the local port itself cannot be asked, or the user wants to stop. A node that does not answer is in
  ///   ``Fabric/unanswered``.
  public func sweep(progress: (SweepProgress) -> Void = { _ in }) throws(SessionFailure) -> Fabric {
    try sweep(with: Sweeper(), progress: progress)
  }

  func sweep(with sweeper: Sweeper, progress: (SweepProgress) -> Void = { _ in }) throws(SessionFailure) -> Fabric {
    var requests = [sweeper.origin()]
    var rounds = 0
    while !requests.isEmpty {
      try perform(requests) { question, outcome, queue in
        sweeper.take(outcome, of: question)
        sweeper.hand(to: &queue)
        if sweeper.answered % 256 == 0 { progress(sweeper.progress) }
      } wanted: {
        sweeper.wants($0)
      }
      if let failure = sweeper.localFailure { throw .management(failure) }
      // What the answers leave open, two nodes of one GUID for instance, takes more questions.
      rounds += 1
      requests = rounds < Sweeper.mostRounds ? sweeper.doubts() : []
    }
    sweeper.finish()
    progress(sweeper.progress)
    sweeper.fabric.traffic = traffic
    return sweeper.fabric
  }
}
