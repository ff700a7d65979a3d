internal import BinaryLayout
internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@testable internal import FabricReport

/// A page of a fabric in memory, and its cells by class.
private struct Drawn {
  let net: Topology
  let page: ReportPage
  let html: String

  init(_ net: Topology, since older: CounterSnapshot? = nil, silent: Int? = nil) throws {
    self.net = net
    let lab = InMemoryFabric(net)
    lab.bringUp()
    if let silent { lab.silence[silent] = .answers() }
    let session = FabricSession(port: lab, clock: lab.clock)
    let fabric = try session.sweep()
    let counters = try session.counters(of: fabric, older == nil ? CounterScope() : .everything)
    let names = FabricNames(fabric)
    page = ReportPage(
      ReportInput(
        fabric: fabric, names: names, counters: counters, thresholds: CounterThresholds(),
        since: older.map { CounterComparison(of: counters, in: fabric, time: 7200, since: $0) },
        timestamp: "2026-11-30T08:24:10Z", source: "lab", host: "node1", version: "0"))
    html = page.html
  }

  /// Cells of a class: boxes of their own, and the cells of paths. What is in the legend, or a second time, is not counted.
  func cells(_ wanted: String) -> Int {
    var count = 0
    for piece in html.split(separator: "class=\"").dropFirst() where !piece.contains("</g></svg>a cable") {
      let classes = piece.prefix { $0 != "\"" }.split(separator: " ")
      guard classes.contains(Substring(wanted)), !classes.contains("b") else { continue }
      let rest = piece.drop { $0 != "\"" }
      if rest.hasPrefix("\" data-n=\"") {
        count += Int(rest.dropFirst(10).prefix { $0 != "\"" }) ?? 0
      } else if rest.hasPrefix("\"><title>") {
        count += 1
      }
    }
    return count
  }

  var up: [Topology.Link] { net.links.filter(\.isUp) }
  var narrow: Int { up.count { $0.width != .x4 } }
  var erring: Int {
    let ends = Set(net.counters.map(\.end))
    return up.count { ends.contains($0.first) || ends.contains($0.second) }
  }
}

@Suite struct CellsOfThePageTests {
  private static let shapes: [(String, Topology)] = [
    ("star", .star(hosts: 12)), ("two levels", .twoLevels(hosts: 24, leaves: 4, spines: 3)),
    ("fat tree of two", .fatTree(hosts: 128, radix: 16, levels: 2)),
    ("fat tree of three", .fatTree(hosts: 54, radix: 6, levels: 3)), ("torus", .torus([4, 4], hostsPerSwitch: 1)),
    ("dragonfly", .dragonfly(groups: 5, routersPerGroup: 4, hostsPerRouter: 2)),
    ("random", .randomRegular(switches: 12, degree: 4, hostsPerSwitch: 2, seed: 3)),
    ("irregular", .irregular(switches: 10, hosts: 24, extraCables: 8, seed: 5)),
  ]

  @Test(arguments: shapes.indices) func cellsOfEachClassAreTheCablesOfTheFabric(_ index: Int) throws {
    for seed in UInt64(1)...3 {
      var net = Self.shapes[index].1
      net.pullCables(2, seed: seed)
      net.degradeCables(2, width: .x1, seed: seed + 1)
      net.setErrors(3, seed: seed + 2)
      let drawn = try Drawn(net)
      let well = drawn.up.count - Set(drawn.marked).count
      #expect(drawn.cells("k") == well, "\(Self.shapes[index].0), seed \(seed)")
      #expect(drawn.cells("s") == drawn.narrow)
      #expect(drawn.cells("e") == drawn.erring)
      #expect(drawn.cells("d") == 0)
      #expect(drawn.cells("m") == drawn.page.figures.missing)
      #expect(drawn.page.figures.links == drawn.up.count)
    }
  }

  @Test func holesAreThePulledCablesBetweenSwitches() throws {
    for (net, isFlat) in [
      (Topology.fatTree(hosts: 128, radix: 16, levels: 2), true), (.fatTree(hosts: 128, radix: 8, levels: 3), false),
    ] {
      for seed in UInt64(1)...5 {
        var net = net
        let pulled = net.pullCables(4, seed: seed)
        let drawn = try Drawn(net)
        let between = pulled.count { link in
          [net.links[link].first.node, net.links[link].second.node].allSatisfy { net.nodes[$0].kind == .switchNode }
        }
        let holes = drawn.page.map.blocks.reduce(0) { $0 + $1.missing }
        #expect(holes == between, "flat: \(isFlat), seed \(seed)")
        #expect(drawn.page.rows.contains { $0.what == "missing" } == (drawn.page.figures.missing > 0))
      }
    }
  }

