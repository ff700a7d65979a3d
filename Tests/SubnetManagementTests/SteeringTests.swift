import HostAccess
import InfiniBandWire
import SubnetManagement
import TestSupport
import Testing
import Vocabulary

/// Stopping an opensm, making it sweep, giving it a priority.
@Suite struct SteeringTests {
  private let machine = LocalMachine()
  private static let kept = LocalMachine.kept + "/opensm.conf"

  /// An opensm of ours that ends at SIGTERM after a while, and takes its priority from its file at SIGHUP.
  private func runManaged(endsAfter milliseconds: Int = 100) {
    machine.files.file(Self.kept, "# made by rdmactl from nothing\n# decided by rdmactl: \nguid 0x2c90300100001\n")
    machine.run(77, ["/usr/sbin/opensm", "-F", Self.kept])
    obey(77, file: Self.kept, endsAfter: milliseconds)
  }

  private func obey(_ process: Int32, file: String, endsAfter milliseconds: Int) {
    machine.agent.managers[.local] = TestAgent.Manager(priority: 0, state: .master)
    let (clock, files, agent) = (machine.clock, machine.files, machine.agent)
    machine.processes.onSignal(to: process) { signal in
      switch signal {
      case .terminate: clock.at(clock.milliseconds + milliseconds) { files.end(process) }
      case .kill: files.end(process)
      case .hangUp:
        let value = OpenSMConfiguration(files.content(file) ?? "", file: file).entry("sm_priority")?.value
        agent.managers[.local]?.priority = value.flatMap { Int($0) } ?? 0
        agent.managers[.local]?.activityCount += 50
      case .user1: break
      }
    }
  }

  // MARK: stop

  @Test func stops() throws {
    runManaged()
    let result = try machine.service.stop()
    #expect(result.process == 77)
    #expect(!result.wasKilled)
    #expect(result.milliseconds >= 100)
    #expect(machine.processes.calls == [.signal(.terminate, 77)])
    #expect(throws: OpenSMFailure.notRunning("mlx5_0/1")) { try machine.service.stop() }
  }

