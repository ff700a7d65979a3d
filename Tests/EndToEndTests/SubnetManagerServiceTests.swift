internal import FabricLab
internal import Foundation
internal import TestSupport
internal import Testing

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

    // A second one on the same port: busy, by whom.
    let second = try lab.rdmactl(on: 0, "sm", "start", "--json")
    #expect(second.status == 5)
    #expect(second.output.contains("\(process)"))

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
    let missing = try lab.rdmactl(on: 0, "sm", "start", "--config", "/no/such/file", "--json")
    #expect(missing.status == 3)
    #expect(missing.output.contains("sm.config_unreadable"))

    // A star is no fat tree that ftree would route.
    let fallback = try lab.rdmactl(on: 0, "sm", "start", "--wait", "--routing", "ftree", "--json")
    #expect(fallback.status == 8, "\(fallback.output)\(fallback.error)")
    #expect(fallback.output.contains("sm.routing_fell_back"))
    #expect(fallback.output.contains("minhop"))
    #expect(try lab.change(on: 0, "stop").action == "stopped")

    try lab.fabric.console("Unlink \"host1\"[1]")
    let down = try lab.rdmactl(on: 1, "sm", "start", "host1", "--json")
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

  // MARK: what opensm would not tell

  /// Without a name it is the first port that is not down, and which that was is said.
  @Test func thePortIsNamed() throws {
    let lab = try ManagerLab()
    let result = try lab.rdmactl(on: 0, "sm", "start", "--wait")
    #expect(result.status == 0, "\(result.error)")
    #expect((result.output + result.error).contains("ibsim0/1"))
    #expect(result.error.contains("port: ibsim0/1"))
    let status = try lab.rdmactl(on: 0, "sm", "status", "--json")
    #expect(status.status == 0)
    #expect(status.output.contains(lab.guid(0)))
    #expect(try lab.change(on: 0, "stop").action == "stopped")
    // The port keeps its LID, and the LID of one that is gone.
    let after = try lab.rdmactl(on: 0, "sm", "status", "--json")
    #expect(after.status == 2)
    #expect(after.output.contains("sm.master_silent"))
  }

  @Test func aLogThatCannotBeWritten() throws {
    let lab = try ManagerLab()
    let folder = "\(lab.state(0))/sm/\(lab.guid(0))"
    try FileManager.default.createDirectory(atPath: "\(folder)/opensm.log", withIntermediateDirectories: true)
    let result = try lab.rdmactl(on: 0, "sm", "start", "--wait", "--json")
    #expect(result.status == 1, "\(result.output)\(result.error)")
    #expect(result.output.contains("sm.start_failed"))
    #expect(result.output.contains("could not open its log"))
    #expect(try lab.list().managers.isEmpty)
  }

  /// An opensm that is killed before it has done anything.
  @Test func killedAtItsStart() throws {
    let lab = try ManagerLab()
    let scratch = try Scratch("killed")
    try scratch.write("opensm", "#!/bin/sh\necho about to begin\nkill -KILL $$\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch("opensm"))
    let environment = lab.environment(0).merging(["PATH": "\(scratch.path):/usr/bin:/bin:/usr/sbin"]) { $1 }
    for words in [["--wait"], [], ["--once"]] {
      let result = try lab.fabric.run(
        on: "host0", Spawned.rdmactl, ["sm", "start", "--json"] + words, environment: environment)
      #expect(result.status == 1, "\(words): \(result.output)\(result.error)")
      #expect(result.output.contains("sm.start_failed"))
      #expect(result.output.contains("signal 9"))
    }
  }

  /// Its configuration may hold the keys of the subnet.
  @Test func keysAreNotForEverybody() throws {
    let lab = try ManagerLab()
    let scratch = try Scratch("keys")
    let configuration = try scratch.write("mine.conf", "sm_key 0x0000000000000001\nsm_priority 6\n")
    let change = try lab.change(on: 0, "start", "--wait", "--config", configuration)
    #expect(change.state == "master")
    #expect(try lab.list().managers.map(\.priority) == [6])
    let folder = "\(lab.state(0))/sm/\(lab.guid(0))"
    let text = try Programs.read("\(folder)/opensm.conf")
    #expect(text.contains("sm_key 0x0000000000000001"))
    let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
    #expect(mode == 0o700)
    #expect(try lab.change(on: 0, "stop").action == "stopped")
  }

  @Test func itsLog() throws {
    let lab = try ManagerLab()
    _ = try lab.change(on: 0, "start", "--wait")
    let log = try lab.rdmactl(on: 0, "sm", "log", "--json")
    #expect(log.status == 0)
    #expect(log.output.contains("\"rdmactl.sm.log/1\"") && log.output.contains("SUBNET UP"))
    let text = try lab.rdmactl(on: 0, "sm", "log")
    #expect(text.output.contains("means: this subnet manager rules the subnet now"))
    let following = try lab.fabric.start(
      on: "host0", Spawned.rdmactl, ["sm", "log", "-f"], environment: lab.environment(0))
    try following.wait(until: "telling what there is") { following.output.contains("SUBNET UP") }
    let before = following.output.count
    _ = try lab.change(on: 0, "reload")
    try following.wait(until: "telling what is new") { following.output.count > before }
    following.signal(SIGINT)
    #expect(try following.wait(timeout: 10).status == 130)
    #expect(try lab.change(on: 0, "stop").action == "stopped")
  }

  /// One too many is started, and said to be.
  @Test func aThirdOnTheSubnet() throws {
    let lab = try ManagerLab()
    for host in 0..<2 { try lab.run(on: host, priority: 6 - host) }
    try lab.wait(until: "both there") { $0.states == ["master", "standby"] }
    let third = try lab.rdmactl(on: 2, "sm", "start", "--wait", "--json")
    #expect(third.status == 0, "\(third.output)\(third.error)")
    #expect(third.output.contains("sm.too_many"))
    #expect(try lab.list().problems == ["sm.too_many"])
    #expect(try lab.change(on: 2, "stop").action == "stopped")
  }
}
