internal import BinaryLayout
internal import Vocabulary

/// The data of a GUID section: 64-bit values, node, two ports, system image, and in later images the MACs of two ports.
/// Source: ImageFormats.md#fs2.
struct GUIDSection: Sendable, Equatable {
  static let valueSize = 8
  /// Without MACs, and with them.
  static let guidCount = 4
  static let fullCount = 6
  /// More are not known.
  static let mostValues = 32
  static let blank = UInt64.max
  static let blankMAC: UInt64 = 0xffff_ffff_ffff
  /// Stands for the checksum when all is blank.
  static let blankCRC: UInt32 = 0xffff

  private static let value = LayoutField("guid", byte: 0, bytes: 8)

  var values: [UInt64]

  init(values: [UInt64]) { self.values = values }

  /// - Parameter data: the data of the section.
  init(_ data: [UInt8]) throws(ImageError) {
    let count = data.count / Self.valueSize
    guard (Self.guidCount...Self.mostValues).contains(count) else {
      throw .damaged(what: "the GUID section", why: "holds \(count) values")
    }
    values = (0..<count).compactMap { Self.value.read(data[($0 * Self.valueSize)...]) }
  }

  init(guids: CardGUIDs, macs: CardMACs?) {
    values = [guids.node, guids.port1, guids.port2, guids.systemImage].map { $0?.rawValue ?? Self.blank }
    if let macs { values += [macs.port1, macs.port2].map { $0?.rawValue ?? Self.blank } }
  }

  var bytes: [UInt8] { values.flatMap { $0.bigEndianBytes(Self.valueSize) } }
  var hasMACs: Bool { values.count >= Self.fullCount }
  var isBlank: Bool { values.allSatisfy { $0 == Self.blank } }
  /// As mstflint decides whether a checksum of ffff means that nothing is set.
  var hasBlankNode: Bool { values.first == Self.blank }

  var guids: CardGUIDs {
    let known = values.map { $0 == Self.blank ? nil : GUID($0) }
    return CardGUIDs(node: known[0], port1: known[1], port2: known[2], systemImage: known[3])
  }

  /// The MACs that are stored; `nil` when there is no room for them or both are blank.
  var storedMACs: CardMACs? {
    guard hasMACs else { return nil }
    let known = values[Self.guidCount..<Self.fullCount].map { value in
      value & Self.blankMAC == Self.blankMAC ? nil : MACAddress(value)
    }
    return known == [nil, nil] ? nil : CardMACs(port1: known[0], port2: known[1])
  }

  /// The MACs that follow from the GUIDs of the ports: without their middle 16 bits.
  static func derivedMACs(_ guids: CardGUIDs) -> CardMACs {
    func mac(_ guid: GUID?) -> MACAddress? {
      guid.map { MACAddress(UInt64($0.oui) << 24 | $0.rawValue & 0xff_ffff) }
    }
    return CardMACs(port1: mac(guids.port1), port2: mac(guids.port2))
  }

  /// Puts other values in. In `guids` and `macs`, `nil` is blank.
  mutating func set(guids: CardGUIDs?, macs: CardMACs?) throws(ImageError) {
    if let guids { values.replaceSubrange(..<Self.guidCount, with: Self(guids: guids, macs: nil).values) }
    guard let macs else { return }
    for mac in [macs.port1, macs.port2].compactMap({ $0 }) where mac.isMulticast {
      throw .unsupported("\(mac) is a multicast address: no port may have it")
    }
    if hasMACs {
      values.replaceSubrange(
        Self.guidCount..<Self.fullCount, with: Self(guids: self.guids, macs: macs).values[Self.guidCount...])
    } else if macs != Self.derivedMACs(self.guids) && macs != CardMACs() {
      throw .unsupported("this image has no room for MACs: they follow from the port GUIDs")
    }
  }
}
