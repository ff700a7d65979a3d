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

  /// Nobody has told the port that its subnet manager is gone: it is asked, is silent, and is told of as that.
  @Test func masterIsKilled() throws {
    try ManagerLab.withSeveral { lab in
      try lab.run(on: 0, priority: 1)
      let master = try lab.run(on: 1, priority: 5)
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

  /// Among equals the lower GUID is master; when the other is asked to be, it is for good.
  @Test func handoverAmongEquals() throws {
    try ManagerLab.withSeveral { lab in
      try lab.run(on: 0, priority: 4)
      try lab.run(on: 1, priority: 4)
      try lab.wait(until: "the lower GUID is master") {
        $0.states == ["master", "standby"] && $0.master == lab.guid(0)
      }
      func judge(_ when: Comment) throws {
        for manager in try lab.list().managers {
          let judge = try lab.sminfo(try #require(manager.lid))
          #expect(judge.guid == manager.guid && judge.state == manager.state, when)
        }
      }
      try judge("before")
      let result = try lab.rdmactl("sm", "handover", lab.guid(1), "--json")
      #expect([0, 2].contains(result.status), "\(result.output)\(result.error)")
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
      let silent = try lab.rdmactl("sm", "disable", lab.guid(0), "--json")
      #expect(silent.output.contains("rdmactl.error/1"))
      #expect(!silent.output.contains("refused"), "\(silent.output)")
      #expect([1, 3].contains(silent.status), "\(silent.output)")
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
      let impossible = try lab.rdmactl("sm", "handover", standby, "--json")
      #expect(impossible.status == 7)
      #expect(impossible.output.contains("sm.control_impossible"))
      let refused = try lab.rdmactl("sm", "handover", standby, "--force", "--json")
      #expect(refused.status == 1)
      #expect(refused.output.contains("sm.control_refused"))

      #expect(try lab.control("standby", standby).after == "standby")
      let discovered = try lab.control("discover", standby)
      #expect(discovered.before == "standby")
      #expect(discovered.after == "standby")

      // The higher one gets the subnet back: accepted, and not reached.
      let handover = try lab.rdmactl("sm", "handover", standby, "--json")
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
