internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

/// The tree for Slurm. `Tests/scripts/slurm-topology` has Debian's slurmctld read it.
@Suite struct SlurmTopologyTests {
  private func text(_ tree: SlurmTopology) -> [String] {
    var text = ""
    tree.write { text += $0 }
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
  }

  /// Every host at its leaf, every leaf under one root, as the generator connected them.
  @Test(arguments: [
    (Topology.fatTree(hosts: 128, radix: 16, levels: 2), 0), (.fatTree(hosts: 1024, radix: 36, levels: 3), 4),
    (.torus([3, 3, 2], hostsPerSwitch: 2), 0),
  ]) func everyHostIsAtItsLeaf(net: Topology, groups: Int) throws {
    let fabric = try SweptLab(net).sweep()
    var truth: [String: Set<String>] = [:]
    for link in net.links {
      let ends = [net.nodes[link.first.node], net.nodes[link.second.node]].sorted {
        $0.kind == .switchNode && $1.kind == .host
      }
      if ends[0].kind == .switchNode, ends[1].kind == .host { truth[ends[0].name, default: []].insert(ends[1].name) }
    }
    for leavesOnly in [false, true] {
      let tree = SlurmTopology(fabric, leavesOnly: leavesOnly)
      let leaves = tree.switches.filter(\.isLeaf)
      #expect(Dictionary(uniqueKeysWithValues: leaves.map { ($0.name, Set($0.children)) }) == truth)
      #expect(tree.switches.count == leaves.count + (leavesOnly ? 0 : groups) + 1)
      #expect(Set(tree.switches.map(\.name)).count == tree.switches.count)
      // Each switch but the root is below exactly one other.
      let below = tree.switches.filter { !$0.isLeaf }.flatMap(\.children)
      #expect(below.count == tree.switches.count - 1 && Set(below) == Set(tree.switches.map(\.name).dropLast()))
      #expect(tree.unnamed.isEmpty && tree.onSeveralLeaves.isEmpty)
    }
    #expect(text(SlurmTopology(fabric)).count == truth.count + groups + 1)
  }

  @Test func oneSwitchIsItsOwnRoot() throws {
    let fabric = try SweptLab(.star(hosts: 12)).sweep()
    #expect(text(SlurmTopology(fabric)) == ["SwitchName=leaf0 Nodes=host[0-11]"])
  }

  /// Storage adapters are left out, a host with two rails is listed once, and factory names get names of their own.
  @Test func adaptersAndNames() throws {
    var net = Topology(speed: .hdr)
    let switches = (0..<2).map { _ in net.addSwitch("Quantum Mellanox Technologies", ports: 8) }
    let spine = net.addSwitch("MF0;top one:MQM9700/U1", ports: 4)
    for (index, leaf) in switches.enumerated() { net.connect(.init(leaf, 8), .init(spine, index + 1)) }
    for host in 1...2 {
      for rail in 0..<2 {
        let node = net.addHost("n\(host) \(rail)")
        net.nodes[node].description = "n\(host) mlx5_\(rail)"
        net.connect(.init(node, 1), .init(switches[rail], host))
      }
    }
    let storage = net.addHost("oss1")
    net.nodes[storage].description = "oss1 mlx5_7"
    net.connect(.init(storage, 1), .init(switches[1], 5))
    let unnamed = net.addHost("x")
    net.nodes[unnamed].description = "MT4123 ConnectX6   Mellanox Technologies"
    net.connect(.init(unnamed, 1), .init(switches[1], 6))
    let fabric = try SweptLab(net).sweep()
    let labels = switches.map { "S-\(GUID(net.nodes[$0].guid))" }

    let all = SlurmTopology(fabric)
    #expect(
      text(all) == [
        "SwitchName=\(labels[0]) Nodes=n[1-2]", "SwitchName=\(labels[1]) Nodes=oss1",
        "SwitchName=top_one Switches=\(HostList.folded(labels))",
      ])
    #expect(all.onSeveralLeaves == ["n1", "n2"] && all.unnamed.count == 1)
    let second = SlurmTopology(fabric, adapters: NamePattern("mlx5_[1-3]"))
    #expect(text(second) == ["SwitchName=\(labels[1]) Nodes=n[1-2]"])
    #expect(second.onSeveralLeaves.isEmpty)
    #expect(SlurmTopology(fabric, adapters: NamePattern("hfi1_0")).switches.isEmpty)
  }
}
