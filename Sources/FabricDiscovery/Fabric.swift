public import InfiniBandWire
public import Vocabulary

/// A subnet as a sweep found it.
public struct Fabric: Sendable, Equatable {
  /// In the order of discovery; a ``PortReference`` counts in it. The first is the node that the sweep began at.
  public var nodes: [FabricNode] = []
  /// The local port that the sweep began at.
  public var origin = PortReference(node: 0, port: 0)
  /// What could not be asked: the map is complete when this is empty.
  public var unanswered: [Unanswered] = []
  /// Answers that cannot be true, or were cut off.
  public var anomalies: [Anomaly] = []
  public var traffic = Traffic()

  public init() {}

  /// Whether everything that was met has answered, and believably. Nodes of one GUID are on the map, but which cables are
  /// whose cannot always be told.
  public var isComplete: Bool { unanswered.isEmpty && anomalies.isEmpty }

  public subscript(_ port: PortReference) -> FabricPort? {
    nodes.indices.contains(port.node) ? nodes[port.node].port(port.port) : nil
  }

  /// Every cable once, in the order of discovery of its first end.
  public var links: [FabricLink] {
    nodes.indices.flatMap { index in
      nodes[index].ports.compactMap { port in
        let here = PortReference(node: index, port: port.number)
        guard let there = port.peer, here < there else { return nil }
        return FabricLink(here, there)
      }
    }
  }
}

/// A port of a fabric: the position of its node in ``Fabric/nodes``, and its number.
public struct PortReference: Hashable, Sendable, Comparable {
  public var node: Int
  public var port: UInt8

  public init(node: Int, port: UInt8) {
    self.node = node
    self.port = port
  }

  public static func < (left: PortReference, right: PortReference) -> Bool {
    (left.node, left.port) < (right.node, right.port)
  }
}

/// A port by the GUID of its node and its number: what stays the same from one sweep to the next.
public struct NodePort: Hashable, Sendable, Comparable {
  public var node: GUID
  public var port: UInt8

  public init(node: GUID, port: UInt8) {
    self.node = node
    self.port = port
  }

  public static func < (left: NodePort, right: NodePort) -> Bool { (left.node, left.port) < (right.node, right.port) }
}

/// A cable, by its two ends.
public struct FabricLink: Hashable, Sendable {
  public let first: PortReference
  public let second: PortReference

  public init(_ first: PortReference, _ second: PortReference) {
    self.first = first
    self.second = second
  }
}

/// Source: InfiniBand specification vol. 1, 14.2.5.3 (NodeType).
public enum FabricNodeType: UInt8, Sendable {
  case channelAdapter = 1
  case switchNode = 2
  case router = 3
}

/// A node: what NodeInfo, NodeDescription and SwitchInfo say of it.
public struct FabricNode: Sendable, Equatable {
  public var guid: GUID
  public var type: FabricNodeType
  public var systemImageGUID: GUID
  public var vendorID: UInt32
  public var deviceID: UInt16
  public var revision: UInt32
  /// NumPorts: without port 0 of a switch.
  public var portCount: Int
  /// PartitionCap: the entries of the P_Key table of its ports; of a switch of port 0. `nil` where it is not known.
  public var partitionCap: UInt16?
  /// `nil` when it could not be asked.
  public var description: String?
  /// Of a switch; `nil` for others, and when it could not be asked.
  public var switchInfo: SwitchFacts?
  /// The way the sweep took to it.
  public var route: DirectedRoute
  /// By number, ascending. Of a switch port 0 and all others; of a channel adapter those by which it was reached (its
  /// other ports may be in another subnet).
  public var ports: [FabricPort] = []

  public init(
    guid: GUID, type: FabricNodeType, systemImageGUID: GUID, vendorID: UInt32, deviceID: UInt16, revision: UInt32,
    portCount: Int, route: DirectedRoute
  ) {
    self.guid = guid
    self.type = type
    self.systemImageGUID = systemImageGUID
    self.vendorID = vendorID
    self.deviceID = deviceID
    self.revision = revision
    self.portCount = portCount
    self.route = route
  }

  /// Whether it is the aggregation engine inside a switch (SHARP), which answers as a channel adapter of one port.
  public var isAggregationNode: Bool {
    guard type == .channelAdapter, let description, description.utf8.count >= Self.aggregation.count else {
      return false
    }
    // Asked of each node for each line about it: a search by characters took an eighth of a whole `fabric discover`.
    let bytes = Array(description.utf8)
    return (0...bytes.count - Self.aggregation.count).contains { bytes[$0...].starts(with: Self.aggregation) }
  }
  private static let aggregation = Array("Aggregation Node".utf8)

  public func port(_ number: UInt8) -> FabricPort? {
    // Of a switch the position is the number.
    if ports.indices.contains(Int(number)), ports[Int(number)].number == number { return ports[Int(number)] }
    return ports.first { $0.number == number }
  }

  /// The base LID: of a switch that of port 0, of others that of its first port; `nil` when none is assigned or known.
  public var lid: UInt16? {
    ports.lazy.compactMap { $0.info?.lid }.first { $0 != 0 && $0 < 0xc000 }
  }
}

/// What SwitchInfo says.
public struct SwitchFacts: Sendable, Equatable {
  public var linearFDBCap: UInt16
  /// The highest LID of the linear forwarding table.
  public var linearFDBTop: UInt16
  public var multicastFDBCap: UInt16
  public var enhancedPort0: Bool
  /// The highest MLID of the multicast table; 0 where the switch does not keep one, 0xbfff where no MLID is in it.
  public var multicastFDBTop: UInt16 = 0
  /// The entries of the P_Key tables of its external ports.
  public var partitionEnforcementCap: UInt16 = 0

