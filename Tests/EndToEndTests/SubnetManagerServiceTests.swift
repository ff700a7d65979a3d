internal import FabricLab
internal import Foundation
internal import TestSupport
internal import Testing

/// What opensm does and does not tell, and how subnet managers take turns.
extension SubnetManagerTests {
  // MARK: turns

  /// Nobody has told the port that its subnet manager is gone: it is asked, is silent, and is told of as that.
  @Test func masterIsKilled() throws {
    try ManagerLab.withSeveral { lab in
      let master = try lab.run(on: 1, priority: 5)
      try lab.run(on: 0, priority: 1)
      try lab.wait(until: "both there") { $0.states == ["master", "standby"] && $0.master == lab.guid(1) }
      master.signal(SIGKILL)
      try lab.wait(until: "the other is master") { $0.states == ["master"] && $0.master == lab.guid(0) }
      // Its port says that it has a subnet manager until ibsim finds out that it has none; that one is silent then.
      let result = try lab.rdmactl("sm", "list")
      let list = try lab.list()
      #expect(result.status == (result.output.contains("sm.unanswered") ? 8 : 0))
      #expect(Set(list.problems).isSubset(of: ["sm.unanswered"]))
      let judge = try lab.sminfo(try #require(list.managers.first?.lid))
      #expect(judge.guid == lab.guid(0))
      #expect(judge.state == "master")
    }
  }

  /// Among equals the lower GUID is master. After a handover there is one again, and sminfo names the same.
  @Test func handoverAmongEquals() throws {
    try ManagerLab.withSeveral { lab in
      try lab.run(on: 0, priority: 4)
      let higher = try lab.run(on: 1, priority: 4)
      try lab.wait(until: "the lower GUID is master") {
        $0.states == ["master", "standby"] && $0.master == lab.guid(0)
      }
      // Between the two questions the subnet may have changed hands: then they are asked again.
      func judge(_ when: Comment) throws {
        for _ in 1...20 {
          let managers = try lab.list().managers
          let judges = try managers.map { try lab.sminfo(try #require($0.lid)) }
          guard try lab.list().managers.map(\.state) == managers.map(\.state) else { continue }
          #expect(judges.map(\.guid) == managers.map(\.guid), when)
          #expect(judges.map(\.state) == managers.map(\.state), when)
          return
        }
        throw SpawnFailure(message: "the subnet changes hands all the time, \(when)")
      }
      try judge("before")
      let result = try lab.rdmactl("sm", "handover", lab.guid(1), "-y", "--json")
      // A datagram that ibsim lost is no answer, and tells nothing.
      if result.status == 3 { throw SpawnFailure(message: "\(result.output)\(result.error)") }
      // It was master, if only for a moment too short to be seen from outside; 2 says that in the end it is another.
      let change = result.output.contains("\"result\":\"reached\"")
      #expect(result.status == (change ? 0 : 2), "\(result.output)\(result.error)")
      #expect(result.output.contains("sm.state_not_reached") != change, "\(result.output)")
      try higher.wait(until: "master by its own words") { higher.output.contains("Entering MASTER") }
      try lab.wait(until: "there is one master again") { $0.states == ["master", "standby"] }
      try judge("after")
    }
  }

  /// One that is stopped says nothing; that is no refusal.
  @Test func silenceIsNoRefusal() throws {
    try ManagerLab.withSeveral { lab in
      try lab.run(on: 1, priority: 5)
      let standby = try lab.run(on: 0, priority: 1)
      try lab.wait(until: "both there") { $0.states == ["master", "standby"] && $0.master == lab.guid(1) }
      standby.signal(SIGSTOP)
      defer { standby.signal(SIGCONT) }
      let list = try lab.rdmactl("sm", "list", "--json")
      #expect(list.status == 8)
      #expect(list.output.contains("sm.unanswered") && list.output.contains("SMInfo of port 1 of host0"))
      let silent = try lab.rdmactl("sm", "disable", lab.guid(0), "-y", "--json")
      #expect(silent.output.contains("rdmactl.error/1"))
      #expect(!silent.output.contains("refused"), "\(silent.output)")
      #expect(silent.status == 3 && silent.output.contains("did not answer"), "\(silent.output)")
    }
  }

  // MARK: what opensm would not tell

  /// Without a name it is the first port that is not down, and which that was is said.
  @Test func thePortIsNamed() throws {
    let lab = try ManagerLab()
    let result = try lab.rdmactl(on: 0, "sm", "start", "--wait", "-y")
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
    let result = try lab.rdmactl(on: 0, "sm", "start", "--wait", "-y", "--json")
    #expect(result.status == 1, "\(result.output)\(result.error)")
    #expect(result.output.contains("sm.start_failed"))
    #expect(result.output.contains("could not open its log"))
    #expect(try lab.list().managers.isEmpty)
  }

  /// Killed by the kernel at one of its system calls, on a real port: the next call closes the entry, and undo brings the
  /// configuration back.
  @Test(.enabled(if: Spawned.find("strace") != nil, "strace is not installed"))
  func aPriorityWhoseProcessIsKilledAnywhereIsUndone() throws {
    let lab = try ManagerLab()
    _ = try lab.change(on: 0, "priority", "3")
    let path = "\(lab.state(0))/sm/\(lab.guid(0))/opensm.conf"
    let before = try Programs.read(path)
    for (call, number) in [("fsync", 1), ("fsync", 2), ("fsync", 4), ("rename", 1), ("rename", 2), ("rename", 3)] {
      let inject = ["-f", "-o", "/dev/null", "-e", "inject=\(call):signal=SIGKILL:when=\(number)"]
      _ = try lab.fabric.run(
        on: "host0", "strace", inject + [Spawned.rdmactl, "sm", "priority", "9", "--yes"],
        environment: lab.environment(0))
      let newest = try lab.rdmactl(on: 0, "history", "-q").outputLines.first.map(String.init)
      if let newest, newest != "1" {
        let undone = try lab.rdmactl(on: 0, "undo", newest, "--yes")
        #expect(undone.status == 0, "\(call) \(number): \(undone.error)")
      }
      #expect(try Programs.read(path) == before, "\(call) \(number)")
      #expect(try !lab.rdmactl(on: 0, "history", "--json").output.contains(#""state":"begun""#), "\(call) \(number)")
    }
  }

  /// `rdmactl undo` of a start stops the opensm that was started.
  @Test func aStartIsUndone() throws {
    let lab = try ManagerLab()
    let started = try lab.change(on: 0, "start", "--wait")
    let process = try #require(started.pid)
    #expect(kill(process, 0) == 0)
    let undone = try lab.rdmactl(on: 0, "undo", "--yes")
    #expect(undone.status == 0 && undone.output.contains("undone: 1"), "\(undone.output)\(undone.error)")
    // Where nobody collects orphans its number stays, without a command line.
    #expect(((try? Programs.read("/proc/\(process)/cmdline")) ?? "").isEmpty)
    #expect(try lab.rdmactl(on: 0, "undo", "--yes").output == "nothing to undo\n")
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
        on: "host0", Spawned.rdmactl, ["sm", "start", "-y", "--json"] + words, environment: environment)
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
    #expect(text.output.contains("means: this subnet manager is the master now"))
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
    try ManagerLab.withSeveral { lab in
      for host in 0..<2 { try lab.run(on: host, priority: 6 - host) }
      try lab.wait(until: "both there") { $0.states == ["master", "standby"] }
      let third = try lab.rdmactl(on: 2, "sm", "start", "--wait", "-y", "--json")
      #expect(third.status == 0, "\(third.output)\(third.error)")
      #expect(third.output.contains("sm.too_many"))
      #expect(try lab.list().problems == ["sm.too_many"])
      #expect(try lab.change(on: 2, "stop").action == "stopped")
    }
  }
}
