internal import HostAccess
internal import Testing

@testable import HostLinux

/// The parser of the kernel's answers, with answers that no kernel would give.
struct NetlinkParserTests {
  private static let ours = NetlinkParser.Ours(sequence: 7, port: 9)

  private func parse(
    _ bytes: [UInt8], generic: UInt16? = nil, header: Int = 0, nests: NetlinkNests = NetlinkNests(),
    of ours: NetlinkParser.Ours? = ours
  ) -> NetlinkParser.Batch {
    let parser = NetlinkParser(genericType: generic, headerLength: header, nests: nests)
    return unsafe bytes.withUnsafeBytes { unsafe parser.parse($0, of: ours) }
  }

  private func message(
    _ type: UInt16, flags: UInt16 = 0, sequence: UInt32 = 7, port: UInt32 = 9, length: Int? = nil, _ payload: [UInt8]
  ) -> [UInt8] {
    let head =
      little(UInt32(length ?? payload.count + 16)) + little(type) + little(flags) + little(sequence) + little(port)
    return padded(head + payload)
  }

  private func attribute(_ type: UInt16, length: Int? = nil, _ payload: [UInt8]) -> [UInt8] {
    padded(little(UInt16(length ?? payload.count + 4)) + little(type) + payload)
  }

  private func little(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: -bytes.count & 3) }

  @Test func messagesAndTheirEnd() {
    let bytes =
      message(16, [1, 2, 3, 4] + attribute(3, Array("lo\0".utf8)) + attribute(4, [5, 0, 0, 0]))
      + message(3, [0, 0, 0, 0]) + message(16, [0, 0, 0, 0])
    let batch = parse(bytes, header: 4)
    let expected = NetlinkMessage(command: 16, header: [1, 2, 3, 4], [.text(3, "lo"), .number(4, UInt32(5))])
    #expect(batch.messages == [expected])
    #expect(batch.end == NetlinkParser.End(code: 0, message: nil))
    #expect(!batch.isDamaged && !batch.isInterrupted)
  }

  @Test func theGenericHeaderIsTheCommand() {
    let bytes = message(30, [11, 1, 0, 0] + attribute(1, [])) + message(31, [12, 1, 0, 0])
    #expect(parse(bytes, generic: 30).messages == [NetlinkMessage(command: 11, [NetlinkAttribute(1, .bytes([]))])])
  }

  /// Answers to questions of before, and of others.
  @Test func onlyOursCount() {
    let bytes = message(16, sequence: 6, []) + message(16, port: 8, []) + message(2, sequence: 6, [1, 2])
    #expect(parse(bytes) == NetlinkParser.Batch())
    #expect(parse(bytes, of: nil).messages.count == 2)
  }

  @Test func nests() {
    let inner = attribute(1, [1]) + attribute(2, attribute(9, [2]))
    let bytes = message(16, attribute(5 | 0x8000, inner) + attribute(6, inner))
    let nests = NetlinkNests([5: NetlinkNests(others: [NetlinkNests()]), 6: NetlinkNests()])
    // The first 1 is a byte where attributes are expected: it stays one.
    let list = NetlinkAttribute(
      5,
      .nest([NetlinkAttribute(1, .bytes([1])), NetlinkAttribute(2, .nest([NetlinkAttribute(9, .bytes([2]))]))]))
    let plain = NetlinkAttribute(
      6, .nest([NetlinkAttribute(1, .bytes([1])), NetlinkAttribute(2, .bytes(attribute(9, [2])))]))
    #expect(parse(bytes, nests: nests).messages.first?.attributes == [list, plain])
  }

  @Test func theKernelsOwnWords() {
    let words = attribute(1, Array("requested ring\tsize exceeds maximum\n\0".utf8))
    let header = little(UInt32(40)) + little(UInt16(16)) + [UInt8](repeating: 0, count: 10)
    // NLM_F_CAPPED and NLM_F_ACK_TLVS.
    let capped = message(2, flags: 0x300, little(Int32(-22)) + header + words)
    let end = NetlinkParser.End(code: 22, message: "requested ring size exceeds maximum")
    #expect(parse(capped).end == end)
    let whole = message(2, flags: 0x200, little(Int32(-22)) + header + [UInt8](repeating: 7, count: 24) + words)
    #expect(parse(whole).end == end)
    let done = message(3, flags: 0x200, little(Int32(-22)) + words)
    #expect(parse(done).end == end)
    let without = message(2, flags: 0x100, little(Int32(-22)) + header + words)
    #expect(parse(without).end == NetlinkParser.End(code: 22, message: nil))
  }

  /// Lengths of 0 to 3 would never end, and those beyond the end would read what is not there.
  @Test(arguments: [0, 1, 2, 3, 9, 65_535]) func wrongLengthsOfAttributes(_ length: Int) {
    let batch = parse(message(16, attribute(1, length: length, [1, 2, 3, 4])))
    #expect(batch.isDamaged && batch.messages.isEmpty)
  }

  @Test(arguments: [0, 3, 15, 4096, 65_535]) func wrongLengthsOfMessages(_ length: Int) {
    #expect(parse(message(16, length: length, [1, 2, 3, 4]), header: 4) == NetlinkParser.Batch())
  }

  @Test func shorterThanItsStructure() {
    #expect(parse(message(16, [1, 2, 3, 4]), header: 16).isDamaged)
    #expect(parse(message(30, []), generic: 30).isDamaged)
    #expect(parse(message(2, [1])).isDamaged)
    // An error that is none.
    #expect(parse(message(2, little(Int32.min) + [UInt8](repeating: 0, count: 16))).isDamaged)
    #expect(parse(message(2, little(Int32(5)) + [UInt8](repeating: 0, count: 16))).isDamaged)
  }

  @Test func changesMeanwhileAreSeen() {
    #expect(parse(message(16, flags: 0x10, [])).isInterrupted)
    #expect(parse(message(3, flags: 0x12, [0, 0, 0, 0])).isInterrupted)
    #expect(parse(message(4, [])).isDamaged)
  }

  @Test func deepNesting() {
    var bytes: [UInt8] = []
    while bytes.count < 6_000 { bytes = attribute(1, bytes) }
    var nests = NetlinkNests()
    for _ in 0..<20 { nests = NetlinkNests([1: nests]) }
    var depth = 0
    var attributes = parse(message(16, bytes), nests: nests).messages.first?.attributes ?? []
    while let inner = attributes.nests(1).first {
      attributes = inner
      depth += 1
    }
    #expect(depth == 20)
  }

  /// Whatever is in them: bytes once each, and never more than there are.
  @Test func randomBytes() {
    var generator = Seeded()
    let nests = NetlinkNests([1: NetlinkNests(others: [NetlinkNests([2: NetlinkNests()])])], others: [NetlinkNests()])
    for _ in 0..<3000 {
      var bytes = message(16, attribute(1, attribute(2, attribute(2, [1, 2, 3]))) + attribute(4, [1, 2, 3, 4]))
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      let kept = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
      let batch = parse(kept, header: 0, nests: nests, of: Bool.random(using: &generator) ? Self.ours : nil)
      let size = batch.messages.flatMap(\.attributes).map(size).reduce(0, +)
      #expect(size <= kept.count, "\(kept)")
    }
  }

  /// Knuth's linear congruential generator: the same bytes in every run.
  private struct Seeded: RandomNumberGenerator {
    private var state: UInt64 = 1

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state.byteSwapped ^ state
    }
  }

  private func size(_ attribute: NetlinkAttribute) -> Int {
    switch attribute.value {
    case .bytes(let bytes): bytes.count
    case .nest(let members): members.map(size).reduce(0, +)
    }
  }

  /// What is built is what is read back.
  @Test func building() throws {
    let attributes: [NetlinkAttribute] = [
      .text(3, "eth0"), .number(4, UInt32(1500)),
      NetlinkAttribute(18, .nest([.text(1, "ipoib"), NetlinkAttribute(2, .nest([.number(2, UInt16(1))]))])),
      NetlinkAttribute(5, .bytes([])),
    ]
    let nests = NetlinkNests([18: NetlinkNests([2: NetlinkNests()])])
    let route = NetlinkRequest(.route, 19, header: [UInt8](1...16), attributes, nests: nests)
    let bytes = try #require(route.bytes(type: 19, version: 0, sequence: 7))
    let parsed = parse(bytes, header: 16, nests: nests, of: NetlinkParser.Ours(sequence: 7, port: 0))
    #expect(parsed.messages == [NetlinkMessage(command: 19, header: [UInt8](1...16), attributes)])
    // NLM_F_REQUEST and NLM_F_ACK; of a list NLM_F_DUMP besides.
    #expect(Array(bytes[6..<8]) == [5, 0])
    let list = NetlinkRequest(.generic("ethtool"), 11, isDump: true, [])
    let head: [UInt8] = [20, 0, 0, 0, 30, 0, 5, 3, 7, 0, 0, 0, 0, 0, 0, 0, 11, 1, 0, 0]
    #expect(list.bytes(type: 30, version: 1, sequence: 7) == head)
  }
}
