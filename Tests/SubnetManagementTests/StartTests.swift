import HostAccess
import InfiniBandWire
import SubnetManagement
import TestSupport
import Testing
import Vocabulary

/// Starting opensm on a machine of fakes; what the fake opensm says is what the real one said.
@Suite struct StartTests {
  private let machine = LocalMachine()
  private static let log = LocalMachine.kept + "/opensm.log"
  private static let output = LocalMachine.kept + "/opensm.out"
  private static let configuration = LocalMachine.kept + "/opensm.conf"

  private static let master = """
    Nov 21 13:05:54 730111 [A278740] 0x80 -> Entering DISCOVERING state
    Nov 21 13:05:54 734764 [72716C0] 0x80 -> Entering MASTER state
    Nov 21 13:05:54 736361 [72716C0] 0x02 -> osm_ucast_mgr_process: minhop tables configured on all switches
    Nov 21 13:05:54 736753 [72716C0] 0x02 -> SUBNET UP

    """
  private static let standby = """
    Nov 21 13:05:54 730111 [A278740] 0x80 -> Entering DISCOVERING state
    Nov 21 13:05:54 734764 [72716C0] 0x80 -> Entering STANDBY state

    """

  /// The next opensm: what it writes at once, and whether it has ended then.
  private func expectOpenSM(log: String = "", output: String = "", ended: FinishedProcess.End? = nil) {
    let files = machine.files
    machine.processes.expectLaunch(FakeLaunchedProcess(4711, ended: ended)) { _ in
      try? files.append(Self.log, Array(log.utf8))
      try? files.append(Self.output, Array(output.utf8))
    }
  }

  private func start(_ change: (inout OpenSMStartOptions) -> Void = { _ in }) throws -> OpenSMStartResult {
    var options = OpenSMStartOptions()
    options.wait = true
    change(&options)
    return try machine.service.start(options, session: TestSubnet.session(machine.agent, machine.clock))
  }

  private func failure(_ change: (inout OpenSMStartOptions) -> Void = { _ in }) throws -> OpenSMFailure {
    try #require(throws: OpenSMFailure.self) { try start(change) }
  }

  private var configured: OpenSMConfiguration {
    OpenSMConfiguration(machine.files.content(Self.configuration) ?? "", file: Self.configuration)
  }

  @Test func becomesMaster() throws {
    expectOpenSM(log: Self.master)
    let result = try start { $0.priority = 5 }
    #expect(result.process == 4711)
    #expect(result.progress.state == .master)
    #expect(result.progress.isSubnetUp)
    #expect(result.progress.port == .active)
    #expect(result.progress.routingEngine == "minhop")
    #expect(
      machine.processes.calls == [
        .launch(
          ["/usr/sbin/opensm", "-F", Self.configuration], log: Self.output, directory: LocalMachine.kept)
      ])
    #expect(machine.files.privateDirectories == [LocalMachine.kept])
    let expected = [
      "guid": "0x0002c90300100001", "sm_priority": "5", "daemon": "FALSE", "force_log_flush": "TRUE",
      "log_file": Self.log, "log_max_size": "64", "dump_files_dir": LocalMachine.kept,
    ]
    for (key, value) in expected { #expect(configured.entry(key)?.value == value, "\(key)") }
  }

  @Test func standsBy() throws {
    expectOpenSM(log: Self.standby)
    #expect(try start().progress.state == .standby)
  }

  /// opensm says it at once and again with every sweep: nobody waits a minute for that, or reads it three times.
  @Test func twoNodesOfOneGUIDEndTheWait() throws {
    let found =
      "Nov 21 13:05:54 730333 [72716C0] 0x81 -> report_duplicated_guid: ERR 0D01: Found duplicated node GUID.\n"
    expectOpenSM(
      log: "Nov 21 13:05:54 730111 [A278740] 0x80 -> Entering DISCOVERING state\n"
        + String(repeating: found, count: 3))
    let failure = try failure { $0.timeoutMilliseconds = 60_000 }
    guard case .notActive(_, let progress, let milliseconds) = failure else {
      return #expect(Bool(false), "\(failure)")
    }
    #expect(milliseconds < 5_000 && progress.errors.count == 1)
    #expect(failure.message.contains("two nodes with the same GUID"), "\(failure.message)")
    #expect(failure.fix.first?.hasPrefix("rdmactl fabric check") == true)
  }