  @Test func aFatTreeHasItsPodsAndPlanes() throws {
    let drawn = try Drawn(.fatTree(hosts: 128, radix: 8, levels: 3))
    #expect(drawn.page.map.tiers == 3)
    #expect(drawn.page.map.blocks.count { $0.tier == 0 } == 8)
    #expect(drawn.page.map.blocks.count { $0.tier == 1 } == 4)
    #expect(drawn.page.map.others.isEmpty)
    #expect(drawn.page.rows.isEmpty)
    #expect(drawn.html.contains("Nothing was found."))
  }

  @Test func aRingIsAListOfNeighboursAndNoEmptyPage() throws {
    let drawn = try Drawn(.torus([6], hostsPerSwitch: 1))
    #expect(!drawn.page.map.isTiered)
    #expect(drawn.html.contains("<table class=\"adj\">"))
    #expect(drawn.html.contains("<td>sw0<td>"))
  }
}

@Suite struct PageTests {
  @Test func namesFromTheWireStayText() throws {
    var net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let hostile = "<b>&\"'</script><img src=http://x onerror=a>"
    net.nodes[net.switches[0]].description = hostile
    net.setErrors(4, seed: 1)
    let html = try Drawn(net).html
    #expect(html.contains("&lt;b&gt;&amp;&quot;"))
    for part in ["<b>&", "<img", "http:", "https:", "://", "src=\"", "url(", "@import", "style=\""] {
      #expect(!html.contains(part), "\(part)")
    }
    #expect(html.components(of: "<script>") == 1)
    #expect(html.components(of: "</script>") == 1)
  }

  @Test func theTableHasALineForEachCounterThatWasFound() throws {
    var net = Topology.fatTree(hosts: 64, radix: 16, levels: 2)
    net.setErrors(12, seed: 9)
    let drawn = try Drawn(net)
    let wanted = net.counters.count { $0.counter.field.name == "SymbolErrorCounter" }
    #expect(wanted > 0)
    #expect(drawn.html.components(of: "<td>SymbolErrorCounter<td>") == wanted)
  }

  @Test func whatDidNotAnswerStandsAtTheTop() throws {
    let net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let drawn = try Drawn(net, silent: net["leaf2"])
    #expect(!drawn.page.isComplete)
    #expect(drawn.html.contains("<section class=\"inc\"><h2>Incomplete&#58;") || drawn.html.contains("<h2>Incomplete:"))
  }

  @Test func sinceShowsRatesAnHourAndWhatVanished() throws {
    var net = Topology.fatTree(hosts: 16, radix: 8, levels: 2)
    let before = try Drawn(net, since: CounterSnapshot(time: 0))
    var older = CounterSnapshot(time: 3600)
    for node in before.page.map.fabric.nodes {
      for port in node.ports where port.peer != nil {
        var values = PortCounterValues()
        for counter in PortCounter.errors { values[counter] = 0 }
        older.values[NodePort(node: node.guid, port: port.number)] = values
      }
    }
    net.setErrors(2, seed: 4)
    let end = try #require(net.counters.first)
    net.pullCables(1, seed: 2)
    let rows = try Drawn(net, since: older).page.rows
    let row = try #require(rows.first { $0.what == end.counter.field.name })
    #expect(row.perHour == Double(end.value))
    #expect(rows.count { $0.what == "vanished" } == 2)
  }

  @Test func theLargestFabricStaysBelowOneMebibyte() throws {
    // 8,000 hosts would take the whole time of the suite to sweep: the size grows with the cables.
    let drawn = try Drawn(.fatTree(hosts: 432, radix: 12, levels: 3))
    let cables = drawn.up.count
    #expect(drawn.html.utf8.count - ReportStyle.css.utf8.count - ReportStyle.script.utf8.count < cables * 40)
  }
}

extension Drawn {
  fileprivate var marked: [Topology.End] {
    let ends = Set(net.counters.map(\.end))
    return up.filter { $0.width != .x4 || ends.contains($0.first) || ends.contains($0.second) }.map(\.first)
  }
}

extension String {
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
