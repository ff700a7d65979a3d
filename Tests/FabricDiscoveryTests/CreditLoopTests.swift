internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct CreditLoopTests {
  private func loop(_ swept: SweptLab) throws -> (Fabric, ForwardingTables, CreditLoop?) {
    let fabric = try swept.sweep()
    let tables = try swept.session.forwardingTables(of: fabric)
    return (fabric, tables, CreditLoop.first(fabric, tables))
  }

  /// Trees, a star, a ring too small for a circle: shortest paths go up and down.
  @Test(arguments: [
    Topology.fatTree(hosts: 128, radix: 16, levels: 2), .fatTree(hosts: 54, radix: 6, levels: 3), .star(hosts: 5),
    .torus([3], hostsPerSwitch: 2), .twoLevels(hosts: 8, leaves: 4, spines: 2),
  ]) func correctTreesHaveNone(topology: Topology) throws {
    #expect(try loop(SweptLab(topology)).2 == nil)
  }

  /// By shortest paths a ring of five has one; each step is a route that the tables really have.
  @Test(arguments: [[5], [4, 4], [3, 3, 5]]) func shortestPathsInARing(sizes: [Int]) throws {
    let (fabric, tables, found) = try loop(SweptLab(.torus(sizes, hostsPerSwitch: 1)))
    let loop = try #require(found)
    #expect(loop.steps.count >= 3)
    for (step, next) in zip(loop.steps, loop.steps.dropFirst() + loop.steps.prefix(1)) {
      let route = tables.route(from: step.source, to: step.target, in: fabric)
      #expect(route.isComplete && route.lid == step.lid)
      #expect(
        route.hops.contains(FabricRoute.Hop(node: step.node, inPort: step.inPort, outPort: step.outPort)), "\(step)")
      #expect(
        fabric[PortReference(node: step.node, port: step.outPort)]?.peer
          == PortReference(node: next.node, port: next.inPort))
    }
  }

  /// Up/down routing with sw0 as its root: what would close the ring turns back, and the circle is gone.
  @Test func upDownTablesOfTheSameRing() throws {
    let swept = SweptLab(.torus([5], hostsPerSwitch: 1))
    let before = try loop(swept)
    #expect(before.2 != nil)
    let lab = swept.lab
    let fabric = before.0
    // The cable between sw2 and sw3 is the farthest from the root: no route may cross it.
    let names = FabricNames(fabric)
    let order = ["sw3", "sw4", "sw0", "sw1", "sw2"]
    for (position, name) in order.enumerated() {
      let node = try #require(lab.topology[name])
      let place = try names.node(name)
      for (other, target) in order.enumerated() where other != position {
        let next = try names.node(order[position + (other > position ? 1 : -1)])
        let out = try #require(fabric.nodes[place].ports.first { $0.peer?.node == next }).number
        let goal = try names.node(target)
        let own = try #require(fabric.nodes[goal].lid)
        let hosts = fabric.nodes[goal].ports.compactMap(\.peer).filter { fabric.nodes[$0.node].type == .channelAdapter }
        for lid in [own] + hosts.compactMap({ fabric[$0]?.info?.lid }) {
          lab.setForwardingEntry(of: node, lid: lid, to: out)
        }
      }
    }
    let after = try loop(swept)
    #expect(ForwardingCheck(after.0, after.1).failedPairs == 0)
    #expect(after.2 == nil)
  }

  /// Whether there is a circle, as a walk of every pair of hosts tells it.
  @Test(arguments: 1...12) func asEveryPairWalkedTells(seed: UInt64) throws {
    let degree = seed % 2 == 0 ? 2 : 3
    let net = Topology.randomRegular(
      switches: seed % 3 == 0 ? 8 : 6, degree: degree, hostsPerSwitch: 1, seed: seed)
    let (fabric, tables, found) = try loop(SweptLab(net))
    let hosts = fabric.nodes.indices.filter { fabric.nodes[$0].type == .channelAdapter }
      .map { PortReference(node: $0, port: 1) }
    var follows: [PortReference: Set<PortReference>] = [:]
    for source in hosts {
      for target in hosts where target != source {
        let links = tables.route(from: source, to: target, in: fabric).hops.compactMap { hop in
          hop.outPort.map { PortReference(node: hop.node, port: $0) }
        }
        for (one, next) in zip(links, links.dropFirst()) { follows[one, default: []].insert(next) }
      }
    }
    // What waits for nothing is taken away until nothing more can be.
    while let free = follows.first(where: { $0.value.allSatisfy { follows[$0] == nil } }) { follows[free.key] = nil }
    #expect((found != nil) == !follows.isEmpty, "\(follows.count) links in circles")
  }

  /// One level for all: an error. Several: a note. Unknown: a warning that says so.
  @Test func serviceLevelsDecide() throws {
    let (fabric, _, found) = try loop(SweptLab(.torus([5], hostsPerSwitch: 1)))
    let loop = try #require(found)
    let names = FabricNames(fabric)
    func problem(_ level: (Int) -> UInt8?) -> Problem {
      FabricCheck.creditLoop(loop, loop.steps.indices.map(level), fabric, names)
    }
    let certain = problem { _ in 0 }
    #expect(certain.id == "fabric.credit_loop" && certain.severity == .error)
    #expect(certain.evidence.first?.contains("sw") == true && !certain.hint.isEmpty)
    let lanes = problem { $0 == 0 ? 1 : 0 }
    #expect(lanes.id == "fabric.credit_loop_lanes" && lanes.severity == .info)
    let unknown = problem { $0 == 0 ? nil : 0 }
    #expect(unknown.severity == .warning && unknown.message.contains("not known"))
  }

  /// Nothing quadratic: four times the hosts in the same ring of switches take four times the steps, not sixteen.
  @Test func theWorkGrowsWithSwitchesTimesLIDs() throws {
    func seconds(_ hosts: Int) throws -> Double {
      let swept = SweptLab(.fatTree(hosts: hosts, radix: 16, levels: 2))
      let fabric = try swept.sweep()
      let tables = try swept.session.forwardingTables(of: fabric)
      let clock = ContinuousClock()
      let time = (0..<3).map { _ in clock.measure { _ = CreditLoop.first(fabric, tables) } }.min() ?? .zero
      return Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds)
    }
    // Of switches there are four times as many too.
    let (small, large) = (try seconds(32), try seconds(128))
    #expect(large < small * 16 * 4 + 0.05, "\(small) s, \(large) s")
  }
}
