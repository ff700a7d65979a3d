internal import FabricLab
internal import Foundation
internal import TestSupport
internal import Testing

/// What is asked before opensm is changed, and what needs no change.
extension SubnetManagerTests {
  @Test func stoppingTheOnlyMasterAsks() throws {
    let lab = try ManagerLab()
    let process = try #require(try lab.change(on: 0, "start", "--wait").pid)
    let refused = try lab.rdmactl(on: 0, "sm", "stop")
    #expect(refused.status == 7, "\(refused.output)\(refused.error)")
    let dry = try lab.rdmactl(on: 0, "sm", "stop", "-n", "--json")
    #expect(dry.status == 0)
    #expect(dry.error.contains("only master and there is no standby"), "\(dry.error)")
    #expect(dry.output.contains("\"would_change\":true") && dry.output.contains("\"changed\":false"))
    for words in [["restart"], ["reload"], ["priority", "9"]] {
      let result = try lab.fabric.run(
        on: "host0", Spawned.rdmactl, ["sm"] + words, environment: lab.environment(0))
      #expect(result.status == 7, "\(words): \(result.output)\(result.error)")
    }
    #expect(kill(process, 0) == 0)
    #expect(try lab.list().managers.map(\.priority) == [0])
    #expect(try lab.change(on: 0, "stop").pid == process)
    // Nothing to ask about.
    #expect(try lab.rdmactl(on: 0, "sm", "stop").status == 0)
    #expect(try lab.rdmactl(on: 0, "sm", "start").status == 7)
    #expect(try lab.list().managers.isEmpty)
  }

  @Test func theListOfASubnetWithoutAMasterEndsWith2() throws {
    let lab = try ManagerLab()
    let result = try lab.rdmactl("sm", "list")
    #expect(result.status == 2 && result.output.contains("[sm.none]"))
    let alone = try lab.rdmactl(on: 0, "sm", "--json")
    #expect(alone.output.contains("rdmactl.sm.status/1"))
  }

  /// The cable is out: opensm can still be stopped, and `sm status` says what is wrong.
  @Test func opensmOfAPortWithoutALinkCanBeStopped() throws {
    let lab = try ManagerLab()
    let process = try #require(try lab.change(on: 1, "start", "--wait").pid)
    try lab.fabric.console("Unlink \"host1\"[1]")
    let status = try lab.rdmactl(on: 1, "sm", "status", "--json")
    #expect(status.status == 2 && status.output.contains("sm.port_lost_link"), "\(status.output)\(status.error)")
    let stopped = try lab.change(on: 1, "stop", "--force")
    #expect(stopped.action == "stopped" && stopped.pid == process)
    #expect(try lab.rdmactl(on: 1, "sm", "stop").output.contains("no opensm serves this port"))
  }

  /// Years and zones: a log of opensm has neither.
  @Test func datesAreWhole() throws {
    let lab = try ManagerLab()
    _ = try lab.change(on: 0, "start", "--wait")
    let year = Calendar(identifier: .gregorian).component(.year, from: Date())
    let status = try lab.rdmactl(on: 0, "sm", "status", "--json")
    #expect(status.output.contains("\"last_subnet_up\":\"\(year)-"), "\(status.output)")
    #expect(status.output.contains("\"state\":\"master\"") && !status.output.contains("MASTER"))
    let log = try lab.rdmactl(on: 0, "sm", "log", "-n", "2")
    let times = log.output.split(separator: "\n").filter { $0.hasPrefix("\(year)-") }
    #expect(times.count == 2, "\(log.output)")
    #expect(try lab.change(on: 0, "stop").action == "stopped")
  }

  /// `--timeout` is the whole call's.
  @Test func aCallEndsInTime() throws {
    let lab = try ManagerLab()
    try lab.fabric.console("Error \"host1\" 100")
    let result = try lab.rdmactl("fabric", "discover", "--timeout", "200ms", "--json")
    #expect(result.status == 1 && result.output.contains("management.timeout"), "\(result.output)\(result.error)")
    #expect(try lab.rdmactl("fabric", "discover", "--timeout", "0.2x").status == 64)
  }
}

/// Engines that clusters run.
extension FabricCheckTests {
  /// opensm as the judge: its own up/down and fat tree tables have no fault.
  @Test(arguments: ["updn", "ftree"]) func aFatTreeUnderUpAndDownRoutingIsHealthy(engine: String) throws {
    let fabric = try SimulatedFabric(.fatTree(hosts: 32, radix: 8, levels: 2))
    let scratch = try Scratch("updown")
    let environment = [
      "OSM_CACHE_DIR": scratch.path, "OSM_TMP_DIR": scratch.path, "RDMACTL_STATE_DIR": scratch("state"),
      "RDMACTL_RUN_DIR": scratch("run"),
    ]
    let started = try fabric.run(
      on: "host0", Spawned.rdmactl, ["sm", "start", "--wait", "--yes", "--routing", engine], environment: environment)
    #expect(started.status == 0, "\(started.output)\(started.error)")
    let result = try fabric.rdmactl(on: "host0", "fabric", "check", "--json")
    #expect(result.status == 0, "\(result.output)")
    #expect(!result.output.contains("fabric.route_missing"))
    let stopped = try fabric.run(
      on: "host0", Spawned.rdmactl, ["sm", "stop", "--yes", "--force"], environment: environment)
    #expect(stopped.status == 0, "\(stopped.output)\(stopped.error)")
  }
}
