internal import FabricLab
internal import Foundation
internal import InfiniBandWire
internal import SubnetManagement
internal import TestSupport
internal import Testing

@Suite("opensm.log") struct OpenSMLogTests {
  /// Cut from real runs on a simulated fabric: bring-up, a link that went, a host that stopped answering, a failover.
  static let real = """
    Nov 21 13:22:49 862918 [E4245740] 0x80 -> OpenSM 3.3.23
    Nov 21 13:22:49 873358 [E4245740] 0x02 -> osm_vendor_init: 1000 pending umads specified
    Nov 21 13:22:49 875317 [E4245740] 0x80 -> Entering DISCOVERING state
    Nov 21 13:22:49 879676 [E123E6C0] 0x80 -> Entering MASTER state
    Nov 21 13:22:49 880412 [E123E6C0] 0x01 -> parse_part_conf: PARSE ERROR: line 2: bad PortGUID
    Nov 21 13:22:49 882827 [E123E6C0] 0x02 -> SUBNET UP
    Nov 21 13:22:54 859511 [E32426C0] 0x01 -> log_trap_info: Received Generic Notice type:1 num:128 (Link state change) \
    Producer:2 (Switch) from LID:3 TID:0x0000000000000000
    Nov 21 13:22:54 862744 [E123E6C0] 0x02 -> drop_mgr_remove_port: Removed port with GUID:0x0000000000100005 LID range \
    [6, 6] of node:host2
    Nov 21 13:22:54 864837 [E123E6C0] 0x02 -> SUBNET UP
    Nov 21 13:22:58 888608 [E023C6C0] 0x01 -> log_send_error: ERR 5411: DR SMP Send completed with error (IB_TIMEOUT) -- dropping
    \t\t\tMethod 0x1, Attr 0x11, TID 0x1386
    Nov 21 13:22:58 888635 [E023C6C0] 0x01 -> Received SMP on a 4 hop path: Initial path = 0,1,3,2,1, Return path  = 0,0,0,0,0
    Nov 21 13:22:58 888638 [E023C6C0] 0x01 -> sm_mad_ctrl_send_err_cb: ERR 3113: MAD completed in error (IB_TIMEOUT): \
    SubnGet(NodeInfo), attr_mod 0x0, TID 0x1386

    """

