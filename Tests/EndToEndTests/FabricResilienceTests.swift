internal import FabricLab
internal import Foundation
internal import TestSupport
internal import Testing

/// `rdmactl fabric discover` where packets are lost, doubled, late or out of order, and where somebody never answers.
@Suite(
  "a fabric that does not answer as it should", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct FabricResilienceTests {
  private static let net = Topology.fatTree(hosts: 32, radix: 8, levels: 2)

  /// The map is whole, and the exit status 0: what was lost was asked again.
  @Test(arguments: [
    ["--loss", "0.5:silent"], ["--loss", "5:silent"], ["--loss", "20:silent"], ["--loss", "0.5:error"],
    ["--loss", "5:error"], ["--loss", "20:error"], ["--duplicate", "1"], ["--duplicate", "100"],
    ["--jitter-us", "2000", "--reorder", "20"], ["--delay-us", "1000"],
    ["--loss", "5:silent", "--duplicate", "5", "--jitter-us", "1500", "--reorder", "10"],
  ]) func theMapIsWhole(faults: [String]) throws {
    let fabric = try SimulatedFabric(Self.net, proxy: faults)
    let found = try fabric.discover()
    let difference = Manifest(found).difference(to: Manifest(Self.net))
    #expect(difference.isEmpty, "\(difference)")
    #expect(found.complete && found.unanswered.isEmpty && found.anomalies.isEmpty)
    // The faults were there: they are in the numbers of the answer.
    if let loss = faults.firstIndex(of: "--loss"), !faults[loss + 1].hasPrefix("0.5") {
      #expect(found.traffic.retries > 0)
    }
    if faults.contains("100") { #expect(found.traffic.repeated > 100) }
  }

  /// ibsim's own loss, on every port of a leaf, gives each lost packet back at once; the answers are lost too.
  @Test func lossOnAPort() throws {
    let fabric = try SimulatedFabric(Self.net)
    try fabric.console("Error \"leaf2\" 20")
    try fabric.console("Error \"host7\"[1] 20")
    let found = try fabric.discover()
    let difference = Manifest(found).difference(to: Manifest(Self.net))
    #expect(difference.isEmpty, "\(difference)")
    #expect(found.traffic.retries > 0)
  }

  // MARK: silent for good

  /// A host that says nothing is not known by name: the port that it hangs on is named.
  @Test func aSilentHost() throws {
    let host = try #require(Self.net["host9"])
    let port = try #require(Self.net.neighbours[host].first?.peer)
    let guid = String(Self.net.nodes[host].guid, radix: 16)
    let fabric = try SimulatedFabric(Self.net, proxy: ["--silent", guid])
    let began = ContinuousClock.now
    let found = try fabric.discover(status: 8)
    #expect(began.duration(to: .now) < .seconds(20))
    #expect(!found.complete)
    #expect(found.nodes.count == Self.net.nodes.count - 1)
    let missing = try #require(found.unanswered.first)
    #expect(missing.reason == "silent")
    #expect(missing.beyondGuid == Manifest(Self.net).guid(Self.net.nodes[port.node]))
    #expect(missing.beyondPort == port.port)
    let text = try fabric.rdmactl(on: "host0", "fabric", "discover")
    #expect(text.status == 8)
    #expect(text.output.contains("INCOMPLETE"))
    #expect(text.output.contains("\(Self.net.nodes[port.node].description)/\(port.port)"))
    // What was seen is shown all the same, also in the form that other tools read.
    let other = try fabric.rdmactl(on: "host0", "fabric", "discover", "--format", "ibnetdiscover")
    #expect(other.status == 8)
    #expect(IbnetdiscoverBlocks(other.output).blocks.count == found.nodes.count)
    #expect(!other.error.isEmpty)
    for command in ["links", "check", "errors"] {
      let result = try fabric.rdmactl(on: "host0", "fabric", command)
      #expect(result.status == (command == "check" ? 2 : 8), "\(command): \(result.output)")
    }
  }

  /// A switch that tells who it is and no more: it is named, and what is behind it is found.
  @Test func aSwitchWithoutPortInfo() throws {
    let node = try #require(Self.net["leaf3"])
    let guid = Manifest(Self.net).guid(Self.net.nodes[node])
    let fabric = try SimulatedFabric(Self.net, proxy: ["--silent", "\(guid):15"])
    let began = ContinuousClock.now
    let found = try fabric.discover(status: 8)
    #expect(began.duration(to: .now) < .seconds(20))
    #expect(found.unanswered.contains { $0.nodeGuid == guid })
    #expect(found.nodes.contains { $0.guid == guid })
    let text = try fabric.rdmactl(on: "host0", "fabric", "discover")
    #expect(text.status == 8)
    #expect(text.output.contains("leaf3"))
  }

  // MARK: ends in the middle

  /// In the middle: it has told that it is at work, and one question at a time takes it a while.
  private func sweepInTheMiddle(_ fabric: SimulatedFabric, window: Int = 1) throws -> Spawned {
    let sweep = try fabric.start(
      on: "host0", Spawned.rdmactl, ["fabric", "discover", "--window", "\(window)", "--progress", "json", "--json"])
    try sweep.wait(until: "in the middle") { sweep.error.contains("reading the fabric") }
    return sweep
  }

  @Test func interrupted() throws {
    let fabric = try SimulatedFabric(Self.net, proxy: ["--delay-us", "5000"])
    let sweep = try sweepInTheMiddle(fabric)
    sweep.signal(SIGINT)
    let result = try sweep.wait(timeout: 10)
    #expect(result.status == 130)
    #expect(!result.output.contains("\"nodes\""), "half a fabric looks like a whole one")
    #expect(try fabric.rdmactl(on: "host0", "fabric", "discover", "-q").status == 0, "its place is free again")
  }

  /// The device fails: that is an error, and at once.
  @Test func theSimulatorIsKilled() throws {
    let fabric = try SimulatedFabric(.fatTree(hosts: 1024, radix: 36, levels: 3))
    let sweep = try sweepInTheMiddle(fabric)
    fabric.killSimulator()
    let result = try sweep.wait(timeout: 20)
    #expect(result.status == 1, "\(result.output.suffix(300))\(result.error.suffix(300))")
    #expect(result.output.contains("rdmactl.error/1") && !result.output.contains("\"nodes\""))
  }

  @Test func twoAtOnce() throws {
    let fabric = try SimulatedFabric(.fatTree(hosts: 128, radix: 16, levels: 2))
    let truth = Manifest(fabric.topology)
    let sweeps = try ["host0", "host77", "host0"].map {
      try fabric.start(on: $0, Spawned.rdmactl, ["fabric", "discover", "--json"])
    }
    for sweep in sweeps {
      let result = try sweep.wait(timeout: 30)
      #expect(result.status == 0, "\(result.error)")
      let difference = Manifest(try FabricAnswers.decode(result, as: FabricAnswers.Discover.self)).difference(to: truth)
      #expect(difference.isEmpty, "\(difference)")
    }
  }
}
