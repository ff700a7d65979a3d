internal import GUIDMapping
internal import Testing
internal import Vocabulary

/// A row of GUIDToMAC.md#vectors.
struct Vector: Sendable, CustomTestStringConvertible {
  let guid: String
  var rules = RuleSet.driver
  var mask: UInt8?
  let mac: String
  let rule: MappingRule

  var testDescription: String { "\(guid) \(rules) \(mask.map { String($0, radix: 16) } ?? "-")" }

  static let all: [Vector] = [
    Vector(guid: "0002c90200112233", mac: "00:02:c9:11:22:33", rule: .mellanox0200),
    Vector(guid: "0002c90200123457", mac: "00:02:c9:12:34:57", rule: .mellanox0200),
    Vector(guid: "0002c90300aabbcc", mac: "02:02:c9:aa:bb:cc", rule: .mellanox0300),
    Vector(guid: "0002c90300aabbcc", rules: .readme, mac: "00:02:ca:aa:bb:cc", rule: .mellanox0300),
    Vector(guid: "0002c9030005cffb", mac: "02:02:c9:05:cf:fb", rule: .mellanox0300),
    Vector(guid: "0002c9000100d051", mac: "02:00:00:00:00:01", rule: .local),
    Vector(guid: "0002c9000100d051", mask: 0xe7, mac: "00:02:c9:00:d0:51", rule: .mask),
    Vector(guid: "0002c90201112233", mac: "02:00:00:00:00:01", rule: .local),
    Vector(guid: "0008f10403961354", mac: "00:08:f1:10:c2:fd", rule: .voltaire),
    Vector(guid: "0008f10403977ccd", mac: "00:08:f1:7f:5a:e0", rule: .voltaire),
    Vector(guid: "0008f104fffefdfc", mac: "00:08:f1:02:02:f7", rule: .voltaire),
    Vector(guid: "00066a01a0000101", mac: "00:06:6a:ff:ef:ff", rule: .silverstorm),
    Vector(guid: "00066a02a0000101", mac: "00:06:6a:ff:ef:fe", rule: .silverstorm),
    Vector(guid: "00066a01a0001234", mac: "00:06:6a:ff:cd:99", rule: .silverstorm),
    Vector(guid: "00066a01a0000000", mac: "00:06:6a:ff:f2:01", rule: .silverstorm),
    Vector(guid: "00066a01a07fffff", mac: "00:06:6a:ff:f2:03", rule: .silverstorm),
    Vector(guid: "00066a01a0800000", mac: "02:00:00:00:00:01", rule: .local),
    Vector(guid: "00066a01a7000101", mac: "02:00:00:00:00:01", rule: .local),
    Vector(guid: "00066a01a8000101", mac: "00:06:6a:ff:ef:ff", rule: .silverstorm),
    Vector(guid: "003048fffff4c5c1", mac: "00:30:48:f4:c5:c1", rule: .ouiTable),
    Vector(guid: "0005ad00000c0a15", mac: "00:05:ad:0c:0a:15", rule: .ouiTable),
    Vector(guid: "0005ad00000c0a15", mask: 0xfc, mac: "00:05:ad:0c:0a:15", rule: .ouiTable),
    Vector(guid: "f04da29001234567", mac: "f0:4d:a2:23:45:67", rule: .ouiTable),
    Vector(guid: "f452140300112233", mac: "02:00:00:00:00:01", rule: .local),
    Vector(guid: "f452140300112233", mask: 0xe7, mac: "f4:52:14:11:22:33", rule: .mask),
    Vector(guid: "7cfe900300292652", mask: 0xe7, mac: "7c:fe:90:29:26:52", rule: .mask),
    Vector(guid: "b8cef6030031333e", mask: 0xe7, mac: "b8:ce:f6:31:33:3e", rule: .mask),
    Vector(guid: "1122334455667788", mask: 0x3f, mac: "33:44:55:66:77:88", rule: .mask),
    Vector(guid: "1122334455667788", mask: 0xfc, mac: "11:22:33:44:55:66", rule: .mask),
    Vector(guid: "1122334455667788", mask: 0xe7, mac: "11:22:33:66:77:88", rule: .mask),
    Vector(guid: "1122334455667788", mask: 0xf3, mac: "11:22:33:44:77:88", rule: .mask),
    Vector(guid: "1122334455667788", mask: 0xcf, mac: "11:22:55:66:77:88", rule: .mask),
    // Later drivers and mstflint: the example of the readme, and a card of today.
    Vector(guid: "0002c90200112233", rules: .generic, mac: "00:02:c9:11:22:33", rule: .generic),
    Vector(guid: "7cfe900300292652", rules: .generic, mac: "7c:fe:90:29:26:52", rule: .generic),
    Vector(guid: "1122334455667788", rules: .generic, mask: 0xf3, mac: "11:22:33:44:77:88", rule: .mask),
  ]
}

