internal import AdapterChips
public import Vocabulary

/// An RDMA adapter: one device of the kernel's RDMA stack, or one on the PCI bus that has not become one.
///
/// `nil` always means "not known here"; the reason stands in the inventory's notes.
public struct Adapter: Sendable, Equatable {
  /// The RDMA name, `mlx5_0`; `nil` for an adapter on the bus that no driver has made an RDMA device of.
  public var name: String?
  /// "ConnectX-5".
  public var model: String?
  public var pciAddress: PCIAddress?
  /// PCI vendor and device id.
  public var pciID: PCIIdentity?
  /// As `ibv_devinfo` prints it: 0x02c9 for Mellanox, whatever the PCI vendor id is.
  public var vendorID: UInt32?
  public var partID: UInt32?
  /// As sysfs has it: "b0".
  public var hardwareRevision: String?
  public var firmwareVersion: String?
  /// What the driver calls the board (`board_id`): any vendor's text.
  public var board: String?
  /// The board's parameter set id: ``board`` of a Mellanox adapter, where the text is a PSID.
  public var psid: String?
  public var nodeGUID: GUID?
  public var systemImageGUID: GUID?
  public var nodeType: NodeType?
  public var transport: Transport?
  /// "MT4119", "simulator".
  public var hcaType: String?
  public var nodeDescription: String?
  public var driver: String?
  public var numaNode: Int?
  /// Where this is a virtual function: its physical one.
  public var virtualFunction: VirtualFunction?
  public var pcie: PCIePath?
  public var msix: MSIX?
  /// Limits by their names in `ibv_query_device(3)`.
  public var limits: [String: UInt64]?
  /// How many ports the card has, whether or not all are in ``ports``.
  public var portCount = 0
  public var ports: [Port] = []
  /// Files without which the adapter's answer is not whole.
  public var unreadable: [UnreadableFile] = []

  public init() {}

  /// A virtual function, on the host (its physical function is here) or in a virtual machine (known by its PCI id alone).
  public var isVirtual: Bool { virtualFunction != nil || pciID?.known?.role == .virtualFunction }

  /// Intel and Cornelis Omni-Path: InfiniBand's verbs and states, but a fabric manager and tools of its own.
  public var isOmniPath: Bool { driver == "hfi1" || driver == nil && name?.hasPrefix("hfi1_") == true }

  /// mstlink opens it: Connect-IB and later, and no virtual function.
  var isKnownToMellanoxTools: Bool { driver == "mlx5_core" && !isVirtual }

  /// How rdmactl calls it: the RDMA name, else the PCI address.
  public var label: String { name ?? pciAddress.map(\.description) ?? "?" }

  /// A planar's management device (`smi0`) beside the adapter on the same function: not an adapter to count.
  public var isPlanarManagement: Bool {
    name.map { $0.hasPrefix("smi") && Int($0.dropFirst(3)) != nil } ?? false
  }
}

public struct PCIIdentity: Sendable, Hashable {
  public let vendor: UInt16
  public let device: UInt16

  public init(vendor: UInt16, device: UInt16) {
    self.vendor = vendor
    self.device = device
  }

  /// What the table of adapters knows of it.
  var known: (chip: AdapterChip, role: AdapterChip.Role)? { AdapterChip.find(vendor: vendor, device: device) }
}

public struct VirtualFunction: Sendable, Equatable {
  public let physicalFunction: PCIAddress
  /// Its number there (`virtfnN`), where it had to be looked up.
  public var index: Int?
  /// The network interfaces of the physical function, likewise.
  public var physicalNetdevs: [String] = []
  /// How the physical function has it follow its link, likewise: `Follow`, `Up`, `Down`.
  public var policy: String?
}

public struct UnreadableFile: Sendable, Equatable {
  public let path: String
  /// Half a sentence: "is missing".
  public let reason: String
}

/// Message-signalled interrupts. Source: PCI Local Bus Specification 3.0, 6.8.2.
public struct MSIX: Sendable, Equatable {
  public var enabled: Bool
  /// Entries of the table.
  public var supported: Int
  /// Vectors that the kernel gave the driver.
  public var granted: Int?
  public var allMasked: Bool
}

public enum NodeType: String, Sendable, CaseIterable {
  case ca, `switch`, router, rnic, usnic, usnicUDP = "usnic_udp", unspecified

  /// From the number in sysfs' `node_type`: "1: CA". Source: the kernel's `enum rdma_node_type`.
  init?(code: Int) {
    guard (1...7).contains(code) else { return nil }
    self = Self.allCases[code - 1]
  }
}

public enum Transport: String, Sendable {
  case infiniband, iwarp, usnic, usnicUDP = "usnic_udp", unspecified

  init(_ node: NodeType) {
    switch node {
    case .ca, .switch, .router: self = .infiniband
    case .rnic: self = .iwarp
    case .usnic: self = .usnic
    case .usnicUDP: self = .usnicUDP
    case .unspecified: self = .unspecified
    }
  }
}
