internal import InfiniBandWire

/// The P_Key table of a port. Source: InfiniBand specification vol. 1, 10.9.2 and 14.2.5.7.
public struct PartitionTable: Sendable, Equatable {
  public var port: PortReference
  /// By index, as long as the table is; 0 is an empty entry.
  public var keys: [UInt16]

  public init(port: PortReference, keys: [UInt16]) {
    self.port = port
    self.keys = keys
  }

  /// The membership bit of a P_Key: full where it is set, limited otherwise.
  public static let full: UInt16 = 0x8000
  /// The partition that every port needs to reach the subnet administration.
  public static let defaultPartition: UInt16 = 0x7fff

  /// The keys in use, in the order of the table.
  public var used: [UInt16] { keys.filter { $0 & Self.defaultPartition != 0 } }

  public func isMember(of partition: UInt16) -> Bool { keys.contains { $0 & Self.defaultPartition == partition } }
}

/// A partition and the ports in it; a port with both keys is in both lists.
public struct Partition: Sendable, Equatable {
  /// Without the membership bit.
  public var key: UInt16
  public var full: [PortReference] = []
  public var limited: [PortReference] = []
}

/// The P_Key tables of a fabric.
public struct PartitionSurvey: Sendable, Equatable {
  /// Of the ports that send and receive: those of adapters and routers, and port 0 of switches.
  public var ends: [PartitionTable] = []
  /// Of ports of switches that drop packets of other partitions.
  public var filters: [PartitionTable] = []
  public var unanswered: [Unanswered] = []

  public init() {}

  /// By key.
  public var partitions: [Partition] {
    var found: [UInt16: Partition] = [:]
    for table in ends {
      for key in Set(table.used) {
        let partition = key & PartitionTable.defaultPartition
        if key & PartitionTable.full != 0 {
          found[partition, default: Partition(key: partition)].full.append(table.port)
        } else {
          found[partition, default: Partition(key: partition)].limited.append(table.port)
        }
      }
    }
    return found.values.sorted { $0.key < $1.key }
  }

  public func table(of port: PortReference) -> PartitionTable? { ends.first { $0.port == port } }
}

extension FabricSession {
  /// Reads the P_Key tables of all ports that send and receive, and of those ports of switches with a link that enforce
  /// partitions. A port of which a block is missing is in ``PartitionSurvey/unanswered``.
  /// - Parameter nodes: only these; `nil` for all.
  public func partitionTables(of fabric: Fabric, nodes: Set<Int>? = nil) throws(SessionFailure) -> PartitionSurvey {
    var tables: [PortReference: [UInt16]] = [:]
    var lost: Set<PortReference> = []
    var survey = PartitionSurvey()
    var requests: [((port: PortReference, block: Int), FabricRequest)] = []
    let length = PartitionKeyTable.blockLength
    for index in fabric.nodes.indices where nodes?.contains(index) ?? true {
      for port in fabric.nodes[index].ports {
        let place = PortReference(node: index, port: port.number)
        guard let entries = fabric.partitionEntries(of: place), let route = fabric.route(to: place) else { continue }
        tables[place] = Array(repeating: 0, count: entries)
        for block in 0...(entries - 1) / length {
          let modifier = (fabric.isEnd(place) ? 0 : UInt32(port.number) << 16) | UInt32(clamping: block)
          requests.append(
            (
              (place, block),
              FabricRequest(.subnet(.partitionKeyTable), modifier: modifier, to: .directedRoute(route))
            ))
        }
      }
    }
    try perform(requests) { tag, outcome, _ in
      guard case .answer(let datagram) = outcome else {
        lost.insert(tag.port)
        let what = "P_KeyTable block \(tag.block) of port \(tag.port.port)"
        return survey.unanswered.append(fabric.unanswered(what, node: tag.port.node, .init(outcome)))
      }
      for (offset, key) in PartitionKeyTable.keys(datagram.attribute).enumerated() {
        let index = tag.block * length + offset
        if index < tables[tag.port]?.count ?? 0 { tables[tag.port]?[index] = key }
      }
    }
    for (port, keys) in tables.sorted(by: { $0.key < $1.key }) where !lost.contains(port) {
      let table = PartitionTable(port: port, keys: keys)
      if fabric.isEnd(port) { survey.ends.append(table) } else { survey.filters.append(table) }
    }
    return survey
  }
}

extension Fabric {
  /// Whether a port sends and receives packets of its own, and is no mere port of a switch.
  package func isEnd(_ port: PortReference) -> Bool {
    nodes.indices.contains(port.node) && (nodes[port.node].type != .switchNode || port.port == 0)
  }

  /// How many P_Keys the table of a port has; `nil` where none is to be read.
  fileprivate func partitionEntries(of port: PortReference) -> Int? {
    let node = nodes[port.node]
    guard !isEnd(port) else { return max(1, Int(node.partitionCap ?? 1)) }
    guard let info = self[port]?.info, info.enforcesInbound || info.enforcesOutbound, self[port]?.peer != nil,
      let entries = node.switchInfo?.partitionEnforcementCap, entries > 0
    else { return nil }
    return Int(entries)
  }
}
