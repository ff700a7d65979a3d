internal import GUIDMapping
internal import Testing
internal import Vocabulary

@Suite("Advice")
struct MaskAdviceTests {
  @Test("All 28, 0xe7 first for a GUID of the usual layout")
  func usual() {
    let ranking = MaskAdvice.ranking(for: [GUID(0xf452_1403_0011_2233)])
    #expect(ranking.count == 28)
    #expect(ranking.first?.mask == .generic)
    #expect(ranking.first?.reasons.first == "a lawful MAC")
    #expect(MaskAdvice.problems(of: ranking).isEmpty)
  }

  @Test("Usable masks before the others, for any GUIDs")
  func order() {
    var numbers = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let guids = (0..<5).map { _ in GUID(numbers.next()) }
      let usable = MaskAdvice.ranking(for: guids).map(\.isUsable)
      #expect(usable.firstIndex(of: false) ?? 28 > usable.lastIndex(of: true) ?? -1)
    }
  }

  @Test("GUIDs that differ in the bytes 0xe7 leaves out get another mask")
  func middle() throws {
    let guids = [GUID(0x1022_3301_0066_7788), GUID(0x1022_3302_0066_7788)]
    let ranking = MaskAdvice.ranking(for: guids)
    let best = try #require(ranking.first)
    #expect(best.isUsable && best.mask != .generic && best.mask.selects(3))
    let generic = try #require(ranking.first { $0.mask == .generic })
    #expect(generic.collisions == 2)
    #expect(generic.reasons.first == "2 of 2 GUIDs share a MAC")
  }

  @Test("The same GUID twice is one GUID; a MAC that is taken counts as shared")
  func repeats() throws {
    let guid = GUID(0xf452_1403_0011_2233)
    #expect(MaskAdvice.ranking(for: [guid, guid]) == MaskAdvice.ranking(for: [guid]))
    let ranking = MaskAdvice.ranking(for: [guid], taken: [GUIDMask.generic.mac(of: guid)])
    #expect(ranking.first?.mask != .generic)
  }

  @Test("No mask helps when every byte that could be first is odd or zero is all there is")
  func hopeless() {
    let ranking = MaskAdvice.ranking(for: [GUID(0)])
    #expect(ranking.allSatisfy { !$0.isUsable })
    #expect(MaskAdvice.problems(of: ranking).map(\.id) == ["mask.none"])
    #expect(MaskAdvice.ranking(for: [GUID(0x0101_0101_0101_0101)]).allSatisfy { $0.forbidden == 1 })
  }
}

@Suite("Reverse")
struct ReverseMappingTests {
  func candidates(_ mac: String, known: [KnownGUID] = []) throws -> [ReverseMapping.Candidate] {
    ReverseMapping(of: try #require(MACAddress(mac)), known: known).candidates
  }

  @Test("Every vector's GUID is found again, or its formula is said not to lead back", arguments: Vector.all)
  func vectors(_ vector: Vector) throws {
    guard [.mellanox0200, .mellanox0300, .generic].contains(vector.rule) else { return }
    let found = try candidates(vector.mac).compactMap { $0.guid?.description }
    #expect(found.contains(vector.guid))
  }

  @Test("Every candidate gives the MAC by each rule set it names")
  func sound() {
    var numbers = SystemRandomNumberGenerator()
    for maker: UInt64 in [0x0002c9, 0x0202c9, 0x0002ca, 0x00066a, 0x0008f1, 0x003048, 0xf45214, 0x123456, 0x020000] {
      for _ in 0..<50 {
        let mac = MACAddress(maker << 24 | numbers.next() & 0xff_ffff)
        for candidate in ReverseMapping(of: mac).candidates {
          guard let guid = candidate.guid else { continue }
          #expect(candidate.pattern == guid.description)
          #expect(!candidate.rules.isEmpty || candidate.rule == "eui64")
          for rules in candidate.rules {
            var mapper = GUIDMapper(rules: rules)
            #expect(mapper.map(guid).mac == mac, "\(guid) by \(rules)")
          }
        }
      }
    }
  }

  @Test(
    "SilverStorm: the port and the low bits come back",
    arguments: ["00066a01a0001234", "00066a02a0000101", "00066a01a0000000", "00066a01a07fffff"])
  func silverStorm(_ text: String) throws {
    var mapper = GUIDMapper(rules: .driver)
    let mac = mapper.map(try #require(GUID(text))).mac
    let found = ReverseMapping(of: mac).candidates
    #expect(found.contains { $0.guid?.description == text })
    #expect(found.contains { $0.pattern == text.prefix(8) + "??" + text.suffix(6) && $0.guid == nil })
  }

  @Test("Voltaire: how many GUIDs there are is counted right")
  func voltaire() throws {
    for text in ["00:08:f1:10:c2:fd", "00:08:f1:02:02:f7", "00:08:f1:00:00:00", "00:08:f1:7f:5a:e0"] {
      let mac = try #require(MACAddress(text))
      let bytes = mac.bytes
      var count = 0
      for g6 in UInt8.min...UInt8.max {
        for g5 in UInt8.min...UInt8.max where g5 &+ g6 &+ (g5 ^ bytes[4]) == bytes[5] { count += 1 }
      }
      let reverse = ReverseMapping(of: mac)
      #expect(reverse.problems.map(\.id) == ["mac.not_invertible"])
      #expect(reverse.problems[0].message.contains(" \(count) GUIDs"), "\(text): \(count)")
      #expect(reverse.candidates.contains { $0.pattern == "0008f1??????????" })
    }
  }

  @Test("What is on this machine is marked and comes first, also where the formula does not lead back")
  func known() throws {
    let known = [
      KnownGUID(name: "mthca0/1", guid: GUID(0x0008_f104_0396_1354)),
      KnownGUID(name: "mlx4_0/1", guid: GUID(0x0002_c903_00aa_bbcc)),
    ]
    let voltaire = try candidates("00:08:f1:10:c2:fd", known: known)
    #expect(voltaire.first?.guid?.description == "0008f10403961354")
    #expect(voltaire.first?.present == ["mthca0/1"])
    let mellanox = try candidates("02:02:c9:aa:bb:cc", known: known)
    #expect(mellanox.first?.present == ["mlx4_0/1"])
    #expect(mellanox.first?.rules == [.driver])
    #expect(mellanox.dropFirst().allSatisfy { $0.present.isEmpty })
  }

  @Test("Software adapters' GUIDs: EUI-64 with the U/L bit turned")
  func eui64() throws {
    let found = try candidates("52:54:00:00:00:10")
    #expect(found.contains { $0.guid?.description == "505400fffe000010" && $0.rule == "eui64" })
  }

  @Test("The counter, multicast addresses and EndPoints' identifier are told apart")
  func special() throws {
    #expect(ReverseMapping(of: MACAddress(0x0200_0000_0001)).problems.map(\.id) == ["mac.not_invertible"])
    #expect(ReverseMapping(of: MACAddress(0x0100_5e00_0001)).problems.map(\.id) == ["mac.multicast"])
    let foreign = ReverseMapping(of: MACAddress(0x0002_caaa_bbcc))
    #expect(foreign.problems.map(\.id) == ["mac.foreign_owner"])
    #expect(foreign.candidates.first?.guid?.description == "0002c90300aabbcc")
  }

  @Test("With a mask, the bytes it selects are known")
  func mask() throws {
    let reverse = ReverseMapping(of: MACAddress(0x1122_3344_5566), mask: GUIDMask(rawValue: 0xfc))
    #expect(reverse.candidates.contains { $0.pattern == "112233445566????" && $0.rule == "mask" })
  }
}
