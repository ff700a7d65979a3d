import BinaryLayout
import FabricLab
import HostAccess
import InfiniBandWire
import Testing

/// The fabric in memory answers as its topology says.
@Suite("a fabric in memory") struct InMemoryFabricTests {
  @Test(arguments: TopologyTests.shapes) func everyNodeAnswersByItsRoute(shape: TopologyTests.Shape) throws {
    let net = shape.net
    let fabric = InMemoryFabric(net)
    let start = fabric.attachment
    for (node, route) in net.routes(from: start.node) where node == start.node || route.hops.first == UInt8(start.port)
    {
      let info = try #require(try fabric.ask(.nodeInfo, route), "\(net.nodes[node].name)")
      #expect(NodeInfo.Layout.nodeGUID.read(info.attribute) == net.nodes[node].guid)
      #expect(NodeInfo.Layout.numPorts.read(info.attribute) == UInt64(net.nodes[node].portCount))
      let description = try #require(try fabric.ask(.nodeDescription, route))
      #expect(NodeDescription.text(description.attribute) == net.nodes[node].description)
    }
  }

  @Test func linksLeadBack() throws {
    let net = Topology.irregular(switches: 6, hosts: 9, extraCables: 4, seed: 11)
    let fabric = InMemoryFabric(net)
    let routes = net.routes(from: fabric.attachment.node)
    for link in net.links where net.nodes[link.first.node].kind == .switchNode {
      let route = try #require(routes[link.first.node]?.extended(by: UInt8(link.first.port)))
      let info = try #require(try fabric.ask(.nodeInfo, route))
      #expect(NodeInfo.Layout.nodeGUID.read(info.attribute) == net.nodes[link.second.node].guid)
      #expect(NodeInfo.Layout.localPortNum.read(info.attribute) == UInt64(link.second.port))
    }
  }

  @Test func aPulledCableIsSilentForAsLongAsTheRequestIsPatient() throws {
    let fabric = InMemoryFabric(.star(hosts: 3))
    let link = fabric.topology.links[2]
    fabric.setCable(link, up: false)
    let route = try #require(DirectedRoute([1, UInt8(link.second.port)]))
    #expect(try fabric.ask(.nodeInfo, route, timeout: 700) == nil)
    #expect(fabric.clock.milliseconds == 700)
    let port = try #require(try fabric.ask(.portInfo, DirectedRoute([1])!, modifier: UInt32(link.second.port)))
    #expect(PortInfo.Layout.portState.read(port.attribute) == UInt64(PortState.down.code))
    fabric.setCable(link, up: true)
    #expect(try fabric.ask(.nodeInfo, route) != nil)
  }

  @Test(arguments: [
    Topology.fatTree(hosts: 16, radix: 8, levels: 2), .torus([3, 3], hostsPerSwitch: 1),
    .irregular(switches: 8, hosts: 12, extraCables: 5, seed: 2),
  ])
  func broughtUpEveryLIDIsReachedByAShortestWay(net: Topology) throws {
    let fabric = InMemoryFabric(net)
    fabric.bringUp()
    let routes = net.routes(from: fabric.attachment.node)
    let distances = net.distances(from: fabric.attachment.node)
    var lids: Set<UInt64> = []
    for node in net.nodes.indices where routes[node]?.hops.first ?? 1 == UInt8(fabric.attachment.port) {
      let route = try #require(routes[node])
      let port = try #require(try fabric.ask(.portInfo, route))
      let lid = try #require(PortInfo.Layout.lid.read(port.attribute))
      #expect(lid > 0 && lids.insert(lid).inserted)
      #expect(PortInfo.Layout.portState.read(port.attribute) == UInt64(PortState.active.code))
      let request = ManagementDatagram.lidRouted(.nodeInfo, transactionID: 9)
      let info = try #require(try fabric.ask(request, to: .subnetManagement(lid: UInt16(lid))))
      #expect(NodeInfo.Layout.nodeGUID.read(info.attribute) == net.nodes[node].guid)
      #expect(route.hops.count == distances[node])
    }
  }

