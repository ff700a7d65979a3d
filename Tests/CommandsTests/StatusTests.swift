import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl status` in process: every exit status, and both streams each time.
@Suite struct StatusTests {
  private func run(
    _ arguments: String..., change: (inout SmallMachine) -> Void = { _ in }, console: FakeConsole = FakeConsole()
  ) -> Consequences {
    var machine = SmallMachine()
    change(&machine)
    return consequences(of: ["status"] + arguments, host: machine.host(), console: console)
  }

  @Test func aHealthyPort() {
    #expect(
      run()
        == Consequences(
          status: 0,
          output: """
            PORT      STATE   LINK      RATE  SPEED   LID  SM  PORT GUID         FIRMWARE    MODEL       PCI
            mlx5_0/1  active  IB    100 Gb/s  4x EDR    3   1  0002c90300abcde1  16.35.4506  ConnectX-5  3b:00.0

            """, error: ""))
  }

  @Test func whyItIsNotActive() {
    let result = run(change: {
      $0.port("state", "2: INIT"); $0.port("sm_lid", "0x0")
    })
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.output.contains("error: mlx5_0/1: the link is up, but no subnet manager has configured the port"))
    #expect(result.output.contains("[port.no_sm]"))
    #expect(result.output.hasSuffix("    next: rdmactl sm list mlx5_0/1\n    next: rdmactl sm start mlx5_0/1 --wait\n"))
  }

  @Test func aPCIDomainThatIsNotZeroIsShown() {
    let result = run(change: {
      $0.entries[SmallMachine.function + "/uevent"] = .text("DRIVER=mlx5_core\nPCI_SLOT_NAME=10000:3b:00.0")
    })
    #expect(result.output.contains("ConnectX-5  10000:3b:00.0\n"))
  }

  @Test func quietIsPorts() { #expect(run("-q") == Consequences(status: 0, output: "mlx5_0/1\n", error: "")) }

  @Test func verboseTellsWhatIsMissing() {
    let result = run("-v")
    #expect(result.status == 0)
    #expect(result.output.contains("  board (PSID)       MT_0000000008\n"))
    #expect(result.output.contains("    state             active\n"))
    #expect(
      result.error
        == "note: mlx5_0: limits and MTUs not known: a recorded machine (--root) has no verbs interface\n")
  }

  @Test func expectationsHoldOrFail() {
    #expect(run("--expect", "ports=1,state=active,rate=100").status == 0)
    let failed = run("--expect", "ports=2,state=init")
    #expect(failed.status == 2 && failed.error.isEmpty)
    #expect(failed.output.contains("error: host: ports: expected 2, found 1 [expect.not_met]"))
    #expect(failed.output.contains("error: mlx5_0/1: state: expected init, found active [expect.not_met]"))
    let json = run("--json", "--expect", "ports=2")
    #expect(json.status == 2)
    #expect(json.output.contains("\"id\":\"expect.not_met\""))
    let nonsense = run("--expect", "prots=2")
    #expect(nonsense.status == 64 && nonsense.output.isEmpty)
    #expect(nonsense.error.contains("unknown key \"prots\"; the keys are: adapters, ports, state"))
  }

  @Test func anUnknownName() {
    let text = run("mlx5_9")
    #expect(text.status == 3 && text.output.isEmpty)
    #expect(
      text.error
        == "rdmactl: mlx5_9: no adapter, port or interface of this name; known names: mlx5_0\n    next: rdmactl status\n"
    )
    let json = run("mlx5_9", "--json")
    #expect(json.status == 3 && json.error.isEmpty)
    #expect(
      json.output.contains("\"schema\":\"rdmactl.error/1\"") && json.output.contains("\"id\":\"name.unknown\""))
  }

  @Test func noDeviceIsNeverASuccess() {
    for arguments in [["status"], ["status", "-q"], ["status", "--format", "vstat"], ["status", "--wait", "active"]] {
      let result = consequences(of: arguments, host: .fake(files: FakeFiles(), network: AbsentNetwork()))
      #expect(result.status == 3 && result.output.isEmpty, "\(arguments)")
      #expect(result.error.hasPrefix("rdmactl: no RDMA device found: no RDMA module is loaded"))
    }
    let check = consequences(
      of: ["status", "--expect", "ports>=0"], host: .fake(files: FakeFiles(), network: AbsentNetwork()))
    #expect(check.status == 2)
    #expect(check.output.contains("expected at least one port, found no RDMA device"))
  }

  @Test func modulesWithoutAnAdapter() {
    let result = consequences(
      of: ["status"],
      host: .fake(files: FakeFiles(["/sys/class/infiniband": .directory]), network: AbsentNetwork()))
    #expect(result.status == 3)
    #expect(result.error.hasPrefix("rdmactl: no RDMA device found: the kernel's RDMA modules are loaded, but"))
  }

  /// Who may not see the devices is not told that a driver is missing, though the card is on the bus.
  @Test(arguments: [[], ["--json"], ["-q"], ["--expect", "ports=1"], ["mlx5_0"], ["--wait", "active"]])
  func devicesThatMayNotBeSeen(_ arguments: [String]) {
    var machine = SmallMachine()
    machine.entries["/sys/class/infiniband/mlx5_0"] = nil
    machine.entries["/sys/class/infiniband"] = .error(.notPermitted)
    let result = consequences(of: ["status"] + arguments, host: machine.host())
    #expect(result.status == 4)
    let told = arguments == ["--json"] ? result.output : result.error
    #expect(told.contains("cannot list the RDMA devices: this directory may not be read by this user"))
    #expect(!(result.output + result.error).contains("modprobe"))
    let check = consequences(of: ["guid2mac", "--check", "mlx5_0"], host: machine.host())
    #expect(check.status == 4 && check.error.contains("cannot list the RDMA devices"))
  }

  @Test func oneBrokenDeviceIsPartial() {
    let result = run(change: {
      $0.entries["/sys/class/infiniband/mlx5_1"] = .directory
      $0.entries["/sys/class/infiniband/mlx5_1/node_guid"] = .error(.other("Input/output error (5)"))
    })
    #expect(result.status == 8)
    #expect(result.output.contains("mlx5_0/1  active"), "the healthy one is shown")
    #expect(result.output.contains("[adapter.unreadable]"))
    #expect(result.output.contains("mlx5_1/node_guid cannot be read: Input/output error (5)"))
  }

  @Test(arguments: [
    ["--nosuch"], ["--wait", "sometimes"], ["--timeout", "-1"], ["--wait", "up", "--watch"], ["--watch", "0"],
    ["--timeout", "nan"], ["--format", "vstat", "-q"], ["--root", ""],
  ])
  func usage(_ arguments: [String]) {
    let result = consequences(of: ["status"] + arguments, host: SmallMachine().host())
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(result.error.hasPrefix("rdmactl: ") && result.error.contains("    next: rdmactl "), "\(result.error)")
    let json = consequences(of: ["status", "--json"] + arguments, host: SmallMachine().host())
    #expect(json.status == 64 && json.error.isEmpty)
    #expect(json.output.contains("\"id\":\"usage\""))
  }

  @Test func aFullDiskAndAClosedPipe() {
    let full = FakeConsole()
    full.fail(.output, with: .failed("No space left on device (28)"))
    let result = run(console: full)
    #expect(result.status == 1)
    #expect(result.error == "rdmactl: standard output cannot be written: No space left on device (28)\n")
    let closed = FakeConsole()
    closed.fail(.output, with: .closed)
    #expect(run(console: closed) == Consequences(status: 0, output: "", error: ""))
  }

  @Test func vstatsTextNamesWhatItKnows() {
    let result = run("--format", "vstat")
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(
      result.output == """

        \thca_idx=0
        \tuplink={BUS=PCI_E, SPEED=8.0 Gbps, WIDTH=x16, CAPS=8.0*x16}
        \tvendor_id=0x02c9
        \tvendor_part_id=4119
        \thw_ver=0x0
        \tfw_ver=16.35.4506
        \tPSID=MT_0000000008
        \tnode_guid=0002:c903:00ab:cde0
        \tnum_phys_ports=1
        \t\tport=1
        \t\tport_guid=0002:c903:00ab:cde1
        \t\tport_state=PORT_ACTIVE (4)
        \t\tlink_speed=25.78 Gbps\u{20}
        \t\tlink_width=4x (2)\u{20}
        \t\trate=103.12 Gbps
        \t\tport_phys_state=LINK_UP (5)
        \t\tactive_speed=25.78 Gbps
        \t\tsm_lid=0x0001
        \t\tport_lid=0x0003
        \t\tport_lmc=0x0
        \t\ttransport=IB
        \t\tmax_mtu=UNKNOWN (0)


        """)
  }
}

/// `--wait` and `--watch`, on a clock that the test moves.
@Suite struct StatusLoopTests {
  private static let state = SmallMachine.function + "/infiniband/mlx5_0/ports/1/state"

  private func waiting() -> (files: FakeFiles, clock: FakeClock) {
    var machine = SmallMachine()
    machine.port("state", "2: INIT")
    machine.port("sm_lid", "0x0")
    return (FakeFiles(machine.entries), FakeClock())
  }

  @Test func waitsUntilItIsSo() {
    let (files, clock) = waiting()
    clock.at(3000) { files.set(Self.state, .text("4: ACTIVE")) }
    let result = consequences(
      of: ["status", "--wait", "active"], host: SmallMachine().host(clock: clock, files: files))
    #expect(result.status == 0 && result.error.isEmpty, "no terminal: nothing is said while waiting")
    #expect(result.output.contains("mlx5_0/1  active"))
    #expect((3000...3400).contains(clock.milliseconds))
    #expect(clock.interruptionsAreHeld)
  }

  @Test func givesUpWhenTheTimeIsOver() {
    let (files, clock) = waiting()
    let result = consequences(
      of: ["status", "--wait", "active", "--timeout", "1.5"], host: SmallMachine().host(clock: clock, files: files))
    #expect(result.status == 2)
    #expect(result.output.contains("error: mlx5_0/1: not active within 1.5 s [wait.timed_out]"))
    #expect(result.output.contains("[port.no_sm]"), "and the reason")
    #expect(clock.milliseconds == 1500)
  }

  @Test func upIsNotActiveAndDownIsDown() {
    let (files, clock) = waiting()
    let host = SmallMachine().host(clock: clock, files: files)
    #expect(consequences(of: ["status", "--wait", "up"], host: host).status == 0)
    #expect(consequences(of: ["status", "--wait", "down", "--timeout", "1ms"], host: host).status == 2)
    files.set(Self.state, .text("1: DOWN"))
    #expect(consequences(of: ["status", "--wait", "down"], host: host).status == 0)
  }

  @Test func controlCEndsTheWaiting() {
    let (files, clock) = waiting()
    clock.interrupt(at: 700)
    let result = consequences(
      of: ["status", "--wait", "active"], host: SmallMachine().host(clock: clock, files: files))
    #expect(result.status == 130)
    #expect(clock.milliseconds < 1000)
  }

  @Test func progressForPeopleAndForPrograms() {
    let (files, clock) = waiting()
    let terminal = FakeConsole(terminals: [.output, .error], colourForbidden: true)
    let people = consequences(
      of: ["status", "--wait", "active", "--timeout", "2"], host: SmallMachine().host(clock: clock, files: files),
      console: terminal)
    #expect(people.error.hasPrefix("\r\u{1b}[Kwaiting for mlx5_0/1 to be active: 0 of 2 s"))
    #expect(people.error.hasSuffix("\r\u{1b}[K"), "the line is taken away")
    let programs = consequences(
      of: ["status", "--wait", "active", "--timeout", "2", "--progress", "json"],
      host: SmallMachine().host(clock: FakeClock(), files: files))
    let first = programs.error.split(separator: "\n").first
    #expect(
      first
        == #"{"done":0,"schema":"rdmactl.progress/1","total":2000,"what":"waiting for mlx5_0/1 to be active: 0 of 2 s"}"#
    )
  }

  @Test func watchWritesObjectsWherePiped() {
    let (files, clock) = waiting()
    clock.at(1000) { files.set(Self.state, .text("4: ACTIVE")) }
    clock.interrupt(at: 2500)
    let result = consequences(of: ["status", "--watch", "1"], host: SmallMachine().host(clock: clock, files: files))
    #expect(result.status == 130 && result.error.isEmpty)
    let lines = result.outputLines
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.hasPrefix("{\"adapters\":[") && $0.contains("\"schema\":\"rdmactl.status/1\"") })
    #expect(lines.map { $0.contains("\"state\":\"active\"") } == [false, true, true])
  }

  @Test func watchRedrawsATerminalAndGivesItBack() {
    let (files, clock) = waiting()
    clock.suspend(at: 1000)
    clock.interrupt(at: 2500)
    let console = FakeConsole(terminals: [.output, .error], size: (100, 4), colourForbidden: true)
    let result = consequences(
      of: ["status", "--watch", "mlx5_0"], host: SmallMachine().host(clock: clock, files: files), console: console)
    #expect(result.status == 130)
    let entered = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l"
    let left = "\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"
    #expect(result.output.hasPrefix(entered + "\u{1b}[HEvery 2.0 s: rdmactl status, "))
    #expect(result.output.hasSuffix(left))
    #expect(result.output.contains(left + entered), "Ctrl-Z: the shell gets its own screen meanwhile")
    #expect(clock.suspensions == 1)
    #expect(result.output.contains("more lines"), "a small terminal is not scrolled")
  }

  @Test func aDeviceThatGoesAndComesEndsNeitherWatchNorWait() {
    let (files, clock) = waiting()
    let link = "/sys/class/infiniband/mlx5_0"
    let device = SmallMachine().entries[link]
    clock.at(1000) { files.set(link, nil) }
    clock.at(3000) { files.set(link, device) }
    clock.interrupt(at: 4500)
    let host = SmallMachine().host(clock: clock, files: files)
    let watched = consequences(of: ["status", "--watch", "1", "mlx5_0"], host: host)
    #expect(watched.status == 130 && watched.error.isEmpty)
    #expect(
      watched.outputLines.map { $0.contains("\"schema\":\"rdmactl.status/1\"") } == [true, false, false, true, true])
    #expect(watched.outputLines[1].hasPrefix("{\"error\":{"))

    let again = FakeClock()
    again.at(1000) { files.set(link, nil) }
    again.at(3000) {
      files.set(link, device)
      files.set(Self.state, .text("4: ACTIVE"))
    }
    let waited = consequences(
      of: ["status", "--wait", "active"], host: SmallMachine().host(clock: again, files: files))
    #expect(waited.status == 0 && (3000...3400).contains(again.milliseconds))
    files.set(Self.state, .text("2: INIT"))
    let never = FakeClock()
    never.at(1000) { files.set(link, nil) }
    let lost = consequences(
      of: ["status", "--wait", "active", "--timeout", "2"], host: SmallMachine().host(clock: never, files: files))
    #expect(lost.status == 3 && lost.output.isEmpty && lost.error.contains("no RDMA device found"))
  }

  @Test func watchEndsWhenTheReaderHasGone() {
    let (files, clock) = waiting()
    let console = FakeConsole()
    console.fail(.output, after: 10, with: .closed)
    let result = consequences(
      of: ["status", "--watch"], host: SmallMachine().host(clock: clock, files: files), console: console)
    #expect(result.status == 0 && result.error.isEmpty)
  }
}
