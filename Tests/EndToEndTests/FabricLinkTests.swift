internal import FabricLab
internal import Foundation
internal import InfiniBandWire
internal import TestSupport
internal import Testing

/// `rdmactl fabric links` and `errors` on simulated fabrics, with iblinkinfo and ibqueryerrors as the judges.
@Suite(
  "links and counters of a fabric", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct FabricLinkTests {
  // MARK: links

  @Test func linksAsIblinkinfo() throws {
    var net = Topology.fatTree(hosts: 32, radix: 8, levels: 2)
    let down = net.pullCables(5, seed: 21)
    let narrow = net.degradeCables(3, width: .x1, seed: 22)
    net.degradeCables(3, speed: .qdr, seed: 23)
    let fabric = try SimulatedFabric(net)
    let judge = IblinkinfoAnswer(try fabric.run(on: "host0", "iblinkinfo", ["-l"]).output)
    let ours: FabricAnswers.Links = try fabric.answer("links")
    let guids = PortGUIDs(net)
    let links = ours.links.map { link in
      IblinkinfoAnswer.Link(
        ends: [guids.port(link.a.guid, link.a.port), guids.port(link.b.guid, link.b.port)], width: link.width ?? "?",
        speed: (link.signalGbps ?? 0) / (Double(link.width?.dropLast() ?? "") ?? 1))
    }
    #expect(Set(links).count == links.count, "a cable twice")
    #expect(judge.links.count == net.links.count - down.count)
    let differing = judge.links.symmetricDifference(links)
    #expect(differing.isEmpty, "\(differing.prefix(4))")
    // iblinkinfo has no line for the ports without a cable of an adapter that is reached by none; all others are there.
    let reached = Set(net.distances(from: net["host0"] ?? 0).keys.map { Manifest(net).guid(net.nodes[$0]) })
    #expect(judge.down == Set(ours.down.filter { reached.contains($0.guid) }.map { guids.port($0.guid, $0.port) }))
    #expect(judge.down.count >= down.count)

    // The narrow ones stand first. In ibsim both their ends are set so: no cable is to blame.
    let ends = Set(
      narrow.flatMap { [net.links[$0].first, net.links[$0].second] }.map {
        FabricAnswers.Place(guid: Manifest(net).guid(net.nodes[$0.node]), port: $0.port)
      })
    #expect(ours.links.prefix(narrow.count).allSatisfy { $0.width == "1x" && $0.possibleWidth == "4x" })
    #expect(ours.links.prefix(narrow.count).allSatisfy { $0.limitedBySetting.count == 2 })
    #expect(!ours.links.contains { $0.degraded })
    let first = ours.links.prefix(narrow.count).flatMap { [$0.a, $0.b] }
    #expect(Set(first.map { FabricAnswers.Place(guid: $0.guid, port: $0.port) }) == ends)
    let degraded: FabricAnswers.Links = try fabric.answer("links", "--degraded")
    #expect(degraded.links.count == narrow.count)

    let text = try fabric.rdmactl(on: "host0", "fabric", "links", "--down")
    #expect(text.status == 0)
    #expect(text.output.contains("polling"))
  }

  @Test func linksOfANode() throws {
    let net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 1)
    let fabric = try SimulatedFabric(net)
    let guid = Manifest(net).guid(net.nodes[try #require(net["spine0"])])
    for name in ["spine0", guid, "0x\(guid)"] {
      let links: FabricAnswers.Links = try fabric.answer("links", name)
      #expect(links.links.count == 2)
      #expect(links.links.allSatisfy { $0.a.guid == guid || $0.b.guid == guid })
    }
    #expect(try fabric.rdmactl(on: "host0", "fabric", "links", "spine7").status == 3)
  }

  // MARK: errors

  @Test func errorsAsIbqueryerrors() throws {
    let net = Self.worn()
    let fabric = try SimulatedFabric(net)
    let manager = try fabric.startSubnetManager(waitUntilUp: true)
    let guids = PortGUIDs(net)
    let judge = try Self.ibqueryerrors(fabric)
    let ours: FabricAnswers.Errors = try fabric.answer("errors", status: 2)
    let found = ours.findings.map {
      IbqueryerrorsAnswer.Entry(
        portGUID: guids.number($0.guid, $0.port), port: $0.port, counter: $0.counter, value: $0.value)
    }
    #expect(Set(found) == judge, "\(Set(found).symmetricDifference(judge))")
    #expect(judge.count == net.counters.count)
    #expect(ours.complete)
    #expect(ours.portsChecked == net.links.count * 2)
    // What ibsim was told, to the last one.
    for told in Manifest(net).counters {
      let finding = ours.findings.first {
        $0.guid == told.end.guid && $0.port == told.end.port && $0.counter == told.counter
      }
      #expect(finding?.value == told.value)
      let limit: UInt64 = told.counter.hasPrefix("Link") ? 0xff : 0xffff
      #expect(finding?.saturated == (told.value == limit))
    }
    let text = try fabric.rdmactl(on: "host0", "fabric", "errors")
    #expect(text.status == 2)
    #expect(text.output.contains("65535+"), "a counter that stands still at its largest value")

    // Only one node, and one port of it.
    let leaf = try #require(net.counters.first)
    let place = "\(net.nodes[leaf.end.node].description)/\(leaf.end.port)"
    let one: FabricAnswers.Errors = try fabric.answer("errors", place, status: 2)
    #expect(one.findings.count == net.counters.count { $0.end == leaf.end })

    try Self.clear(fabric, ports: Set(net.counters.map(\.end)).count)
    manager.stop()
  }

  private static func clear(_ fabric: SimulatedFabric, ports: Int) throws {
    // Without a terminal it is not done unasked, and a rehearsal does nothing.
    let unasked = try fabric.rdmactl(on: "host0", "fabric", "errors", "--clear")
    #expect(unasked.status != 0)
    let rehearsal: FabricAnswers.Clearing = try fabric.answer("errors", "--clear", "--dry-run")
    #expect(rehearsal.wanted.count == ports)
    #expect(!rehearsal.changed && rehearsal.cleared.isEmpty)
    #expect(try !ibqueryerrors(fabric).isEmpty)
    let cleared: FabricAnswers.Clearing = try fabric.answer("errors", "--clear", "--yes")
    #expect(cleared.changed && cleared.complete)
    #expect(Set(cleared.cleared) == Set(rehearsal.wanted))
    #expect(try ibqueryerrors(fabric).isEmpty)
    let after: FabricAnswers.Errors = try fabric.answer("errors")
    #expect(after.findings.isEmpty)
    let again: FabricAnswers.Clearing = try fabric.answer("errors", "--clear", "--yes")
    #expect(!again.changed && again.wanted.isEmpty)
  }

  private static func ibqueryerrors(_ fabric: SimulatedFabric) throws -> Set<IbqueryerrorsAnswer.Entry> {
    IbqueryerrorsAnswer(try fabric.run(on: "host0", "ibqueryerrors").output).entries
  }

  /// Six random counters, and one that is full.
  private static func worn() -> Topology {
    var net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    net.setErrors(6, seed: 9)
    let taken = Set(net.counters.map(\.end))
    if let counter = Counter(.portCounters, "SymbolErrorCounter"),
      let end = net.links.map(\.second).first(where: { !taken.contains($0) })
    {
      net.counters.append(.init(end: end, counter: counter, value: counter.limit))
    }
    // Below the threshold of ibqueryerrors nothing is told.
    net.counters = net.counters.map { setting in
      var setting = setting
      setting.value = min(setting.counter.limit, max(setting.value, 50))
      return setting
    }
    return net
  }

  @Test func whatHasMovedSince() throws {
    let net = Self.worn()
    let fabric = try SimulatedFabric(net)
    try fabric.bringUp()
    let scratch = try Scratch("since")
    let before = try fabric.rdmactl(on: "host0", "fabric", "errors", "--json")
    #expect(before.status == 2)
    try scratch.write("before.json", before.output)
    let still: FabricAnswers.Errors = try fabric.answer("errors", "--since", scratch("before.json"), status: 2)
    #expect(still.findings.allSatisfy { $0.saturated }, "only of a full one nobody knows that it has not moved")
    let setting = try #require(net.counters.first { $0.value + 25 <= $0.counter.limit })
    try fabric.set(.init(end: setting.end, counter: setting.counter, value: setting.value + 25))
    let other = try #require(net.counters.last { $0.end != setting.end && $0.value < $0.counter.limit })
    try fabric.set(.init(end: other.end, counter: other.counter, value: other.value - 40))
    let moved: FabricAnswers.Errors = try fabric.answer("errors", "--since", scratch("before.json"), status: 2)
    let deltas = (moved.since?.deltas ?? []).filter {
      !$0.counter.hasPrefix("PortXmitP") && !$0.counter.hasSuffix("Data")
    }
    .filter { !$0.counter.hasSuffix("Pkts") }
    #expect(deltas.count { $0.change != "saturated" } == 2, "\(deltas)")
    let guid = Manifest(net).guid(net.nodes[setting.end.node])
    #expect(
      deltas.contains { $0.guid == guid && $0.port == setting.end.port && $0.change == "increased" && $0.by == 25 })
    #expect(deltas.contains { $0.change == "cleared" && $0.by == other.value - 40 })
    let text = try fabric.rdmactl(on: "host0", "fabric", "errors", "--since", scratch("before.json"))
    #expect(text.output.contains("+25") && text.output.contains("cleared in between"))
    try scratch.write("half.json", String(before.output.prefix(400)))
    #expect(try fabric.rdmactl(on: "host0", "fabric", "errors", "--since", scratch("half.json")).status == 1)
  }

  /// Counters are asked for by LID, and without a subnet manager there are none: ibqueryerrors says nothing, with 0.
  @Test func withoutASubnetManager() throws {
    let net = Self.worn()
    let fabric = try SimulatedFabric(net)
    let ours: FabricAnswers.Errors = try fabric.answer("errors", status: 8)
    #expect(ours.findings.isEmpty && !ours.complete && ours.portsChecked == 0)
    #expect(ours.problems.map(\.id).contains("fabric.needs_lid"))
    let text = try fabric.rdmactl(on: "host0", "fabric", "errors")
    #expect(text.status == 8)
    #expect(text.output.contains("no subnet manager") && text.output.contains("rdmactl sm start"))
  }
}

/// The GUIDs by which infiniband-diags tells of ports: of an adapter the port's.
private struct PortGUIDs {
  private let nodes: [String: Topology.Node]

  init(_ net: Topology) {
    let manifest = Manifest(net)
    nodes = Dictionary(net.nodes.map { (manifest.guid($0), $0) }) { first, _ in first }
  }

  func number(_ guid: String, _ port: Int) -> UInt64 { nodes[guid]?.portGUID(port) ?? 0 }

  func port(_ guid: String, _ port: Int) -> IblinkinfoAnswer.Port { .init(guid: number(guid, port), port: port) }
}
