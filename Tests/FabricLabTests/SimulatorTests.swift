import BinaryLayout
import FabricLab
import HostAccess
import InfiniBandWire
import TestSupport
import Testing

/// The topologies as ibsim loads them, with the tools of infiniband-diags as judges, and the fabric in memory beside it.
@Suite(
  "topologies in ibsim", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct SimulatorTests {
  private static var faulty: Topology {
    var net = Topology.fatTree(hosts: 32, radix: 8, levels: 2)
    net.pullCables(4, seed: 1)
    net.degradeCables(3, width: .x1, seed: 2)
    net.degradeCables(3, speed: .qdr, seed: 3)
    net.nodes[net.hosts[5]].guid = 0x0011_2233_4455_6677
    net.nodes[net.hosts[6]].systemImageGUID = 0xffee_ddcc_bbaa_9988
    return net
  }

  /// By name: a topology as an argument would be printed whole.
  static let nets = Dictionary(
    TopologyTests.shapes.filter { $0.hosts <= 128 }.map { ($0.testDescription, $0.net) } + [
      ("with faults", faulty), ("DDR", .star(hosts: 3, speed: .ddr)), ("FDR10", .star(hosts: 3, speed: .fdr10)),
      ("SDR", .star(hosts: 2, speed: .sdr)), ("three levels", .fatTree(hosts: 14, radix: 4, levels: 3, speed: .fdr)),
    ]
  ) { first, _ in first }

  @Test(arguments: nets.keys.sorted()) func ibnetdiscoverFindsTheManifest(name: String) throws {
    let net = try #require(Self.nets[name])
    let fabric = try SimulatedFabric(net)
    let result = try fabric.run(on: "host0", "ibnetdiscover", ["-o", "16"])
    let answer = Manifest(ibnetdiscover: result.output)
    let start = try #require(net["host0"])
    let truth = Manifest(net, from: start)
    #expect(answer.nodes == truth.nodes, "\(result.error)")
    #expect(answer.links == truth.links)
    #expect(Manifest(net).pulled.count == net.links.count { !$0.isUp })
  }

  /// What both model: the attributes of every node and port before a subnet manager has come.
  @Test(arguments: ["ft16", "irregular", "with faults", "SDR", "three levels"])
  func theFabricInMemoryAnswersAsIbsim(name: String) throws {
    let net = try #require(Self.nets[name])
    let simulated = try SimulatedFabric(net)
    let judge = try simulated.port(on: "host0")
    let host = try #require(net["host0"])
    let fabric = InMemoryFabric(net, at: host)
    func compare(
      _ attribute: ManagementDatagram.SubnetAttribute, _ route: DirectedRoute, modifier: UInt32 = 0, length: Int
    ) throws {
      let expected = try #require(try judge.ask(attribute, route, modifier: modifier, timeout: 2000))
      let answer = try #require(try fabric.ask(attribute, route, modifier: modifier))
      #expect(answer.status == expected.status, "\(attribute) \(modifier) at \(route)")
      let differing = (0..<length).filter { Array(answer.attribute)[$0] != Array(expected.attribute)[$0] }
      #expect(differing.isEmpty, "bytes of \(attribute) \(modifier) at \(route)")
    }
    for (node, route) in net.routes(from: host) {
      try compare(.nodeInfo, route, length: 40)
      try compare(.nodeDescription, route, length: 64)
      try compare(.linearForwardingTable, route, modifier: 0, length: 64)
      let isSwitch = net.nodes[node].kind == .switchNode
      if isSwitch { try compare(.switchInfo, route, length: 20) }
      for port in (isSwitch ? 0 : 1)...net.nodes[node].portCount {
        try compare(.portInfo, route, modifier: UInt32(port), length: 64)
      }
      try compare(.portInfo, route, modifier: 200, length: 0)
    }
  }

  @Test func ibqueryerrorsFindsTheCountersOfTheManifest() throws {
    var net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    net.setErrors(6, seed: 9)
    let fabric = try SimulatedFabric(net)
    let manager = try fabric.startSubnetManager(waitUntilUp: true)
    let answer = IbqueryerrorsAnswer(
      try fabric.run(on: "host1", "ibqueryerrors", ["--threshold-file", "/dev/null"]).output)
    let wanted = net.counters.map {
      IbqueryerrorsAnswer.Entry(
        portGUID: net.nodes[$0.end.node].portGUID($0.end.port), port: $0.end.port, counter: $0.counter.field.name,
        value: $0.value)
    }
    #expect(!wanted.isEmpty)
    #expect(answer.entries.isSuperset(of: wanted), "\(answer.entries.map { $0 })")
    let sminfo = try #require(SminfoAnswer(try fabric.run(on: "host1", "sminfo").output))
    #expect(sminfo.state == 3)
    #expect(sminfo.guid == net.nodes[net.hosts[0]].portGUID(1))
    manager.stop()
  }

  /// The largest that `make test` goes to: it loads, it is whole, the real opensm brings it up.
  @Test func aThousandHosts() throws {
    let net = Topology.fatTree(hosts: 1024, radix: 36, levels: 3)
    let fabric = try SimulatedFabric(net)
    let answer = Manifest(ibnetdiscover: try fabric.run(on: "host0", "ibnetdiscover", ["-o", "32"]).output)
    #expect(answer == Manifest(net))
    try fabric.bringUp()
    let last = try fabric.run(on: "host1023", "ibstat").output
    #expect(last.contains("State: Active"))
  }

  @Test func aDuplicateGUIDIsBorne() throws {
    var net = Topology.star(hosts: 3)
    net.duplicateGUID(of: net.hosts[1], at: net.hosts[2])
    let fabric = try SimulatedFabric(net)
    let port = try fabric.port(on: "host0")
    for exit: UInt8 in [2, 3] {
      let route = try #require(DirectedRoute([1, exit]))
      let answer = try #require(try port.ask(.nodeInfo, route, timeout: 2000))
      #expect(NodeInfo.Layout.nodeGUID.read(answer.attribute) == net.nodes[net.hosts[1]].guid)
    }
  }

  @Test func cablesArePulledAndPluggedIn() throws {
    let net = Topology.twoLevels(hosts: 4, leaves: 2, spines: 1)
    let fabric = try SimulatedFabric(net)
    let end = net.links[net.hosts.count - 1].second
    func links() throws -> Int {
      Manifest(ibnetdiscover: try fabric.run(on: "host0", "ibnetdiscover").output).links.count
    }
    #expect(try links() == net.links.count)
    try fabric.unlink(end)
    #expect(try links() == net.links.count - 1)
    try fabric.relink(end)
    #expect(try links() == net.links.count)
  }

  @Test func twoManagersOfWhichTheHigherIsMaster() throws {
    let net = Topology.star(hosts: 3)
    let fabric = try SimulatedFabric(net)
    let first = try fabric.startSubnetManager(on: "host0", priority: 2, waitUntilUp: true)
    let second = try fabric.startSubnetManager(on: "host1", priority: 1, waitUntilUp: true)
    func master() throws -> UInt64? {
      SminfoAnswer(try fabric.run(on: "host2", "sminfo").output).flatMap { $0.state == 3 ? $0.guid : nil }
    }
    #expect(try master() == net.nodes[net.hosts[0]].portGUID(1))
    first.signal(9)
    let failedOver = net.nodes[net.hosts[1]].portGUID(1)
    try second.wait(timeout: 20, until: "master") { (try? master()) == failedOver }
  }

  /// What the proxy does to the packets, by what a single port sees of it.
  @Test func theProxyLosesDoublesAndCounts() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2), proxy: ["--duplicate", "100"])
    let port = try fabric.port(on: "host0")
    let request = ManagementDatagram.directedRoute(.nodeInfo, route: .local, transactionID: 4)
    try port.send(request.bytes, to: .directedRoute, timeoutMilliseconds: 100)
    for _ in 0..<2 {
      guard case .answer(let bytes)? = try port.receive(timeoutMilliseconds: 2000) else { Issue.record("lost"); return }
      #expect(ManagementDatagram(bytes)?.answers(request) == true)
    }
    #expect(try port.receive(timeoutMilliseconds: 100) == nil)
    #expect(try fabric.counts() == [ManagementDatagram.SubnetAttribute.nodeInfo.rawValue: 1])
  }

  @Test(arguments: ["100:error", "100:silent"]) func theProxyLoses(loss: String) throws {
    let fabric = try SimulatedFabric(.star(hosts: 2), proxy: ["--loss", loss, "--attribute", "0x11"])
    let port = try fabric.port(on: "host0")
    try port.send(
      ManagementDatagram.directedRoute(.nodeInfo, route: .local, transactionID: 4).bytes, to: .directedRoute,
      timeoutMilliseconds: 100)
    switch try port.receive(timeoutMilliseconds: 300) {
    case .timedOut: #expect(loss.hasSuffix("error"))
    case .answer: Issue.record("not lost")
    case nil: #expect(loss.hasSuffix("silent"))
    }
    #expect(try port.ask(.nodeDescription, .local, timeout: 1000) != nil, "another attribute")
  }

  @Test func theProxyKeepsANodeSilent() throws {
    let net = Topology.star(hosts: 3)
    let silent = net.nodes[net.hosts[2]].guid
    let attribute = ManagementDatagram.SubnetAttribute.portInfo.rawValue
    let guid = String(silent, radix: 16)
    let route = try #require(DirectedRoute([1, 3]))
    let fabric = try SimulatedFabric(net, proxy: ["--silent", "\(guid):\(String(attribute, radix: 16))"])
    let port = try fabric.port(on: "host0")
    #expect(try port.ask(.nodeInfo, route, timeout: 200) != nil)
    #expect(try port.ask(.portInfo, route, timeout: 30) == nil)
    let deaf = try SimulatedFabric(net, proxy: ["--silent", guid])
    #expect(try deaf.port(on: "host0").ask(.nodeInfo, route, timeout: 30) == nil)
    let answer = Manifest(
      ibnetdiscover: try deaf.run(on: "host0", "timeout", ["-s", "KILL", "1", "ibnetdiscover"]).output)
    #expect(answer.nodes.isEmpty, "ibnetdiscover hangs for ever")
  }
}
