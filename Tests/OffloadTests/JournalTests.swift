internal import HostAccess
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable internal import Offload

@Suite("Journal")
struct JournalTests {
  @Test(
    "A line is read as it was written, and holds nothing but printable ASCII",
    arguments: [
      ["a"], ["", " ", "a b"], ["\u{1b}[2J", "\n", "\0"], ["\"", "\\", "\\x41"], ["ü", "日本", "\u{202e}"],
      ["=", "-", "to"],
    ])
  func words(_ words: [String]) {
    let line = JournalWords.line(words)
    #expect(line.utf8.dropLast().allSatisfy { (0x20..<0x7f).contains($0) } && line.last == "\n")
    #expect(JournalWords.words(line.utf8.dropLast()) == words)
  }

  @Test(
    "What no line is",
    arguments: [
      "", " ", "a ", " a", "a  b", "\"", "\"a", "\"a\"b", "a\"b", "\"\\\"", "\"\\x4\"", "\"\\xzz\"", "\"\\q\"",
      "\"\\xff\"", "a\tb",
      "\"\\x+1\"",
    ])
  func noWords(_ text: String) { #expect(JournalWords.words(text.utf8) == nil) }

  @Test("An entry says what was changed, readable, and reads back the same")
  func text() throws {
    let rig = OffloadRig()
    rig.kernel.devices[rig.kernel["eth0"]].state.identity.name = "e\u{1b}[31m\"0"
    try rig.set("e\u{1b}[31m\"0", "tx-csum=off", "rx-ring=513")
    let text = try rig.text(of: 1)
    #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) })
    let lines = text.split(separator: "\n").map(String.init)
    #expect(
      Array(lines.prefix(7)) == [
        "rdmactl offload journal 1", "entry 1 2026-11-21T06:52:00Z set", "boot boot-1",
        "command set tx-csum=off rx-ring=513",
        "interface 0 \"e\\x1b[31m\\\"0\" index=2 mac=52:54:00:12:34:02 pci=0000:00:02.0",
        "change 0 ring rx 256 to 513 for rx-ring",
        "change 0 feature tx-checksum-ip-generic on active=on to off for tx-csum",
      ])
    #expect(lines.contains("before 0 feature rx-lro off active=off fixed"))
    #expect(
      lines.suffix(5) == [
        "2026-11-21T06:52:00Z got 0 feature tx-checksum-ip-generic off active=off",
        "2026-11-21T06:52:00Z got 0 ring rx 520",
        "2026-11-21T06:52:00Z side 0 feature tx-tcp-segmentation on active=off",
        "2026-11-21T06:52:00Z side 0 feature tx-tcp6-segmentation on active=off", "2026-11-21T06:52:00Z done",
      ])
    let entry = try #require(try rig.engine.history().entries.first)
    #expect(entry.status == .done && entry.command == ["set", "tx-csum=off", "rx-ring=513"])
    #expect(entry.changes.map(\.wanted) == ["513", "off"] && entry.changes.map(\.key) == ["rx-ring", "tx-csum"])
    #expect(entry.sideEffects.map(\.after) == ["off", "off"])
    #expect(JournalText.head(entry) == Array(text.utf8.prefix(JournalText.head(entry).count)))
    #expect(try rig.engine.undo(.latest()).undone == [1])
  }

  @Test("A torn last line is as if it were not there, and the next one stands on its own")
  func torn() throws {
    let rig = OffloadRig()
    let initial = rig.kernel.dump
    try rig.set("eth0", "mtu=1400")
    let path = OffloadRig.journal + "/0001.journal"
    let whole = try rig.files.read(path, limit: 1 << 20)
    let start = JournalText.head(try rig.engine.history().entries[0]).count
    for length in start..<whole.count {
      rig.files.set(path, .bytes(Array(whole.prefix(length))))
      #expect(try rig.engine.history().entries.map(\.status) == [.interrupted])
    }
    rig.files.set(path, .bytes(Array(whole.prefix(whole.count - 3))))
    #expect(try rig.engine.undo(.latest()).undone == [1])
    #expect(rig.kernel.changes(since: initial).isEmpty)
    #expect(try rig.engine.history().entries.map(\.status) == [.undone])
  }

  @Test("Damaged files are told, never used, never overwritten")
  func damaged() throws {
    let rig = OffloadRig()
    try rig.set("eth0", "mtu=1400")
    let good = try rig.files.read(OffloadRig.journal + "/0001.journal", limit: 1 << 20)
    let text = String(decoding: good, as: UTF8.self)
    let bad: [(String, String)] = [
      ("", "does not begin as one"), ("garbage\n", "does not begin as one"),
      (text.replacing("journal 1", with: "journal 2"), "does not begin as one"),
      (String(text.prefix(200)), "is cut off"), (text.replacing("begin\n", with: ""), "is damaged in line"),
      (text.replacing("index=2", with: "index=x"), "is damaged in line 5"),
      (text.replacing("change 0", with: "change 7"), "is damaged in line 6"),
      (text.replacing("link mtu", with: "nonsense mtu"), "is damaged in line 6"),
      (text, "is that of entry 1"),
    ]
    for (number, file) in bad.enumerated() {
      let digits = number + 2 < 10 ? "000\(number + 2)" : "00\(number + 2)"
      rig.files.set(OffloadRig.journal + "/\(digits).journal", .bytes(Array(file.0.utf8)))
    }
    for name in [
      "x.journal", "-1.journal", "99999999999999999999.journal", "999999999999999999.journal", "0003.journal.new",
      ".journal", "3.journal", "00003.journal",
    ] {
      rig.files.set(OffloadRig.journal + "/" + name, .text("nothing"))
    }
    let history = try rig.engine.history()
    #expect(history.entries.map(\.id) == [1])
    #expect(history.unreadable.count == bad.count)
    for (file, expected) in zip(history.unreadable, bad) {
      #expect(file.reason.hasPrefix(expected.1), "\(file.path): \(file.reason)")
    }
    #expect(try rig.set("eth0", "mtu=1300").journalID == bad.count + 2)
    #expect(try rig.engine.undo(.all).undone == [bad.count + 2, 1])
  }

  @Test("Whatever lies in the directory: an entry that is written is found again, or nothing is changed")
  func numbers() throws {
    let rig = OffloadRig()
    rig.files.set(OffloadRig.journal + "/999999998.journal", .text("nothing"))
    #expect(try rig.set("eth0", "mtu=1400").journalID == 999_999_999)
    #expect(try rig.engine.undo(.latest()).undone == [999_999_999])
    let initial = rig.kernel.dump
    let failure = #expect(throws: OffloadFailure.self) { try rig.set("eth0", "mtu=1300") }
    #expect(failure?.id == "offload.journal_unwritable" && failure?.exitStatus == .failed)
    #expect(failure?.message.contains("no number is left") == true)
    #expect(rig.kernel.changes(since: initial).isEmpty && rig.journals.count == 2)
  }

  @Test("An entry that would be too long to be read again is not begun")
  func length() throws {
    let rig = OffloadRig()
    try rig.set("eth0", "mtu=1400")
    let entry = try rig.engine.history().entries[0]
    let size = JournalText.head(entry).count
    #expect(try Journal(rig.host, limit: size * 4).begin { _, _ in entry }.id == 1)
    let failure = #expect(throws: OffloadFailure.self) {
      try Journal(rig.host, limit: size * 4 - 1).begin { _, _ in entry }
    }
    #expect(failure?.id == "offload.journal_unwritable" && failure?.message.contains("longer than") == true)
  }

  @Test("No bytes stop the reader")
  func garbage() throws {
    let rig = OffloadRig()
    try rig.set("eth3", "channels=2", "mtu=1400")
    let good = try rig.files.read(OffloadRig.journal + "/0001.journal", limit: 1 << 20)
    var numbers = SeededNumbers(7)
    for _ in 0..<300 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...8, using: &numbers) {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        switch Int.random(in: 0..<3, using: &numbers) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
        }
      }
      rig.files.set(OffloadRig.journal + "/0001.journal", .bytes(bytes))
      let history = try rig.engine.history()
      #expect(history.entries.count + history.unreadable.count == 1)
    }
  }
}
