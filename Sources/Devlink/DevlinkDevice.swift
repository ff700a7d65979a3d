/// A device that the kernel manages through devlink: `pci/0000:3b:00.0`, `netdevsim/netdevsim10`.
public struct DevlinkHandle: Hashable, Sendable, CustomStringConvertible {
  public let bus: String
  public let device: String

  public init(bus: String, device: String) {
    self.bus = bus
    self.device = device
  }

  /// - Returns: `nil` unless `text` is a bus and a device with a slash between.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self.init(bus: parts[0], device: parts[1])
  }

  public var description: String { "\(bus)/\(device)" }
}

/// What a driver tells of a device (`devlink dev info`).
public struct DevlinkInformation: Sendable, Equatable {
  public struct Version: Sendable, Equatable {
    public enum Kind: String, Sendable, Encodable {
      /// Of the hardware: it cannot be changed.
      case fixed
      /// In use.
      case running
      /// In the flash: in use from the next reset on.
      case stored
    }

    /// `fw`, `fw.mgmt`, `fw.psid`, …: that of a component is the component's name. Source: the kernel's
    /// Documentation/networking/devlink/devlink-info.rst.
    public let name: String
    public let kind: Kind
    public let value: String

    public init(name: String, kind: Kind, value: String) {
      self.name = name
      self.kind = kind
      self.value = value
    }
  }

  public let handle: DevlinkHandle
  /// `nil` when neither the driver nor sysfs tells it.
  public let driver: String?
  public let serialNumber: String?
  public let boardSerialNumber: String?
  public let versions: [Version]

  public init(
    handle: DevlinkHandle, driver: String?, serialNumber: String? = nil, boardSerialNumber: String? = nil,
    versions: [Version] = []
  ) {
    self.handle = handle
    self.driver = driver
    self.serialNumber = serialNumber
    self.boardSerialNumber = boardSerialNumber
    self.versions = versions
  }

  /// The board's PSID, where the driver tells it (mlx5).
  public var psid: String? { value("fw.psid", .fixed) }

  /// The version of the whole firmware, or of `component`, or the only one there is.
  public func version(_ kind: Version.Kind, of component: String? = nil) -> String? {
    if let component { return value(component, kind) }
    let all = versions.filter { $0.kind == kind }
    return value("fw.version", kind) ?? value("fw", kind) ?? (all.count == 1 ? all[0].value : nil)
  }

  private func value(_ name: String, _ kind: Version.Kind) -> String? {
    versions.first { $0.name == name && $0.kind == kind }?.value
  }
}
