import FabricDiscovery
import FabricLab
import HostAccess
import InfiniBandWire
import Testing
import Vocabulary

/// Maps against the topologies they are of, every answer as it should be.
@Suite struct SweepTests {
  static let shapes: [Topology] = [
    .star(hosts: 1), .star(hosts: 30), .twoLevels(hosts: 24, leaves: 4, spines: 3),
    .fatTree(hosts: 16, radix: 8, levels: 2), .fatTree(hosts: 54, radix: 6, levels: 3),
    .torus([4, 4], hostsPerSwitch: 2), .torus([2, 2, 2], hostsPerSwitch: 1), .torus([2], hostsPerSwitch: 1),
    .dragonfly(groups: 5, routersPerGroup: 4, hostsPerRouter: 2),
    .randomRegular(switches: 20, degree: 5, hostsPerSwitch: 2, seed: 7),
    .irregular(switches: 15, hosts: 20, extraCables: 12, seed: 1),
    .irregular(switches: 15, hosts: 20, extraCables: 12, backToBack: true, seed: 2),
  ]

  @Test(arguments: shapes.indices) func everyShapeFromAHost(index: Int) throws {
    let fabric = InMemoryFabric(Self.shapes[index])
    let (map, _) = try fabric.swept()
    let truth = MapTruth(fabric)
    #expect(truth.faults(of: map) == [])
    #expect(map.isComplete)
    // Cables that are asked from both ends are few: one for each switch, and some at the same moment.
    let vendorSpecific = fabric.sent[ManagementDatagram.SubnetAttribute.mellanoxExtendedPortInfo.rawValue] ?? 0
    let fewest = truth.fewestRequests + map.nodes.count { $0.type == .switchNode }
    #expect(map.traffic.sent - vendorSpecific <= fewest * 105 / 100)
    #expect(map.traffic.sent == fabric.totalSent)
    #expect(map.traffic.answers == map.traffic.sent && map.traffic.retries == 0)
  }

  /// Infiniband-diags' ibnetdiscover sends 13,990 here.
  @Test func bigTreesAreAskedAsLittleAsCanBe() throws {
    let fabric = InMemoryFabric(Topology.fatTree(hosts: 1024, radix: 36, levels: 3))
    let (map, _) = try fabric.swept()
    let truth = MapTruth(fabric)
    #expect(truth.faults(of: map) == [])
    // A link of each switch is asked from both ends, for the sake of two of one GUID.
    #expect(map.traffic.sent <= truth.fewestRequests + 165 + 20 && truth.fewestRequests == 11_830)
    #expect(fabric.mostOutstanding <= 64)
  }

  @Test(arguments: shapes.indices) func everyShapeFromASwitch(index: Int) throws {
    let topology = Self.shapes[index]
    let fabric = InMemoryFabric(topology, at: topology.switches.last)
    let (map, _) = try fabric.swept()
    #expect(MapTruth(fabric).faults(of: map) == [])
    #expect(map.isComplete && map.origin == PortReference(node: 0, port: 0))
  }

  @Test(arguments: UInt64(1)...6) func pulledCablesAreNoLinks(seed: UInt64) throws {
    var topology = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    topology.pullCables(5, seed: seed)
    let fabric = InMemoryFabric(topology)
    let (map, _) = try fabric.swept()
    #expect(MapTruth(fabric).faults(of: map) == [])
    #expect(map.isComplete)
  }

  @Test func aPortThatIsDownSeesItself() throws {
    var topology = Topology.star(hosts: 2)
    topology.links[0].isUp = false
    let fabric = InMemoryFabric(topology)
    let (map, _) = try fabric.swept()
    #expect(map.nodes.count == 1 && map.isComplete && map.links.isEmpty)
    #expect(map[map.origin]?.info?.hasLink == false)
  }

  @Test func adapterWithTwoPortsInTheSubnetIsOneNode() throws {
    var topology = Topology.star(hosts: 2)
    let host = topology.addHost("twin", ports: 3)
    let other = topology.addSwitch("other", ports: 4)
    topology.connect(Topology.End(host, 1), Topology.End(other, 1))
    topology.connect(Topology.End(host, 3), Topology.End(other, 2))
    let leaf = try #require(topology.switches.first)
    topology.nodes[leaf].portCount += 1
    topology.connect(Topology.End(leaf, topology.nodes[leaf].portCount), Topology.End(other, 3))
    let fabric = InMemoryFabric(topology)
    let (map, _) = try fabric.swept()
    #expect(MapTruth(fabric).faults(of: map) == [])
    let twin = try #require(map.nodes.first { $0.guid.rawValue == topology.nodes[host].guid })
    #expect(twin.ports.map(\.number) == [1, 3])
    #expect(twin.ports.map { $0.guid?.rawValue } == [1, 3].map { topology.nodes[host].portGUID($0) })
    #expect(map.isComplete)
  }

  /// A cable from a switch to itself.
  @Test func cableFromANodeToItself() throws {
    var topology = Topology.star(hosts: 2)
    let leaf = try #require(topology.switches.first)
    let ports = topology.nodes[leaf].portCount
    topology.nodes[leaf].portCount += 2
    topology.connect(Topology.End(leaf, ports + 1), Topology.End(leaf, ports + 2))
    let fabric = InMemoryFabric(topology)
    let (map, _) = try fabric.swept()
    #expect(MapTruth(fabric).faults(of: map) == [])
    #expect(map.isComplete && map.links.count == 3)
  }

  @Test func plugThatLeadsBack() throws {
    var topology = Topology.star(hosts: 2)
    let leaf = try #require(topology.switches.first)
    topology.nodes[leaf].portCount += 1
    let plug = Topology.End(leaf, topology.nodes[leaf].portCount)
    topology.connect(plug, plug)
    let fabric = InMemoryFabric(topology)
    let (map, _) = try fabric.swept()
    #expect(MapTruth(fabric).faults(of: map) == [])
    #expect(map.isComplete)
  }

  @Test func portFactsAreWhatThePortSays() throws {
    let fabric = InMemoryFabric(Topology.fatTree(hosts: 16, radix: 8, levels: 2, speed: .hdr))
    fabric.bringUp()
    let (map, _) = try fabric.swept()
    for link in map.links {
      for end in [link.first, link.second] {
        let info = try #require(map[end]?.info)
        #expect(info.state == .active && info.physicalState == .linkUp)
        #expect(info.width == .x4 && info.speed == .hdr && info.rate == 200)
      }
    }
    let lids = map.nodes.compactMap(\.lid)
    #expect(Set(lids).count == map.nodes.count)
    #expect(map.nodes.flatMap(\.ports).count { $0.info?.isSubnetManager == true } == 1)
  }

  @Test func progressGrows() throws {
    let fabric = InMemoryFabric(Topology.fatTree(hosts: 54, radix: 6, levels: 3))
    let session = FabricSession(port: fabric, clock: fabric.clock)
    var seen: [SweepProgress] = []
    let map = try session.sweep { seen.append($0) }
    #expect(seen.count > 2)
    #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.answered <= $1.answered && $1.answered <= $1.asked })
    #expect(seen.last == SweepProgress(nodes: map.nodes.count, answered: map.traffic.sent, asked: map.traffic.sent))
  }
}
