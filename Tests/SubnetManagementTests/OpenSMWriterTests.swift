import Change
import FabricDiscovery
import HostAccess
import InfiniBandWire
import SubnetManagement
import TestSupport
import Testing
import Vocabulary

/// A machine whose opensm gets priorities, and whose rdmactl may be killed before any write.
private final class PriorityWorld: ChangeWorld {
  let life = Life()
  let machine = LocalMachine()
  let file: String

  init(isManaged: Bool) {
    file = isManaged ? LocalMachine.kept + "/opensm.conf" : "/etc/opensm/opensm.conf"
    machine.files.allowWriting(below: "/etc/opensm")
    machine.files.allowWriting(below: "/run/rdmactl")
    for name in ["history", "sm", "sm-\(LocalMachine.port.guid)"] {
      machine.files.allowLocking("/run/rdmactl/\(name).lock")
    }
    machine.files.set("/proc/sys/kernel/random/boot_id", .text("boot-1"))
    machine.files.set("/etc/machine-id", .text("machine-1"))
    machine.files.file(
      file,
      (isManaged ? "# made by rdmactl from nothing\n# decided by rdmactl: \n" : "# mine\nsm_priority 2 # two\n")
        + (isManaged ? "guid 0x0002c90300100001\n" : "guid 0x2c90300100001\n"))
    machine.run(77, ["/usr/sbin/opensm", "-F", file], opens: ["/dev/infiniband/issm0"])
    machine.agent.managers[.local] = TestAgent.Manager(priority: isManaged ? 0 : 2, state: .master)
    let (files, agent, path) = (machine.files, machine.agent, file)
    machine.processes.onSignal(to: 77) { signal in
      guard signal == .hangUp else { return }
      let value = OpenSMConfiguration(files.content(path) ?? "", file: path).entry("sm_priority")?.value
      agent.managers[.local]?.priority = value.flatMap { Int($0) } ?? 0
    }
  }

  var host: Host {
    var host = machine.host
    host.store = MortalFiles(machine.files, life, journal: "/state/history")
    return host
  }

  /// Whatever opensm makes of the file.
  var state: [String] {
    OpenSMConfiguration(machine.files.content(file) ?? "", file: file).entries.map { "\($0.key) \($0.value)" }
      .filter { !$0.hasPrefix("log") && !$0.hasPrefix("daemon") && !$0.hasPrefix("accum") && !$0.hasPrefix("force") }
      .filter { !$0.hasPrefix("dump") }.sorted()
  }

  func writer(_ priority: Int) -> OpenSMWriter {
    let service = OpenSMService(host, port: LocalMachine.port, among: [LocalMachine.port, LocalMachine.other])
    return OpenSMWriter(.priority(priority, TestSubnet.session(machine.agent, machine.clock)), on: service)
  }

  func randomWriter(_ numbers: inout SeededNumbers) -> OpenSMWriter { writer(Int.random(in: 0...15, using: &numbers)) }
}

@Suite struct OpenSMWriterTests {
  @Test(arguments: 1...8) func aPriorityIsUndoneWhereverItIsKilled(seed: Int) throws {
    let found = try ChangeRehearsal.complaints(seed: seed, most: 6) { PriorityWorld(isManaged: false) }
    #expect(found == [])
  }

  @Test(arguments: 1...4) func theSameOfTheFileThatRdmactlKeeps(seed: Int) throws {
    let found = try ChangeRehearsal.complaints(seed: seed, most: 6) { PriorityWorld(isManaged: true) }
    #expect(found == [])
  }

  /// The line and its comment come back, and opensm takes the old priority.
  @Test func undoOfAPriority() throws {
    let world = PriorityWorld(isManaged: false)
    let writer = world.writer(9)
    let kinds = ChangeKinds([OpenSMWriter(world.host)])
    let outcome = try ChangeRun(writer, on: world.host, kinds: kinds).perform(ChangeOptions(yes: true))
    #expect(outcome.record?.kind == "opensm" && outcome.record?.action == "priority")
    #expect(writer.outcome.priority?.isInForce == true)
    #expect(world.machine.agent.managers[.local]?.priority == 9)
    let undone = try ChangeUndo(OpenSMWriter(world.host), on: world.host, kinds: kinds).perform(.latest())
    #expect(undone.exitStatus == .done, "\(undone)")
    #expect(world.machine.files.content(world.file) == "# mine\nsm_priority 2 # two\nguid 0x2c90300100001\n")
    #expect(world.machine.agent.managers[.local]?.priority == 2)
  }