  /// What earlier runs left in the log is not this one's.
  @Test func oldLogIsOld() throws {
    machine.files.file(Self.log, Self.master)
    expectOpenSM(log: Self.standby)
    machine.agent.portState = .initialized
    let agent = machine.agent
    machine.clock.at(300) { agent.portState = .active }
    let result = try start()
    #expect(result.progress.state == .standby)
    #expect(!result.progress.isSubnetUp)
    #expect((300...320).contains(machine.clock.milliseconds))
  }

  /// A line may come in pieces.
  @Test func logGrows() throws {
    expectOpenSM(log: String(Self.master.dropLast(40)))
    let files = machine.files
    machine.clock.at(100) { try? files.append(Self.log, Array(Self.master.suffix(40).utf8)) }
    #expect(try start().progress.isSubnetUp)
    #expect((100...120).contains(machine.clock.milliseconds))
  }

  /// The real output of opensm 3.3.23 for each of these, all but one with status 0.
  @Test(arguments: [
    ("\n\nNo local ports detected!\n", 0, OpenSMEnd.noLocalPort),
    (
      "Entering DISCOVERING state\n\n\nError from osm_opensm_bind (0x2A)\n"
        + "Perhaps another instance of OpenSM is already running\nExiting SM\n", 0, .portRefused
    ),
    ("\nError from osm_opensm_init: IB_ERROR.\n", 42, .initialization),
    ("OpenSM 3.3.23\n", 1, .exited(1)), ("", 0, .exited(0)),
  ])
  func ends(output: String, status: Int32, end: OpenSMEnd) throws {
    expectOpenSM(output: output, ended: .exited(status))
    let failure = try failure()
    guard case .ended(LocalMachine.port, end, let words) = failure else {
      Issue.record("\(failure)")
      return
    }
    #expect(failure.exitStatus == .failed)
    #expect(words.allSatisfy { !$0.isEmpty })
    #expect(words.isEmpty == output.isEmpty)
  }

  @Test func endsBySignal() throws {
    expectOpenSM(ended: .signalled(11))
    #expect(try failure() == .ended(LocalMachine.port, .signalled(11), lastWords: []))
  }

  /// A terminal acts on none of what a program says.
  @Test func wordsAreHarmless() throws {
    expectOpenSM(output: "\u{1b}[2Jboom\u{7}\n", ended: .exited(3))
    let message = try failure().message
    #expect(message.contains("boom"))
    #expect(!message.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test func unreadConfiguration() throws {
    expectOpenSM(output: "\nFail to parse config file '/x'\n")
    machine.processes.onSignal(to: 4711) { _ in }
    guard case .ended(_, .configurationUnread, _) = try failure() else {
      Issue.record("it goes on with its defaults")
      return
    }
    #expect(machine.processes.calls.contains(.signal(.terminate, 4711)))
  }

  @Test func routingFallsBack() throws {
    expectOpenSM(
      log: "Nov 21 13:05:53 000001 [A] 0x01 -> setup_routing_engine: cannot find or setup routing engine 'ftree'\n"
        + Self.master)
    let failure = try failure { $0.routingEngines = ["ftree", "updn"] }
    guard case .routingFellBack(_, ["ftree", "updn"], "minhop", let words) = failure else {
      Issue.record("\(failure)")
      return
    }
    #expect(words == ["setup_routing_engine: cannot find or setup routing engine 'ftree'"])
    #expect(failure.exitStatus == .partial)
  }

