internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct ForwardingTests {
  private static let shapes: [Topology] = [
    .fatTree(hosts: 128, radix: 16, levels: 2), .fatTree(hosts: 64, radix: 8, levels: 3),
    .torus([3, 3, 2], hostsPerSwitch: 1), .star(hosts: 5),
  ]

  /// Every way arrives, and in as many steps as the lab's shortest one.
  @Test(arguments: shapes.indices) func waysArrive(shape: Int) throws {
    let swept = SweptLab(Self.shapes[shape])
    let fabric = try swept.sweep()
    let tables = try swept.session.forwardingTables(of: fabric)
    #expect(tables.unanswered.isEmpty && tables.complete.count == swept.lab.topology.switches.count)
    let check = ForwardingCheck(fabric, tables)
    let lids = swept.lab.topology.nodes.count
    #expect(check.pairs == swept.lab.topology.switches.count * (lids - 1))
    #expect(check.failedPairs == 0 && check.findings.isEmpty && check.unrouted.isEmpty)
    let start = try #require(swept.lab.topology.hosts.first)
    let source = try swept.port(.init(start, 1), in: fabric)
    let distances = swept.lab.topology.distances(from: start)
    for target in swept.lab.topology.hosts {
      let end = try swept.port(.init(target, 1), in: fabric)
      let route = tables.route(from: source, to: end, in: fabric)
      #expect(route.isComplete && route.hops.count == (distances[target] ?? 0) + 1, "\(route)")
      #expect(route.hops.first?.node == source.node && route.hops.last?.node == end.node)
    }
  }

  /// Read hop by hop it is the same way, for a block a switch.
  @Test func onlyTheBlocksThatItNeeds() throws {
    let swept = SweptLab(.fatTree(hosts: 128, radix: 16, levels: 2))
    let fabric = try swept.sweep()
    let tables = try swept.session.forwardingTables(of: fabric)
    let source = try swept.port(try swept.end("host0", 1), in: fabric)
    for name in ["host127", "host1", "spine0"] {
      let target = try swept.port(try swept.end(name, name == "spine0" ? 0 : 1), in: fabric)
      let before = swept.lab.totalSent
      let route = try swept.session.route(from: source, to: target, in: fabric)
      #expect(route == tables.route(from: source, to: target, in: fabric) && route.isComplete)
      #expect(swept.lab.totalSent - before <= route.hops.count)
    }
    #expect(tables.route(from: source, to: source, in: fabric).hops.count == 1)
  }

  private func broken(_ damage: (SweptLab, UInt16) throws -> Void) throws -> (ForwardingCheck, FabricRoute, Fabric) {
    let swept = SweptLab.small()
    let target = try swept.end("host3", 1)
    let lid = UInt16(truncatingIfNeeded: swept.lab[target][PortInfo.Layout.lid])
    try damage(swept, lid)
    let fabric = try swept.sweep()
    let tables = try swept.session.forwardingTables(of: fabric)
    let source = try swept.port(try swept.end("host0", 1), in: fabric)
    let route = tables.route(from: source, to: try swept.port(target, in: fabric), in: fabric)
    #expect(try swept.session.route(from: source, to: try swept.port(target, in: fabric), in: fabric) == route)
    return (ForwardingCheck(fabric, tables), route, fabric)
  }

  private func node(_ name: String, _ fabric: Fabric) throws -> Int { try FabricNames(fabric).node(name) }

  @Test func noEntry() throws {
    let (check, route, fabric) = try broken {
      $0.lab.setForwardingEntry(of: try $0.end("leaf0", 0).node, lid: $1, to: LinearForwardingTable.noPort)
    }
    let leaf = try node("leaf0", fabric)
    #expect(route.fault == .noEntry(node: leaf))
    #expect(check.findings.map(\.kind) == [.noEntry] && check.findings[0].node == leaf && check.findings[0].lids == 1)
    #expect(check.findings[0].example == route.lid && check.failedPairs == 1)
  }

  @Test func aPortWithNothingBehind() throws {
    let (check, route, fabric) = try broken {
      $0.lab.setForwardingEntry(of: try $0.end("leaf0", 0).node, lid: $1, to: 77)
    }
    let leaf = try node("leaf0", fabric)
    #expect(route.fault == .deadPort(PortReference(node: leaf, port: 77)))
    #expect(check.findings.map(\.kind) == [.deadPort] && check.findings[0].port == 77)
  }

  @Test func theWrongHost() throws {
    let (check, route, fabric) = try broken {
      $0.lab.setForwardingEntry(of: try $0.end("leaf1", 0).node, lid: $1, to: 1)
    }
    #expect(route.fault == .wrongNode(try node("host1", fabric)))
    #expect(check.findings.map(\.kind) == [.wrongNode])
    // Whoever goes by this leaf fails with it; the finding is one.
    #expect(check.findings[0].lids == 1 && check.failedPairs >= 2)
  }

  @Test func aSwitchThatTakesItForItsOwn() throws {
    let (check, route, fabric) = try broken {
      $0.lab.setForwardingEntry(of: try $0.end("leaf1", 0).node, lid: $1, to: 0)
    }
    #expect(route.fault == .wrongNode(try node("leaf1", fabric)))
    #expect(check.findings.map(\.kind) == [.wrongNode])
  }

  @Test func aCircle() throws {
    let (check, route, fabric) = try broken { swept, lid in
      // Every switch sends it to the other level.
      for name in ["leaf0", "leaf1"] { swept.lab.setForwardingEntry(of: try swept.end(name, 0).node, lid: lid, to: 3) }
      swept.lab.setForwardingEntry(of: try swept.end("spine0", 0).node, lid: lid, to: 1)
    }
    if case .loop = route.fault {} else { Issue.record("\(route)") }
    let circle = [try node("leaf0", fabric), try node("spine0", fabric)]
    #expect(check.findings.map(\.kind) == [.loop])
    #expect(check.findings[0].node == circle.min() && check.findings[0].lids == 1)
  }

  /// A LID that nobody knows is one finding, not one for each switch.
  @Test func nobodyKnowsTheLID() throws {
    let (check, route, _) = try broken { swept, lid in
      for node in swept.lab.topology.switches {
        swept.lab.setForwardingEntry(of: node, lid: lid, to: LinearForwardingTable.noPort)
      }
    }
    #expect(check.unrouted == [route.lid] && check.findings.isEmpty)
  }

  @Test func withoutLIDAndWithoutTable() throws {
    let swept = SweptLab.small(isUp: false)
    let fabric = try swept.sweep()
    let hosts = fabric.nodes.indices.filter { fabric.nodes[$0].type == .channelAdapter }
    let ports = hosts.map { PortReference(node: $0, port: 1) }
    #expect(try swept.session.route(from: ports[0], to: ports[1], in: fabric).fault == .noTargetLID)

    let up = SweptLab.small()
    let leaf = try up.end("leaf0", 0).node
    let map = try up.sweep()
    up.lab.silence[leaf] = .answers(attributes: [0x19])
    let tables = try up.session.forwardingTables(of: map)
    let node = try node("leaf0", map)
    #expect(tables.unanswered.map(\.node) == [node] && tables.entries(node) == nil)
    let names = FabricNames(map)
    let route = try up.session.route(from: try names.port("host0"), to: try names.port("host3"), in: map)
    #expect(route.fault == .tableUnread(node: node))
    let check = ForwardingCheck(map, tables)
    #expect(check.failedPairs == 0, "what is not known is not wrong")
    #expect(FabricCheck.problems(map, tables: tables, names: names).map(\.id) == ["fabric.table_unread"])
  }

  /// All LIDs behind an LMC are followed; a target may be meant by any of them.
  @Test func severalLIDsForAPort() throws {
    var fabric = try SweptLab(.star(hosts: 2)).sweep()
    let names = FabricNames(fabric)
    let (first, second, leaf) = (try names.port("host0"), try names.port("host1"), try names.node("leaf0"))
    func set(_ port: PortReference, lid: UInt16, lmc: UInt8) {
      fabric.nodes[port.node].ports[0].info?.lid = lid
      fabric.nodes[port.node].ports[0].info?.lmc = lmc
    }
    set(first, lid: 4, lmc: 2)
    set(second, lid: 8, lmc: 2)
    set(PortReference(node: leaf, port: 0), lid: 1, lmc: 0)
    let (to, back) = (fabric.nodes[second.node].ports[0].peer, fabric.nodes[first.node].ports[0].peer)
    var table = [UInt8](repeating: LinearForwardingTable.noPort, count: 12)
    table[1] = 0
    for lid in 4..<8 { table[lid] = try #require(back).port }
    for lid in 8..<12 { table[lid] = try #require(to).port }
    table[10] = LinearForwardingTable.noPort
    var tables = ForwardingTables(nodes: fabric.nodes.count)
    tables.set(table, of: leaf)
    let check = ForwardingCheck(fabric, tables)
    #expect(check.pairs == 8 && check.failedPairs == 1 && check.findings.map(\.example) == [10])
    #expect(tables.route(from: first, to: second, in: fabric, lidOffset: 1).isComplete)
    #expect(tables.route(from: first, to: second, in: fabric, lidOffset: 2).fault == .noEntry(node: leaf))
    #expect(tables.route(from: first, to: second, in: fabric, lidOffset: 999).lid == 11)
    #expect(tables.entries(leaf) == 8)
    let called = FabricNames(fabric)
    #expect(["8", "9", "0xb", "1", called.name(of: second)].map { called.lidOffset($0) } == [0, 1, 3, 0, 0])
  }

  /// Tables and references that fit no fabric end in a value.
  @Test func nonsense() throws {
    let fabric = try SweptLab(.star(hosts: 2)).sweep()
    var tables = ForwardingTables(nodes: -3)
    tables.set([1, 2, 3], of: 7)
    #expect(tables.port(7, lid: 1) == nil && tables.port(-1, lid: 0xffff) == nil)
    let nowhere = PortReference(node: 99, port: 255)
    let somewhere = PortReference(node: 0, port: 1)
    #expect(tables.route(from: nowhere, to: somewhere, in: fabric).fault == .noTargetLID)
    #expect(tables.route(from: somewhere, to: nowhere, in: fabric).fault == .noTargetLID)
    #expect(ForwardingCheck(fabric, tables).findings.isEmpty)
    #expect(ForwardingCheck(Fabric(), ForwardingTables(nodes: 0)).pairs == 0)
  }
}
