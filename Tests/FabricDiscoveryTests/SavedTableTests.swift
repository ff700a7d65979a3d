internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct SavedTableTests {
  /// dump_fts's text of the tables gives the route that the switches give.
  @Test func aRouteByASavedFileIsThatOfTheSwitches() throws {
    let swept = SweptLab(.fatTree(hosts: 16, radix: 8, levels: 2))
    let fabric = try swept.sweep()
    let live = try swept.session.forwardingTables(of: fabric)
    func dump(_ heading: (FabricNode) -> String, _ entry: (String, UInt8) -> String) -> String {
      var text = ""
      for (index, node) in fabric.nodes.enumerated() where node.type == .switchNode {
        text += heading(node) + "\n  Lid  Out   Destination\n"
        for lid in 1...UInt16(40) {
          guard let port = live.port(index, lid: lid), port != LinearForwardingTable.noPort else { continue }
          text += entry("0x" + UInt64(lid).hexadecimal(digits: 4), port) + "\n"
        }
      }
      return text
    }
    let texts = [
      dump(
        { "Unicast lids [0x0-0x28] of switch Lid 2 guid 0x\($0.guid) (\($0.description ?? "")):" },
        { "\($0) \(String(repeating: "0", count: 3 - String($1).count))\($1) : (Switch portguid 0x1: 'x')" }),
      dump({ "osm_ucast_mgr_dump_ucast_routes: Switch 0x\($0.guid)" }, { "\($0) : \($1)  : 01   : yes" }),
    ]
    let (from, to) = (
      try swept.port(swept.end("host0", 1), in: fabric), try swept.port(swept.end("host15", 1), in: fabric)
    )
    let truth = live.route(from: from, to: to, in: fabric)
    #expect(truth.isComplete && truth.hops.count == 5)
    for text in texts {
      let saved = try #require(SavedTables(text, of: fabric))
      #expect(saved.badLines.isEmpty && saved.strangers.isEmpty)
      #expect(saved.tables.route(from: from, to: to, in: fabric) == truth)
    }
    let other = try #require(SavedTables("Unicast lids of switch guid 0x99 (x):\n0x0001 seven\n", of: fabric))
    #expect(other.strangers == [GUID(0x99)] && other.badLines.map(\.line) == [2])
    #expect(SavedTables("no table", of: fabric) == nil)
  }

  /// A path of opensm's log, from the port that it ran on.
  @Test func aDirectedRouteLeadsToItsNode() throws {
    let swept = SweptLab.small()
    let fabric = try swept.sweep()
    for (index, node) in fabric.nodes.enumerated() where node.route != .local {
      guard case .port(let port) = fabric.end(of: node.route) else {
        Issue.record("nothing at \(node.route)")
        continue
      }
      #expect(port.node == index)
    }
    let leaf = try swept.port(swept.end("leaf0", 1), in: fabric)
    #expect(fabric.end(of: try #require(DirectedRoute([9])), from: leaf) == .beyond(.init(node: leaf.node, port: 9)))
  }
}

@Suite struct NodeGlanceTests {
  /// A node by its LID or its route, with its counters, in a few datagrams: nothing else of the subnet is asked.
  @Test func oneNodeIsReadAlone() throws {
    let swept = SweptLab(.fatTree(hosts: 128, radix: 16, levels: 2))
    let fabric = try swept.sweep()
    let leaf = try swept.port(swept.end("leaf3", 2), in: fabric)
    let lid = try #require(fabric.nodes[leaf.node].lid)
    for place in [FabricRequest.Destination.lid(lid), .directedRoute(fabric.nodes[leaf.node].route)] {
      let before = swept.lab.totalSent
      let found = try #require(try swept.session.glance(at: place, port: 2))
      var scope = CounterScope.everything
      scope.nodes = [0]
      scope.ports = [PortReference(node: 0, port: 2)]
      let survey = try swept.session.counters(of: found, scope)
      #expect(swept.lab.totalSent - before <= 10)
      #expect(found.nodes[0].guid == fabric.nodes[leaf.node].guid && found.nodes[0].description == "leaf3")
      #expect(found[PortReference(node: 0, port: 2)]?.info == fabric[leaf]?.info)
      #expect(survey.readings.map(\.port.port) == [2] && survey.unanswered.isEmpty)
    }
    let whole = try #require(try swept.session.glance(at: .directedRoute(fabric.nodes[leaf.node].route)))
    #expect(whole.nodes[0].ports.count == 17 && whole.links.count == 16)
    let host = try swept.port(swept.end("host9", 1), in: fabric)
    let alone = try #require(try swept.session.glance(at: .lid(fabric.nodes[host.node].lid ?? 0)))
    #expect(alone.nodes.count == 1 && alone.nodes[0].ports.map(\.number) == [1])
    #expect(try swept.session.glance(at: .lid(4000)) == nil)
  }
}
