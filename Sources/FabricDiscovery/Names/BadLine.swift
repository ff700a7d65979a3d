/// A line of a user's file that says nothing, and was left out.
public struct BadLine: Sendable, Equatable {
  /// From 1.
  public var line: Int
  /// What is wrong, as half a sentence.
  public var reason: String

  public init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}