@Suite("Rules")
struct VectorTests {
  @Test("Every vector", arguments: Vector.all)
  func vector(_ vector: Vector) throws {
    let guid = try #require(GUID(vector.guid))
    var mapper = GUIDMapper(rules: vector.rules, given: vector.mask.flatMap { GUIDMask(rawValue: $0) })
    let mapping = mapper.map(guid)
    #expect(mapping.mac.description == vector.mac)
    #expect(mapping.rule == vector.rule)
    #expect((mapping.maskSource == .given) == (vector.rule == .mask))
  }

  @Test("The readme differs from the driver in 0002c90300 alone")
  func readmeAndDriver() {
    var numbers = SystemRandomNumberGenerator()
    let makers = Organisation.all.map { UInt64($0.identifier) } + [0x112233]
    for maker in makers {
      for middle: UInt64 in [0x0200, 0x0300, 0xffff, 0xfffe, 0x0000, numbers.next() & 0xffff] {
        let guid = GUID(maker << 40 | middle << 24 | numbers.next() & 0xff_ffff)
        var readme = GUIDMapper(rules: .readme)
        let mapping = readme.map(guid)
        let differs = mapping.alternatives.contains { $0.rules == .driver }
        #expect(differs == (maker == 0x0002c9 && middle == 0x0300), "\(guid)")
      }
    }
  }

  @Test("Every maker of the driver's table: bytes 3 and 4 are left out, whatever the mask", arguments: RuleSet.allCases)
  func table(_ rules: RuleSet) {
    let makers = Organisation.all.filter { $0.knowledge == .everyDriver || $0.knowledge == .newerDriver }
    #expect(makers.count == 28)
    #expect(makers.count { $0.knowledge == .newerDriver } == 6)
    for maker in makers {
      let guid = GUID(UInt64(maker.identifier) << 40 | 0xffff_123456)
      var mapper = GUIDMapper(rules: rules, given: rules == .generic ? nil : GUIDMask(rawValue: 0x3f))
      #expect(mapper.map(guid).mac.rawValue == UInt64(maker.identifier) << 24 | 0x123456)
    }
  }

  @Test("Makers whom the drivers do not know need a mask")
  func modern() {
    let makers = Organisation.all.filter { $0.knowledge == .checkerOnly }
    #expect(makers.count > 20)
    for maker in makers {
      var mapper = GUIDMapper(rules: .driver)
      #expect(mapper.map(GUID(UInt64(maker.identifier) << 40 | 0x0300_123456)).outcome == .unrecognized)
    }
    #expect(Set(Organisation.all.map(\.identifier)).count == Organisation.all.count)
  }

  @Test("The local form counts from 1, and the same GUID keeps its number")
  func counter() {
    var mapper = GUIDMapper(rules: .driver)
    let macs = [0x11, 0x22, 0x11, 0x33].map { mapper.map(GUID($0)).mac.description }
    #expect(macs == ["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:01", "02:00:00:00:00:03"])
  }

  @Test("A given mask goes before a stored one, and a rule before both")
  func precedence() throws {
    let guid = GUID(0xf452_1403_0011_2233)
    let stored = [guid: try #require(GUIDMask(rawValue: 0xf3))]
    var byStore = GUIDMapper(stored: stored)
    #expect(byStore.map(guid).maskSource == .stored)
    #expect(byStore.map(guid).mac.description == "f4:52:14:03:22:33")
    var given = GUIDMapper(given: .generic, stored: stored)
    #expect(given.map(guid).maskSource == .given)
    var known = GUIDMapper(given: GUIDMask(rawValue: 0xf3))
    let mapping = known.map(GUID(0x0002_c902_0011_2233))
    #expect(mapping.outcome == .recognized)
    #expect(mapping.ignoredMask?.rawValue == 0xf3)
    #expect(MappingFindings.problems(of: [mapping]).map(\.id) == ["mask.ignored"])
  }

  @Test("Where the rule sets differ, the alternatives are listed")
  func alternatives() {
    var mapper = GUIDMapper()
    let listed = mapper.map(GUID(0x0002_c903_00aa_bbcc)).alternatives.map { "\($0.rules) \($0.mac)" }
    #expect(listed == ["driver 02:02:c9:aa:bb:cc", "generic 00:02:c9:aa:bb:cc"])
    #expect(mapper.map(GUID(0x0002_c902_00aa_bbcc)).alternatives.isEmpty)
  }
}

@Suite("Findings")
struct FindingTests {
  func problems(_ guids: [UInt64], mask: UInt8? = nil, rules: RuleSet = .driver) -> [Problem] {
    var mapper = GUIDMapper(rules: rules, given: mask.flatMap { GUIDMask(rawValue: $0) })
    return MappingFindings.problems(of: guids.map { mapper.map(GUID($0)) })
  }

