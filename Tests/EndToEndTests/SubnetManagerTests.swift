internal import Foundation
internal import TestSupport
internal import Testing

/// `rdmactl sm` on hosts of a simulated fabric: real opensm processes, and sminfo as the judge.
@Suite(
  "subnet managers on a fabric", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct SubnetManagerTests {
  // MARK: list

  @Test(arguments: 1...3)
  func agreesWithSminfo(count: Int) throws {
    try ManagerLab.withSeveral { lab in
      for number in (0..<count).reversed() { try lab.run(on: number, priority: 2 * number) }
      try lab.wait(until: "the highest is master and the others stand by") {
        $0.states == ["master"] + Array(repeating: "standby", count: count - 1) && $0.master == lab.guid(count - 1)
      }
      let list = try lab.list()
      #expect(list.managers.map(\.priority) == (0..<count).reversed().map { 2 * $0 })
      #expect(list.master == lab.guid(count - 1))
      for manager in list.managers {
        let lid = try #require(manager.lid)
        let judge = try lab.sminfo(lid)
        #expect(judge.guid == manager.guid)
        #expect(judge.priority == manager.priority)
        #expect(judge.state == manager.state)
        // Every question counts, sminfo's too.
        #expect(judge.activity > manager.activity)
      }
      #expect(list.problems.contains("sm.too_many") == (count > 2))
    }
  }

  @Test func noManager() throws {
    let lab = try ManagerLab()
    let list = try lab.list()
    #expect(list.managers.isEmpty)
    #expect(list.problems == ["sm.none"])
  }

  /// The one that stands by takes over, and the list says so.
  @Test func masterDies() throws {
    try ManagerLab.withSeveral { lab in
      let master = try lab.run(on: 1, priority: 5)
      try lab.run(on: 0, priority: 1)
      try lab.wait(until: "both there") { $0.states == ["master", "standby"] && $0.master == lab.guid(1) }
      master.signal(SIGTERM)
      try lab.wait(until: "the other is master") { $0.states == ["master"] && $0.master == lab.guid(0) }
    }
  }

  // MARK: control

  /// Down the whole way and back: each with the state before and after.
  @Test func controls() throws {
    try ManagerLab.withSeveral { lab in
      try lab.run(on: 1, priority: 5)
      try lab.run(on: 0, priority: 1)
      try lab.wait(until: "both there") { $0.states == ["master", "standby"] && $0.master == lab.guid(1) }
      let standby = lab.guid(0)

      let disabled = try lab.control("disable", standby)
      #expect(disabled.states == ["standby", "not_active"])
      #expect(try lab.list().managers.map(\.state) == ["master", "not_active"])
      // What it would refuse is not sent; forced, it refuses, and that is no silence.
      let impossible = try lab.rdmactl("sm", "handover", standby, "-y", "--json")
      #expect(impossible.status == 7)
      #expect(impossible.output.contains("sm.control_impossible"))
      let refused = try lab.rdmactl("sm", "handover", standby, "--force", "-y", "--json")
      #expect(refused.status == 1)
      #expect(refused.output.contains("sm.control_refused"))

      #expect(try lab.control("standby", standby).after == "standby")
      let discovered = try lab.control("discover", standby)
      #expect(discovered.before == "standby")
      #expect(discovered.after == "standby")

      // The higher one gets the subnet back: accepted, and not reached.
      let handover = try lab.rdmactl("sm", "handover", standby, "-y", "--json")
      #expect(handover.status == 2, "\(handover.output)\(handover.error)")
      try lab.wait(until: "the higher one is master") {
        $0.states == ["master", "standby"] && $0.master == lab.guid(1)
      }
      #expect(try lab.rdmactl("sm", "disable", lab.guid(1)).status == 7)
    }
  }

  @Test func unknownManager() throws {
    let lab = try ManagerLab()
    try lab.run(on: 0, priority: 1)
    try lab.wait(until: "there") { $0.states == ["master"] }
    #expect(try lab.rdmactl("sm", "disable", "0002c90300ffffff").status == 3)
  }
}

extension SubnetManagerTests {
  // MARK: start, priority, stop

  @Test func wholeLife() throws {
    let lab = try ManagerLab()
    let started = try lab.change(on: 0, "start", "--wait", "--priority", "3")
    #expect(started.action == "started")
    #expect(started.state == "master")
    #expect(started.portState == "active")
    #expect(started.subnetUp == true)
    let process = try #require(started.pid)
    #expect(try lab.list().managers.map(\.priority) == [3])

    // It runs as asked: nothing to do. With another priority it does not.
    let second = try lab.change(on: 0, "start", "--wait", "--priority", "3")
    #expect(second.action == "already_running" && !second.changed && second.pid == process)
    let other = try lab.rdmactl(on: 0, "sm", "start", "--priority", "4", "--json")
    #expect(other.status == 5)
    #expect(other.output.contains("\(process)") && other.output.contains("sm_priority 3"))

    let priority = try lab.change(on: 0, "priority", "7")
    #expect(priority.priorityBefore == 3)
    #expect(priority.inForce == true)
    #expect(try lab.list().managers.map(\.priority) == [7])
    #expect(try lab.change(on: 0, "priority", "7").changed == false)

    #expect(try lab.change(on: 0, "reload").evidence == "subnet_up")

    // Its priority outlives the process.
    let restarted = try lab.change(on: 0, "restart", "--wait")
    #expect(restarted.pid != process)
    #expect(restarted.state == "master")
    #expect(try lab.list().managers.map(\.priority) == [7])

    let stopped = try lab.change(on: 0, "stop")
    #expect(stopped.action == "stopped")
    #expect(stopped.pid == restarted.pid)
    #expect(stopped.killed == false)
    #expect(try lab.list().managers.isEmpty)
    #expect(try lab.change(on: 0, "stop").changed == false)
  }

  /// It stands by for the other, and takes over when it is given the higher priority.
  @Test func secondOnTheSubnet() throws {
    try ManagerLab.withSeveral { lab in
      #expect(try lab.change(on: 0, "start", "--wait", "--priority", "5", "--config", lab.patient).state == "master")
      let standby = try lab.change(on: 1, "start", "--wait", "--priority", "2")
      #expect(standby.state == "standby")
      #expect(standby.portState == "active")
      #expect(standby.subnetUp == false)
      #expect(try lab.change(on: 1, "reload").evidence == "standby")
      _ = try lab.change(on: 1, "priority", "9")
      try lab.wait(until: "the higher one is master") {
        $0.states == ["master", "standby"] && $0.master == lab.guid(1)
      }
    }
  }

  @Test func once() throws {
    let lab = try ManagerLab()
    let result = try lab.change(on: 0, "start", "--once")
    #expect(result.subnetUp == true)
    #expect(result.pid == nil)
    #expect(try lab.list().managers.isEmpty)
    let status = try StatusAnswer(lab.rdmactl("status", "--json").output)
    #expect(status.ports.map(\.state) == ["active"])
  }

  /// opensm says 0 to each of these, or would go on without a word.
  @Test func honestFailures() throws {
    let lab = try ManagerLab()
    let missing = try lab.rdmactl(on: 0, "sm", "start", "--config", "/no/such/file", "-y", "--json")
    #expect(missing.status == 3)
    #expect(missing.output.contains("sm.config_unreadable"))

    // A star is no fat tree that ftree would route.
    let fallback = try lab.rdmactl(on: 0, "sm", "start", "--wait", "--routing", "ftree", "-y", "--json")
    #expect(fallback.status == 8, "\(fallback.output)\(fallback.error)")
    #expect(fallback.output.contains("sm.routing_fell_back"))
    #expect(fallback.output.contains("minhop"))
    #expect(try lab.change(on: 0, "stop").action == "stopped")

    try lab.fabric.console("Unlink \"host1\"[1]")
    let down = try lab.rdmactl(on: 1, "sm", "start", "host1", "-y", "--json")
    #expect(down.status != 0)
    #expect(try lab.list().managers.isEmpty)
  }

  /// opensm that somebody else started, with its priority on the command line.
  @Test func foreignOpenSM() throws {
    let lab = try ManagerLab()
    let foreign = try lab.run(on: 0, priority: 4)
    try lab.wait(until: "there") { $0.states == ["master"] }
    // Its configuration can be changed: one key, and it takes it.
    #expect(try lab.change(on: 0, "priority", "6").inForce == true)
    #expect(try lab.list().managers.map(\.priority) == [6])
    #expect(try lab.change(on: 0, "reload").evidence == "subnet_up")
    #expect(try lab.change(on: 0, "stop").pid == foreign.processIdentifier)
    #expect(!foreign.isRunning)
  }

  /// It has a session of its own, and nothing of ours.
  @Test func survivesItsStarter() throws {
    let lab = try ManagerLab()
    let started = try lab.change(on: 0, "start")
    let process = try #require(started.pid)
    #expect(kill(process, 0) == 0)
    #expect(getsid(process) == process)
    // Nothing of ours is open in it but its streams and what it opened itself.
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
    let targets = open.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\($0)")
    }
    #expect(targets.contains("/dev/null"))
    #expect(!targets.contains { $0.contains("sm-\(lab.guid(0)).lock") })
    #expect(try lab.change(on: 0, "stop").pid == process)
  }
}
