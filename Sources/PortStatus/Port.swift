public import InfiniBandWire
public import Vocabulary

/// A port of an adapter.
public struct Port: Sendable, Equatable {
  public var number: Int
  public var state = PortState.unknown
  public var physicalState = PhysicalState.unknown
  public var linkLayer: LinkLayer?
  /// What the driver says, Gb/s. Of a port that is down it is the least it could do, not a fault.
  public var rate: Double?
  /// "4x".
  public var width: String?
  /// "qdr".
  public var speed: String?
  public var lid: Int?
  public var smLID: Int?
  public var smSL: Int?
  public var lmc: Int?
  public var guid: GUID?
  /// `nil` when they were not asked for.
  public var gids: [GID]?
  /// What the GID table holds; `nil` when it could not be read.
  public var gidTable: GIDTable?
  public var netdevs: [Netdev] = []
  public var capabilityMask: UInt32?
  /// Bytes.
  public var maxMTU: Int?
  public var activeMTU: Int?
  /// By their names in the kernel's `counters` directory, in lower case; `nil` when they were not asked for.
  public var counters: [String: UInt64]?
  /// The driver's own, by their names in `hw_counters`; `nil` when they were not asked for or there are none.
  public var hardwareCounters: [String: UInt64]?
  public var detail: PortDetail?
  /// Whether the subnet manager at ``smLID`` answered, where it was asked.
  public var managerAnswers: Bool?
  /// Of a port that stands on a bond with a leg down: Gb/s that the bond has left.
  public var bondRate: Double?
  /// Of a port that stands on a bond with one member active at a time: that member.
  public var activeLeg: String?
  /// Lanes that both ends of a link are set to use, where the link runs with fewer and the ends could be asked.
  public var possibleLanes: Int?
  /// Why a link with few lanes is not a fault: an end was set so, or cannot do more.
  public var lanesAreAsSet = false

  public init(number: Int) { self.number = number }

  /// Whether the link, not necessarily the port, is up.
  public var isUp: Bool {
    switch state {
    case .initialized, .armed, .active, .activeDefer: true
    case .down, .unknown: false
    }
  }

  /// The bond that the port stands on, with its members.
  public var bond: (name: String, legs: [Netdev], legsDown: [Netdev])? {
    guard
      let name = netdevs.lazy.compactMap(\.master).first(where: { master in netdevs.contains { $0.name == master } })
    else { return nil }
    let legs = netdevs.filter { $0.master == name }
    return (name, legs, legs.filter { $0.hasCarrier == false || $0.isAdminUp == false })
  }

  /// What the port speaks, in vstat's words.
  public func fabric(of adapter: Adapter) -> String? {
    switch (adapter.transport, linkLayer) {
    case (.iwarp, _): "IWarp"
    case (_, .infiniband): "IB"
    case (_, .ethernet): "RoCE"
    default: nil
    }
  }
}

/// The best entry of a GID table.
public enum GIDTable: Sendable, Equatable {
  case empty, linkLocalOnly, routable
}

/// What only verbs or the port's own management agent tell.
public struct PortDetail: Sendable, Equatable {
  /// Bytes.
  public var maxMessageSize: UInt64?
  /// Data virtual lanes.
  public var maxVLs: Int?
  /// Entries.
  public var pkeyTableLength: Int?
  /// Entries.
  public var gidTableLength: Int?
  /// P_Key violations seen.
  public var badPKeyCounter: Int?
  /// Q_Key violations seen.
  public var qkeyViolationCounter: Int?
  /// A code: 4.096 µs × 2^code.
  public var subnetTimeout: Int?
  /// The code that the subnet manager gave.
  public var initTypeReply: Int?
}

public enum LinkLayer: String, Sendable, CaseIterable {
  case infiniband, ethernet
}

/// An entry of a port's GID table.
public struct GID: Sendable, Equatable {
  public let index: Int
  /// `fe80:0000:0000:0000:0002:c903:00ab:cdef`, as sysfs spells it.
  public let text: String
  public let type: GIDType?
  /// The network interface that it belongs to.
  public let netdev: String?
  /// Of iWARP it is a MAC address.
  public let isIPAddress: Bool

  public init(index: Int, text: String, type: GIDType?, netdev: String?, isIPAddress: Bool = true) {
    self.index = index
    self.isIPAddress = isIPAddress
    self.text = text
    self.type = type
    self.netdev = netdev
  }

  /// The GID as an IP address: dotted for IPv4 (mapped into IPv6), else IPv6 in its shortest form.
  public var address: IPAddress? { isIPAddress ? IPAddress(text) : nil }

  public var isLinkLocal: Bool { isIPAddress && Self.isLinkLocal(text) }

  /// Only the low half, which is the port GUID in an InfiniBand GID.
  public var interfaceID: GUID? { GUID(text.split(separator: ":").suffix(4).joined(separator: ":")) }

  static func isLinkLocal(_ text: String) -> Bool { text.hasPrefix("fe80:") }

  static func isZero(_ text: String) -> Bool { text.allSatisfy { $0 == "0" || $0 == ":" } }
}

public enum GIDType: String, Sendable {
  case infiniband = "ib"
  case roceV1 = "roce_v1"
  case roceV2 = "roce_v2"
}

/// A network interface on a port.
public struct Netdev: Sendable, Equatable {
  public let name: String
  public var mac: MACAddress?
  /// The 20 bytes of an IPoIB interface.
  public var ipoibAddress: [UInt8]?
  /// The wish of the administrator: `ip link set … up`.
  public var isAdminUp: Bool?
  /// Whether there is a carrier.
  public var hasCarrier: Bool?
  public var mtu: Int?
  /// Whether it takes every packet: a capture, or a bridge above it.
  public var isPromiscuous = false
  /// The bond or bridge it belongs to.
  public var master: String?
  /// Whether it is in this network name space: `false` where only the RDMA device names it.
  public var isHere: Bool?
  /// Of an IPoIB interface: its partition, where it was asked for.
  public var partitionKey: Int?
  /// Of an IPoIB interface: `datagram` or `connected`, where it was asked for.
  public var mode: String?
}
