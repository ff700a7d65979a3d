import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import Sockets

/// Who uses RDMA: the kernel's lists and `/proc`, as a guest with Linux 6.1 and soft RoCE had them.
@Suite struct SurveyTests {
  private static let address: [UInt8] = [192, 168, 77, 1]

  private static func socket(_ attribute: UInt16, _ port: UInt16) -> NetlinkAttribute {
    let bytes = [2, 0, UInt8(port >> 8), UInt8(port & 0xff)] + address + [UInt8](repeating: 0, count: 120)
    return NetlinkAttribute(attribute, .bytes(bytes))
  }

  private static func pair(
    _ number: UInt32, _ remote: UInt32, type: UInt8 = 2, thread: UInt32? = nil, kernel: String? = nil
  ) -> [NetlinkAttribute] {
    [.number(3, UInt32(1)), .number(21, number), .number(22, remote), .number(26, type), .number(27, UInt8(3))]
      + (thread.map { [.number(28, $0)] } ?? []) + (kernel.map { [.text(29, $0)] } ?? [])
  }

  private static func connection(
    _ number: UInt32?, state: UInt8, from: UInt16, to: UInt16, thread: UInt32? = nil, kernel: String? = nil
  ) -> [NetlinkAttribute] {
    (number.map { [.number(3, UInt32(1)), .number(21, $0), .number(26, UInt8(2))] } ?? [])
      + [.number(27, state), .number(32, UInt32(0x106)), socket(33, from)] + (to == 0 ? [] : [socket(34, to)])
      + (thread.map { [.number(28, $0)] } ?? []) + (kernel.map { [.text(29, $0)] } ?? [])
  }

  /// iperf's server, whose thread made the connection; ib_srp, whose queue pair belongs to rdma_cm; ib_core's own.
  private static var network: FakeNetwork {
    let network = FakeNetwork()
    func dump(_ command: UInt16, _ table: UInt16, _ entries: [[NetlinkAttribute]]) {
      network.expect(
        NetlinkRequest(
          .rdma, 5 << 10 | command, isDump: true, [.number(1, UInt32(0))],
          nests: NetlinkNests([table: NetlinkNests([table + 1: NetlinkNests()])])),
        .success(
          NetlinkAnswer(messages: [
            NetlinkMessage(
              command: 5 << 10 | command,
              [
                .text(2, "rxe0"),
                NetlinkAttribute(table, .nest(entries.map { NetlinkAttribute(table + 1, .nest($0)) })),
              ])
          ])))
    }
    network.expect(
      NetlinkRequest(.rdma, 5 << 10 | 1, isDump: true),
      .success(NetlinkAnswer(messages: [NetlinkMessage(command: 5121, [.number(1, UInt32(0)), .text(2, "rxe0")])])))
    dump(
      10, 19,
      [
        pair(1, 0, type: 1, kernel: "ib_core"), pair(18, 17, thread: 166), pair(30, 31, kernel: "rdma_cm"),
        pair(40, 41, thread: 999),
      ])
    dump(
      11, 30,
      [
        connection(nil, state: 8, from: 5001, to: 0, thread: 165),
        connection(18, state: 5, from: 5001, to: 45502, thread: 165),
        connection(30, state: 5, from: 40000, to: 5555, kernel: "ib_srp"),
      ])
    dump(12, 35, [[.number(37, UInt32(1023)), .number(28, UInt32(166))]])
    dump(
      13, 40,
      [
        [.number(45, UInt64(131072)), .number(28, UInt32(166))], [.number(45, UInt64(32)), .number(28, UInt32(166))],
      ])
    dump(14, 46, [])
    return network
  }

  private static func status(_ name: String, _ process: Int, parent: Int = 1) -> FakeFiles.Entry {
    .bytes(Array("Name:\t\(name)\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t\(process)\nPPid:\t\(parent)\n".utf8))
  }

  private static let map = """
    7f2c5be00000-7f2c5be02000 r--p 00000000 00:13 1234 /usr/lib/x86_64-linux-gnu/rsocket/librspreload.so.1.0.0

    """

