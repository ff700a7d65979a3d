public import HostAccess

/// The settings of the machine as the engine needs them: read all, write some. The kernel's is ``KernelSettings``; tests
/// have one in memory with the kernel's rules.
public protocol SettingAccess {
  /// - Parameter names: only these interfaces (and the machine); `nil` for all. One that is not there is left out.
  func read(_ names: [String]?) throws(NetworkFailure) -> OffloadState
  /// Makes the changes of one kind on one interface: one message where the kernel takes them together.
  func write(_ change: KnobWrite) throws(NetworkFailure)
}

/// New values of knobs of one kind.
public struct KnobWrite: Equatable, Sendable {
  /// `nil`: of the machine.
  public let interface: InterfaceIdentity?
  public let kind: Knob.Kind
  /// By the knobs' names.
  public let values: [String: String]

  public init(_ interface: InterfaceIdentity?, _ kind: Knob.Kind, _ values: [String: String]) {
    self.interface = interface
    self.kind = kind
    self.values = values
  }
}
