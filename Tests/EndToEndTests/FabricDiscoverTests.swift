internal import FabricLab
internal import Foundation
internal import InfiniBandWire
internal import TestSupport
internal import Testing

/// `rdmactl fabric discover` on simulated fabrics of every shape: the manifest is the truth, ibnetdiscover the judge.
@Suite(
  "discovering a fabric", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct FabricDiscoverTests {
  static let shapes: [String: Topology] = {
    var worn = Topology.fatTree(hosts: 32, radix: 8, levels: 2)
    worn.pullCables(5, seed: 11)
    worn.degradeCables(3, width: .x1, seed: 12)
    worn.degradeCables(3, speed: .qdr, seed: 13)
    return [
      "star": .star(hosts: 16), "two levels": .twoLevels(hosts: 20, leaves: 3, spines: 2, speed: .fdr),
      "fat tree of 128": .fatTree(hosts: 128, radix: 16, levels: 2),
      "fat tree of three levels": .fatTree(hosts: 54, radix: 6, levels: 3, speed: .edr),
      "torus": .torus([3, 4, 2], hostsPerSwitch: 2), "ring": .torus([8], hostsPerSwitch: 2),
      "dragonfly": .dragonfly(groups: 5, routersPerGroup: 4, hostsPerRouter: 2),
      "random": .randomRegular(switches: 16, degree: 4, hostsPerSwitch: 2, seed: 3),
      "irregular": .irregular(switches: 12, hosts: 32, extraCables: 9, seed: 7), "worn": worn,
    ]
  }()

  /// Nodes, ports and links; then opensm sets the subnet up, and there are LIDs too.
  @Test(arguments: shapes.keys.sorted()) func findsTheManifest(shape: String) throws {
    let net = try #require(Self.shapes[shape])
    let fabric = try SimulatedFabric(net)
    try Self.compare(fabric, hasLIDs: false)
    try fabric.bringUp()
    try Self.compare(fabric, hasLIDs: true)
  }

  @Test func aThousandHosts() throws {
    let fabric = try SimulatedFabric(.fatTree(hosts: 1024, radix: 36, levels: 3))
    try Self.compare(fabric, hasLIDs: false)
    try fabric.bringUp()
    try Self.compare(fabric, hasLIDs: true)
  }

  private static func compare(_ fabric: SimulatedFabric, hasLIDs: Bool) throws {
    let net = fabric.topology
    let start = try #require(net["host0"])
    let truth = Manifest(net, from: start)
    let found = try fabric.discover()
    #expect(found.schema == "rdmactl.fabric.discover/1")
    #expect(Manifest(found).difference(to: truth).isEmpty, "\(Manifest(found).difference(to: truth))")
    #expect(found.complete && found.unanswered.isEmpty && found.anomalies.isEmpty && found.problems.isEmpty)
    #expect(found.counts.nodes == truth.nodes.count)
    #expect(found.counts.links == truth.links.count)
    #expect(found.origin.guid == truth.guid(net.nodes[start]))
    #expect(found.traffic.widestWindow <= 128)
    let states = Set(found.nodes.flatMap(\.ports).filter { $0.peerGuid != nil }.map(\.state))
    #expect(states == [hasLIDs ? "active" : "init"])
    // Every line that ibnetdiscover prints, and no other.
    let judge = IbnetdiscoverBlocks(try fabric.ibnetdiscover())
    let text = try fabric.rdmactl(on: "host0", "fabric", "discover", "--format", "ibnetdiscover")
    #expect(text.status == 0)
    let blocks = IbnetdiscoverBlocks(text.output)
    let differing = blocks.blocks.symmetricDifference(judge.blocks)
    #expect(differing.isEmpty, "\(differing.prefix(3).joined(separator: "\n"))")
    #expect(judge.blocks.count == truth.nodes.count)
    let lids = Dictionary(
      found.nodes.flatMap { node in
        node.ports.filter { node.kind != .switchNode || $0.port == 0 }.map { ("\(node.guid)/\($0.port)", $0.lid ?? 0) }
      }, uniquingKeysWith: { first, _ in first })
    let differingLIDs = judge.lids.filter { lids[$0.key] != $0.value }
    #expect(differingLIDs.isEmpty, "\(differingLIDs.prefix(4))")
    #expect(lids.values.contains(0) != hasLIDs || net.nodes.contains { $0.kind == .host && $0.portCount > 1 })
  }

  @Test func cablesArePulledAndPluggedInBetweenRuns() throws {
    var net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let pulled = net.pullCables(4, seed: 5)
    #expect(pulled.count == 4)
    let whole = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let fabric = try SimulatedFabric(whole)
    try fabric.bringUp()
    let start = try #require(net["host0"])
    func expect(_ net: Topology, _ when: Comment) throws {
      let truth = Manifest(net, from: start)
      let difference = Manifest(try fabric.discover()).difference(to: truth)
      #expect(difference.isEmpty, "\(when): \(difference)")
      let judge = Manifest(ibnetdiscover: try fabric.ibnetdiscover())
      #expect(judge.difference(to: truth).isEmpty, "ibnetdiscover, \(when)")
    }
    for link in pulled { try fabric.unlink(whole.links[link].first) }
    try expect(net, "pulled")
    for link in pulled { try fabric.relink(whole.links[link].first) }
    try expect(whole, "plugged in")
  }

  /// A switch that is twice, and an adapter that is twice.
  @Test(arguments: [Topology.Kind.host, .switchNode]) func aGUIDThatIsThereTwice(kind: Topology.Kind) throws {
    var net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let pair = (kind == .host ? [net["host5"], net["host9"]] : [net["leaf1"], net["leaf2"]]).compactMap(\.self)
    net.duplicateGUID(of: pair[0], at: pair[1])
    let fabric = try SimulatedFabric(net)
    let found = try fabric.discover(status: 8)
    #expect(found.anomalies.contains { $0.kind == "duplicate_guid" })
    #expect(!found.complete)
    let names = pair.map { net.nodes[$0].description }
    let namesakes = found.nodes.filter { names.contains($0.description ?? "") }
    #expect(Set(namesakes.map(\.description)) == Set(names))
    #expect(Set(namesakes.map(\.guid)).count == 1)
    #expect(found.nodes.count == net.nodes.count)
    #expect(found.counts.links == net.links.count)
    let text = try fabric.rdmactl(on: "host0", "fabric", "discover")
    #expect(text.status == 8)
    #expect(names.allSatisfy { text.output.contains($0) })
    let message = try #require(found.problems.first { $0.id.hasPrefix("fabric.duplicate") })
    #expect(names.contains { message.message.contains($0) }, "\(message.subject): \(message.message)")
  }

  // MARK: formats

  /// What is saved as a netfile is the same fabric when ibsim loads it again.
  @Test(arguments: ["worn", "irregular", "two levels"]) func aNetfileIsReplayed(shape: String) throws {
    let net = try #require(Self.shapes[shape])
    let fabric = try SimulatedFabric(net)
    let netfile = try fabric.rdmactl(on: "host0", "fabric", "discover", "--format", "netfile")
    #expect(netfile.status == 0)
    #expect(netfile.error.isEmpty)
    let original = try fabric.discover()
    let replay = try SimulatedFabric(net, netfile: netfile.output)
    // ibsim knows the nodes by the names that ibnetdiscover gives them.
    let again = try replay.discover(on: "H-\(original.origin.guid)")
    let difference = Manifest(again).difference(to: Manifest(original))
    #expect(difference.isEmpty, "\(difference)")
  }

  @Test func aGraph() throws {
    let net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let fabric = try SimulatedFabric(net)
    let graph = try fabric.rdmactl(on: "host0", "fabric", "discover", "--format", "dot")
    #expect(graph.status == 0)
    let lines = graph.output.split(separator: "\n")
    #expect(lines.first == "graph fabric {")
    #expect(lines.last == "}")
    #expect(lines.count { $0.contains(" -- ") } == net.links.count)
    let nodes = lines.filter { $0.contains("tooltip=") }
    #expect(nodes.count == net.nodes.count)
    #expect(lines.allSatisfy { $0.count { $0 == "\"" } % 2 == 0 && $0.count { $0 == "[" } == $0.count { $0 == "]" } })
    #expect(net.nodes.allSatisfy { node in nodes.contains { $0.contains("\"\(node.description)\"") } })
    let declared = Set(nodes.compactMap { $0.split(separator: " ").first })
    let used = lines.filter { $0.contains(" -- ") }.flatMap { line in
      let words = line.split(separator: " ")
      return [words[0], words[2]]
    }
    #expect(Set(used) == declared)
    #expect(try fabric.rdmactl(on: "host0", "fabric", "discover", "--format", "dot", "--json").status == 64)
  }

  // MARK: where it begins, and names

  @Test func fromAnyPort() throws {
    let net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 1)
    let fabric = try SimulatedFabric(net)
    let host = try #require(net["host3"])
    let truth = Manifest(net)
    let guid = truth.guid(net.nodes[host])
    let portGUID = String(net.nodes[host].portGUID(1), radix: 16)
    for words in [
      ["ibsim0"], ["ibsim0/1"], ["ibsim0:1"], [guid], ["0x\(portGUID)"], ["--from", "ibsim0/1"], ["-C", "ibsim0"],
      ["-C", "ibsim0", "-P", "1"], ["-P", "1"],
    ] {
      let result = try fabric.run(on: "host3", Spawned.rdmactl, ["fabric", "discover", "--json"] + words)
      #expect(result.status == 0, "\(words): \(result.output)\(result.error)")
      let found = try FabricAnswers.decode(result, as: FabricAnswers.Discover.self)
      #expect(found.origin == FabricAnswers.Place(guid: guid, port: 1), "\(words)")
      #expect(Manifest(found).difference(to: truth).isEmpty)
    }
    for (words, status): ([String], Int32) in [
      (["mlx5_7"], 3), (["--from", "mlx5_7/1"], 3), (["-C", "mlx5_7"], 3), (["-P", "2"], 3), (["-P", "0"], 64),
      (["ibsim0", "-C", "ibsim0"], 64), (["--window", "129"], 64),
    ] {
      let result = try fabric.run(on: "host3", Spawned.rdmactl, ["fabric", "discover"] + words)
      #expect(result.status == status, "\(words): \(result.error)")
      #expect(!result.error.isEmpty && result.output.isEmpty)
    }
    // A switch has a port to sit on too.
    let leaf = try fabric.discover(on: "leaf1")
    #expect(Manifest(leaf).difference(to: truth).isEmpty)
    #expect(leaf.origin.guid == truth.guid(net.nodes[net["leaf1"] ?? 0]))
  }

  @Test func namesOfTheAdministrator() throws {
    let net = Topology.twoLevels(hosts: 4, leaves: 2, spines: 1)
    let fabric = try SimulatedFabric(net)
    let scratch = try Scratch("names")
    let (leaf, spine) = (try #require(net["leaf0"]), try #require(net["spine0"]))
    let map = try scratch.write(
      "map",
      """
      # names
      0x\(Manifest(net).guid(net.nodes[leaf])) "row 3, rack 7"
      0x\(Manifest(net).guid(net.nodes[spine])) "core"

      """)
    let text = try fabric.rdmactl(on: "host0", "fabric", "discover", "--node-name-map", map)
    #expect(text.status == 0)
    #expect(text.output.contains("row 3, rack 7") && text.output.contains("core"))
    #expect(!text.output.contains("leaf0") && text.output.contains("leaf1"))
    let ours = try fabric.rdmactl(
      on: "host0", "fabric", "discover", "--format", "ibnetdiscover", "--node-name-map", map)
    let judge = IbnetdiscoverBlocks(try fabric.ibnetdiscover("--node-name-map", map))
    #expect(IbnetdiscoverBlocks(ours.output) == judge)
    try scratch.write("wrong", "leaf 1\n")
    let wrong = try fabric.rdmactl(on: "host0", "fabric", "discover", "--node-name-map", scratch("wrong"))
    #expect(wrong.status == 1)
    #expect(wrong.error.contains("line 1"))
    let missing = try fabric.rdmactl(on: "host0", "fabric", "discover", "--node-name-map", scratch("none"))
    #expect(missing.status == 3)
  }
}

extension Manifest {
  /// A node's GUID as the manifest writes it.
  func guid(_ node: Topology.Node) -> String { End(guid: node.guid, port: 0).guid }
}
