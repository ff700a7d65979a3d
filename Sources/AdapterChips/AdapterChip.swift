/// A kind of adapter: everything that differs from one to the next and is not found out by asking it. Adding a chip is
/// adding an entry to ``AdapterChip/all``. Source: DeviceAccess.md#cr-space and #pci-ids.
public struct AdapterChip: Sendable, Equatable {
  /// As a PCI function shows itself.
  public enum Role: Sendable {
    case adapter
    case virtualFunction
    /// Firmware is missing or broken ("livefish"): the card answers as this until a good image is burnt.
    case flashRecovery
  }

  /// A chip as register 0xf0014 names it.
  public struct HardwareID: Sendable, Equatable, CustomStringConvertible {
    public let id: UInt16
    /// Revisions that share the id with another chip; `nil` when every revision is this chip.
    public let revisions: ClosedRange<UInt8>?

    init(_ id: UInt16, revisions: ClosedRange<UInt8>? = nil) {
      self.id = id
      self.revisions = revisions
    }

    public func matches(_ id: UInt16, revision: UInt8) -> Bool {
      self.id == id && revisions?.contains(revision) != false
    }

    public var description: String { "0x" + String(id, radix: 16) }
  }

  /// The field's name: "ConnectX-3 Pro".
  public let name: String
  public let driver: KernelDriver
  public let hardwareID: HardwareID?
  public let pciDevices: [UInt16]
  public let virtualFunctions: [UInt16]
  public let recoveryDevices: [UInt16]
  /// `nil`: how its firmware is reached is not known.
  public let firmware: FirmwareTraits?

  init(
    _ name: String, _ driver: KernelDriver, hardware: HardwareID? = nil, _ pciDevices: [UInt16] = [],
    virtual: [UInt16] = [], recovery: [UInt16] = [], firmware: FirmwareTraits? = nil
  ) {
    self.name = name
    self.driver = driver
    hardwareID = hardware
    self.pciDevices = pciDevices
    virtualFunctions = virtual
    recoveryDevices = recovery
    self.firmware = firmware
  }

  /// Mellanox' PCI vendor id: all adapters of the table have it.
  public static let vendor: UInt16 = 0x15b3

  /// The chip and the role of a PCI function; `nil` for ids that the table does not know.
  public static func find(vendor: UInt16 = Self.vendor, device: UInt16) -> (chip: AdapterChip, role: Role)? {
    vendor == Self.vendor ? byDevice[device] : nil
  }

  /// The chip behind a hardware id and revision, as register 0xf0014 has them.
  public static func find(hardwareID id: UInt16, revision: UInt8) -> AdapterChip? {
    all.first { $0.hardwareID?.matches(id, revision: revision) == true }
  }

  /// A hardware id for people, with the chip's name where it is known: "ConnectX-3 (0x1f5 revision 0)".
  /// - Parameter hardware: revision << 16 | id, as images list what they support.
  public static func describe(hardware: UInt32) -> String {
    let (id, revision) = (UInt16(truncatingIfNeeded: hardware), UInt8(truncatingIfNeeded: hardware >> 16))
    let words = "0x\(String(id, radix: 16)) revision \(String(revision, radix: 16))"
    return find(hardwareID: id, revision: revision).map { "\($0.name) (\(words))" } ?? words
  }

  private static let byDevice: [UInt16: (chip: AdapterChip, role: Role)] = {
    var table: [UInt16: (chip: AdapterChip, role: Role)] = [:]
    for chip in all {
      for id in chip.pciDevices { table[id] = (chip, .adapter) }
      for id in chip.virtualFunctions { table[id] = (chip, .virtualFunction) }
      for id in chip.recoveryDevices { table[id] = (chip, .flashRecovery) }
    }
    return table
  }()
}

/// The kernel modules of a family.
public enum KernelDriver: Sendable {
  case mthca, mlx4, mlx5

  /// The module that drives the PCI function.
  public var module: String {
    switch self {
    case .mthca: "ib_mthca"
    case .mlx4: "mlx4_core"
    case .mlx5: "mlx5_core"
    }
  }

  /// The module that makes it an RDMA device.
  public var rdmaModule: String {
    switch self {
    case .mthca: "ib_mthca"
    case .mlx4: "mlx4_ib"
    case .mlx5: "mlx5_ib"
    }
  }
}
