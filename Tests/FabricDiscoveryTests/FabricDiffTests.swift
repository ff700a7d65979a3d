internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct FabricDiffTests {
  private func swept(_ topology: Topology) throws -> Fabric { try SweptLab(topology).sweep() }

  @Test func nothingChanged() throws {
    let topology = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let fabric = try swept(topology)
    #expect(FabricDiff(from: fabric, to: fabric).isEmpty)
    // From another host the nodes stand in another order; the fabric is the same.
    let lab = InMemoryFabric(topology, at: topology.hosts.last)
    lab.bringUp(from: Topology.End(try #require(topology.hosts.first), 1))
    let other = try FabricSession(port: lab, clock: lab.clock).sweep()
    #expect(other.nodes.map(\.guid) != fabric.nodes.map(\.guid))
    #expect(FabricDiff(from: fabric, to: other).isEmpty)
  }

  @Test func addedAndRemoved() throws {
    let small = try swept(.star(hosts: 3))
    let large = try swept(.star(hosts: 4))
    let diff = FabricDiff(from: small, to: large)
    let new = large.nodes.map(\.guid).filter { guid in !small.nodes.contains { $0.guid == guid } }
    #expect(diff.addedNodes == new && new.count == 1 && diff.removedNodes.isEmpty)
    #expect(diff.addedLinks.count == 1 && diff.removedLinks.isEmpty && diff.moved.isEmpty)
    #expect(diff.addedLinks.allSatisfy { $0.first.node == new[0] || $0.second.node == new[0] })
    #expect(diff.changes.map(\.property).contains(.portCount), "the switch has one more port")
    let back = FabricDiff(from: large, to: small)
    #expect(back.removedNodes == new && back.removedLinks == diff.addedLinks && back.addedLinks.isEmpty)
  }

  @Test func aCableThatMoved() throws {
    func net(_ port: Int) -> Topology {
      var net = Topology()
      let leaf = net.addSwitch("leaf", ports: 8)
      for host in 0..<2 { net.connect(.init(net.addHost("host\(host)"), 1), .init(leaf, host == 0 ? 1 : port)) }
      return net
    }
    let (before, now) = (try swept(net(2)), try swept(net(7)))
    let diff = FabricDiff(from: before, to: now)
    let leaf = try #require(now.nodes.first { $0.type == .switchNode }).guid
    #expect(diff.addedLinks.isEmpty && diff.removedLinks.isEmpty && diff.moved.count == 1)
    let move = try #require(diff.moved.first)
    #expect(move.from == .init(node: leaf, port: 2) && move.to == .init(node: leaf, port: 7))
    #expect(move.kept.node != leaf && move.kept.port == 1)
    #expect(diff.changes.map(\.property) == [.state, .state] && diff.changes.map(\.port) == [2, 7], "\(diff.changes)")
  }

  @Test func changes() throws {
    let lab = SweptLab.small()
    let before = try lab.sweep()
    let cable = lab.lab.topology.links[4]
    lab.lab.set(PortInfo.Layout.linkWidthActive, to: 1, atBothEndsOf: cable)
    lab.lab.setLID(77, at: try lab.end("host1", 1))
    lab.lab.setState(.armed, at: try lab.end("host2", 1))
    var now = try lab.sweep()
    let host = now.origin.node
    now.nodes[host].description = "renamed"
    let diff = FabricDiff(from: before, to: now)
    let shown = diff.changes.map { "\($0.property.rawValue) \($0.before ?? "-") \($0.now ?? "-")" }
    #expect(shown.count { $0 == "width 4x 1x" } == 2)
    #expect(shown.contains("state active armed") && shown.contains("description host0 mlx5_0 renamed"))
    #expect(shown.count { $0.hasPrefix("lid ") && $0.hasSuffix(" 77") } == 1)
    #expect(diff.changes.count == 5 && diff.moved.isEmpty && diff.addedLinks.isEmpty)
    let order = diff.changes.map(\.node)
    #expect(order == order.sorted())
  }

  /// An older map that tells less is not another fabric.
  @Test func missingFields() throws {
    let now = try SweptLab.small().sweep()
    var before = now
    for node in before.nodes.indices {
      before.nodes[node].description = nil
      before.nodes[node].switchInfo = nil
      for port in before.nodes[node].ports.indices {
        if port % 2 == 0 { before.nodes[node].ports[port].info?.state = .unknown }
        before.nodes[node].ports[port].info?.speed = nil
        if port % 2 == 1 { before.nodes[node].ports[port].info = nil }
      }
    }
    #expect(FabricDiff(from: before, to: now).isEmpty)
    #expect(FabricDiff(from: Fabric(), to: now).addedNodes.count == now.nodes.count)
    #expect(FabricDiff(from: now, to: Fabric()).removedLinks.count == now.links.count)
  }
}