  @Test("0x3f on an unknown Mellanox GUID is multicast and drops the maker")
  func multicast() {
    let found = problems([0x0002_c901_0011_2233], mask: 0x3f)
    #expect(found.map(\.id) == ["mac.multicast", "mask.drops_owner"])
    #expect(found[0].message.contains("c9:01:00:11:22:33"))
  }

  @Test("0xfc gives neighbours the same MAC")
  func duplicates() {
    let found = problems([0x1022_3344_5566_7701, 0x1022_3344_5566_7702, 0x1022_3344_5566_7702], mask: 0xfc)
    #expect(found.map(\.id) == ["guid.duplicate", "mac.duplicate", "mask.loses_cards"])
    #expect(found[1].subject == "10:22:33:44:55:66")
    #expect(found[1].fix == ["rdmactl guid2mac --suggest 1022334455667701 1022334455667702"])
  }

  @Test("Rules can collide too: 0002c90200 and a mask of its sibling")
  func collisionOfRules() {
    #expect(problems([0x0002_c902_0011_2233, 0x0002_c901_0011_2233], mask: 0xe7).map(\.id) == ["mac.duplicate"])
  }

  @Test("A GUID of zeros, a zero MAC, the readme's foreign owner, an old driver, the local form")
  func others() {
    #expect(problems([0]).map(\.id) == ["guid.zero"])
    #expect(problems([0x0000_0001_0000_0000], mask: 0xe7).map(\.id) == ["mac.zero"])
    #expect(problems([0x0002_c903_0000_0001], rules: .readme).map(\.id) == ["mac.foreign_owner"])
    #expect(problems([0xf04d_a290_0123_4567]).map(\.id) == ["guid.newer_driver"])
    #expect(problems([0x1022_3344_5566_7788]).map(\.id) == ["mac.local"])
    #expect(problems([0x0002_c902_0011_2233]).isEmpty)
  }

  @Test("Ids are distinct, and each has a sentence")
  func descriptions() {
    let ids = GUIDMappingProblem.descriptions.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(GUIDMappingProblem.descriptions.allSatisfy { $0.meaning.hasSuffix(".") })
  }
}

@Suite("Spellings of GUIDs")
struct SpellingTests {
  @Test(
    arguments: [
      "0x2c90300aabbcc", "0002c90300aabbcc", "0002C90300AABBCC", "0002:c903:00aa:bbcc", "00:02:c9:03:00:aa:bb:cc",
      "00-02-C9-03-00-AA-BB-CC", "0002-c903-00aa-bbcc",
    ])
  func usual(_ text: String) throws {
    #expect(try GUID(parsing: text) == GUID(0x0002_c903_00aa_bbcc))
  }

  @Test(
    "What is wrong is said",
    arguments: [
      ("", "is empty"), ("0002c90300aabbc", "15 hexadecimal digits instead of 16"), ("0002c90300aabbcg", "\"g\""),
      ("00:02:c9:aa:bb:cc", "is a MAC address"), ("0002:c90300aabbcc", "not split evenly"),
      ("fe80:0000:0000:0000:0002:c903:00aa:bbcc", "the GUID is in the last 16"),
      ("80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:aa:bb:cc", "the GUID is in the last 16"),
    ])
  func refused(_ text: String, _ words: String) throws {
    let failure = try #require(throws: GUIDMappingFailure.self) { try GUID(parsing: text) }
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(failure.exitStatus == .usage)
    #expect(failure.subject == text)
  }

  @Test("A MAC address where a GUID belongs, and the reverse, lead to the right call")
  func advice() {
    #expect(
      GUIDMappingFailure.guidUnreadable("00:02:c9:aa:bb:cc").fix == ["rdmactl guid2mac --reverse 00:02:c9:aa:bb:cc"])
    #expect(GUIDMappingFailure.macUnreadable("0002c90300aabbcc").fix == ["rdmactl guid2mac 0002c90300aabbcc"])
    #expect(
      GUIDMappingFailure.guidUnreadable("fe80:0000:0000:0000:0002:c903:00aa:bbcc").fix
        == ["rdmactl guid2mac 0002c90300aabbcc"])
    #expect(GUIDMappingFailure.macUnreadable("00:02").message.contains("4 hexadecimal digits instead of 12"))
  }
}
