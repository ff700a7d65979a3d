import FabricLab
import InfiniBandWire
import Testing

/// Every shape is what it says: its numbers, in one piece, no port used twice or beyond a node's ports.
@Suite("topologies") struct TopologyTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let net: Topology
    let hosts: Int
    let switches: Int
    let links: Int

    init(_ name: String, _ net: Topology, hosts: Int, switches: Int, links: Int) {
      testDescription = name
      self.net = net
      self.hosts = hosts
      self.switches = switches
      self.links = links
    }
  }

  static let shapes = [
    Shape("star", .star(hosts: 5), hosts: 5, switches: 1, links: 5),
    Shape("two levels", .twoLevels(hosts: 7, leaves: 3, spines: 2), hosts: 7, switches: 5, links: 13),
    // The numbers of the two-level and three-level trees are those of ibnetdiscover on the same nets.
    Shape("ft16", .fatTree(hosts: 16, radix: 8, levels: 2), hosts: 16, switches: 6, links: 32),
    Shape("ft128", .fatTree(hosts: 128, radix: 16, levels: 2), hosts: 128, switches: 24, links: 256),
    Shape("ft1024", .fatTree(hosts: 1024, radix: 36, levels: 3), hosts: 1024, switches: 165, links: 3346),
    Shape("torus", .torus([3, 4, 2], hostsPerSwitch: 2), hosts: 48, switches: 24, links: 48 + 24 + 24 + 12),
    Shape("ring", .torus([5], hostsPerSwitch: 1), hosts: 5, switches: 5, links: 10),
    Shape(
      "dragonfly", .dragonfly(groups: 5, routersPerGroup: 4, hostsPerRouter: 2), hosts: 40, switches: 20,
      links: 40 + 5 * 6 + 10),
    Shape(
      "random", .randomRegular(switches: 20, degree: 4, hostsPerSwitch: 2, seed: 3), hosts: 40, switches: 20,
      links: 40 + 40),
    Shape(
      "irregular", .irregular(switches: 12, hosts: 32, extraCables: 9, seed: 7), hosts: 32, switches: 12,
      links: 11 + 9 + 32 + 8),
  ]

  @Test(arguments: shapes) func isWhatItSays(shape: Shape) {
    let net = shape.net
    #expect(net.hosts.count == shape.hosts)
    #expect(net.switches.count == shape.switches)
    #expect(net.links.count == shape.links)
    let ends = net.links.flatMap { [$0.first, $0.second] }
    #expect(Set(ends).count == ends.count, "a port has two cables")
    #expect(ends.allSatisfy { $0.port >= 1 && $0.port <= net.nodes[$0.node].portCount })
    #expect(net.distances(from: 0).count == net.nodes.count, "not in one piece")
    #expect(Set(net.nodes.map(\.guid)).count == net.nodes.count)
    #expect(Set(net.nodes.map(\.name)).count == net.nodes.count)
    #expect(net.nodes.allSatisfy { $0.name.utf8.count <= 31 })
  }

  @Test func theSameForTheSameSeed() {
    func random(_ seed: UInt64) -> Topology {
      .randomRegular(switches: 16, degree: 3, hostsPerSwitch: 1, seed: seed)
    }
    func irregular(_ seed: UInt64) -> Topology { .irregular(switches: 9, hosts: 20, extraCables: 6, seed: seed) }
    #expect(random(1) == random(1))
    #expect(random(1) != random(2))
    #expect(irregular(1) == irregular(1))
    #expect(irregular(1) != irregular(2))
  }

  @Test func irregularHasWhatItIsFor() {
    let net = Topology.irregular(switches: 12, hosts: 32, extraCables: 9, backToBack: true, seed: 7)
    #expect(Set(net.switches.map { net.nodes[$0].portCount }).count > 3, "switches all alike")
    let pairs = net.links.map { [$0.first.node, $0.second.node].sorted() }
    let doubled = Dictionary(grouping: pairs) { $0 }.values.filter { pair in
      pair.count > 1 && pair[0].allSatisfy { net.nodes[$0].kind == .switchNode }
    }
    #expect(!doubled.isEmpty, "no two cables between the same switches")
    #expect(net.hosts.contains { net.nodes[$0].portCount == 2 })
    #expect(
      net.distances(from: net.hosts[0]).count == net.nodes.count - 2, "the pair back to back is a subnet of its own")
  }

  @Test func pulledCablesLeaveTheSwitchesTogether() {
    var net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let pulled = net.pullCables(6, seed: 5)
    #expect(pulled.count == 6)
    #expect(net.links.count { !$0.isUp } == 6)
    let reached = net.distances(from: net.hosts[0])
    #expect(net.switches.allSatisfy { reached[$0] != nil })
  }
}
