internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct FabricCheckTests {
  private func problems(_ swept: SweptLab, _ change: (inout Fabric) -> Void = { _ in }) throws -> [Problem] {
    var fabric = try swept.session.sweep()
    change(&fabric)
    return FabricCheck.problems(fabric, names: FabricNames(fabric))
  }

  @Test(arguments: [
    Topology.fatTree(hosts: 128, radix: 16, levels: 2), Topology.torus([3, 3, 2], hostsPerSwitch: 1),
    Topology.star(hosts: 5),
  ]) func aHealthyFabricHasNone(topology: Topology) throws {
    let swept = SweptLab(topology)
    let fabric = try swept.sweep()
    let tables = try swept.session.forwardingTables(of: fabric)
    #expect(FabricCheck.problems(fabric, tables: tables, names: FabricNames(fabric)) == [])
  }

  /// One cause, one problem, however many ports have it.
  @Test func withoutSubnetManager() throws {
    let found = try problems(SweptLab(.fatTree(hosts: 128, radix: 16, levels: 2), isUp: false))
    #expect(found.map(\.id) == ["fabric.no_sm"])
    #expect(found[0].severity == .error && found[0].evidence == ["ports=152"])
    #expect(found[0].fix.first == "rdmactl sm start --wait")
  }

  @Test func states() throws {
    let swept = SweptLab.small()
    swept.lab.setState(.armed, at: try swept.end("leaf0", 1))
    swept.lab.setState(.initialized, at: try swept.end("leaf0", 2))
    swept.lab.setState(.initialized, at: try swept.end("host2", 1))
    let found = try problems(swept)
    let shown = Set(found.map { "\($0.id) \($0.subject)" })
    let expected: Set<String> = [
      "fabric.port_not_active leaf0/2", "fabric.port_not_active host2 mlx5_0/1", "fabric.port_not_active leaf0/1",
    ]
    #expect(shown.isSuperset(of: expected) && found.count == 4, "\(found)")
    #expect(shown.subtracting(expected).allSatisfy { $0.hasPrefix("fabric.state_mismatch ") })
    #expect(found.allSatisfy { $0.severity == .warning })
  }

  @Test func lids() throws {
    let swept = SweptLab.small()
    swept.lab.setLID(8, at: try swept.end("host0", 1))
    swept.lab.setLID(0, at: try swept.end("host1", 1))
    let found = try problems(swept)
    #expect(found.map(\.id).contains("fabric.duplicate_lid") && found.map(\.id).contains("fabric.no_lid"))
    let twice = try #require(found.first { $0.id == "fabric.duplicate_lid" })
    #expect(twice.subject == "LID 8" && twice.message.contains("host0 mlx5_0/1"))
    #expect(try #require(found.first { $0.id == "fabric.no_lid" }).subject == "host1 mlx5_0/1")
  }

  /// The ranges of two LMCs overlap although the base LIDs differ.
  @Test func overlappingRanges() throws {
    let found = try problems(SweptLab.small()) { fabric in
      for (offset, node) in fabric.nodes.indices.filter({ fabric.nodes[$0].type == .channelAdapter }).enumerated() {
        fabric.nodes[node].ports[0].info?.lid = UInt16(100 + offset * 8)
        fabric.nodes[node].ports[0].info?.lmc = offset == 1 ? 4 : 3
      }
    }
    #expect(found.map(\.id) == ["fabric.duplicate_lid"] && found[0].subject == "LID 116", "\(found)")
  }

  @Test func mastersAndPrefixes() throws {
    let swept = SweptLab.small()
    let end = try swept.end("host2", 1)
    swept.lab[end][PortInfo.Layout.masterSMLID] = 99
    swept.lab[end][PortInfo.Layout.gidPrefix] = 0xfec0_0000_0000_0000
    let found = try problems(swept)
    #expect(found.map(\.id).sorted() == ["fabric.mixed_sm_lid", "fabric.mixed_subnet_prefix"])
    #expect(found.allSatisfy { $0.subject == "host2 mlx5_0/1" && $0.severity == .error })
    #expect(found.contains { $0.evidence == ["gid_prefix=fec0000000000000"] })
  }

  @Test func links() throws {
    let swept = SweptLab.small()
    let links = swept.lab.topology.links
    swept.lab.set(PortInfo.Layout.linkWidthActive, to: 1, atBothEndsOf: links[4])
    swept.lab[links[5].first][PortInfo.Layout.linkSpeedExtActive] = 2
    swept.lab.set(PortInfo.Layout.linkSpeedExtEnabled, to: 3, atBothEndsOf: links[6])
    swept.lab[links[7].first][PortInfo.Layout.neighborMTU] = 5
    swept.lab[links[0].first][PortInfo.Layout.pKeyViolations] = 12
    swept.lab[links[0].first][PortInfo.Layout.mKeyViolations] = 1
    swept.lab[links[0].first][PortInfo.Layout.qKeyViolations] = 1
    let found = try problems(swept)
    var count: [String: Int] = [:]
    for problem in found { count[problem.id, default: 0] += 1 }
    count["fabric.degraded_speed"] = nil  // the end that is asked first decides
    #expect(
      count == [
        "fabric.degraded_width": 1, "fabric.asymmetric_link": 1, "fabric.restricted_link": 1, "fabric.mtu_mismatch": 1,
        "fabric.p_key_violations": 1, "fabric.m_key_violations": 1, "fabric.q_key_violations": 1,
      ], "\(found)")
    #expect(try #require(found.first { $0.id == "fabric.p_key_violations" }).message.hasSuffix(" (12)"))
    let severities = found.map(\.severity)
    let infos = severities.drop { $0 == .warning }
    #expect(!infos.isEmpty && infos.allSatisfy { $0 == .info }, "warnings first")
  }

  @Test func twins() throws {
    let found = try problems(SweptLab.small()) { fabric in
      let hosts = fabric.nodes.indices.filter { fabric.nodes[$0].type == .channelAdapter }
      fabric.nodes[hosts[0]].description = "same"
      fabric.nodes[hosts[1]].description = "same"
      fabric.nodes[hosts[2]].description = " \u{7}"
      fabric.nodes[hosts[2]].guid = fabric.nodes[hosts[3]].guid
      fabric.nodes[hosts[2]].ports[0].guid = fabric.nodes[hosts[3]].ports[0].guid
      fabric.anomalies = [
        Anomaly(kind: .duplicateGUID, node: hosts[3], route: fabric.nodes[hosts[2]].route, detail: "again"),
        Anomaly(kind: .impossibleValue, node: nil, route: .local, detail: "NumPorts is 0"),
        Anomaly(kind: .contradictoryLink, node: hosts[0], route: .local, detail: "x"),
      ]
    }
    #expect(
      found.map(\.id) == [
        "fabric.duplicate_node_guid", "fabric.duplicate_port_guid", "fabric.impossible_answer",
        "fabric.contradictory_link", "fabric.no_description", "fabric.duplicate_description",
      ], "\(found)")
    #expect(found.last?.severity == .info)
  }

  @Test func whatDidNotAnswer() throws {
    let swept = SweptLab.small()
    let spine = try swept.end("spine1", 0).node
    swept.lab.silence[spine] = .entirely
    let found = try problems(swept)
    #expect(!found.isEmpty && found.allSatisfy { $0.id == "fabric.unanswered" && $0.severity == .error })
  }

  /// Where every port has its own idea of the master, that is one problem and not one for each.
  @Test func noTwoAgree() throws {
    let swept = SweptLab(.star(hosts: 20))
    for host in swept.lab.topology.hosts {
      swept.lab[Topology.End(host, 1)][PortInfo.Layout.masterSMLID] = UInt64(100 + host)
    }
    let found = try problems(swept)
    #expect(found.map(\.id) == ["fabric.mixed_sm_lid"], "\(found)")
    #expect(found[0].evidence.contains("count=20"))
  }

  /// Many places of one kind are one problem that names the first few.
  @Test func groups() throws {
    let swept = SweptLab(.fatTree(hosts: 128, radix: 16, levels: 2))
    for host in swept.lab.topology.hosts.dropFirst() {
      swept.lab.setState(.initialized, at: Topology.End(host, 1))
    }
    let found = try problems(swept).filter { $0.id == "fabric.port_not_active" }
    #expect(found.count == 1 && found[0].evidence.contains("count=127"))
    #expect(found[0].subject.hasSuffix(" and 126 more") && found[0].message.contains("and 122 more"))
  }

  @Test func forwarding() throws {
    let swept = SweptLab.small()
    let lid = UInt16(truncatingIfNeeded: swept.lab[try swept.end("host3", 1)][PortInfo.Layout.lid])
    let other = UInt16(truncatingIfNeeded: swept.lab[try swept.end("host2", 1)][PortInfo.Layout.lid])
    swept.lab.setForwardingEntry(of: try swept.end("leaf1", 0).node, lid: lid, to: 99)
    for node in swept.lab.topology.switches { swept.lab.setForwardingEntry(of: node, lid: other, to: 255) }
    let fabric = try swept.sweep()
    let tables = try swept.session.forwardingTables(of: fabric)
    let found = FabricCheck.problems(fabric, tables: tables, names: FabricNames(fabric))
    #expect(
      found.map { "\($0.id) \($0.subject)" } == [
        "fabric.lid_not_routed LID \(other) of host2 mlx5_0/1", "fabric.route_dead_port leaf1",
      ])
    #expect(found[1].evidence == ["lids=1", "example_lid=\(lid)", "port=99"])
  }

  /// Up/down routing allows no way between two spines: that is how it works. A host's LID that a leaf does not know, and a
  /// switch's on the way from hosts, are faults.
  @Test func spinesThatCannotReachEachOtherAreNormal() throws {
    let swept = SweptLab(.fatTree(hosts: 32, radix: 8, levels: 2))
    let spines = swept.lab.topology.switches.filter { swept.lab.topology.nodes[$0].name.hasPrefix("spine") }
    func lid(_ node: Int) -> UInt16 {
      UInt16(truncatingIfNeeded: swept.lab[Topology.End(node, 0)][PortInfo.Layout.lid])
    }
    for here in spines {
      for there in spines where here != there { swept.lab.setForwardingEntry(of: here, lid: lid(there), to: 255) }
    }
    func found() throws -> [Problem] {
      let fabric = try swept.sweep()
      let tables = try swept.session.forwardingTables(of: fabric)
      return FabricCheck.problems(fabric, tables: tables, names: FabricNames(fabric))
    }
    let normal = try found()
    #expect(normal.map(\.id) == ["fabric.switch_route_missing"], "\(normal)")
    #expect(normal.first?.severity == .info && normal.first?.fix.isEmpty == true)
    let leaf = try swept.end("leaf0", 0).node
    swept.lab.setForwardingEntry(of: leaf, lid: lid(spines[0]), to: 255)
    #expect(try found().first?.id == "fabric.route_missing")
    #expect(try found().first?.subject == "leaf0")
  }

  /// A subnet without a subnet manager has one cause.
  @Test func whatFollowsFromAMissingManagerIsLeftOut() throws {
    let swept = SweptLab.small()
    swept.lab.setState(.initialized, at: try swept.end("host2", 1))
    let found = try problems(swept)
    #expect(found.contains { $0.id == "fabric.port_not_active" })
    #expect(!FabricCheck.withoutManager(found).contains { $0.id == "fabric.port_not_active" })
    #expect(FabricCheck.withoutManager(found).allSatisfy { !$0.fix.contains("rdmactl sm reload") })
  }

  /// SHARP's aggregation nodes all have one description.
  @Test func aggregationNodesAreNoTwins() throws {
    let found = try problems(SweptLab.small()) { fabric in
      for node in fabric.nodes.indices.filter({ fabric.nodes[$0].type == .channelAdapter }).prefix(2) {
        fabric.nodes[node].description = "Mellanox Technologies Aggregation Node"
      }
    }
    #expect(found.isEmpty, "\(found)")
  }

  @Test func idsAreUniqueAndDescribed() {
    let ids = FabricCheck.descriptions.map(\.id)
    #expect(Set(ids).count == ids.count && ids.allSatisfy { $0.hasPrefix("fabric.") })
    #expect(FabricCheck.descriptions.allSatisfy { !$0.meaning.isEmpty && !$0.meaning.hasSuffix(".") })
  }
}
