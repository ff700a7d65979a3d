import HostAccess
import SubnetManagement
import TestSupport
import Testing
import Vocabulary

@Suite struct LocalManagersTests {
  private let machine = LocalMachine()

  /// A real kernel tells the port by the device that says "a subnet manager runs here".
  @Test func portByDevice() throws {
    machine.run(
      77, ["/usr/sbin/opensm", "-g", "0"], opens: ["socket:[1]", "/dev/infiniband/umad1", "/dev/infiniband/issm1"])
    let manager = try #require(machine.managers.managers.first)
    #expect(manager.process == 77)
    #expect(manager.port == LocalMachine.other)
    #expect(manager.guid == LocalMachine.other.guid)
    #expect(manager.runningSeconds == 100)
    #expect(manager.startTicks == 90_050)
    #expect(manager.configurationFile == nil)
    #expect(manager.logFile == "/var/log/opensm.log")
    #expect(manager.priority == nil)
    #expect(!manager.isManaged)
    #expect(machine.managers.serving(LocalMachine.other).map(\.process) == [77])
    #expect(machine.managers.serving(LocalMachine.port).isEmpty)
  }

  @Test func portByConfiguration() throws {
    machine.files.file("/srv/sm.conf", "guid 0x2c90300100001\nsm_priority 9 # high\nlog_file /tmp/sm.log\n")
    machine.run(77, ["opensm", "-F", "sm.conf", "--pidfile", "sm.pid"])
    let manager = try #require(machine.managers.managers.first)
    #expect(manager.port == LocalMachine.port)
    #expect(manager.configurationFile == "/srv/sm.conf")
    #expect(manager.logFile == "/tmp/sm.log")
    #expect(manager.pidFile == "/srv/sm.pid")
    #expect(manager.priority == 9)
    #expect(!manager.priorityIsArgument)
  }

  @Test func argumentsWin() throws {
    machine.files.file("/etc/opensm/opensm.conf", "guid 0x2c90300100002\nsm_priority 9\nlog_file /tmp/sm.log\n")
    machine.run(
      77, ["opensm", "-g0x2c90300100001", "-p", "2", "-f", "stdout"],
      cgroup: "11:devices:/x\n1:name=systemd:/system.slice/system-opensm.slice/opensm@0x0002c90300100001.service")
    let manager = try #require(machine.managers.managers.first)
    #expect(manager.port == LocalMachine.port)
    #expect(manager.priority == 2)
    #expect(manager.priorityIsArgument)
    #expect(manager.logFile == nil)
    #expect(manager.unit == "opensm@0x0002c90300100001.service")
  }

  /// A program of somebody's that calls itself opensm must not choose the files that root reads, changes and signals.
  @Test func anotherUsersIsLeftOut() throws {
    machine.files.set("/proc/1/status", .text("Name:\tinit\nUid:\t0\t0\t0\t0"))
    machine.run(70, ["opensm", "-g0x2c90300100001", "-F", "/etc/shadow"])
    machine.files.set("/proc/70/status", .text("Name:\topensm\nUid:\t1000\t1000\t1000\t1000"))
    machine.run(77, ["opensm", "-g0x2c90300100001"])
    machine.files.set("/proc/77/status", .text("Name:\topensm\nUid:\t0\t0\t0\t0"))
    let managers = machine.managers
    #expect(managers.managers.map(\.process) == [77])
    #expect(managers.notes.map(\.subject) == ["opensm (process 70)"])
  }

  @Test func managedByUs() throws {
    machine.files.file(LocalMachine.kept + "/opensm.conf", "guid 0x2c90300100001\n")
    machine.run(77, ["/usr/sbin/opensm", "-F", LocalMachine.kept + "/opensm.conf"])
    #expect(try #require(machine.managers.managers.first).isManaged)
  }

  /// A unit that only happens to hold it is none to stop.
  @Test func otherUnits() throws {
    machine.run(77, ["opensm"], cgroup: "0::/system.slice/ssh.service")
    #expect(try #require(machine.managers.managers.first).unit == nil)
  }

  /// Calls itself opensm; the program is another. One whose program cannot be seen is believed.
  @Test func anotherProgramOfThatName() {
    let machine = LocalMachine()
    machine.run(7, ["opensm", "-g", "0x0002c90300100001"])
    #expect(machine.managers.managers.map(\.process) == [7])
    machine.files.set("/proc/7/exe", .link("/usr/sbin/opensm (deleted)"))
    #expect(machine.managers.managers.map(\.process) == [7])
    machine.files.set("/proc/7/exe", .link("/usr/bin/sleep"))
    #expect(machine.managers.managers.isEmpty)
  }