  /// A server in Python (161) has the library, and listens on TCP all the same; so does its connection.
  private static let files = FakeFiles([
    "/proc/160/status": status("iperf", 160), "/proc/160/maps": .bytes(Array(map.utf8)),
    "/proc/160/fd/3": .link("/dev/null"),
    "/proc/165/status": status("iperf", 160), "/proc/166/status": status("iperf", 160),
    "/proc/161/status": status("python3", 161), "/proc/161/maps": .bytes(Array(map.utf8)),
    "/proc/161/fd/3": .link("socket:[7788]"), "/proc/161/fd/4": .link("socket:[7790]"),
    "/proc/161/net/tcp": .bytes(
      Array(
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 014DA8C0:1B59 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 7788 1 0000000000000000 100 0 0 10 0
           1: 014DA8C0:1B59 014DA8C0:D4EE 01 00000000:00000000 00:00000000 00000000     0        0 7790 1 0000000000000000 20 4 30 10 -1
           2: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 99 1 0000000000000000 100 0 0 10 0

        """.utf8)),
    "/proc/170/status": status("cat", 170),
    "/proc/170/maps": .bytes(Array("55d0-55d1 r--p 0 0:13 1 /usr/bin/cat\n".utf8)),
    "/proc/sys/kernel/random/boot_id": .text("boot-1"),
  ])

  private func survey(only: Set<Int32>? = nil) throws -> SocketSurvey {
    let host = Host(
      files: Self.files, store: FakeFiles(), management: AbsentManagement(), verbs: AbsentVerbs(), pci: FakePCI(),
      unpacking: FakeUnpacking(), processes: FakeProcesses(), network: Self.network, clock: FakeClock(),
      console: FakeConsole(), places: Places())
    return try SocketSurveyor(host).survey(only: only)
  }

  @Test func threadsBecomeProcesses() throws {
    let survey = try survey()
    let iperf = try #require(survey.uses.first { $0.localQP == 18 })
    #expect(iperf.process == 160 && iperf.thread == 166 && iperf.name == "iperf" && iperf.via == "rsockets")
    #expect(iperf.local?.description == "192.168.77.1:5001" && iperf.remote?.description == "192.168.77.1:45502")
    #expect(iperf.remoteQP == 17 && iperf.state == "connect" && iperf.type == "rc" && iperf.port == 1)
    let listener = try #require(survey.uses.first { $0.state == "listen" && $0.via == "rsockets" })
    #expect(listener.localQP == nil && listener.remote == nil && listener.thread == 165 && listener.process == 160)
    // Each queue pair stands there once.
    #expect(survey.uses.compactMap(\.localQP).sorted() == [1, 18, 30, 40])
  }

  @Test func theKernelsOwnAreItsModules() throws {
    let uses = try survey().uses
    let srp = try #require(uses.first { $0.localQP == 30 })
    #expect(srp.via == "ib_srp" && srp.isOfKernel && srp.process == nil && srp.remote?.port == 5555)
    #expect(uses.filter(\.isManagement).map(\.via) == ["ib_core"])
  }

  @Test func aPreloadedProgramOnTCPIsFound() throws {
    let survey = try survey()
    #expect(survey.onTCP.map(\.process) == [161, 161])
    #expect(survey.onTCP.map { $0.remote?.description } == [nil, "192.168.77.1:54510"])
    let problem = try #require(survey.problems.first { $0.id == "sock.tcp_although_preloaded" })
    #expect(problem.subject == "PID 161 (python3)")
    #expect(problem.evidence == ["192.168.77.1:7001 (listen)", "192.168.77.1:7001 to 192.168.77.1:54510"])
    // iperf has the library too, and no socket of the kernel.
    #expect(survey.problems.filter { $0.id == "sock.tcp_although_preloaded" }.count == 1)
  }

  @Test func anOwnerThatHasGone() throws {
    let survey = try survey()
    #expect(survey.problems.contains { $0.id == "sock.pid_gone" && $0.subject == "PID 999" })
    #expect(survey.uses.first { $0.localQP == 40 }?.process == nil)
  }

  @Test func whatAProcessHolds() throws {
    let holder = try #require(survey().holders.first { $0.process == 160 })
    #expect(holder.counts == [.queuePair: 1, .connection: 2, .completionQueue: 1, .memoryRegion: 2])
    #expect(holder.registered == 131104)
  }

  /// What `sock run` sees of its program.
  @Test func oneProgramAlone() throws {
    let carried = CarriedSockets(try survey(only: [160]))
    #expect(carried.connections == 1 && carried.listening == 1 && carried.onTCP.isEmpty)
    #expect(carried.words == "over RDMA: 1 connection (rxe0)")
    let fallen = CarriedSockets(try survey(only: [161]))
    #expect(fallen.words == "over TCP: 2 sockets")
    #expect(CarriedSockets(try survey(only: [170])).isEmpty)
  }

  @Test func aMachineWithoutRDMANetlink() {
    let network = FakeNetwork()
    network.expect(NetlinkRequest(.rdma, 5 << 10 | 1, isDump: true), .failure(.failed("Protocol not supported")))
    let host = Host(
      files: FakeFiles(), store: FakeFiles(), management: AbsentManagement(), verbs: AbsentVerbs(), pci: FakePCI(),
      unpacking: FakeUnpacking(), processes: FakeProcesses(), network: network, clock: FakeClock(),
      console: FakeConsole(), places: Places())
    let failure = #expect(throws: SocketFailure.self) { try SocketSurveyor(host).survey() }
    #expect(failure?.exitStatus == .unsupported)
  }
}
