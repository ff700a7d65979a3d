import BinaryLayout
import FabricDiscovery
import FabricLab
import HostAccess
import InfiniBandWire
import Testing
import Vocabulary

/// Maps of fabrics that lose, delay, repeat and forge: right, or said to be incomplete.
@Suite struct SweepFaultTests {
  static var mixtures: [(name: String, faults: [Fault])] {
    [
      ("0.5 % lost, as errors", [Fault(.lossAsError, rate: 0.005)]),
      ("5 % lost, as errors", [Fault(.lossAsError, rate: 0.05)]),
      ("20 % lost, as errors", [Fault(.lossAsError, rate: 0.2)]),
      ("0.5 % lost, silently", [Fault(.silence(.forever), rate: 0.005)]),
      ("20 % lost, silently", [Fault(.silence(.forever), rate: 0.2)]),
      ("20 % lost, given back late", [Fault(.silence(.untilTimeout), rate: 0.2)]),
      ("30 % late by up to 300 ms", [Fault(.delay(1...300), rate: 0.3)]),
      ("all late by 40 ms", [Fault(.delay(40...40))]),
      ("20 % repeated", [Fault(.duplicate(times: 2), rate: 0.2)]),
      ("half out of order", [Fault(.reorder(behind: 20), rate: 0.5)]),
      ("5 % cut off", [Fault(.truncate, rate: 0.05)]),
      ("strangers", [Fault(.forge(.unknownTransaction), rate: 0.2), Fault(.forge(.randomBytes), rate: 0.2)]),
      ("wrong headers", [Fault(.forge(.wrongAttribute), rate: 0.05), Fault(.forge(.wrongMethod), rate: 0.05)]),
      ("10 % busy", [Fault(.forge(.busy), rate: 0.1)]),
      (
        "all at once",
        [
          Fault(.lossAsError, rate: 0.05), Fault(.silence(.forever), rate: 0.05), Fault(.delay(1...50), rate: 0.1),
          Fault(.duplicate(times: 1), rate: 0.05), Fault(.reorder(behind: 5), rate: 0.1),
          Fault(.forge(.unknownTransaction), rate: 0.05), Fault(.forge(.busy), rate: 0.02),
          Fault(.truncate, rate: 0.02),
        ]
      ),
    ]
  }

  @Test(arguments: mixtures.indices, UInt64(1)...6) func mapIsWhole(index: Int, seed: UInt64) throws {
    let topology: Topology =
      switch seed % 3 {
      case 0: .fatTree(hosts: 54, radix: 6, levels: 3)
      case 1: .irregular(switches: 15, hosts: 20, extraCables: 12, seed: seed)
      default: .dragonfly(groups: 5, routersPerGroup: 4, hostsPerRouter: 2)
      }
    let fabric = InMemoryFabric(topology)
    let layer = FaultLayer(fabric, seed: seed, faults: Self.mixtures[index].faults)
    let (map, session) = try fabric.swept(through: layer)
    let name = Self.mixtures[index].name
    #expect(!layer.happened.isEmpty)
    #expect(MapTruth(fabric).faults(of: map) == [], "\(name), seed \(seed)")
    #expect(map.isComplete, "\(name): \(map.unanswered.prefix(2)) \(map.anomalies.prefix(2))")
    #expect(fabric.mostOutstanding <= 128)
    #expect(session.traffic == map.traffic)
    #expect(fabric.clock.milliseconds < 6_000, "\(name)")
  }

  /// So much is lost that gaps remain: they are named, and nobody is met twice.
  @Test(arguments: UInt64(1)...10) func gapsAreNoNodes(seed: UInt64) throws {
    let fabric = InMemoryFabric(.fatTree(hosts: 54, radix: 6, levels: 3))
    let layer = FaultLayer(fabric, seed: seed, faults: [Fault(.silence(.forever), rate: 0.4)])
    var policy = RequestPolicy()
    policy.attempts = 4
    let map: Fabric
    do {
      map = try fabric.swept(through: layer, policy: policy).map
    } catch SessionFailure.management {
      return
    }
    #expect(Set(map.nodes.map(\.guid)).count == map.nodes.count)
    #expect(map.nodes.count <= fabric.topology.nodes.count)
    #expect(!map.isComplete && !map.anomalies.contains { $0.kind == .duplicateGUID })
    #expect(fabric.clock.milliseconds < 20_000)
  }

  /// A refusal or an attribute without sense cannot be told from a true one: it makes the map incomplete.
  @Test(arguments: UInt64(1)...20) func refusalsAreNamed(seed: UInt64) throws {
    let fabric = InMemoryFabric(.irregular(switches: 15, hosts: 20, extraCables: 12, seed: seed))
    let layer = FaultLayer(fabric, seed: seed, faults: [Fault(.forge(.refusal), rate: 0.01)])
    let map: Fabric
    do {
      map = try fabric.swept(through: layer).map
    } catch SessionFailure.management {
      return
    }
    #expect(MapTruth(fabric).faults(of: map) == [] || !map.isComplete, "seed \(seed)")
    #expect(map.unanswered.allSatisfy { if case .refused = $0.reason { true } else { false } })
  }

