// Answers of the kernel to netlink. HostLinux is too much to fuzz: its parser is built in here.
internal import HostAccess

enum DamagedAnswer {
  /// Lists in lists, and what is numbered.
  private static let nests = NetlinkNests(
    [1: NetlinkNests(), 18: NetlinkNests([2: NetlinkNests()]), 7: NetlinkNests(others: [NetlinkNests()])],
    others: [NetlinkNests([1: NetlinkNests([1: NetlinkNests()])])])

  static func read(_ bytes: [UInt8]) {
    for (type, header) in [(nil, 16), (UInt16(30), 0)] as [(UInt16?, Int)] {
      let parser = NetlinkParser(genericType: type, headerLength: header, nests: nests)
      for ours in [nil, NetlinkParser.Ours(sequence: 7, port: 9)] {
        let batch = bytes.withUnsafeBytes { parser.parse($0, of: ours) }
        let size = batch.messages.flatMap(\.attributes).map(size).reduce(0, +)
        precondition(size <= bytes.count, "more came out than went in")
      }
    }
  }

  private static func size(_ attribute: NetlinkAttribute) -> Int {
    switch attribute.value {
    case .bytes(let bytes): bytes.count
    case .nest(let members): members.map(size).reduce(0, +)
    }
  }

  /// A link with a name and a kind; a refusal with the kernel's words; the end of a list.
  static let samples: [[UInt8]] = [
    message(
      16, [UInt8](repeating: 0, count: 16) + attribute(3, [0x6c, 0x6f, 0]) + attribute(18, attribute(1, [0x78, 0])))
      + message(3, [0, 0, 0, 0]),
    message(30, [16, 1, 0, 0] + attribute(1, attribute(1, [2, 0, 0, 0])) + attribute(6, [0, 2, 0, 0])),
    message(
      2, flags: 0x300, [0xea, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 16) + attribute(1, [0x6e, 0x6f, 0])),
  ]

  private static func message(_ type: UInt16, flags: UInt16 = 0, _ payload: [UInt8]) -> [UInt8] {
    let head = [UInt32(payload.count + 16), UInt32(type) | UInt32(flags) << 16, 7, 9]
    return head.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } } + payload
  }

  private static func attribute(_ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [UInt8(payload.count + 4), 0, type, 0] + payload + [UInt8](repeating: 0, count: -payload.count & 3)
  }
}
