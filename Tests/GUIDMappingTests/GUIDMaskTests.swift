internal import GUIDMapping
internal import Testing
internal import Vocabulary

@Suite("Masks")
struct GUIDMaskTests {
  /// Each byte tells its own number, so that a MAC shows which bytes it was made of.
  static let counting = GUID(0x0011_2233_4455_6677)

  @Test("All 256 values: six bits are a mask, every other number is refused with it", arguments: UInt8.min...UInt8.max)
  func everyValue(_ value: UInt8) throws {
    let bits = String(value, radix: 2).count { $0 == "1" }
    let text = "0x" + String(value, radix: 16)
    guard bits == 6 else {
      let failure = try #require(throws: GUIDMappingFailure.self) { try GUIDMask(parsing: text) }
      #expect(failure == .maskInvalid(value))
      #expect(failure.exitStatus == .usage)
      #expect(failure.message.hasPrefix("has \(bits) bit\(bits == 1 ? "" : "s") set"))
      #expect(failure.message.contains(GUIDMask.nearest(to: value)[0].description))
      return
    }
    let mask = try GUIDMask(parsing: text)
    #expect(mask.rawValue == value)
    // Bit 7 is byte 0: written in binary, digit by digit, the mask stands above the GUID.
    let digits = String(value, radix: 2)
    let padded = String(repeating: "0", count: 8 - digits.count) + digits
    let wanted = zip(padded, Self.counting.bytes).filter { $0.0 == "1" }.map(\.1)
    #expect(mask.mac(of: Self.counting).bytes == wanted)
  }

  @Test("There are 28, and they are these")
  func all() {
    let known: [UInt8] = [
      0x3f, 0x5f, 0x6f, 0x77, 0x7b, 0x7d, 0x7e, 0x9f, 0xaf, 0xb7, 0xbb, 0xbd, 0xbe, 0xcf, 0xd7, 0xdb, 0xdd, 0xde, 0xe7,
      0xeb, 0xed, 0xee, 0xf3, 0xf5, 0xf6, 0xf9, 0xfa, 0xfc,
    ]
    #expect(GUIDMask.all.map(\.rawValue) == known)
  }

  @Test("A MAC is the selected bytes of any GUID, in their order", arguments: GUIDMask.all)
  func selection(_ mask: GUIDMask) {
    var numbers = SystemRandomNumberGenerator()
    for _ in 0..<100 {
      let guid = GUID(numbers.next())
      #expect(mask.mac(of: guid).bytes == mask.selectedBytes.map { guid.bytes[$0] }, "\(guid)")
    }
    #expect(mask.selectedBytes.count == 6)
    #expect(mask.selectedBytes == (0..<8).filter(mask.selects))
  }

  @Test(
    "The worked examples, with masks that are no palindromes",
    arguments: [
      (0x3f, "33:44:55:66:77:88"), (0xfc, "11:22:33:44:55:66"), (0xe7, "11:22:33:66:77:88"),
      (0xf3, "11:22:33:44:77:88"), (0xcf, "11:22:55:66:77:88"),
    ] as [(UInt8, String)])
  func examples(_ value: UInt8, _ mac: String) throws {
    let mask = try #require(GUIDMask(rawValue: value))
    #expect(mask.mac(of: GUID(0x1122_3344_5566_7788)).description == mac)
  }

  @Test(
    "Spellings",
    arguments: ["0xe7", "0XE7", "0b11100111", "0B11100111", "0x000000e7", "0x00000000000000e7", "e7", "E7"])
  func spellings(_ text: String) throws {
    #expect(try GUIDMask(parsing: text) == .generic)
  }

  /// 77 in decimal is no mask; 63 in hexadecimal is none, and in decimal it is one: that is not sure.
  @Test func digitsAloneWhereOneReadingIsAMask() throws {
    #expect(try GUIDMask(parsing: "77").rawValue == 0x77)
  }

  @Test(
    "What is no mask",
    arguments: [
      ("", .maskUnreadable("")), ("63", .maskUnreadable("63")), ("+7", .maskUnreadable("+7")),
      ("fd", .maskInvalid(0xfd)),
      ("231", .maskUnreadable("231")), ("0x", .maskUnreadable("0x")), ("0x-17", .maskUnreadable("0x-17")),
      ("0x+e7", .maskUnreadable("0x+e7")), ("0b12", .maskUnreadable("0b12")),
      ("0x100", .maskTooWide(0x100)), ("0xe7e7", .maskTooWide(0xe7e7)),
      ("0xfffffffffffffffff", .maskUnreadable("0xfffffffffffffffff")),
      ("0xfd", .maskInvalid(0xfd)), ("0x2d", .maskInvalid(0x2d)), ("0x00", .maskInvalid(0)),
    ] as [(String, GUIDMappingFailure)])
  func refused(_ text: String, _ failure: GUIDMappingFailure) {
    #expect(throws: failure) { try GUIDMask(parsing: text) }
    #expect(!failure.fix.isEmpty)
    #expect(
      failure.subject == text || failure.subject == "0x\(text)" || failure.subject == "0x100"
        || failure.subject == "0xe7e7")
  }

  @Test("The nearest masks differ in as few bits as can be, and the best comes first", arguments: UInt8.min...UInt8.max)
  func nearest(_ value: UInt8) {
    let distance = abs(value.nonzeroBitCount - 6)
    let nearest = GUIDMask.nearest(to: value)
    #expect(nearest.allSatisfy { ($0.rawValue ^ value).nonzeroBitCount == distance })
    #expect(Set(nearest) == Set(GUIDMask.all.filter { ($0.rawValue ^ value).nonzeroBitCount == distance }))
    if nearest.contains(.generic) { #expect(nearest.first == .generic) }
  }

  @Test("Two examples of the readme: 0xfd has seven bits, 0x2d four")
  func readme() {
    #expect(GUIDMappingFailure.maskInvalid(0xfd).message.hasPrefix("has 7 bits set"))
    #expect(GUIDMappingFailure.maskInvalid(0x2d).message.hasPrefix("has 4 bits set"))
    #expect(GUIDMask.nearest(to: 0x2d).count == 6)
    #expect(GUIDMask.nearest(to: 0xfd).count == 7)
  }

  @Test("What a mask does badly is told of the mask")
  func weaknesses() throws {
    let low = try #require(GUIDMask(rawValue: 0xfc))
    #expect(MappingFindings.problems(of: low).map(\.id) == ["mask.loses_cards"])
    #expect(MappingFindings.problems(of: low)[0].message.contains("65536 cards"))
    let high = try #require(GUIDMask(rawValue: 0x3f))
    #expect(MappingFindings.problems(of: high).map(\.id) == ["mask.drops_owner"])
    #expect(MappingFindings.problems(of: .generic).isEmpty)
    // 0xe7 is the only one that keeps both the maker and the card.
    #expect(GUIDMask.all.filter { MappingFindings.problems(of: $0).isEmpty } == [.generic])
  }
}
