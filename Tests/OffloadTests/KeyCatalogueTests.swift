internal import Offload
internal import Testing

struct KeyCatalogueTests {
  @Test func namesAreUnique() {
    let names = KeyCatalogue.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.count > 150)
    #expect(KeyCatalogue.friendly.allSatisfy { !$0.meaning.isEmpty })
  }

  @Test(arguments: [
    ("tso", "tso", 4), ("tcp-segmentation-offload", "tso", 4), ("tx-tcp6-segmentation", "tx-tcp6-segmentation", 1),
    ("lro", "lro", 1), ("rx-lro", "rx-lro", 1), ("net.ipv4.tcp_sack", "tcp_sack", 1), ("tcp_sack", "tcp_sack", 1),
    ("rss", "rss", 0), ("rx-usecs", "rx-usecs", 1), ("rx-ring", "rx-ring", 1), ("loopback", "loopback", 1),
    ("channels-combined", "channels", 1), ("ipoib-mode", "ipoib-mode", 1),
  ]) func friendlyAndKernelsNames(_ word: String, _ name: String, _ knobs: Int) {
    let key = KeyCatalogue.key(named: word)
    #expect(key?.name == name)
    #expect(key?.knobs.count == knobs)
  }

  @Test func theKernelsRangesAreNotOurs() {
    #expect(KeyCatalogue.key(named: "tcp_timestamps")?.value == .number(0...2))
    #expect(KeyCatalogue.key(named: "force_igmp_version")?.value == .number(0...3))
    #expect(KeyCatalogue.key(named: "tcp_rmem")?.value == .numbers(count: 3))
  }

  @Test(arguments: [("tsoo", "tso"), ("rx-rings", "rx-ring"), ("adaptiv-rx", "adaptive-rx"), ("tcp_sak", "tcp_sack")])
  func typingMistakes(_ word: String, _ meant: String) {
    #expect(KeyCatalogue.key(named: word) == nil)
    #expect(KeyCatalogue.near(word) == meant)
  }

  @Test func nothingIsNearNonsense() { #expect(KeyCatalogue.near("zzzzzzzz") == nil) }
}

struct RSSTextTests {
  @Test(arguments: [
    ([0, 1, 2, 3, 0, 1, 2, 3], "0-3*2"), ([0, 0, 0, 0], "0*4"), ([0, 1, 2, 0, 1], "0-2 0-1"),
    ([0, 0, 1, 1, 2], "0*2 1*2 2"), ([5], "5"), ([3, 2, 1], "3 2 1"), ([UInt32.max, 0], "4294967295 0"),
  ]) func tables(_ queues: [UInt32], _ text: String) {
    #expect(RSSTable(queues).text == text)
    #expect(RSSTable(text)?.queues == queues)
  }

  @Test func plainLists() {
    #expect(RSSTable("0, 1 2,3")?.queues == [0, 1, 2, 3])
  }

  @Test(arguments: ["", "-", "1-", "2-1", "1*", "1*0", "a", "0-70000", "0*70000", "0-9*9999", "1**2", "1 - 2"])
  func noTables(_ text: String) { #expect(RSSTable(text) == nil) }

  /// Whatever the table, its text is the table.
  @Test func everyTableComesBack() {
    var state: UInt64 = 1
    for size in [1, 7, 128, 1024] {
      for queues in [1, 3, 4, 60] {
        let table = RSSTable(
          (0..<size).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt32(state >> 33) % UInt32(queues)
          })
        #expect(RSSTable(table.text) == table)
        #expect(RSSTable(RSSTable(size: size, inTurnOver: queues).text) == RSSTable(size: size, inTurnOver: queues))
      }
    }
    #expect(RSSTable(size: 1024, inTurnOver: 8).text == "0-7*128")
  }

  @Test func weights() {
    #expect(RSSTable(size: 128, weights: [3, 1])?.text == "0*96 1*32")
    #expect(RSSTable(size: 128, weights: [0, 0]) == nil)
    #expect(RSSTable(size: 128, weights: [-1, 2]) == nil)
  }

  @Test(arguments: [
    (UInt64(0xf0), "sdfn"), (0, "none"), (0x30, "sd"), (1 << 31, "r"), (0x1_0000_0010, "s+0x100000000"),
  ])
  func fields(_ bits: UInt64, _ text: String) {
    #expect(HashFields(bits: bits).text == text)
    #expect(HashFields(text)?.bits == bits)
  }

  @Test(arguments: ["", "x", "ss", "s+", "s+5", "+", "s+0xzz", "s+0x1+0x1"])
  func noFields(_ text: String) { #expect(HashFields(text) == nil) }
}