  /// The second of two is what was asked for.
  @Test func routingChain() throws {
    expectOpenSM(log: Self.master)
    #expect(try start { $0.routingEngines = ["ftree", "minhop"] }.progress.routingEngine == "minhop")
    #expect(configured.entry("routing_engine")?.value == "ftree,minhop")
  }

  @Test func timeOut() throws {
    expectOpenSM(log: Self.standby)
    machine.agent.portState = .initialized
    let failure = try failure { $0.timeoutMilliseconds = 2000 }
    guard case .notActive(_, let progress, let time) = failure else {
      Issue.record("\(failure)")
      return
    }
    #expect(progress.state == .standby)
    #expect(progress.port == .initialized)
    #expect((2000...2020).contains(time))
    #expect(failure.message.contains("another subnet manager is the master"))
    #expect(failure.exitStatus == .checkFailed)
    // It runs on: the master may still come to the port.
    #expect(machine.processes.calls.count == 1)
  }

  @Test func withoutWaiting() throws {
    expectOpenSM(log: "Nov 21 13:05:53 000001 [A] 0x80 -> Entering DISCOVERING state\n")
    machine.agent.portState = .initialized
    let agent = machine.agent
    machine.clock.at(50) { agent.capabilityMask = 2 }
    #expect(try start { $0.wait = false }.progress.state == .discovering)
    #expect((50...70).contains(machine.clock.milliseconds))
  }

  @Test func once() throws {
    expectOpenSM(log: Self.master, ended: .exited(0))
    #expect(try start { $0.once = true }.process == nil)
    guard case .launch(let words, _, _) = machine.processes.calls.first else {
      Issue.record("nothing was launched")
      return
    }
    #expect(words == ["/usr/sbin/opensm", "-o", "-F", Self.configuration])
  }

  @Test func onceWithoutSuccess() throws {
    expectOpenSM(log: "Nov 21 13:05:53 000001 [A] 0x80 -> Entering DISCOVERING state\n", ended: .exited(0))
    guard case .ended(_, .subnetNotUp, _) = try failure({ $0.once = true }) else {
      Issue.record("its 0 was believed")
      return
    }
  }

  /// One that stands by would never finish its one run.
  @Test func onceStandsBy() throws {
    let process = FakeLaunchedProcess(4711)
    let files = machine.files
    machine.processes.expectLaunch(process) { _ in try? files.append(Self.log, Array(Self.standby.utf8)) }
    machine.processes.onSignal(to: 4711) { _ in process.finish(.signalled(15)) }
    guard case .ended(_, .standsBy, _) = try failure({ $0.once = true }) else {
      Issue.record("it was waited for")
      return
    }
    #expect(machine.processes.calls.last == .signal(.terminate, 4711))
  }

  // MARK: what is refused before anything is changed

  @Test func refusals() throws {
    machine.run(77, ["opensm"], opens: ["/dev/infiniband/issm0"])
    #expect(try machine.service.runningAsAsked(OpenSMStartOptions())?.process == 77)
    var once = OpenSMStartOptions()
    once.once = true
    let failure77 = OpenSMFailure.alreadyRunning(LocalMachine.port, process: 77)
    #expect(throws: failure77) { try machine.service.runningAsAsked(once) }
    #expect(failure77.exitStatus == .busy)
    machine.end(77)
    machine.agent.capabilityMask = 2
    #expect(try failure() == .portTaken(LocalMachine.port))
    machine.agent.capabilityMask = 0
    machine.agent.portState = .down
    machine.agent.physicalState = .polling
    #expect(try failure() == .portDown(LocalMachine.port, .polling))
    machine.files.set("/sys/class/infiniband/mlx5_0/ports/1/link_layer", .text("Ethernet"))
    #expect(try failure() == .ethernet(LocalMachine.port))
    #expect(try failure { $0.priority = 16 } == .priorityOutOfRange(16))
    #expect(machine.files.replacements.isEmpty)
    #expect(machine.processes.calls.isEmpty)
  }

