import Change
import FlashRehearsal
import HostAccess
import SimulatedHardware
import TestSupport
import Testing
import Vocabulary

@testable import FirmwareFlash

/// What an earlier process started and did not finish, as the journal shows it.
@Suite struct JournalTests {
  private let files = Rehearsal.store()
  private let path = "/var/lib/rdmactl/burns/0000:03:00.0.journal"

  private var unfinished: UnfinishedBurn? { .last(of: Rehearsal.card, on: .fake(files: files)) }

  private static let lines = [
    "2026-11-21T06:52:00Z start burn target=0x10000 old=0x0 version=2.42.5000 activation=1",
    "2026-11-21T06:52:00Z begin 0", "2026-11-21T06:52:00Z end 0", "2026-11-21T06:52:00Z begin 1",
    "2026-11-21T06:52:00Z done",
  ]

  private func write(_ count: Int, function: Int = 0) {
    let text = Self.lines.prefix(count).map { $0 + "\n" }.joined()
    files.set(path.replacing("0.journal", with: "\(function).journal"), .text(text))
  }

  @Test func nothingBegun() { #expect(unfinished == nil) }

  @Test func aJournalOfVersion01IsStillRead() {
    write(1)
    #expect(unfinished?.purpose == "burn" && unfinished?.since == "2026-11-21T06:52:00Z")
    #expect(unfinished?.target == 0x10000 && unfinished?.version == "2.42.5000" && unfinished?.switching == false)
    write(3)
    #expect(unfinished?.switching == false)
    write(4)
    #expect(unfinished?.switching == true)
    write(5)
    #expect(unfinished == nil)
  }

  @Test func aBurnThroughAnotherFunctionOfTheCardIsFound() {
    write(2, function: 1)
    #expect(unfinished?.target == 0x10000)
  }

  @Test("Both functions of a card have one lock and one journal") func functionsOfACard() throws {
    let locks = try ["0000:03:00.0", "0000:03:00.1"].map { text in
      let bench = Bench(.connectx3)
      let address = try #require(PCIAddress(text))
      let connection = try AdapterConnection.open(
        pci: SimulatedPCI([address: bench.adapter]), address: address, pciDevice: bench.adapter.profile.pciDevice,
        clock: bench.clock)
      defer { connection.close() }
      let card = connection.card(named: "mlx4_0", at: address, pciDevice: nil)
      return [FlashChange.lock(of: card.identifier), .own(card.identifier)]
    }
    #expect(locks[0] == locks[1])
  }

  /// A power cut may leave any part of the last line.
  @Test func tornLines() {
    let whole = Array(Self.lines.joined(separator: "\n").utf8)
    for length in 0..<whole.count {
      files.set(path, .bytes(Array(whole[..<length])))
      _ = unfinished
    }
  }

  @Test func strangersBytes() {
    var chance = SeededChance(seed: 7)
    for _ in 0..<2000 {
      let words = [
        "start", "burn", "done", "begin", "1", "target=0x", "target=0xffffffffffffffff", "\n", " ", "\u{fffd}",
      ]
      let text = (0..<chance.below(12)).map { _ in words[chance.below(words.count)] + [" ", "\n", ""][chance.below(3)] }
      _ = UnfinishedBurn(journal: Array(text.joined().utf8))
    }
  }

  @Test func namesLeadNowhereElse() {
    for name in ["../../etc/passwd", ".", "..", "", "a/b", "\u{0}", String(repeating: "x", count: 500)] {
      guard case .own(let lock) = FlashChange.lock(of: name) else { continue }
      #expect(lock.hasPrefix("fw-") && !lock.contains("/") && lock.utf8.count < 80, "\(lock)")
    }
  }
}