  @Test func messages() throws {
    let entries = OpenSMLog.entries(Self.real.utf8)
    #expect(entries.count == 12)
    #expect(entries[0].startedVersion == "3.3.23")
    #expect(
      entries[0].time == OpenSMLogTime(month: 11, day: 21, hour: 13, minute: 22, second: 49, microsecond: 862_918))
    #expect(entries.compactMap(\.enteredState) == ["DISCOVERING", "MASTER"])
    #expect(entries[1].function == "osm_vendor_init")
    #expect(entries[1].level == .info)
    #expect(entries[6].trap == 128)
    #expect(entries[9].code == "5411")
    #expect(
      entries[9].text
        == "DR SMP Send completed with error (IB_TIMEOUT) -- dropping\nMethod 0x1, Attr 0x11, TID 0x1386")
    #expect(entries.filter(\.isError).compactMap(\.code) == ["5411", "3113"])
    #expect(entries.filter { $0.explanation == nil }.map(\.text).count == 2)
    #expect(entries[4].explanation?.fix == ["rdmactl sm lint"])
  }

  @Test func summary() {
    let summary = OpenSMLogSummary(OpenSMLog.entries(Self.real.utf8))
    #expect(summary.version == "3.3.23")
    #expect(summary.state == .master)
    #expect(summary.lastSubnetUp?.time?.second == 54)
    #expect(summary.lastError?.code == "3113")
    #expect(summary.errorCount == 3)
    let again = OpenSMLogSummary(
      OpenSMLog.entries((Self.real + "Nov 21 14:00:00 000001 [E4245740] 0x80 -> OpenSM 3.3.23\n").utf8))
    #expect(again.lastSubnetUp == nil)
    #expect(again.errorCount == 0)
  }

  /// However the bytes are cut, the messages are the same.
  @Test(arguments: [1, 2, 7, 100, 4_096]) func pieces(size: Int) {
    var reader = OpenSMLogReader()
    var entries: [OpenSMLogEntry] = []
    let bytes = Array(Self.real.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      entries += reader.feed(bytes[start..<min(start + size, bytes.count)])
    }
    #expect(entries + reader.finish() == OpenSMLog.entries(bytes))
  }

  @Test func keptUntilTheNextOrAsked() {
    var reader = OpenSMLogReader()
    #expect(
      reader.feed("Nov  1 x\nNov 21 13:22:49 879676 [E1] 0x80 -> Entering MASTER state\nNov 21 13".utf8).isEmpty
        == false)
    #expect(reader.flush()?.enteredState == "MASTER")
    #expect(reader.flush() == nil)
    #expect(reader.feed(":22:50 000001 [E1] 0x02 -> SUBNET UP\n".utf8) == [])
    #expect(reader.flush()?.isSubnetUp == true)
  }

  @Test func prefixes() {
    let line = "Nov 21 13:22:49 879676 [E1] 0x01 -> site a: log_send_error: ERR 5411: text\n"
    #expect(OpenSMLog.entries(line.utf8, prefix: "site a").first?.code == "5411")
    #expect(OpenSMLog.entries(line.utf8).first?.code == nil)
  }

  @Test func since() {
    let entries = OpenSMLog.entries(Self.real.utf8)
    let now = OpenSMLogTime(month: 11, day: 21, hour: 14, minute: 0, second: 0)
    let start = OpenSMLogTime(month: 11, day: 21, hour: 13, minute: 22, second: 54)
    #expect(OpenSMLog.entries(entries, since: start, now: now).count == 6)
    let later = OpenSMLogTime(month: 11, day: 21, hour: 13, minute: 30, second: 0)
    #expect(OpenSMLog.entries(entries, since: later, now: now) == [])
    // In January, what is of November is of the year before.
    let january = OpenSMLogTime(month: 1, day: 2, hour: 0, minute: 0, second: 0)
    let newYear = OpenSMLogTime(month: 1, day: 1, hour: 0, minute: 0, second: 0)
    #expect(OpenSMLog.entries(entries, since: newYear, now: january) == [])
    #expect(OpenSMLog.entries(entries, since: start, now: january).count == 6)
  }

  @Test func garbage() {
    let bytes = [UInt8](repeating: 0, count: 9_000) + Array(Self.real.utf8)
    #expect(OpenSMLog.entries(bytes).compactMap(\.enteredState) == ["DISCOVERING", "MASTER"])
    let binary = Array("Nov 21 13:22:49 879676 [E1] 0x02 -> a\u{1b}[31mb\u{7f}".utf8) + [0xff, 0xfe, 0x0a]
    #expect(OpenSMLog.entries(binary).first?.text == "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}")
    let endless = String(repeating: "x", count: 1_000_000)
    #expect(OpenSMLog.entries(endless.utf8).map(\.text.utf8.count) == [8_192])
  }

  /// Each explained code is one that the installed opensm can write.
  @Test(.enabled(if: OpenSMAsJudge.isHere, "opensm is not installed")) func codesExist() throws {
    let opensm = try #require(Spawned.find("opensm"))
    let libraries = try Spawned("ldd", [opensm]).wait(timeout: 20).output.split(separator: " ").map(String.init)
    var written: Set<String> = []
    for path in [opensm] + libraries.filter({ $0.hasPrefix("/") && $0.contains("osm") }) {
      let parts = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
      written.formUnion(parts.components(separatedBy: "ERR ").map { String($0.prefix(4)) })
    }
    #expect(OpenSMExplanation.codes.count > 40)
    #expect(OpenSMExplanation.codes.filter { !written.contains($0) } == [])
  }

  /// Damaged files: any bytes end in values.
  @Test(arguments: [UInt64(1), 2, 3]) func damage(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    for _ in 0..<12 {
      var samples = [
        Array(Self.real.utf8), RandomConfiguration.file(&chance), Array(RandomPartitions.file(&chance).utf8),
        Array("PORTS=\"0x1 0x2\" # x\n".utf8),
      ]
      for index in samples.indices {
        for _ in 0..<Int.random(in: 1...20, using: &chance) {
          let place = Int.random(in: samples[index].indices, using: &chance)
          samples[index][place] = UInt8.random(in: 0...255, using: &chance)
        }
        Strangers.read(samples[index])
      }
    }
  }
}

/// All that is done with the bytes of a file.
enum Strangers {
  static func read(_ bytes: [UInt8]) {
    let configuration = OpenSMConfiguration(bytes, file: "f")
    _ = configuration.effectiveValues
    _ = OpenSMLint.problems(of: configuration)
    _ = try? configuration.setting("sm_priority", to: "3")
    _ = OpenSMLint.problems(of: PartitionsConfiguration(bytes, file: "p"), options: configuration)
    _ = OpenSMLint.problems(of: DefaultsFile(String(decoding: bytes, as: UTF8.self), file: "d"))
    let entries = OpenSMLog.entries(bytes)
    _ = OpenSMLogSummary(entries)
    _ = entries.map(\.explanation)
  }
}
