/// A device that the kernel manages through devlink: `pci/0000:3b:00.0`, `netdevsim/netdevsim10`.
public struct DevlinkHandle: Hashable, Sendable, CustomStringConvertible {
  public let bus: String
  public let device: String

  public init(bus: String, device: String) {
    self.bus = bus
    self.device = device
  }

  public var description: String { "\(bus)/\(device)" }
}
