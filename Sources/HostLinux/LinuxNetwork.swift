public import HostAccess

/// The kernel's network configuration by netlink, ethtool's ioctl and sysfs.
public struct LinuxNetwork: NetworkAccess {
  public init() {}

  public func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer { throw .failed("not here yet") }

  public func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer { throw .failed("not here yet") }

  public func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] {
    throw .failed("not here yet")
  }

  public func write(_ text: String, to path: String) throws(NetworkFailure) { throw .failed("not here yet") }
}
