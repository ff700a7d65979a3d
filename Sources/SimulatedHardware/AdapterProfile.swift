/// A kind of adapter that can be simulated.
public struct AdapterProfile: Sendable, Equatable {
  /// As on the command line: `connectx3`.
  public let name: String

  public init(name: String) { self.name = name }
}