  @Test func whatIsNoOpenSM() {
    machine.run(2, ["/bin/sh", "/usr/sbin/opensm"])
    machine.run(3, ["opensm-helper"])
    machine.run(4, ["grep", "opensm"])
    // Ended, and not yet waited for.
    machine.run(5, [])
    // A kernel thread, or nothing but a stray zero byte.
    machine.files.set("/proc/6/cmdline", .bytes([0]))
    // Gone between two looks.
    machine.files.set("/proc/7/cmdline", .bytes(Array("opensm\0".utf8)))
    machine.files.set("/proc/99999999999", .directory)
    #expect(machine.managers.managers.isEmpty)
    #expect(machine.managers.notes.isEmpty)
  }

  /// Other users' processes do not show what they have open.
  @Test func unreadable() throws {
    machine.run(77, ["opensm", "-g", "0x2c90300100001"])
    machine.files.set("/proc/77/fd", .error(.notPermitted))
    machine.files.set("/proc/77/cwd", .error(.notPermitted))
    machine.files.set("/etc/opensm/opensm.conf", .error(.notPermitted))
    let managers = machine.managers
    #expect(managers.managers.first?.port == LocalMachine.port)
    #expect(managers.managers.first?.configurationFile == nil)
    #expect(managers.notes.map(\.subject) == ["opensm (process 77)"])
  }

  /// Nothing in /proc can stop us.
  @Test(arguments: [
    "", "77", "77 (opensm", "77 (opensm) S", "77 ) S 1 1 1", "77 (a) b (c) S " + String(repeating: "-1 ", count: 40),
    "77 (opensm) S " + String(repeating: "99999999999999999999999 ", count: 40), "\u{0}\u{1}\u{2}",
  ])
  func garbage(stat: String) {
    machine.run(77, ["opensm", "-p", "\u{1b}[31m", "-F", String(repeating: "x", count: 5000)])
    machine.files.set("/proc/77/stat", .bytes(Array(stat.utf8)))
    machine.files.set("/proc/77/cgroup", .bytes([0xff, 0xfe, 0x00]))
    machine.files.set("/proc/uptime", .bytes([0xff]))
    machine.files.set("/proc/77/fd/0", .link("/dev/infiniband/issm"))
    machine.files.set("/proc/77/fd/1", .link("/dev/infiniband/issm-1/../.."))
    #expect(machine.managers.managers.isEmpty)
  }

  /// A name may hold parentheses and spaces.
  @Test func oddName() throws {
    machine.run(77, ["opensm"], startTicks: 4711, name: "op) S 1 2 (sm")
    #expect(try #require(machine.managers.managers.first).startTicks == 4711)
  }

  @Test func noProc() {
    let host = Host.fake(files: FakeFiles(), places: Places())
    let managers = LocalManagers(on: host, ports: [])
    #expect(managers.managers.isEmpty)
    #expect(managers.notes.count == 1)
  }
}

/// opensm in a container: its paths are those of the container.
@Suite struct ContainedManagerTests {
  @Test func theFilesOfAnOpensmInAContainerAreReadInTheContainer() {
    let machine = LocalMachine()
    for own in ["self", "1"] { machine.files.set("/proc/\(own)/ns/mnt", .link("mnt:[1]")) }
    machine.run(
      70, ["/usr/sbin/opensm", "-F", "/etc/opensm/opensm.conf"], opens: ["/dev/infiniband/issm0"],
      cgroup: "0::/system.slice/docker-1.scope/system.slice/opensm.service")
    machine.files.set("/proc/70/ns/mnt", .link("mnt:[2]"))
    // The host has a file of the same name, which is not this opensm's.
    machine.files.set("/etc/opensm/opensm.conf", .text("sm_priority 3\n"))
    machine.files.set("/proc/70/root/etc/opensm/opensm.conf", .text("sm_priority 9\nlog_file /var/log/sm.log\n"))
    let manager = machine.managers.managers.first
    #expect(manager?.configurationFile == "/proc/70/root/etc/opensm/opensm.conf")
    #expect(manager?.priority == 9 && manager?.logFile == "/proc/70/root/var/log/sm.log")
    // Its unit is not a unit of this machine: systemctl must not be asked to stop it.
    #expect(manager?.unit == nil && manager?.isManaged == false)
  }

  /// A unit with PrivateTmp= has mounts of its own, and the machine's configuration.
  @Test func aUnitInASandboxIsOfThisMachine() {
    let machine = LocalMachine()
    for own in ["self", "1"] { machine.files.set("/proc/\(own)/ns/mnt", .link("mnt:[1]")) }
    let file = "\(LocalMachine.kept)/opensm.conf"
    machine.run(
      71, ["/usr/sbin/opensm", "-F", file], opens: ["/dev/infiniband/issm0"],
      cgroup: "0::/system.slice/opensm@0x0002c90300100001.service")
    machine.files.set("/proc/71/ns/mnt", .link("mnt:[3]"))
    for path in [file, "/proc/71/root" + file] { machine.files.set(path, .text("sm_priority 4\n")) }
    let manager = machine.managers.managers.first
    #expect(manager?.configurationFile == file && manager?.isManaged == true)
    #expect(manager?.unit == "opensm@0x0002c90300100001.service")
  }
}