  @Test func missingThings() throws {
    #expect(try failure { $0.configuration = "/none" }.exitStatus == .notFound)
    let bare = FakeProcesses()
    var host = machine.host
    host.processes = bare
    let service = OpenSMService(host, port: LocalMachine.port, among: [])
    #expect(throws: OpenSMFailure.notInstalled) {
      try service.start(OpenSMStartOptions(), session: TestSubnet.session(machine.agent, machine.clock))
    }
  }

  // MARK: the configuration

  /// What was decided once stays; the base is read again.
  @Test func decisionsStay() throws {
    machine.files.file("/etc/opensm/opensm.conf", "lmc 1\nsm_priority 2 # ours\nconsole off\n")
    expectOpenSM(log: Self.master)
    _ = try start { $0.priority = 9 }
    #expect(configured.entry("lmc")?.value == "1")
    machine.files.file("/etc/opensm/opensm.conf", "lmc 2\nsm_priority 3\n")
    expectOpenSM(log: Self.master)
    _ = try start()
    #expect(configured.entry("lmc")?.value == "2")
    #expect(configured.entry("sm_priority")?.value == "9")
    machine.files.file("/mine.conf", "lmc 3\n")
    expectOpenSM(log: Self.master)
    _ = try start { $0.configuration = "/mine.conf" }
    expectOpenSM(log: Self.master)
    _ = try start()
    #expect(configured.entry("lmc")?.value == "3")
    #expect(configured.entry("sm_priority")?.value == "9")
  }

  // MARK: systemd

  @Test(arguments: [true, false])
  func underSystemd(hasTemplate: Bool) throws {
    machine.files.set("/run/systemd/system", .directory)
    machine.files.allowWriting(below: "/etc/systemd/system")
    if hasTemplate { machine.files.file("/lib/systemd/system/opensm@.service", "[Service]\n") }
    let unit = "opensm@0x0002c90300100001.service"
    machine.processes.answer(["systemctl", "daemon-reload"])
    machine.processes.answer(["systemctl", "start", unit])
    machine.processes.answer(["systemctl", "is-active", unit], output: "active\n")
    let log = "/var/log/opensm.0x0002c90300100001.log"
    let files = machine.files
    machine.clock.at(5) { files.file(log, Self.master) }
    let result = try start()
    #expect(result.unit == unit)
    #expect(result.logFile == log)
    let written = try #require(machine.files.replacements.last)
    #expect(written.path == "/etc/systemd/system/\(unit)" + (hasTemplate ? ".d/rdmactl.conf" : ""))
    #expect(written.text.contains("\nExecStart=/usr/sbin/opensm -F \"\(Self.configuration)\"\n"))
    #expect(written.text.contains("[Service]\nExecStart=\n") == hasTemplate)
  }

  @Test func unitFails() throws {
    machine.files.set("/run/systemd/system", .directory)
    machine.files.allowWriting(below: "/etc/systemd/system")
    let unit = "opensm@0x0002c90300100001.service"
    machine.processes.answer(["systemctl", "daemon-reload"])
    machine.processes.answer(["systemctl", "start", unit])
    machine.processes.answer(["systemctl", "is-active", unit], status: 3, output: "inactive\n")
    machine.processes.answer(
      ["journalctl", "--unit", unit, "--lines", "20", "--output", "cat", "--no-pager"],
      output: "Error from osm_opensm_bind (0x2A)\nPerhaps another instance of OpenSM is already running\n")
    guard case .ended(_, .portRefused, let words) = try failure() else {
      Issue.record("the unit's end was not seen")
      return
    }
    #expect(words.first == "Error from osm_opensm_bind (0x2A)")
    machine.processes.answer(["systemctl", "start", unit], status: 1, error: "Failed to start it.\n")
    let failure = try failure()
    #expect(failure.message.contains("Failed to start it."))
  }
}
