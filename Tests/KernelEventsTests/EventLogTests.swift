import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import KernelEvents

@Suite struct MessageTests {
  private func read(_ line: String) -> KernelMessage? { KernelMessage(Array(line.utf8)) }

  @Test func theThreeFormsOfALog() throws {
    let record = try #require(read("6,310,5123000,-;mlx5_core 0000:3b:00.0 eth2: Link up\n SUBSYSTEM=pci"))
    #expect(record.microseconds == 5_123_000 && record.text == "mlx5_core 0000:3b:00.0 eth2: Link up")
    let dmesg = try #require(read("[    5.123000] infiniband rxe0: set down"))
    #expect(dmesg.microseconds == 5_123_000 && dmesg.text == "infiniband rxe0: set down")
    let syslog = try #require(read("Nov 30 18:16:11 node7 kernel: [    5.123] infiniband rxe0: set down"))
    #expect(syslog.stamp == "Nov 30 18:16:11" && syslog.microseconds == 5_123_000)
    let iso = try #require(read("2026-11-30T18:16:11+01:00 node7 kernel: infiniband rxe0: set down"))
    #expect(iso.stamp == "2026-11-30T18:16:11+01:00" && iso.microseconds == nil)
  }

  /// Facility 1 and above, and lines of keys.
  @Test func whatAProgramWroteIntoTheKernelsLogIsNotTheKernels() {
    #expect(read("12,320,9623000,-;infiniband rxe0: set down") == nil)
    #expect(read(" SUBSYSTEM=pci") == nil && read("") == nil)
  }

  @Test(
    arguments: [
      ("mlx5_core 0000:3b:00.0: firmware version: 16.35.2000", "0000:3b:00.0", nil, nil),
      ("mlx5_core 0000:3b:00.0 enp59s0f0: Link up", "0000:3b:00.0", "enp59s0f0", nil),
      ("mlx4_en: eth2: Link Down", nil, "eth2", nil), ("infiniband rxe0: set down", nil, nil, "rxe0"),
      ("mlx4_en: 0000:81:00.0: Activating port:1", "0000:81:00.0", nil, nil),
      ("ib0.8001: multicast join failed for ff12::, status -22", nil, "ib0.8001", nil),
      ("ib_srp: unknown parameter", nil, nil, nil),
    ] as [(String, String?, String?, String?)])
  func whoIsMeant(_ text: String, _ address: String?, _ interface: String?, _ device: String?) throws {
    let message = try #require(read("[ 1.0] \(text)"))
    #expect(message.address?.description == address)
    #expect(message.interface == interface && message.device == device)
  }
}

@Suite struct EventLogTests {
  private static let log = """
    6,310,5123000,-;mlx5_core 0000:3b:00.0: firmware version: 16.35.2000
     SUBSYSTEM=pci
    6,312,7123000,-;infiniband rxe0: set down
    6,313,8123000,-;infiniband rxe0: set active
    4,314,9123000,-;scsi host0:   REJ reason 0x8
    4,315,9223000,-;scsi host0: ib_srp: SRP LOGIN REJECTED, reason 0x00010006
    4,316,9323000,-;scsi host0: ib_srp: SRP LOGIN REJECTED, reason 0x00010003
    4,318,9423000,-;ib_srp: unknown parameter or missing value 'x=1' in target creation request
    """

  private func host(_ files: [String: FakeFiles.Entry]) -> Host {
    var host = SmallMachine().host(files: FakeFiles(files))
    host.processes = AbsentProcesses()
    return host
  }

  @Test func theEventsOfARecordedLogInTheirOrder() throws {
    let files: [String: FakeFiles.Entry] = [
      "/dev/kmsg": .bytes(Array(Self.log.utf8)), "/proc/stat": .text("cpu 1 2\nbtime 1764000000"),
    ]
    let log = try EventLog(host(files))
    let events = try log.next()
    #expect(
      events.map(\.kind) == [
        .started, .linkDown, .linkUp, .nobodyListens, .notAllowed, .otherController, .badParameter,
      ])
    #expect(events[1].time == 1_764_000_007.123 && events[1].device == "rxe0")
    #expect(try log.next().isEmpty)
  }

  @Test func aLogThatMayNotBeReadNamesTheMissingRight() {
    let error = #expect(throws: EventFailure.self) {
      _ = try EventLog(
        host(["/dev/kmsg": .error(.notPermitted), "/var/log/kern.log": .text("[ 1.0] infiniband a: set down")]))
    }
    #expect(error?.exitStatus == .notPermitted && error?.message.contains("CAP_SYSLOG") == true)
  }

  @Test func withoutTheDeviceTheFileOfTheLogIsRead() throws {
    let events = try EventLog(host(["/var/log/kern.log": .text("Nov 30 18:16:11 a kernel: infiniband rxe0: set down")]))
      .next()
    #expect(events.map(\.kind) == [.linkDown] && events.first?.stamp == "Nov 30 18:16:11")
    #expect(throws: EventFailure.self) { _ = try EventLog(host([:])) }
  }

  @Test func errorsThatADriverHasCountedAreEventsOnce() throws {
    let log = try EventLog(host(["/dev/kmsg": .bytes([])]))
    func count(_ errors: UInt64) -> ReporterCount {
      ReporterCount(
        handle: "pci/0000:3b:00.0", name: "fw_fatal", isHealthy: true, errors: errors, recoveries: errors,
        dumpTime: 1_764_000_001.5)
    }
    let first = log.changes(in: [count(1)])
    #expect(first.map(\.kind) == [.reporterError] && first.first?.time == 1_764_000_001.5)
    #expect(first.first?.address?.description == "0000:3b:00.0")
    #expect(log.changes(in: [count(1)]).isEmpty && log.changes(in: [count(2)]).count == 1)
  }

  @Test func linksAreComparedWithTheLastLook() throws {
    let files = FakeFiles([
      "/dev/kmsg": .bytes([]), "/sys/class/infiniband/rxe0/ports/1/state": .text("4: ACTIVE"),
    ])
    let log = try EventLog(SmallMachine().host(files: files))
    #expect(log.linkChanges(of: ["rxe0"]).isEmpty)
    files.set("/sys/class/infiniband/rxe0/ports/1/state", .text("1: DOWN"))
    #expect(log.linkChanges(of: ["rxe0"]).map(\.kind) == [.linkDown])
    #expect(log.linkChanges(of: ["rxe0"]).isEmpty)
  }
}