  @Test func tablesLeadWhereTheyAreBentTo() throws {
    let net = Topology.twoLevels(hosts: 4, leaves: 2, spines: 1)
    let fabric = InMemoryFabric(net)
    fabric.bringUp()
    let target = Topology.End(net.hosts[1], 1)
    let lid = UInt16(fabric[target][PortInfo.Layout.lid])
    let request = ManagementDatagram.lidRouted(.nodeInfo, transactionID: 1)
    #expect(try fabric.ask(request, to: .subnetManagement(lid: lid)) != nil)
    let leaf = try #require(net["leaf0"])
    let spine = try #require(net["spine0"])
    let good = fabric.forwardingEntry(of: leaf, lid: lid)
    fabric.setForwardingEntry(of: leaf, lid: lid, to: LinearForwardingTable.noPort)
    #expect(try fabric.ask(request, to: .subnetManagement(lid: lid)) == nil)
    fabric.setForwardingEntry(of: leaf, lid: lid, to: good)
    // The spine sends it back where it came from: a circle.
    fabric.setForwardingEntry(of: spine, lid: lid, to: 1)
    #expect(try fabric.ask(request, to: .subnetManagement(lid: lid)) == nil)
    let block = try #require(
      try fabric.ask(.linearForwardingTable, DirectedRoute([1])!, modifier: UInt32(lid) / 64))
    #expect(block.attribute.dropFirst(Int(lid) % 64).first == good)
  }

  @Test func countersAreCountedAndCleared() throws {
    var net = Topology.star(hosts: 2)
    let leaf = try #require(net["leaf0"])
    let symbol = try #require(Counter(.portCounters, "SymbolErrorCounter"))
    let wait = try #require(Counter(.portCounters, "PortXmitWait"))
    net.counters = [
      Topology.CounterSetting(end: Topology.End(leaf, 2), counter: symbol, value: 42),
      Topology.CounterSetting(end: Topology.End(leaf, 2), counter: wait, value: 7),
    ]
    let fabric = InMemoryFabric(net)
    fabric.bringUp()
    let lid = UInt16(fabric[Topology.End(leaf, 0)][PortInfo.Layout.lid])
    func counters(_ method: ManagementDatagram.Method = .get, port: UInt8, select: UInt64 = 0) throws -> [UInt64] {
      var data = PortCounters.selecting(port: port)
      LayoutField("CounterSelect", at: 16, bits: 16).write(select, into: &data)
      let request = ManagementDatagram.performance(.portCounters, method: method, transactionID: 3, data: data)
      let answer = try #require(try fabric.ask(request, to: .generalServices(lid: lid)))
      return [symbol, wait].map { $0.field.read(answer.attribute) ?? 0 }
    }
    #expect(try counters(port: 1) == [0, 0])
    #expect(try counters(port: 2) == [42, 7])
    #expect(try counters(port: 0xff) == [42, 7])
    #expect(try counters(.set, port: 2, select: 1) == [0, 7])
    #expect(try counters(port: 2) == [0, 7])
  }

  @Test func silentNodesAreSilent() throws {
    let net = Topology.twoLevels(hosts: 4, leaves: 2, spines: 1)
    let fabric = InMemoryFabric(net)
    let routes = net.routes(from: fabric.attachment.node)
    let spine = try #require(net["spine0"])
    fabric.silence[spine] = .answers(attributes: [ManagementDatagram.SubnetAttribute.portInfo.rawValue])
    let route = try #require(routes[spine])
    #expect(try fabric.ask(.nodeInfo, route) != nil)
    #expect(try fabric.ask(.portInfo, route) == nil)
    fabric.silence[spine] = .entirely
    #expect(try fabric.ask(.nodeInfo, route) == nil)
    let beyond = try #require(net["host1"].flatMap { routes[$0] })
    #expect(try fabric.ask(.nodeInfo, beyond) == nil)
    #expect(fabric.sent[ManagementDatagram.SubnetAttribute.nodeInfo.rawValue] == 3)
  }

  /// As opensm 3.3.23 was seen to do: what is obeyed, what is refused, what comes of it.
  @Test(arguments: [
    (SMInfo.State.standby, SMInfo.Control.disable, SMInfo.State.notActive, true),
    (.standby, .standby, .standby, false), (.standby, .discover, .standby, true),
    (.standby, .acknowledge, .standby, false), (.notActive, .handover, .notActive, false),
    (.notActive, .standby, .standby, true), (.notActive, .discover, .notActive, false),
    (.master, .disable, .master, false), (.master, .discover, .master, false), (.master, .handover, .master, true),
  ])
  func managersObeyAsOpensm(
    before: SMInfo.State, order: SMInfo.Control, after: SMInfo.State, obeyed: Bool
  ) throws {
    let fabric = InMemoryFabric(.star(hosts: 2))
    let end = Topology.End(fabric.topology.hosts[1], 1)
    fabric.addManager(at: end, priority: 3, state: before)
    let route = try #require(DirectedRoute([1, 2]))
    var data = [UInt8](repeating: 0, count: 64)
    SMInfo.Layout.state.write(UInt64(SMInfo.State.master.rawValue), into: &data)
    let request = ManagementDatagram.directedRoute(
      .smInfo, method: .set, modifier: order.rawValue, route: route, transactionID: 5, data: data)
    let answer = try #require(try fabric.ask(request, to: .directedRoute))
    #expect((answer.status == 0) == obeyed)
    fabric.clock.sleep(milliseconds: 1000)
    let info = try #require(try fabric.ask(.smInfo, route))
    #expect(SMInfo.Layout.state.read(info.attribute) == UInt64(after.rawValue))
    #expect(SMInfo.Layout.priority.read(info.attribute) == 3)
    #expect(SMInfo.Layout.activityCount.read(info.attribute) == 11)
  }

  @Test func theHigherManagerGetsTheMastershipBack() throws {
    let fabric = InMemoryFabric(.star(hosts: 3))
    let ends = fabric.topology.hosts.map { Topology.End($0, 1) }
    fabric.addManager(at: ends[0], priority: 5, state: .master)
    fabric.addManager(at: ends[1], priority: 1, state: .standby)
    var data = [UInt8](repeating: 0, count: 64)
    SMInfo.Layout.state.write(UInt64(SMInfo.State.master.rawValue), into: &data)
    let handover = ManagementDatagram.directedRoute(
      .smInfo, method: .set, modifier: SMInfo.Control.handover.rawValue, route: DirectedRoute([1, 2])!,
      transactionID: 5, data: data)
    _ = try fabric.ask(handover, to: .directedRoute)
    #expect(fabric.managers.map(\.state) == [.master, .master])
    fabric.clock.sleep(milliseconds: 20)
    _ = try fabric.ask(.smInfo, .local)
    #expect(fabric.managers.map(\.state) == [.master, .standby])
    #expect(try fabric.ask(.smInfo, DirectedRoute([1, 3])!) == nil, "nobody is there")
  }
}

extension ManagementPort {
  /// Asks once; `nil` when the request comes back.
  func ask(
    _ attribute: ManagementDatagram.SubnetAttribute, _ route: DirectedRoute, modifier: UInt32 = 0, timeout: Int = 100
  ) throws -> ManagementDatagram? {
    try ask(
      .directedRoute(attribute, modifier: modifier, route: route, transactionID: 77), to: .directedRoute,
      timeout: timeout)
  }

  func ask(
    _ request: ManagementDatagram, to address: ManagementAddress, timeout: Int = 100
  ) throws -> ManagementDatagram? {
    try send(request.bytes, to: address, timeoutMilliseconds: timeout)
    guard case .answer(let bytes)? = try receive(timeoutMilliseconds: 10 * timeout) else { return nil }
    let answer = try #require(ManagementDatagram(bytes))
    #expect(answer.answers(request))
    return answer
  }
}