  @Test func stubborn() throws {
    runManaged(endsAfter: 3_000_000)
    #expect {
      try machine.service.stop()
    } throws: {
      guard case .stillRunning(77, _) = $0 as? OpenSMFailure else { return false }
      return true
    }
    #expect(!machine.processes.calls.contains(.signal(.kill, 77)))
    #expect(try machine.service.stop(force: true).wasKilled)
  }

  /// A unit is stopped as a unit, or systemd would think it failed.
  @Test func stopsTheUnit() throws {
    let unit = "opensm@0x0002c90300100001.service"
    machine.files.set("/run/systemd/system", .directory)
    machine.run(77, ["opensm"], opens: ["/dev/infiniband/issm0"], cgroup: "0::/system.slice/\(unit)")
    machine.processes.answer(["systemctl", "stop", unit])
    machine.files.interfere { [processes = machine.processes] path, _ in
      // Gone once systemctl has run.
      path == "/proc/77/cmdline" && !processes.calls.isEmpty ? .notFound : nil
    }
    #expect(try machine.service.stop().unit == unit)
    #expect(machine.processes.calls == [.run(["systemctl", "stop", unit])])
  }

  @Test func notAllowed() throws {
    machine.run(77, ["opensm"], opens: ["/dev/infiniband/issm0"])
    machine.processes.onSignal(to: 77) { _ throws(ProcessError) in throw .notPermitted }
    let failure = try #require(throws: OpenSMFailure.self) { try machine.service.stop() }
    #expect(failure.exitStatus == .notPermitted)
    #expect(failure.fix == ["run it as root"])
  }

  // MARK: reload

  @Test func reloadsAndSeesTheLog() throws {
    runManaged()
    machine.files.file(Self.kept, "guid 0x2c90300100001\nlog_file /state/log\n")
    machine.files.file("/state/log", "Nov 21 13:05:53 000001 [A] 0x02 -> SUBNET UP\n")
    let files = machine.files
    machine.clock.at(60) {
      try? files.append("/state/log", Array("Nov 21 13:05:53 000001 [A] 0x02 -> SUBNET UP\n".utf8))
    }
    let result = try machine.service.reload(session: TestSubnet.session(machine.agent, machine.clock))
    #expect(result.evidence == .subnetUp)
    #expect((60...80).contains(result.milliseconds))
    #expect(machine.processes.calls == [.signal(.hangUp, 77)])
  }

  @Test func reloadOfOneThatStandsBy() throws {
    runManaged()
    machine.agent.managers[.local]?.state = .standby
    let result = try machine.service.reload(session: TestSubnet.session(machine.agent, machine.clock))
    #expect(result.evidence == .standby)
  }

  @Test func reloadWithoutALog() throws {
    machine.run(77, ["opensm", "-f", "stdout"], opens: ["/dev/infiniband/issm0"])
    obey(77, file: Self.kept, endsAfter: 0)
    let result = try machine.service.reload(session: TestSubnet.session(machine.agent, machine.clock))
    #expect(result.evidence == .activity)
  }

  @Test func reloadUnseen() throws {
    runManaged()
    machine.processes.onSignal(to: 77) { _ in }
    let result = try machine.service.reload(session: TestSubnet.session(machine.agent, machine.clock))
    #expect(result.evidence == .none)
  }

  // MARK: priority

  private func setPriority(_ priority: Int) throws -> OpenSMPriorityResult {
    try machine.service.setPriority(priority, session: TestSubnet.session(machine.agent, machine.clock))
  }

  @Test func priorityOfOurs() throws {
    runManaged()
    let result = try setPriority(7)
    #expect(result.before == 0)
    #expect(result.isInForce)
    #expect(result.changed)
    #expect(machine.processes.calls == [.signal(.hangUp, 77)])
    let again = try setPriority(7)
    #expect(!again.changed)
    #expect(again.before == 7)
    #expect(machine.files.replacements.count == 1)
    #expect(machine.processes.calls.count == 1)
  }

  /// For the next start.
  @Test func priorityWithoutAProcess() throws {
    let result = try setPriority(7)
    #expect(!result.isInForce)
    #expect(result.before == nil)
    #expect(OpenSMConfiguration(machine.files.content(Self.kept) ?? "", file: "").entry("sm_priority")?.value == "7")
  }

  /// Of somebody else's opensm the one key is changed and nothing else.
  @Test func priorityOfAnother() throws {
    machine.files.allowWriting(below: "/etc/opensm")
    machine.files.file("/etc/opensm/opensm.conf", "# mine\nsm_priority 1 # low\nlmc 1\n")
    machine.run(77, ["opensm"], opens: ["/dev/infiniband/issm0"])
    obey(77, file: "/etc/opensm/opensm.conf", endsAfter: 0)
    #expect(try setPriority(4).configurationFile == "/etc/opensm/opensm.conf")
    #expect(machine.files.content("/etc/opensm/opensm.conf") == "# mine\nsm_priority 4 # low\nlmc 1\n")
  }

  @Test func priorityThatCannotBeKept() throws {
    machine.run(77, ["opensm", "-p", "3"], opens: ["/dev/infiniband/issm0"])
    #expect(throws: OpenSMFailure.priorityIsArgument(process: 77, unit: nil)) { try setPriority(4) }
    machine.run(77, ["opensm"], opens: ["/dev/infiniband/issm0"])
    #expect(throws: OpenSMFailure.noConfiguration(process: 77)) { try setPriority(4) }
    #expect(machine.processes.calls.isEmpty)
    #expect(machine.files.replacements.isEmpty)
  }

  @Test func priorityNotTaken() throws {
    runManaged()
    machine.processes.onSignal(to: 77) { _ in }
    #expect(throws: OpenSMFailure.priorityNotTaken(process: 77, wanted: 4, found: 0)) { try setPriority(4) }
  }

  @Test(arguments: [-1, 16, Int.max])
  func priorityOutOfRange(priority: Int) {
    #expect(throws: OpenSMFailure.priorityOutOfRange(priority)) { try setPriority(priority) }
  }

  // MARK: restart

  @Test func restarts() throws {
    runManaged()
    machine.files.file(
      Self.kept,
      "# made by rdmactl from nothing\n# decided by rdmactl: sm_priority\nsm_priority 6\nguid 0x2c90300100001\n"
    )
    let files = machine.files
    machine.processes.expectLaunch(FakeLaunchedProcess(78)) { _ in
      try? files.append(
        LocalMachine.kept + "/opensm.log",
        Array(
          "Nov 21 13:05:53 000001 [A] 0x80 -> Entering MASTER state\nNov 21 13:05:53 000002 [A] 0x02 -> SUBNET UP\n"
            .utf8))
    }
    var options = OpenSMStartOptions()
    options.wait = true
    let (stopped, started) = try machine.service.restart(
      options, session: TestSubnet.session(machine.agent, machine.clock))
    #expect(stopped?.process == 77)
    #expect(started.process == 78)
    #expect(OpenSMConfiguration(machine.files.content(Self.kept) ?? "", file: "").entry("sm_priority")?.value == "6")
  }

  /// What could not be started again keeps running.
  @Test func restartWithoutAConfiguration() throws {
    runManaged()
    var options = OpenSMStartOptions()
    options.configuration = "/none"
    #expect(throws: OpenSMFailure.self) {
      try machine.service.restart(options, session: TestSubnet.session(machine.agent, machine.clock))
    }
    #expect(machine.processes.calls.isEmpty)
  }
}
