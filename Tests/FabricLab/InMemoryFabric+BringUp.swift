public import BinaryLayout
public import InfiniBandWire

/// What a subnet manager does, and what a test does to its work.
extension InMemoryFabric {
  /// Gives every port that can be reached its LID, sets the ports active and the forwarding tables to shortest ways,
  /// spread over the ports that lead to them.
  /// - Parameter manager: the port whose LID becomes the master's; a subnet manager is put there if none is. The
  ///   attachment when it is not named.
  public func bringUp(from manager: Topology.End? = nil) {
    typealias Layout = PortInfo.Layout
    let master = manager ?? attachment
    let reached = topology.distances(from: master.node)
    var places: [Topology.End] = []
    for node in topology.nodes.indices where reached[node] != nil {
      if topology.nodes[node].kind == .switchNode {
        places.append(Topology.End(node, 0))
      } else {
        places += ports[node].indices.filter { isReached(Topology.End(node, $0), reached) }.map {
          Topology.End(node, $0)
        }
      }
    }
    for (index, end) in places.enumerated() { self[end][Layout.lid] = UInt64(index + 1) }
    for node in topology.nodes.indices where reached[node] != nil {
      for port in ports[node].indices where ports[node][port].peer != nil || isManagement(node, port) {
        ports[node][port][Layout.portState] = UInt64(PortState.active.code)
        ports[node][port][Layout.masterSMLID] = UInt64(self[master].lid)
        if isManagement(node, port) || topology.nodes[node].kind != .switchNode {
          ports[node][port][Layout.gidPrefix] = 0xfe80_0000_0000_0000
        }
      }
      if topology.nodes[node].kind == .switchNode {
        extendTable(of: node, to: (places.count / 64 + 1) * 64)
        SwitchInfo.Layout.linearFDBTop.write(UInt64(places.count), into: &switchInfos[node])
        SwitchInfo.Layout.portStateChange.write(0, into: &switchInfos[node])
      }
    }
    fillTables()
    if !managers.contains(where: { $0.end == master }) { addManager(at: master) }
  }

  private func isManagement(_ node: Int, _ port: Int) -> Bool {
    port == 0 && topology.nodes[node].kind == .switchNode
  }

  private func isReached(_ end: Topology.End, _ reached: [Int: Int]) -> Bool {
    ports[end.node][end.port].peer.map { reached[$0.node] != nil } ?? false
  }

  /// Sets the forwarding tables of all switches for the LIDs that there are now.
  public func fillTables() {
    let neighbours = topology.neighbours
    let switches = topology.switches
    for target in switches {
      let hops = hopsAmongSwitches(to: target, neighbours)
      let local = Topology.End(target, 0)
      var lids = self[local].lid == 0 ? [] : [(lid: Int(self[local].lid), port: 0)]
      for (port, peer) in neighbours[target] where topology.nodes[peer.node].kind != .switchNode && self[peer].lid != 0
      {
        lids.append((Int(self[peer].lid), port))
      }
      for (lid, port) in lids {
        extendTable(of: target, to: (lid / 64 + 1) * 64)
        tables[target][lid] = UInt8(port)
      }
      for node in switches where node != target {
        guard let distance = hops[node] else { continue }
        let ways = neighbours[node].filter { hops[$0.peer.node] == distance - 1 }
        guard !ways.isEmpty else { continue }
        for (lid, _) in lids {
          extendTable(of: node, to: (lid / 64 + 1) * 64)
          tables[node][lid] = UInt8(ways[lid % ways.count].port)
        }
      }
    }
  }

  private func hopsAmongSwitches(to target: Int, _ neighbours: [[(port: Int, peer: Topology.End)]]) -> [Int?] {
    var hops = [Int?](repeating: nil, count: topology.nodes.count)
    hops[target] = 0
    var front = [target]
    var distance = 0
    while !front.isEmpty {
      distance += 1
      var next: [Int] = []
      for node in front {
        for (_, peer) in neighbours[node] where hops[peer.node] == nil && topology.nodes[peer.node].kind == .switchNode
        {
          hops[peer.node] = distance
          next.append(peer.node)
        }
      }
      front = next
    }
    return hops
  }

  /// The port by which a switch sends what is for `lid`; ``LinearForwardingTable/noPort`` for none.
  public func forwardingEntry(of node: Int, lid: UInt16) -> UInt8 {
    tables[node].indices.contains(Int(lid)) ? tables[node][Int(lid)] : LinearForwardingTable.noPort
  }

  /// Changes an entry by hand: a dead end with ``LinearForwardingTable/noPort``, a circle with a port that leads back.
  public func setForwardingEntry(of node: Int, lid: UInt16, to port: UInt8) {
    extendTable(of: node, to: (Int(lid) / 64 + 1) * 64)
    tables[node][Int(lid)] = port
  }

  /// Gives a port a LID by hand: one that another has, for instance.
  public func setLID(_ lid: UInt16, at end: Topology.End) { self[end][PortInfo.Layout.lid] = UInt64(lid) }

  public func setState(_ state: PortState, at end: Topology.End) {
    self[end][PortInfo.Layout.portState] = UInt64(state.code)
  }

  /// Changes what SwitchInfo tells.
  public func setSwitchInfo(_ field: LayoutField, of node: Int, to value: UInt64) {
    field.write(value, into: &switchInfos[node])
  }
}
