/// A fabric as a test wants it: nodes and cables.
public struct Topology: Sendable, Equatable {
  public init() {}
}
