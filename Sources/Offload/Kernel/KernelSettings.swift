public import HostAccess

/// The settings as Linux has them.
public struct KernelSettings: SettingAccess {
  private let host: Host

  public init(_ host: Host) { self.host = host }

  public func read(_ names: [String]?) throws(NetworkFailure) -> OffloadState {
    throw .failed("not here yet")
  }

  public func write(_ change: KnobWrite) throws(NetworkFailure) {
    throw .failed("not here yet")
  }
}
