internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@testable internal import FabricPlan

@Suite struct PlanTests {
  private static let net = Topology.twoLevels(hosts: 4, leaves: 2, spines: 2, speed: .hdr)

  private func swept(_ net: Topology) throws -> (fabric: Fabric, names: FabricNames) {
    let lab = InMemoryFabric(net)
    lab.bringUp()
    let fabric = try FabricSession(port: lab, clock: lab.clock).sweep()
    return (fabric, FabricNames(fabric))
  }

  private func words(_ comparison: PlanComparison, _ names: FabricNames) -> [String] {
    func place(_ place: PlanComparison.Place) -> String { "\(place.end.node)/\(place.end.port)" }
    return comparison.findings.map { finding in
      switch finding {
      case .missing(let one, let other): "missing \(place(one)) \(place(other))"
      case .wrong(let one, let other, let first, let second):
        "wrong \(place(one)) \(place(other)) \(first.map { names.name(of: $0) } ?? "-") "
          + (second.map { names.name(of: $0) } ?? "-")
      case .swapped(let one, let other, _):
        "swapped " + [names.name(of: one), names.name(of: other)].sorted().joined(separator: " ")
      case .additional(let link): "additional \(names.name(of: link.first)) \(names.name(of: link.second))"
      case .slow(let link, _, let width, let speed):
        "slow \(names.name(of: link.first)) \(LinkStatus.spelled(width, speed))"
      case .nodeMissing(let node, let cables): "node \(node) \(cables.count)"
      }
    }
  }

  private func table(_ fabric: Fabric, _ names: FabricNames) -> String {
    var text = ""
    PlanTable.write(fabric, names: names) { text += $0 }
    return text
  }

  /// What save writes is what check finds to be so; the map itself is a plan too.
  @Test func whatIsSavedIsAsPlanned() throws {
    let (fabric, names) = try swept(Self.net)
    let plan = CablePlan(table: table(fabric, names))
    #expect(plan.badLines.isEmpty && plan.cables.count == Self.net.links.count)
    for plan in [plan, CablePlan(fabric)] {
      let comparison = PlanComparison(plan, with: fabric, names: names)
      #expect(comparison.findings.isEmpty && comparison.kept == Self.net.links.count)
    }
  }

  /// Two cables with exchanged ends are one finding, whatever the plan is made of.
  @Test func aSwapIsOneFinding() throws {
    let (planned, plannedNames) = try swept(Self.net)
    var other = Self.net
    let (one, two) = (try #require(other["host1"]), try #require(other["host3"]))
    let places = other.links.indices.filter { [one, two].contains(other.links[$0].first.node) }
    try #require(places.count == 2)
    let ends = places.map { other.links[$0].second }
    for (place, end) in zip(places, ends.reversed()) {
      other.links[place] = .init(other.links[place].first, end, speed: .hdr)
    }
    let (fabric, names) = try swept(other)
    for plan in [CablePlan(table: table(planned, plannedNames)), CablePlan(planned)] {
      let comparison = PlanComparison(plan, with: fabric, names: names)
      #expect(words(comparison, names) == ["swapped leaf1/1 leaf1/2"])
      #expect(comparison.kept == Self.net.links.count - 2)
    }
  }

  @Test func everyOtherDifference() throws {
    var net = Self.net
    let between = try #require(
      net.links.firstIndex { link in
        [link.first, link.second].allSatisfy { net.nodes[$0.node].kind == .switchNode }
      })
    net.links[between].isUp = false
    let (fabric, names) = try swept(net)
    let (whole, wholeNames) = try swept(Self.net)
    var lines = table(whole, wholeNames).split(separator: "\n").map(String.init)
    let link = net.links[between]
    let ends = [link.first, link.second].map { "\(net.nodes[$0.node].description),\($0.port)," }
    let gone = try #require(lines.first { line in ends.allSatisfy { "\(line),".contains($0) } })
    lines.removeAll { $0 == gone }
    lines = lines.map {
      $0.contains("host2") ? $0.replacing("hdr", with: "ndr") : $0.replacing("host0 mlx5_0", with: "new0")
    }
    lines += [gone, "leaf0,30,leaf1,30", "away,1,gone,2,,"]
    let findings = words(
      PlanComparison(CablePlan(table: lines.joined(separator: "\n")), with: fabric, names: names), names)
    let pulled = gone.split(separator: ",")
    #expect(findings.contains("missing \(pulled[0])/\(pulled[1]) \(pulled[2])/\(pulled[3])"))
    #expect(findings.contains { $0.hasPrefix("slow ") && $0.hasSuffix("4x HDR") })
    #expect(findings.contains { $0.hasPrefix("wrong ") && $0.contains("new0/1") && $0.contains("host0 mlx5_0/1") })
    #expect(findings.contains("missing leaf0/30 leaf1/30") && findings.contains("node away 1"))
    #expect(findings.count == 5, "\(findings)")
    // Cables that no line names.
    let few = words(PlanComparison(CablePlan(table: lines[1]), with: fabric, names: names), names)
    #expect(few.count { $0.hasPrefix("additional ") } == Self.net.links.count - 2)
  }

  /// UFM's cabling list, semicolons, quotation marks, remarks; what is wrong is told by its line.
  @Test func tables() throws {
    let list = """
      rack #,U height,#Fields:StartDev,StartPort,StartDeviceLocation,EndDev,EndPort,EndDeviceLocation
      1,2,leaf0,Port 3,up,"host, one",Port 1,down
      """
    #expect(
      CablePlan(table: list).cables == [
        .init(first: .init(node: "leaf0", port: 3), second: .init(node: "host, one", port: 1), line: 2)
      ])
    let table = "# of rack 7\na;1;b;2;4x;HDR\n\nc;1;d;2;;\n"
    #expect(CablePlan(table: table).cables.map(\.speed) == [.hdr, nil])
    let bad = CablePlan(table: "a,1,b,2\na,1,c,1\nd,x,e,1\nf,1,,2\ng,1,h,1,5x\ni,1,j,1,4x,fast\nk,1\n")
    #expect(bad.badLines.map(\.line) == [2, 3, 4, 5, 6, 7] && bad.cables.count == 1)
    #expect(bad.badLines.first?.reason == "a/1 has a cable already (line 1)")
  }

  /// A name that two adapters have is for the user to make clear.
  @Test func anAmbiguousNameIsTold() throws {
    var net = Self.net
    let host = try #require(net["host2"])
    net.nodes[host].description = "host0 mlx5_1"
    let (fabric, names) = try swept(net)
    let comparison = PlanComparison(CablePlan(table: "host0,1,leaf0,1"), with: fabric, names: names)
    #expect(comparison.badLines.map(\.line) == [1])
  }
}