  /// Two calls for one port: the second is told who is first.
  @Test func aPortThatAnotherCallChangesIsBusy() throws {
    let world = PriorityWorld(isManaged: false)
    world.machine.files.holdLock("/run/rdmactl/sm-\(LocalMachine.port.guid).lock", by: 99)
    let kinds = ChangeKinds([OpenSMWriter(world.host)])
    let failure = try #require(throws: ChangeFailure.self) {
      try ChangeRun(world.writer(9), on: world.host, kinds: kinds).perform(ChangeOptions(yes: true))
    }
    #expect(failure.exitStatus == .busy && failure.message.contains("PID 99"))
    #expect(world.machine.agent.managers[.local]?.priority == 2)
  }

  /// A stop is in the history and says why it cannot be taken back.
  @Test func aStopIsRecorded() throws {
    let world = PriorityWorld(isManaged: false)
    let files = world.machine.files
    world.machine.processes.onSignal(to: 77) { _ in files.end(77) }
    let service = OpenSMService(world.host, port: LocalMachine.port, among: [LocalMachine.port])
    let writer = OpenSMWriter(.stop(force: false), on: service, consequence: "this is the only master")
    let kinds = ChangeKinds([OpenSMWriter(world.host)])
    let outcome = try ChangeRun(writer, on: world.host, kinds: kinds).perform(ChangeOptions(yes: true))
    #expect(outcome.plan.question == "this is the only master. Stop opensm on mlx5_0/1?")
    #expect(writer.outcome.stopped?.process == 77)
    let record = try #require(outcome.record)
    #expect(record.action == "stop" && record.irreversible != nil && record.state == .done)
    #expect(record.changes.first?.before.text == "process 77")
    #expect {
      try ChangeUndo(OpenSMWriter(world.host), on: world.host, kinds: kinds).perform(.entry(record.id))
    } throws: {
      if case .irreversible = $0 as? ChangeFailure { true } else { false }
    }
  }

  /// The way back of a start stops the process that it started, and no other.
  @Test func aStartIsTakenBackByAStop() throws {
    let world = PriorityWorld(isManaged: false)
    let files = world.machine.files
    world.machine.processes.onSignal(to: 77) { _ in files.end(77) }
    func record(of process: Int32) throws -> ChangeRecord {
      let place = "object 0 mlx5_0/1 guid=\(LocalMachine.port.guid) device=mlx5_0 port=1"
      files.file(
        "/state/history/0001.change",
        """
        rdmactl change 1
        entry 1 2026-11-21T06:00:00Z opensm start
        user uid=0
        command sm start mlx5_0/1
        scope machine=machine-1 boot=boot-1
        subject mlx5_0/1
        \(place)
        change 0 opensm "not running" to running
        end
        2026-11-21T06:00:00Z begun
        2026-11-21T06:00:00Z got 0 opensm "process \(process)"
        2026-11-21T06:00:01Z done

        """)
      return try ChangeHistory(world.host).record(1)
    }
    guard case .impossible(let why) = OpenSMWriter(world.host).wayBack(try record(of: 78)) else {
      Issue.record("another opensm than the one that was started would be stopped")
      return
    }
    #expect(why == "the opensm that it started no longer runs on mlx5_0/1")
    guard case .change(let writer) = OpenSMWriter(world.host).wayBack(try record(of: 77)),
      let stop = writer as? OpenSMWriter
    else {
      Issue.record("a start has no way back")
      return
    }
    let run = ChangeRun(stop, on: world.host, kinds: ChangeKinds([OpenSMWriter(world.host)]))
    #expect(try run.perform(ChangeOptions(yes: true, undoes: 1)).record?.action == "stop")
    #expect(stop.outcome.stopped?.process == 77)
    #expect(try ChangeHistory(world.host).record(1).state == .undone)
  }
}
