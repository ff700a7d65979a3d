internal import HostAccess
internal import InfiniBandWire

/// The linear forwarding tables of the switches of a fabric.
public struct ForwardingTables: Sendable, Equatable {
  /// By node: the output port of each LID from 0 on; empty for what is no switch and for one that could not be read.
  private(set) var ports: [[UInt8]]
  /// Blocks that could not be read.
  public var unanswered: [Unanswered] = []
  /// Switches of which all blocks are there.
  public private(set) var complete: Set<Int> = []

  /// No table for any of `nodes` nodes.
  public init(nodes: Int) { ports = Array(repeating: [], count: max(0, nodes)) }

  /// Puts the table of a switch in: the output port of each LID from 0 on.
  public mutating func set(_ table: [UInt8], of node: Int) {
    guard ports.indices.contains(node) else { return }
    ports[node] = table
    complete.insert(node)
  }

  /// The output port of a switch for a LID: ``LinearForwardingTable/noPort`` where its table has none; `nil` when the
  /// table could not be read.
  public func port(_ node: Int, lid: UInt16) -> UInt8? {
    guard complete.contains(node), ports.indices.contains(node) else { return nil }
    let table = ports[node]
    return Int(lid) < table.count ? table[Int(lid)] : LinearForwardingTable.noPort
  }

  /// The LIDs that have a way in the table of a switch, with their output ports; `nil` when it could not be read.
  public func routes(_ node: Int) -> [(lid: UInt16, port: UInt8)]? {
    guard complete.contains(node) else { return nil }
    return ports[node].enumerated().compactMap { lid, port in
      port == LinearForwardingTable.noPort ? nil : UInt16(exactly: lid).map { ($0, port) }
    }
  }

  /// How many LIDs have a way in the table of a switch; `nil` when it could not be read.
  public func entries(_ node: Int) -> Int? {
    guard complete.contains(node) else { return nil }
    return ports[node].count { $0 != LinearForwardingTable.noPort }
  }

  mutating func put(_ block: ArraySlice<UInt8>, at start: Int, of node: Int) {
    for (offset, port) in block.enumerated() where start + offset < ports[node].count {
      ports[node][start + offset] = port
    }
  }

  /// A table of that many LIDs without any way.
  mutating func prepare(_ node: Int, count: Int) {
    ports[node] = Array(repeating: LinearForwardingTable.noPort, count: count)
    complete.insert(node)
  }

  mutating func lose(_ node: Int) { complete.remove(node) }
}

extension Fabric {
  /// The request for the block of a switch's table that holds `lid`.
  func tableRequest(_ node: Int, block: Int) -> FabricRequest {
    FabricRequest(
      .subnet(.linearForwardingTable), modifier: UInt32(clamping: block), to: .directedRoute(nodes[node].route))
  }

  /// How many LIDs the table of a switch covers: up to LinearFDBTop, and no further than there are unicast LIDs.
  func tableLength(_ node: Int) -> Int? {
    nodes[node].switchInfo.map { min(Int($0.linearFDBTop), Int(LIDOwners.unicast.upperBound)) + 1 }
  }
}

extension FabricSession {
  /// Reads the forwarding tables of all switches, by directed route. A switch of which a block is missing is in
  /// ``ForwardingTables/unanswered``.
  /// - Parameter nodes: only of these; `nil` for all.
  public func forwardingTables(of fabric: Fabric, nodes: Set<Int>? = nil) throws(SessionFailure) -> ForwardingTables {
    var tables = ForwardingTables(nodes: fabric.nodes.count)
    var requests: [((node: Int, block: Int), FabricRequest)] = []
    for (node, facts) in fabric.nodes.enumerated() where facts.type == .switchNode {
      guard nodes?.contains(node) ?? true, let length = fabric.tableLength(node) else { continue }
      tables.prepare(node, count: length)
      for block in 0...(length - 1) / LinearForwardingTable.blockLength {
        requests.append(((node, block), fabric.tableRequest(node, block: block)))
      }
    }
    try perform(requests) { tag, outcome, _ in
      guard case .answer(let datagram) = outcome else {
        let what = "LinearForwardingTable block \(tag.block)"
        tables.unanswered.append(fabric.unanswered(what, node: tag.node, .init(outcome)))
        return tables.lose(tag.node)
      }
      tables.put(datagram.attribute, at: tag.block * LinearForwardingTable.blockLength, of: tag.node)
    }
    return tables
  }

  /// Follows the way of a packet from a port to another, reading only the blocks it needs.
  public func route(
    from source: PortReference, to target: PortReference, in fabric: Fabric, lidOffset: UInt16 = 0
  ) throws(SessionFailure) -> FabricRoute {
    try FabricRoute.walk(from: source, to: target, lidOffset: lidOffset, in: fabric) {
      (node, lid) throws(SessionFailure) -> UInt8? in
      guard let length = fabric.tableLength(node) else { return nil }
      guard Int(lid) < length else { return LinearForwardingTable.noPort }
      let block = Int(lid) / LinearForwardingTable.blockLength
      var port: UInt8?
      try perform([((), fabric.tableRequest(node, block: block))]) { _, outcome, _ in
        guard case .answer(let datagram) = outcome else { return }
        port = datagram.attribute.dropFirst(Int(lid) % LinearForwardingTable.blockLength).first
      }
      return port
    }
  }
}
