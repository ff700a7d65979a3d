internal import HostAccess
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable internal import Change

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

  /// An entry of version 0.1, of settings.
  private static let old = """
    rdmactl offload journal 1
    entry 3 2026-11-21T06:52:00Z try
    boot boot-1
    trial 60
    command set "a b" tx-csum=off
    interface 0 "e\\x1b[31m\\"0" index=2 mac=52:54:00:12:34:02 pci=0000:00:02.0
    change 0 ring rx 256 to 513 for rx-ring because "the driver rounds"
    change 0 feature tx-checksum-ip-generic on active=on to off for tx-csum
    before 0 ring rx 256
    before 0 feature rx-lro off active=off fixed
    before machine sysctl net.ipv4.tcp_sack 1
    begin
    2026-11-21T06:52:00Z guarded
    2026-11-21T06:52:00Z got 0 ring rx 520
    2026-11-21T06:52:00Z side machine sysctl net.ipv4.tcp_sack 0
    2026-11-21T06:52:00Z done

    """

  @Test("An entry of version 0.1 is read, shown and numbered with the new ones")
  func oldEntry() throws {
    let drawer = Drawer()
    drawer.files.set("/var/lib/rdmactl/offload/0003.journal", .bytes(Array(Self.old.utf8)))
    let record = try #require(try drawer.history.all().records.first)
    let object = ChangeObject(
      "e\u{1b}[31m\"0", facts: ["index=2", "mac=52:54:00:12:34:02", "pci=0000:00:02.0"])
    #expect(record.id == 3 && record.kind == "offload" && record.action == "try" && record.state == .trial)
    #expect(record.origin.command == ["offload", "set", "a b", "tx-csum=off"] && record.scope.boot == "boot-1")
    #expect(
      record.changes.map(\.place) == [
        ChangePlace(object, "ring rx"), ChangePlace(object, "feature tx-checksum-ip-generic"),
      ])
    #expect(record.changes[0].reason == "the driver rounds" && record.changes[0].key == "rx-ring")
    #expect(
      record.changes[1].before == ChangeValue("on", facts: ["active=on"]) && record.changes[1].after.text == "off")
    #expect(record.results == [ChangePlace(object, "ring rx"): ChangeValue("520")])
    #expect(record.sides == [ChangePlace(nil, "sysctl net.ipv4.tcp_sack"): ChangeValue("0")])
    #expect(record.before.count == 4)
    #expect(try drawer.set(("key", "7"))?.id == 4)
  }

  @Test("An entry reads back as it was written, whatever its words")
  func text() throws {
    let drawer = Drawer()
    let record = try #require(
      try drawer.run(drawer.writer([("box", "to for \u{1b}[2J because\n\"x\"")]), ChangeOptions(yes: true)).record)
    #expect(try drawer.history.record(1) == record)
    let bytes = try drawer.files.read(record.path, limit: 1 << 16)
    #expect(bytes.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) })
    #expect(try drawer.undo().undone == [1] && drawer.labels["box"] == "red")
  }

  @Test("A torn last line is as if it were not there, and the next one stands on its own")
  func torn() throws {
    let drawer = Drawer()
    let first = drawer.state
    let record = try #require(try drawer.set(("box", "blue")))
    let whole = try drawer.files.read(record.path, limit: 1 << 20)
    let start = RecordText.head(record).count + "2026-11-21T06:52:00Z begun\n".utf8.count
    for length in start..<whole.count {
      drawer.files.set(record.path, .bytes(Array(whole.prefix(length))))
      #expect(try drawer.states() == [.begun])
    }
    drawer.files.set(record.path, .bytes(Array(whole.prefix(whole.count - 3))))
    #expect(try drawer.undo().undone == [1])
    #expect(drawer.state == first)
    #expect(try drawer.states() == [.undone])
  }

  @Test("Damaged files are reported, never used, never overwritten")
  func damaged() throws {
    let drawer = Drawer()
    let record = try #require(try drawer.set(("box", "blue")))
    let text = String(decoding: try drawer.files.read(record.path, limit: 1 << 20), as: UTF8.self)
    let bad: [(String, String)] = [
      ("", "does not begin as a journal entry"), ("garbage\n", "does not begin as a journal entry"),
      (text.replacing("change 1\n", with: "change 2\n"), "does not begin as a journal entry"),
      (String(text.prefix(120)), "is cut off"), (text.replacing("\nend\n", with: "\n"), "is damaged in line"),
      (text.replacing("change 0", with: "change 7"), "is damaged in line 8"), (text, "is that of entry 1"),
    ]
    for (number, file) in bad.enumerated() {
      drawer.files.set("/var/lib/rdmactl/history/000\(number + 2).change", .bytes(Array(file.0.utf8)))
    }
    for name in [
      "x.change", "-1.change", "99999999999999999999.change", "0003.change.new", ".change", "3.change", "00003.change",
    ] {
      drawer.files.set("/var/lib/rdmactl/history/" + name, .text("nothing"))
    }
    let history = try drawer.history.all()
    #expect(history.records.map(\.id) == [1] && history.unreadable.count == bad.count)
    for (file, expected) in zip(history.unreadable, bad) {
      #expect(file.reason.hasPrefix(expected.1), "\(file.path): \(file.reason)")
    }
    #expect(try drawer.set(("key", "7"))?.id == bad.count + 2)
    #expect(try drawer.undo(.all).undone == [bad.count + 2, 1])
  }

  @Test("Whatever lies in the directory: an entry that is written is found again, or nothing is changed")
  func numbers() throws {
    let drawer = Drawer()
    drawer.files.set("/var/lib/rdmactl/history/999999998.change", .text("nothing"))
    #expect(try drawer.set(("key", "7"))?.id == 999_999_999)
    #expect(try drawer.undo().undone == [999_999_999])
    let failure = failure { try drawer.set(("key", "8")) }
    #expect(failure?.id == "change.journal_unwritable" && failure?.message.contains("no number is left") == true)
    #expect(drawer.labels["key"] == "1")
  }

  @Test("No bytes stop the reader")
  func garbage() throws {
    let drawer = Drawer()
    let record = try #require(try drawer.set(("box", "blue"), ("key", "7")))
    let good = try drawer.files.read(record.path, limit: 1 << 20)
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
      drawer.files.set(record.path, .bytes(bytes))
      let history = try drawer.history.all()
      #expect(history.records.count + history.unreadable.count == 1)
    }
  }
}
