internal import FabricLab
internal import Foundation
internal import InfiniBandWire
internal import TestSupport
internal import Testing

/// `rdmactl fabric route`, `check` and `diff` on simulated fabrics: ibtracert is the judge, and each fault is injected.
@Suite(
  "ways through a fabric, and what is wrong with it", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct FabricCheckTests {
  // MARK: route

  @Test(arguments: ["ft32", "torus", "random"]) func routesAsIbtracert(shape: String) throws {
    let shapes: [String: Topology] = [
      "ft32": .fatTree(hosts: 32, radix: 8, levels: 2), "torus": .torus([3, 3], hostsPerSwitch: 2),
      "random": .randomRegular(switches: 12, degree: 3, hostsPerSwitch: 2, seed: 4),
    ]
    let net = try #require(shapes[shape])
    let fabric = try SimulatedFabric(net)
    let manager = try fabric.startSubnetManager(waitUntilUp: true)
    let found = try fabric.discover()
    let lids = Dictionary(
      found.nodes.map { node in (node.description ?? "", node.ports.compactMap(\.lid).first ?? 0) },
      uniquingKeysWith: { first, _ in first })
    let hosts = net.hosts.map { net.nodes[$0] }
    let nodes = Dictionary(net.nodes.map { (Manifest(net).guid($0), $0) }, uniquingKeysWith: { first, _ in first })
    let pairs = [(0, 1), (0, hosts.count - 1), (hosts.count - 1, 0), (3, hosts.count / 2), (hosts.count / 2, 5)]
    for (a, b) in pairs {
      let (from, to) = (hosts[a], hosts[b])
      let (fromLID, toLID) = (lids[from.description] ?? 0, lids[to.description] ?? 0)
      let judge = IbtracertAnswer(try fabric.run(on: "host0", "ibtracert", ["\(fromLID)", "\(toLID)"]).output)
      let route: FabricAnswers.Route = try fabric.answer("route", from.name, to.name)
      let steps = zip(route.hops, route.hops.dropFirst()).map { here, there in
        IbtracertAnswer.Step(
          outPort: here.outPort ?? -1, guid: nodes[there.guid]?.portGUID(there.inPort ?? 0) ?? 0,
          inPort: there.inPort ?? -1)
      }
      #expect(!judge.steps.isEmpty)
      #expect(steps == judge.steps, "\(from.name) to \(to.name)")
      #expect(route.arrives && route.lid == toLID)
      // By their LIDs and by their GUIDs it is the same way.
      let byLID: FabricAnswers.Route = try fabric.answer("route", "\(fromLID)", "\(toLID)")
      let guids = [from, to].map { Manifest(net).guid($0) }
      let byGUID: FabricAnswers.Route = try fabric.answer("route", guids[0], guids[1])
      #expect(byLID.hops.map(\.guid) == route.hops.map(\.guid) && byGUID.hops.map(\.guid) == route.hops.map(\.guid))
    }
    #expect(try fabric.rdmactl(on: "host0", "fabric", "route", "host0", "host999").status == 3)
    manager.stop()
  }

  // MARK: check, one fault at a time

  private func check(_ fabric: SimulatedFabric, status: Int32 = 2) throws -> FabricAnswers.Check {
    try fabric.answer("check", status: status)
  }

  @Test func nothingIsWrong() throws {
    let net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let fabric = try SimulatedFabric(net)
    let manager = try fabric.startSubnetManager(waitUntilUp: true)
    let check = try check(fabric, status: 0)
    #expect(check.problems.filter { $0.severity != "info" }.isEmpty, "\(check.problems)")
    #expect(check.complete && check.nodes == net.nodes.count && check.links == net.links.count)
    manager.stop()
  }

  @Test func noSubnetManager() throws {
    let fabric = try SimulatedFabric(.twoLevels(hosts: 4, leaves: 2, spines: 1))
    let check = try check(fabric)
    // One cause, one finding, and it comes first.
    #expect(check.about("fabric.no_sm").isEmpty)
    #expect(check.problems.first?.id == "sm.none" && check.about("sm.none").count == 1)
    let text = try fabric.rdmactl(on: "host0", "fabric", "check")
    #expect(text.status == 2)
    #expect(text.output.contains("rdmactl sm start"))
  }

  @Test func oneLIDTwice() throws {
    let net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 1)
    let fabric = try SimulatedFabric(net)
    try fabric.bringUp()
    let lid = try #require(
      try fabric.discover().nodes.first { $0.description == "host2 mlx5_0" }?.ports.compactMap(\.lid).first)
    try fabric.setLID(UInt16(lid), at: .init(try #require(net["host5"]), 1))
    let problem = try #require(try check(fabric).about("fabric.duplicate_lid").first)
    #expect(problem.severity == "error")
    let words = problem.subject + problem.message
    #expect(words.contains("host2") && words.contains("host5") && words.contains("\(lid)"), "\(words)")
  }

  @Test func oneGUIDTwice() throws {
    var net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 1)
    net.duplicateGUID(of: try #require(net["host2"]), at: try #require(net["host5"]))
    let fabric = try SimulatedFabric(net)
    let problem = try #require(try check(fabric).about("fabric.duplicate_node_guid").first)
    #expect(problem.severity == "error")
    let words = problem.subject + problem.message
    #expect(words.contains("host2") && words.contains("host5"), "\(words)")
  }

  /// The tables are as they were when the cable was there; a second way there is, and they do not know it.
  @Test func aDeadPort() throws {
    let net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 2)
    let fabric = try SimulatedFabric(net)
    try fabric.bringUp()
    let before: FabricAnswers.Route = try fabric.answer("route", "host0", "host5")
    let leaf = try #require(before.hops.dropFirst().first)
    let switches = Dictionary(net.nodes.enumerated().map { (Manifest(net).guid($0.element), $0.offset) }) { one, _ in
      one
    }
    let end = Topology.End(try #require(switches[leaf.guid]), try #require(leaf.outPort))
    try fabric.unlink(end)
    let place = "\(net.nodes[end.node].description)/\(end.port)"
    let dead = try check(fabric).about("fabric.route_dead_port")
    #expect(dead.contains { $0.subject == net.nodes[end.node].description }, "\(dead)")
    let after: FabricAnswers.Route = try fabric.answer("route", "host0", "host5", status: 2)
    #expect(!after.arrives)
    #expect(after.problems.map(\.id) == ["fabric.route_lost"])
    #expect(after.problems[0].message.contains(place))
  }

  @Test func threeSubnetManagers() throws {
    let fabric = try SimulatedFabric(.twoLevels(hosts: 6, leaves: 2, spines: 1))
    let managers = try (0..<3).map {
      try fabric.startSubnetManager(on: "host\($0)", priority: 5 - $0, waitUntilUp: true)
    }
    let check = try check(fabric)
    let problem = try #require(check.about("sm.too_many").first)
    #expect(problem.severity == "warning")
    #expect(problem.message.contains("3"))
    #expect(check.about("sm.several_masters").isEmpty && check.about("sm.none").isEmpty)
    for manager in managers { manager.stop() }
  }

  /// What ibnetdiscover and opensm write of a fabric is the same fabric; and so is ibsim's own file.
  @Test func filesOfOtherPrograms() throws {
    let net = Topology.fatTree(hosts: 16, radix: 8, levels: 2, speed: .hdr)
    let fabric = try SimulatedFabric(net)
    let manager = try fabric.startSubnetManager(waitUntilUp: true)
    let scratch = try Scratch("foreign")
    try scratch.write("ibnetdiscover.txt", try fabric.run(on: "host0", "ibnetdiscover").output)
    try scratch.write("net", net.netfile)
    let same = try fabric.rdmactl(on: "host0", "fabric", "diff", scratch("ibnetdiscover.txt"))
    #expect(same.status == 0 && same.output.contains("nothing has changed"), "\(same.output)\(same.error)")
    let list = (fabric.environment(on: "host0")["OSM_TMP_DIR"] ?? "") + "/opensm-subnet.lst"
    for file in [scratch("net"), list] {
      let text = try fabric.rdmactl(on: "host0", "fabric", "diff", file)
      #expect(!text.output.contains("node ") && !text.output.contains("link "), "\(file): \(text.output)\(text.error)")
      #expect(text.output.contains("lid: ") || text.status == 0, "\(text.output)\(text.error)")
    }
    let links = try fabric.rdmactl(on: "host0", "fabric", "links", "--from", scratch("ibnetdiscover.txt"))
    #expect(links.status == 0 && links.output.contains("\(net.links.count) links"), "\(links.output)\(links.error)")
    let json = try fabric.rdmactl(on: "host0", "fabric", "discover", "--json")
    try scratch.write("saved.json", json.output)
    let check = try fabric.rdmactl(on: "host0", "fabric", "check", "--from", scratch("saved.json"))
    #expect(check.status == 0 && check.output.contains("no problem found"), "\(check.output)\(check.error)")
    manager.stop()
  }

  /// Both ends are enabled for four lanes and run on one: a bad cable, in the table and in the findings.
  @Test func aBadCable() throws {
    let net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 1, speed: .hdr)
    let cable = try #require(net.links.last)
    let worn = [cable.first, cable.second].flatMap {
      ["--worn", "\(Manifest(net).guid(net.nodes[$0.node])):\($0.port)"]
    }
    let fabric = try SimulatedFabric(net, proxy: worn)
    let manager = try fabric.startSubnetManager(waitUntilUp: true)
    let check = try check(fabric)
    let problem = try #require(check.about("fabric.degraded_width").first)
    #expect(problem.severity == "warning" && problem.message.contains("the cable or a connector"))
    #expect(problem.message.contains("1x HDR of 4x HDR") && check.about("fabric.restricted_link").isEmpty)
    let links: FabricAnswers.Links = try fabric.answer("links", "--degraded")
    #expect(links.links.map(\.degraded) == [true] && links.links.allSatisfy { $0.limitedBySetting.isEmpty })
    let text = try fabric.rdmactl(on: "host0", "fabric", "links")
    #expect(text.output.split(separator: "\n")[1].contains("1x HDR") && text.output.contains("1 degraded"))
    manager.stop()
  }

  /// ibsim makes a link narrow by setting both its ends: that is no bad cable, and worth one note.
  @Test func aLinkThatIsSetToLess() throws {
    var net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 1)
    let link = try #require(net.degradeCables(1, width: .x1, seed: 3).first)
    let fabric = try SimulatedFabric(net)
    let manager = try fabric.startSubnetManager(waitUntilUp: true)
    let check = try check(fabric, status: 0)
    #expect(check.about("fabric.degraded_width").isEmpty)
    let problem = try #require(check.about("fabric.restricted_link").first)
    for end in [net.links[link].first, net.links[link].second] {
      #expect(problem.subject.contains("\(net.nodes[end.node].description)/\(end.port)"))
    }
    manager.stop()
  }

  /// One host whose port was reset after opensm had gone: the cause is that there is no subnet manager.
  @Test func aPortThatIsNotActive() throws {
    let net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 1)
    let fabric = try SimulatedFabric(net)
    try fabric.bringUp()
    let end = Topology.End(try #require(net["host4"]), 1)
    try fabric.unlink(end)
    try fabric.relink(end)
    let check = try check(fabric)
    #expect(check.problems.first?.id == "sm.none", "\(check.problems)")
    #expect(check.about("fabric.port_not_active").isEmpty)
  }

  // MARK: diff

  @Test func whatHasChanged() throws {
    let net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 2)
    let fabric = try SimulatedFabric(net)
    let scratch = try Scratch("diff")
    func save(_ name: String) throws {
      try scratch.write(name, fabric.rdmactl(on: "host0", "fabric", "discover", "--json").output)
    }
    try save("before")
    let same: FabricAnswers.Difference = try fabric.answer("diff", scratch("before"))
    #expect(same.same && same.complete)
    func place(_ end: Topology.End) -> FabricAnswers.Place {
      .init(guid: Manifest(net).guid(net.nodes[end.node]), port: end.port)
    }
    // Cut between switches: a link less. Cut at a host: the host is gone too.
    let (spine, last) = (try #require(net["spine1"]), try #require(net["host5"]))
    let uplink = net.links[try #require(net.link(at: .init(spine, 1)))]
    try fabric.unlink(uplink.first)
    let cut: FabricAnswers.Difference = try fabric.answer("diff", scratch("before"), status: 2)
    #expect(!cut.same && cut.removedNodes.isEmpty && cut.addedLinks.isEmpty)
    #expect(cut.removedLinks.map(\.ends) == [[place(uplink.first), place(uplink.second)]])
    let host = net.links[try #require(net.link(at: .init(last, 1)))]
    try fabric.unlink(host.first)
    let gone: FabricAnswers.Difference = try fabric.answer("diff", scratch("before"), status: 2)
    #expect(gone.removedNodes == [Manifest(net).guid(net.nodes[last])])
    #expect(gone.removedLinks.count == 2)
    let text = try fabric.rdmactl(on: "host0", "fabric", "diff", scratch("before"))
    #expect(text.status == 2)
    #expect(text.output.contains("- node host5"))
    // The other way round, without asking anything.
    try save("after")
    let back: FabricAnswers.Difference = try fabric.answer("diff", scratch("after"), scratch("before"), status: 2)
    #expect(back.addedNodes == gone.removedNodes && back.addedLinks.count == 2 && back.removedLinks.isEmpty)
    try scratch.write("text", "no answer of ours")
    #expect(try fabric.rdmactl(on: "host0", "fabric", "diff", scratch("text")).status == 1)
    #expect(try fabric.rdmactl(on: "host0", "fabric", "diff", scratch("none")).status == 3)
  }

  /// ibsim's console plugs a cable only into ports that are free.
  @Test func aCableThatWasMoved() throws {
    var net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 1)
    let host = try #require(net["host5"])
    let cable = try #require(net.link(at: .init(host, 1)))
    let leaf = net.links[cable].other(than: .init(host, 1)).node
    net.nodes[leaf].portCount += 2
    let fabric = try SimulatedFabric(net)
    let scratch = try Scratch("diff")
    let before = try fabric.rdmactl(on: "host0", "fabric", "discover", "--json")
    try scratch.write("before", before.output)
    let free = net.nodes[leaf].portCount
    try fabric.console("Clear \"host5\"[1]")
    try fabric.console("Link \"host5\"[1] \"\(net.nodes[leaf].name)\"[\(free)]")
    let moved: FabricAnswers.Difference = try fabric.answer("diff", scratch("before"), status: 2)
    let guid = { (node: Int) in Manifest(net).guid(net.nodes[node]) }
    #expect(moved.moved.count == 1)
    #expect(moved.moved.first?.kept == .init(guid: guid(host), port: 1))
    #expect(moved.moved.first?.from == .init(guid: guid(leaf), port: net.links[cable].other(than: .init(host, 1)).port))
    #expect(moved.moved.first?.to == .init(guid: guid(leaf), port: free))
    #expect(moved.removedNodes.isEmpty && moved.removedLinks.isEmpty && moved.addedLinks.isEmpty)
  }
}