  @Test(arguments: UInt64(1)...20) func answersWithoutSenseEndTheSweepAllTheSame(seed: UInt64) throws {
    let fabric = InMemoryFabric(.irregular(switches: 8, hosts: 10, extraCables: 5, seed: seed))
    let layer = FaultLayer(fabric, seed: seed, faults: [Fault(.forge(.randomAttribute), rate: 0.3)])
    // Whatever comes of it, nothing stops it half-way.
    _ = try? FabricSession(port: layer, clock: fabric.clock).sweep()
    #expect(fabric.totalSent > 0)
  }

  @Test(arguments: [InMemoryFabric.Silence.entirely, .answers()]) func silentHost(_ silence: InMemoryFabric.Silence)
    throws
  {
    let fabric = InMemoryFabric(.fatTree(hosts: 54, radix: 6, levels: 3))
    let silent = try #require(fabric.topology["host33"])
    fabric.silence[silent] = silence
    let (map, _) = try fabric.swept()
    #expect(MapTruth(fabric, without: [silent]).faults(of: map) == [])
    #expect(map.unanswered.count == 1 && map.anomalies.isEmpty)
    let missing = try #require(map.unanswered.first)
    let leaf = try #require(missing.beyond.map { map.nodes[$0.node] })
    #expect(missing.what == "NodeInfo" && missing.node == nil && missing.reason == .silent(attempts: 24))
    #expect(missing.route.description == "\(leaf.route),\(missing.beyond?.port ?? 0)")
    #expect(fabric.clock.milliseconds < 8_000)
  }

  /// Its neighbours are found by other ways, and every port that leads to it is named.
  @Test func silentSwitch() throws {
    let fabric = InMemoryFabric(.fatTree(hosts: 54, radix: 6, levels: 3))
    let silent = try #require(fabric.topology.switches.first)
    fabric.silence[silent] = .entirely
    let (map, _) = try fabric.swept()
    #expect(MapTruth(fabric, without: [silent]).faults(of: map) == [])
    #expect(map.unanswered.count == fabric.topology.neighbours[silent].count)
    #expect(fabric.clock.milliseconds < 8_000)
  }

  /// The links of a switch that tells nothing of its ports are found by trying.
  @Test func switchWithoutPortInfo() throws {
    let fabric = InMemoryFabric(.fatTree(hosts: 54, radix: 6, levels: 3))
    let silent = try #require(fabric.topology.switches.last)
    let portInfo = ManagementDatagram.SubnetAttribute.portInfo.rawValue
    fabric.silence[silent] = .answers(attributes: [portInfo])
    let (map, _) = try fabric.swept()
    let name = fabric.topology.nodes[silent].name
    #expect(MapTruth(fabric).faults(of: map).allSatisfy { $0.hasPrefix("PortInfo of \(name)") })
    #expect(map.unanswered.count == fabric.topology.nodes[silent].portCount + 1)
    #expect(map.unanswered.allSatisfy { $0.node.map { map.nodes[$0].description } == name })
  }

  @Test func nodeWithoutDescription() throws {
    let fabric = InMemoryFabric(.star(hosts: 4))
    let silent = try #require(fabric.topology["host2"])
    fabric.silence[silent] = .answers(attributes: [ManagementDatagram.SubnetAttribute.nodeDescription.rawValue])
    let (map, _) = try fabric.swept()
    #expect(map.unanswered.map(\.what) == ["NodeDescription"])
    #expect(map.unanswered.first?.node.map { map.nodes[$0].guid.rawValue } == fabric.topology.nodes[silent].guid)
    #expect(map.links.count == 4)
  }

  @Test func localAgentThatIsSilent() throws {
    let fabric = InMemoryFabric(.star(hosts: 2))
    fabric.silence[fabric.attachment.node] = .entirely
    #expect(throws: SessionFailure.management(.failed("the management agent of the local port did not answer"))) {
      try fabric.swept()
    }
  }

  @Test func chainLongerThanASubnetManagementPacketGoes() throws {
    var chain = Topology()
    let host = chain.addHost("host0")
    var last = Topology.End(host, 1)
    for number in 0..<70 {
      let next = chain.addSwitch("sw\(number)", ports: 2)
      chain.connect(last, Topology.End(next, 1))
      last = Topology.End(next, 2)
    }
    let (map, _) = try InMemoryFabric(chain).swept()
    #expect(map.nodes.count == 64 && map.links.count == 63)
    #expect(map.unanswered.map(\.reason) == [.tooFar])
    #expect(map.unanswered.first?.beyond == PortReference(node: 63, port: 2))
  }
}
