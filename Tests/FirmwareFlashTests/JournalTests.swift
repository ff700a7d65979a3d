import AdapterChips
import FirmwareImage
import FlashRehearsal
import HostAccess
import TestSupport
import Testing

@testable import FirmwareFlash

@Suite struct JournalTests {
  private let files = Rehearsal.store()
  private let path = "/var/lib/rdmactl/burns/0000:03:00.0.journal"

  private var journal: BurnJournal { BurnJournal(of: Rehearsal.card, on: .fake(files: files)) }

  private var plan: BurnPlan {
    let target = Placement(format: .fs2, start: 0x10000)
    let write = FlashWrite(area: 0..<1, wanted: [0], erases: false, programs: [0..<1])
    return BurnPlan(
      purpose: .burn, card: "mlx4_0", booting: Placement(format: .fs2, start: 0), target: target,
      oldVersion: FirmwareVersion(2, 9, 1000), newVersion: FirmwareVersion(2, 42, 5000), psid: nil, guids: nil,
      macs: nil, identity: nil,
      steps: [
        PlannedStep(role: .write, writes: [write]), PlannedStep(role: .activate, writes: [write]),
        PlannedStep(role: .finish, writes: [write]),
      ], backupPath: nil, notes: [], expected: nil)
  }

  private func text() throws -> String { String(decoding: try files.read(path, limit: 1 << 20), as: UTF8.self) }

  @Test func nothingBegun() { #expect(journal.unfinished() == nil) }

  @Test func everyLine() throws {
    try journal.start(plan)
    #expect(
      journal.unfinished()
        == BurnJournal.Unfinished(
          purpose: "burn", since: "2026-11-21T06:52:00Z", target: 0x10000, version: "2.42.5000", switching: false))
    try journal.begin(0)
    #expect(journal.unfinished()?.switching == false)
    try journal.end(0)
    try journal.begin(1)
    #expect(journal.unfinished()?.switching == true)
    try journal.done()
    #expect(journal.unfinished() == nil)
    #expect(
      try text() == """
        2026-11-21T06:52:00Z start burn target=0x10000 old=0x0 version=2.42.5000 activation=1
        2026-11-21T06:52:00Z begin 0
        2026-11-21T06:52:00Z end 0
        2026-11-21T06:52:00Z begin 1
        2026-11-21T06:52:00Z done

        """)
  }

  @Test func stoppedIsUnfinished() throws {
    try journal.start(plan)
    try journal.stopped("interrupted")
    #expect(journal.unfinished() != nil)
    try journal.start(plan)
    try journal.done()
    #expect(journal.unfinished() == nil)
  }

  /// A power cut may leave any part of the last line.
  @Test func tornLines() throws {
    try journal.start(plan)
    try journal.begin(0)
    let whole = try files.read(path, limit: 1 << 20)
    for length in 0..<whole.count {
      files.set(path, .bytes(Array(whole[..<length])))
      _ = journal.unfinished()
      try journal.start(plan)
      #expect(journal.unfinished()?.target == 0x10000, "after \(length) bytes")
      try journal.done()
      #expect(journal.unfinished() == nil, "after \(length) bytes")
    }
  }

  @Test func longJournalsBeginAnew() throws {
    files.set(path, .bytes([UInt8](repeating: 0x0a, count: 1 << 16 + 1)))
    try journal.start(plan)
    #expect(try text().split(separator: "\n").count == 1)
  }

  @Test func strangersBytes() {
    var chance = SeededChance(seed: 7)
    for _ in 0..<2000 {
      let words = [
        "start", "burn", "done", "begin", "1", "target=0x", "target=0xffffffffffffffff", "\n", " ", "\u{fffd}",
      ]
      let text = (0..<chance.below(12)).map { _ in words[chance.below(words.count)] + [" ", "\n", ""][chance.below(3)] }
      files.set(path, .bytes(Array(text.joined().utf8)))
      _ = journal.unfinished()
    }
  }

  @Test func namesLeadNowhereElse() {
    for name in ["../../etc/passwd", ".", "..", "", "a/b", "\u{0}", String(repeating: "x", count: 500)] {
      let card = Card(name: "x", identifier: name)
      let path = BurnJournal(of: card, on: .fake(files: files)).path
      #expect(path.hasPrefix("/var/lib/rdmactl/burns/") && path.split(separator: "/").count == 5, "\(path)")
      #expect(!path.contains("/.") && path.utf8.count < 120)
    }
  }
}
