internal import FabricLab
internal import Foundation
internal import InfiniBandWire
internal import TestSupport
internal import Testing

/// `rdmactl status` on hosts of a simulated fabric: the real libibumad, the real opensm, and ibstat as the judge.
@Suite(
  "status on a fabric", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct FabricStatusTests {
  @Test func withoutSubnetManager() throws {
    let fabric = try SimulatedFabric(.star(hosts: 3))
    for host in ["host0", "host1", "host2"] {
      let result = try fabric.rdmactl(on: host, "status", "--json")
      #expect(result.status == 0, "\(result.error)")
      let status = try StatusAnswer(result.output)
      #expect(status.ports.map(\.state) == ["init"])
      #expect(status.ports.map(\.physicalState) == ["link_up"])
      #expect(status.ports.map(\.smLid) == [0])
      #expect(status.problems.map(\.id).contains("port.no_sm"))
    }
    let text = try fabric.rdmactl(on: "host1", "status")
    #expect(text.output.contains("[port.no_sm]"))
    #expect(text.output.contains("next: "))
  }

  @Test func withSubnetManager() throws {
    let fabric = try SimulatedFabric(.twoLevels(hosts: 4, leaves: 2, spines: 1))
    try fabric.bringUp()
    var lids: Set<Int> = []
    for host in ["host0", "host1", "host2", "host3"] {
      let status = try StatusAnswer(fabric.rdmactl(on: host, "status", "--json").output)
      #expect(status.ports.map(\.state) == ["active"])
      #expect(status.ports.allSatisfy { $0.smLid ?? 0 > 0 && $0.lid ?? 0 > 0 })
      // This opensm has ended after its sweep.
      #expect(status.problems.map(\.id).filter { $0.hasPrefix("port.") } == ["port.sm_silent"], "\(status.problems)")
      lids.formUnion(status.ports.compactMap(\.lid))
    }
    #expect(lids.count == 4)
  }

  @Test func aSubnetManagerThatHasDiedIsSeenInStatus() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2))
    do {
      let manager = try fabric.startSubnetManager(waitUntilUp: true)
      try withExtendedLifetime(manager) {
        let result = try fabric.rdmactl(on: "host1", "status", "--check")
        #expect(result.status == 0 && !result.output.contains("port.sm_silent"), "\(result.output)")
      }
    }
    let result = try fabric.rdmactl(on: "host1", "status", "--check")
    #expect(result.status == 2 && result.output.contains("does not answer"), "\(result.output)")
    #expect(try fabric.rdmactl(on: "host1", "status").status == 0, "a problem is an answer")
  }

  /// Every fact of ibstat is in our answer and has the same value.
  @Test(arguments: [LinkSpeed.sdr, .qdr, .fdr, .edr], [false, true])
  func agreesWithIbstat(speed: LinkSpeed, configured: Bool) throws {
    var net = Topology.star(hosts: 3, speed: speed)
    net.nodes[net.hosts[2]].guid = 0xb83f_d203_00a1_c6e0
    let fabric = try SimulatedFabric(net)
    if configured { try fabric.bringUp(from: "host1") }
    for host in net.hosts.map({ net.nodes[$0].name }) {
      let judge = IbstatAnswer(try fabric.run(on: host, "ibstat").output)
      let status = try StatusAnswer(fabric.rdmactl(on: host, "status", "--json").output)
      let adapter = try #require(status.adapters.first)
      var ours = try #require(IbstatAnswer(of: adapter))
      // ibsim's sysfs says "IB" where a kernel says "InfiniBand".
      ours.facts["Link layer"] = "IB"
      #expect(ours == judge, "\(host) at \(speed), \(configured ? "with" : "without") opensm")
    }
  }

  @Test func expectations() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2))
    let before = try fabric.rdmactl(on: "host1", "status", "--expect", "ports=1,state=active")
    #expect(before.status == 2)
    #expect(try fabric.rdmactl(on: "host1", "status", "--expect", "ports=1,state=init").status == 0)
    try fabric.bringUp()
    #expect(try fabric.rdmactl(on: "host1", "status", "--expect", "ports=1,state=active,rate=40").status == 0)
    #expect(try fabric.rdmactl(on: "host1", "status", "--expect", "ports=2").status == 2)
    #expect(try fabric.rdmactl(on: "host1", "status", "--expect", "rate=400").status == 2)
  }

  @Test func waitsForTheSubnetManager() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2))
    let waiting = try fabric.start(on: "host1", Spawned.rdmactl, ["status", "--wait", "active", "--timeout", "25"])
    // Not a race: it is started first, and the subnet manager a moment later.
    Thread.sleep(forTimeInterval: 0.5)
    #expect(waiting.isRunning)
    let manager = try fabric.startSubnetManager()
    let result = try waiting.wait(timeout: 30)
    #expect(result.status == 0, "\(result.output)\(result.error)")
    #expect(result.output.contains("active"))
    manager.stop()
  }

  @Test func waitingEnds() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2))
    let result = try fabric.rdmactl(on: "host1", "status", "--wait", "active", "--timeout", "0.6", "--json")
    #expect(result.status == 2)
    #expect(try StatusAnswer(result.output).problems.map(\.id).contains("wait.timed_out"))
    #expect(result.error.isEmpty)
  }

  @Test func watchingIsAStreamOfObjects() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2))
    let watching = try fabric.start(on: "host1", Spawned.rdmactl, ["status", "--watch", "0.2"])
    try watching.wait(timeout: 20, until: "two objects written") { watching.output.split(separator: "\n").count >= 2 }
    try fabric.bringUp()
    try watching.wait(timeout: 20, until: "telling of the change") { watching.output.contains("\"active\"") }
    watching.signal(SIGINT)
    let result = try watching.wait(timeout: 10)
    #expect(result.status == 130)
    let states = try result.outputLines.map { try StatusAnswer(String($0)).ports.map(\.state) }
    #expect(states.first == ["init"])
    #expect(states.last == ["active"])
  }

  @Test func fullDiskAndGoneReader() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2))
    let full = try fabric.run(on: "host1", "sh", ["-c", "'\(Spawned.rdmactl)' status > /dev/full"])
    #expect(full.status == 1)
    #expect(full.error.contains("standard output cannot be written"))
    let gone = try fabric.run(
      on: "host1", "sh", ["-c", "{ sleep 0.3; '\(Spawned.rdmactl)' status; echo $? > status; } | true; cat status"])
    #expect(gone.output == "0\n")
    #expect(gone.error.isEmpty)
  }

  /// Nothing needs root: umad in the simulator, sysfs everywhere.
  @Test(.enabled(if: getuid() != 0 || Spawned.find("setpriv") != nil, "root, and setpriv is not installed"))
  func asAnOrdinaryUser() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2))
    let scratch = try Scratch("ordinary")
    let copy = try Spawned.rdmactlForEverybody(in: scratch)
    let drop = getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : ["env"]
    let result = try fabric.run(
      on: "host1", drop[0], drop.dropFirst() + [copy, "status", "--json"], environment: ["HOME": "/"])
    #expect(result.status == 0, "\(result.error)")
    #expect(try StatusAnswer(result.output).ports.map(\.state) == ["init"])
  }

  /// The cable is pulled while somebody watches.
  @Test func noticesAPulledCable() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2))
    try fabric.bringUp()
    let waiting = try fabric.start(on: "host1", Spawned.rdmactl, ["status", "--wait", "down", "--timeout", "20"])
    Thread.sleep(forTimeInterval: 0.3)
    #expect(waiting.isRunning)
    try fabric.console("Unlink \"host1\"[1]")
    #expect(try waiting.wait(timeout: 25).status == 0)
  }
}
