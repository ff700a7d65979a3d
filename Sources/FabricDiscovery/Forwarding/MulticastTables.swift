internal import InfiniBandWire

/// The multicast forwarding tables of switches.
public struct MulticastTables: Sendable, Equatable {
  /// By node, then by MLID: the ports that its packets leave by, ascending. Without MLIDs that no port has.
  public internal(set) var ports: [Int: [UInt16: [UInt8]]] = [:]
  public var unanswered: [Unanswered] = []

  public init() {}

  /// The MLIDs of all switches.
  public var lids: [UInt16] { Set(ports.values.flatMap(\.keys)).sorted() }

  /// The tree of a group: each switch with it, and its ports.
  public func tree(_ lid: UInt16) -> [(node: Int, ports: [UInt8])] {
    ports.compactMap { node, table in table[lid].map { (node, $0) } }.sorted { $0.node < $1.node }
  }

  /// The ports of adapters, routers and switches that the tree of a group ends at: its members.
  public func members(_ lid: UInt16, in fabric: Fabric) -> [PortReference] {
    tree(lid).flatMap { node, ports in
      ports.compactMap { port -> PortReference? in
        guard port != 0 else { return PortReference(node: node, port: 0) }
        guard let peer = fabric.open(PortReference(node: node, port: port)) else { return nil }
        return fabric.isEnd(peer) ? peer : nil
      }
    }.sorted()
  }
}

extension FabricSession {
  /// Reads the multicast tables of switches, by directed route: up to MulticastFDBTop where the switch keeps it, else up
  /// to its capacity.
  /// - Parameter nodes: only of these; `nil` for all.
  public func multicastTables(of fabric: Fabric, nodes: Set<Int>? = nil) throws(SessionFailure) -> MulticastTables {
    typealias Table = MulticastForwardingTable
    var tables = MulticastTables()
    var requests: [((node: Int, block: Int, group: Int), FabricRequest)] = []
    for (node, facts) in fabric.nodes.enumerated() where facts.type == .switchNode && nodes?.contains(node) ?? true {
      guard let entries = facts.switchInfo?.multicastEntries else { continue }
      tables.ports[node] = [:]
      for block in 0..<(entries + Table.blockLength - 1) / Table.blockLength {
        for group in 0...facts.portCount / Table.portsPerMask {
          let modifier = Table.modifier(block: block, group: group)
          requests.append(
            (
              (node, block, group),
              FabricRequest(.subnet(.multicastForwardingTable), modifier: modifier, to: .directedRoute(facts.route))
            ))
        }
      }
    }
    try perform(requests) { tag, outcome, _ in
      guard case .answer(let datagram) = outcome else {
        let what = "MulticastForwardingTable block \(tag.block)"
        return tables.unanswered.append(fabric.unanswered(what, node: tag.node, .init(outcome)))
      }
      for (offset, mask) in Table.masks(datagram.attribute).enumerated() where mask != 0 {
        let lid = Table.firstLID + UInt16(clamping: tag.block * Table.blockLength + offset)
        let own = (0..<Table.portsPerMask).filter { mask >> UInt16($0) & 1 == 1 }.compactMap {
          UInt8(exactly: tag.group * Table.portsPerMask + $0)
        }
        tables.ports[tag.node]?[lid, default: []].append(contentsOf: own)
      }
    }
    // The masks of a table come in any order.
    for (node, table) in tables.ports { tables.ports[node] = table.mapValues { $0.sorted() } }
    return tables
  }
}

extension SwitchFacts {
  /// How many MLIDs there are to read.
  var multicastEntries: Int {
    let first = Int(MulticastForwardingTable.firstLID)
    let top = Int(multicastFDBTop)
    // Source: InfiniBand specification vol. 1, 14.2.5.4: 0xbfff where no MLID is in the table.
    let capacity = min(Int(multicastFDBCap), 0xffff - first)
    return top >= first - 1 ? min(top - first + 1, capacity) : capacity
  }
}