  public init(linearFDBCap: UInt16, linearFDBTop: UInt16, multicastFDBCap: UInt16, enhancedPort0: Bool) {
    self.linearFDBCap = linearFDBCap
    self.linearFDBTop = linearFDBTop
    self.multicastFDBCap = multicastFDBCap
    self.enhancedPort0 = enhancedPort0
  }
}

public struct FabricPort: Sendable, Equatable {
  public let number: UInt8
  /// Of a channel adapter's port, and of port 0 of a switch; the ports of a switch have none of their own.
  public var guid: GUID?
  /// `nil` when it could not be asked.
  public var info: PortFacts?
  /// The other end of its cable.
  public var peer: PortReference?

  public init(number: UInt8) { self.number = number }
}

/// What PortInfo says. Source: InfiniBand specification vol. 1, 14.2.5.6.
public struct PortFacts: Sendable, Equatable {
  public var state: PortState = .unknown
  public var physicalState: PhysicalState = .unknown
  /// 0: none assigned.
  public var lid: UInt16 = 0
  public var lmc: UInt8 = 0
  public var masterSMLID: UInt16 = 0
  public var masterSMSL: UInt8 = 0
  public var capabilityMask: UInt32 = 0
  public var gidPrefix: UInt64 = 0
  /// `nil` for a code that means none, and where there is no link.
  public var width: LinkWidth?
  /// Masks of ``LinkWidth``.
  public var widthsEnabled: UInt8 = 0
  public var widthsSupported: UInt8 = 0
  /// `nil` for a code that means none, and where there is no link.
  public var speed: LinkSpeed?
  public var fastestEnabled: LinkSpeed?
  public var fastestSupported: LinkSpeed?
  /// Codes: 1 is 256 bytes, 5 is 4096.
  public var mtuCap: UInt8 = 0
  public var neighborMTU: UInt8 = 0
  /// Whether a port of a switch drops packets whose P_Key is not in its table: those that come in, those that go out.
  public var enforcesInbound = false
  public var enforcesOutbound = false
  /// Codes: 1 is VL0, 2 is VL0-1, 3 is VL0-3, 4 is VL0-7, 5 is VL0-14; 0 where it is not known.
  public var vlCap: UInt8 = 0
  public var operationalVLs: UInt8 = 0
  public var mKeyViolations: UInt16 = 0
  public var pKeyViolations: UInt16 = 0
  public var qKeyViolations: UInt16 = 0

  public init() {}

  /// Whether a subnet manager runs there (IsSM).
  public var isSubnetManager: Bool { capabilityMask >> 1 & 1 == 1 }
  /// Whether there is a link to ask through.
  public var hasLink: Bool { physicalState == .linkUp || state != .down && state != .unknown }
  /// Nominal, in Gb/s; `nil` without a link.
  public var rate: Double? { nominalRate(width, speed) }
  /// On the wire, in Gb/s; `nil` without a link.
  public var signal: Double? { signallingRate(width, speed) }
}

/// A question that got no usable answer.
public struct Unanswered: Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    /// No answer came, however often it was asked.
    case silent(attempts: Int)
    /// The node refused, in the words of ``ManagementDatagram/statusMeaning``.
    case refused(String)
    /// The way there is longer than an SMP can go.
    case tooFar
    /// The port has no LID, by which alone this can be asked.
    case noLID

    /// Half a sentence: "no answer in 12 attempts".
    public var words: String {
      switch self {
      case .silent(attempts: 0): "not asked any more: nothing had answered for long"
      case .silent(let attempts): "no answer in \(attempts) attempts"
      case .refused(let words): "refused: \(words)"
      case .tooFar: "further than a directed route can go, \(DirectedRoute.longest) hops"
      case .noLID: "it takes a LID, and the port has none"
      }
    }
  }

  /// What was asked: "PortInfo of port 3".
  public var what: String
  /// The node asked, where it is known: its position in ``Fabric/nodes``.
  public var node: Int?
  /// The port beyond which an unknown node did not answer.
  public var beyond: PortReference?
  public var route: DirectedRoute
  public var reason: Reason

  public init(what: String, node: Int?, beyond: PortReference?, route: DirectedRoute, reason: Reason) {
    self.what = what
    self.node = node
    self.beyond = beyond
    self.route = route
    self.reason = reason
  }
}

/// An answer that cannot be true.
public struct Anomaly: Sendable, Equatable {
  public enum Kind: String, Sendable, Equatable, CaseIterable {
    /// The same node GUID where another node must be.
    case duplicateGUID = "duplicate_guid"
    /// A field whose value no node can have: a port beyond the number of ports, an unknown type, a GUID of 0.
    case impossibleValue = "impossible_value"
    /// The two ends of a cable do not name each other.
    case contradictoryLink = "contradictory_link"
  }

  public var kind: Kind
  /// Where: the node answered for, or the last known one before it.
  public var node: Int?
  public var route: DirectedRoute
  /// One sentence.
  public var detail: String

  public init(kind: Kind, node: Int?, route: DirectedRoute, detail: String) {
    self.kind = kind
    self.node = node
    self.route = route
    self.detail = detail
  }
}

/// What was sent and what came back.
public struct Traffic: Sendable, Equatable {
  /// Datagrams sent, repetitions included.
  public var sent = 0
  public var answers = 0
  /// Sent once more because no answer, or an error in its place, came.
  public var retries = 0
  /// Requests given back by the kernel, and own deadlines that passed.
  public var timeouts = 0
  /// Answers to requests that already had theirs.
  public var repeated = 0
  /// Answers to no request of ours, and such as are too short to be one.
  public var unknown = 0
  /// The most requests that were under way at a time.
  public var widestWindow = 0

  public init() {}
}
