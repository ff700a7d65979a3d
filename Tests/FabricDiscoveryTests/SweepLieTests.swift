import BinaryLayout
import FabricLab
import HostAccess
import InfiniBandWire
import Testing
import Vocabulary

@testable import FabricDiscovery

/// Nodes that cannot be what they say.
@Suite struct SweepLieTests {
  /// A fabric whose answers of one attribute are changed on their way.
  private final class Forger: ManagementPort {
    let fabric: InMemoryFabric
    let attribute: ManagementDatagram.SubnetAttribute
    let change: (DirectedRoute, inout [UInt8]) -> Void

    init(
      _ fabric: InMemoryFabric, _ attribute: ManagementDatagram.SubnetAttribute = .nodeInfo,
      change: @escaping (DirectedRoute, inout [UInt8]) -> Void
    ) {
      self.fabric = fabric
      self.attribute = attribute
      self.change = change
    }

    func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
      try fabric.send(datagram, to: address, timeoutMilliseconds: timeoutMilliseconds)
    }

    func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
      guard let arrival = try fabric.receive(timeoutMilliseconds: timeoutMilliseconds) else { return nil }
      guard case .answer(var bytes) = arrival, bytes[17] == attribute.rawValue & 0xff else { return arrival }
      var data = Array(bytes[64..<128])
      // What the forger takes as the way: the port asked for stands behind it.
      let hops = Array(bytes[129..<129 + Int(bytes[7])]) + (attribute == .portInfo ? [bytes[23]] : [])
      change(DirectedRoute(hops) ?? .local, &data)
      bytes.replaceSubrange(64..<128, with: data)
      return .answer(bytes)
    }
  }

  /// A star whose second host says `value` in a field of its NodeInfo.
  private func starWithALie(_ field: LayoutField, _ value: UInt64) throws -> Fabric {
    let fabric = InMemoryFabric(.star(hosts: 4))
    let forger = Forger(fabric) { route, info in if route.hops == [1, 2] { field.write(value, into: &info) } }
    return try fabric.swept(through: forger).map
  }

  private static let impossible: [(LayoutField, UInt64)] = [
    (NodeInfo.Layout.nodeType, UInt64(0)), (NodeInfo.Layout.nodeType, 9), (NodeInfo.Layout.nodeGUID, 0),
    (NodeInfo.Layout.numPorts, 0), (NodeInfo.Layout.numPorts, 255), (NodeInfo.Layout.localPortNum, 0),
    (NodeInfo.Layout.localPortNum, 2), (NodeInfo.Layout.localPortNum, 255),
  ]

  @Test(arguments: impossible) func impossibleValues(field: LayoutField, value: UInt64) throws {
    let map = try starWithALie(field, value)
    #expect(map.nodes.count == 4 && map.links.count == 3)
    #expect(map.anomalies.map(\.kind) == [.impossibleValue])
    #expect(map.anomalies.first?.route.description == "0,1,2")
    #expect(map.anomalies.first?.node.map { map.nodes[$0].type } == .switchNode)
    #expect(!map.isComplete)
  }

  @Test func localAgentThatCannotBe() throws {
    let fabric = InMemoryFabric(.star(hosts: 2))
    let forger = Forger(fabric) { route, info in if route == .local { NodeInfo.Layout.numPorts.write(0, into: &info) } }
    #expect(throws: SessionFailure.self) { try fabric.swept(through: forger) }
  }

  /// Badly flashed: every node is found by its place, whatever GUID it has.
  @Test(arguments: [("host1", "host3"), ("host0", "host5"), ("host15", "host0")])
  func adaptersOfOneGUID(first: String, second: String) throws {
    var topology = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    topology.duplicateGUID(of: try #require(topology[first]), at: try #require(topology[second]))
    try expectDuplicates(1, topology)
  }

  @Test func manyAdaptersOfOneGUID() throws {
    var topology = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    for host in topology.hosts.dropFirst(2) { topology.duplicateGUID(of: topology.hosts[1], at: host) }
    try expectDuplicates(14, topology)
  }

  @Test func everySwitchPairOfOneGUID() throws {
    let tree = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    for first in tree.switches {
      for second in tree.switches where second > first {
        var topology = tree
        topology.duplicateGUID(of: first, at: second)
        try expectDuplicates(1, topology, "\(tree.nodes[first].name) and \(tree.nodes[second].name)")
      }
    }
  }

  @Test(arguments: UInt64(1)...40) func switchesOfOneGUIDAnywhere(seed: UInt64) throws {
    var topology = Topology.irregular(switches: 12, hosts: 20, extraCables: 9, seed: seed)
    var random = SeededGenerator(seed: seed)
    let pair = topology.switches.shuffled(using: &random).prefix(2)
    topology.duplicateGUID(of: try #require(pair.first), at: try #require(pair.last))
    let fabric = InMemoryFabric(topology)
    let (map, _) = try fabric.swept()
    // Two cables crossed between the two look like one of each to itself: that the map is not sure is all one can say.
    #expect(!map.isComplete, "seed \(seed)")
    #expect(map.anomalies.contains { $0.kind == .duplicateGUID }, "seed \(seed)")
    #expect(MapTruth(fabric).faults(of: map).allSatisfy { $0.contains("link") }, "seed \(seed)")
  }

  private func expectDuplicates(_ count: Int, _ topology: Topology, _ which: String = "") throws {
    let fabric = InMemoryFabric(topology)
    let (map, _) = try fabric.swept()
    #expect(MapTruth(fabric).faults(of: map) == [], "\(which)")
    #expect(
      map.anomalies.map(\.kind) == Array(repeating: .duplicateGUID, count: count),
      "\(which) \(map.anomalies.map(\.detail))")
    #expect(map.unanswered.isEmpty)
  }

  /// A switch that names a wrong port is one switch all the same.
  @Test func switchThatDoesNotKnowItsPort() throws {
    let fabric = InMemoryFabric(.fatTree(hosts: 16, radix: 8, levels: 2))
    let spine = try #require(fabric.topology.switches.first)
    let guid = fabric.topology.nodes[spine].guid
    let forger = Forger(fabric) { route, info in
      guard NodeInfo.Layout.nodeGUID.read(info) == guid, NodeInfo.Layout.localPortNum.read(info) == 3 else { return }
      NodeInfo.Layout.localPortNum.write(1, into: &info)
    }
    let map = try fabric.swept(through: forger).map
    #expect(map.nodes.count == fabric.topology.nodes.count)
    #expect(!map.anomalies.contains { $0.kind == .duplicateGUID })
    #expect(map.links.count >= fabric.topology.links.count - 1)
  }

  @Test func portThatDeniesItsLink() throws {
    let fabric = InMemoryFabric(.fatTree(hosts: 16, radix: 8, levels: 2))
    // Port 5 of the leaf next to the local port.
    let forger = Forger(fabric, .portInfo) { route, info in
      guard route.hops == [1, 5] else { return }
      PortInfo.Layout.portState.write(UInt64(PortState.down.code), into: &info)
      PortInfo.Layout.portPhysicalState.write(UInt64(PhysicalState.polling.code), into: &info)
    }
    let map = try fabric.swept(through: forger).map
    #expect(MapTruth(fabric).faults(of: map) == [])
    #expect(map.anomalies.map(\.kind) == [.contradictoryLink])
  }

  /// Behind every port of every node another one that nobody has met: it ends where no subnet goes on.
  @Test func endlessFabric() throws {
    let fabric = InMemoryFabric(.star(hosts: 2))
    let port = Endless()
    let session = FabricSession(port: port, clock: fabric.clock)
    let map = try session.sweep(with: Sweeper(mostNodes: 300, mostPorts: 2_000))
    #expect(map.nodes.count <= 300 && map.nodes.reduce(0) { $0 + $1.ports.count } <= 2_000)
    #expect(map.anomalies.map(\.kind) == [.impossibleValue])
    #expect(!map.isComplete)
  }

  private final class Endless: ManagementPort {
    private var waiting: [[UInt8]] = []
    private var guid: UInt64 = 1

    func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
      var bytes = datagram
      bytes[3] = ManagementDatagram.Method.getResponse.rawValue
      var attribute = [UInt8](repeating: 0, count: 64)
      if bytes[17] == 0x11 {
        guid += 1
        NodeInfo.Layout.nodeType.write(2, into: &attribute)
        NodeInfo.Layout.numPorts.write(20, into: &attribute)
        NodeInfo.Layout.nodeGUID.write(guid, into: &attribute)
        NodeInfo.Layout.localPortNum.write(1, into: &attribute)
      } else if bytes[17] == 0x15 {
        PortInfo.Layout.portState.write(4, into: &attribute)
        PortInfo.Layout.portPhysicalState.write(5, into: &attribute)
      }
      bytes.replaceSubrange(64..<128, with: attribute)
      waiting.append(bytes)
    }

    func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
      waiting.isEmpty ? nil : .answer(waiting.removeFirst())
    }
  }
}
