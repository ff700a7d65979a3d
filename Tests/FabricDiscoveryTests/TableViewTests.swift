internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing

@Suite struct TableViewTests {
  /// Ports beyond the first sixteen are in another group of masks.
  @Test func multicastTablesOfWideSwitches() throws {
    let swept = SweptLab(.star(hosts: 40))
    let leaf = try swept.end("leaf0", 0).node
    swept.lab.multicastTables[leaf] = [0xc000: [1, 16, 17, 40], 0xc3ff: [0, 2]]
    let fabric = try swept.sweep()
    let tables = try swept.session.multicastTables(of: fabric)
    let node = try FabricNames(fabric).node("leaf0")
    #expect(tables.ports[node] == [0xc000: [1, 16, 17, 40], 0xc3ff: [0, 2]] && tables.unanswered.isEmpty)
    #expect(tables.lids == [0xc000, 0xc3ff])
    let members = tables.members(0xc3ff, in: fabric)
    let second = try swept.port(try swept.end("host1", 1), in: fabric)
    #expect(members == [PortReference(node: node, port: 0), second].sorted())
    #expect(tables.members(0xc000, in: fabric).count == 4)
  }

  /// MulticastFDBTop: no MLID, one MLID, and a switch that does not keep it.
  @Test func noMoreBlocksThanTheTopSays() throws {
    for (top, blocks) in [(UInt64(0xbfff), 0), (0xc000, 1), (0xc020, 2), (0, 32), (0xffff, 32)] {
      let swept = SweptLab(.star(hosts: 3))
      swept.lab.setSwitchInfo(SwitchInfo.Layout.multicastFDBTop, of: try swept.end("leaf0", 0).node, to: top)
      let fabric = try swept.sweep()
      let before = swept.lab.totalSent
      _ = try swept.session.multicastTables(of: fabric)
      #expect(swept.lab.totalSent - before == blocks, "\(top)")
    }
  }

  /// The sources through every cable, pair by pair: what a walk of each route counts.
  @Test(arguments: [Topology.fatTree(hosts: 16, radix: 8, levels: 2), .torus([3, 3], hostsPerSwitch: 2)])
  func usesOfACableAsRoutesCountThem(topology: Topology) throws {
    let swept = SweptLab(topology)
    let fabric = try swept.sweep()
    let tables = try swept.session.forwardingTables(of: fabric)
    let hosts = try swept.lab.topology.hosts.map { try swept.port(.init($0, 1), in: fabric) }
    let switches = fabric.nodes.indices.filter { fabric.nodes[$0].type == .switchNode }
    let targets = hosts + switches.map { PortReference(node: $0, port: 0) }
    var walked: [PortReference: Int] = [:]
    for source in hosts {
      for target in targets where target != source {
        for hop in tables.route(from: source, to: target, in: fabric).hops {
          if let out = hop.outPort { walked[PortReference(node: hop.node, port: out), default: 0] += 1 }
        }
      }
    }
    for node in switches {
      for port in fabric.nodes[node].ports where port.number > 0 && port.peer != nil {
        let place = PortReference(node: node, port: port.number)
        #expect(LinkUse(place, fabric, tables).pairs == walked[place] ?? 0, "\(place)")
      }
      let balance = try #require(TableBalance(node, fabric, tables))
      #expect(balance.shares.reduce(0) { $0 + $1.adapterLIDs } == hosts.count)
      #expect(balance.shares.reduce(0) { $0 + $1.switchLIDs } == switches.count)
    }
  }

  /// Tables in a circle end in a number.
  @Test func aCircleEnds() throws {
    let swept = SweptLab.small()
    let lid = UInt16(truncatingIfNeeded: swept.lab[try swept.end("host3", 1)][PortInfo.Layout.lid])
    for name in ["leaf0", "leaf1"] { swept.lab.setForwardingEntry(of: try swept.end(name, 0).node, lid: lid, to: 3) }
    swept.lab.setForwardingEntry(of: try swept.end("spine0", 0).node, lid: lid, to: 1)
    let fabric = try swept.sweep()
    let tables = try swept.session.forwardingTables(of: fabric)
    #expect(LinkUse(PortReference(node: try FabricNames(fabric).node("leaf0"), port: 3), fabric, tables).pairs > 0)
    _ = CreditLoop.first(fabric, tables)
  }
}
