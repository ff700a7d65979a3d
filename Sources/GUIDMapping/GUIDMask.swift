public import Vocabulary

/// Which six bytes of a GUID make its MAC address: bit 7 (0x80) selects the first byte, bit 0 the last, and the
/// selected bytes keep their order. Source: GUIDToMAC.md#masks.
public struct GUIDMask: Hashable, Sendable, Comparable {
  public let rawValue: UInt8

  /// `nil` unless exactly six bits are set.
  public init?(rawValue: UInt8) {
    guard rawValue.nonzeroBitCount == 6 else { return nil }
    self.rawValue = rawValue
  }

  private init(known rawValue: UInt8) { self.rawValue = rawValue }

  /// 0xe7: without bytes 3 and 4, in which every known vendor puts a constant. The default of later drivers.
  public static let generic = GUIDMask(known: 0xe7)

  /// The 28 valid masks, smallest first.
  public static let all = (UInt8.min...UInt8.max).compactMap(GUIDMask.init(rawValue:))

  /// Reads `0xe7` and `0b11100111`. A number without either prefix is refused: 77 is another mask in each base.
  /// - Throws: ``GUIDMappingFailure``: not a number, over 8 bits, not six bits.
  public init(parsing text: some StringProtocol) throws(GUIDMappingFailure) {
    guard let value = Self.number(text) else { throw .maskUnreadable(String(text)) }
    guard let byte = UInt8(exactly: value) else { throw .maskTooWide(value) }
    guard let mask = GUIDMask(rawValue: byte) else { throw .maskInvalid(byte) }
    self = mask
  }

  private static func number(_ text: some StringProtocol) -> UInt64? {
    let prefix = text.prefix(2).lowercased()
    let digits = text.dropFirst(2)
    guard prefix == "0x" || prefix == "0b" else { return bareNumber(text) }
    guard let first = digits.first, first != "+", first != "-" else { return nil }
    return UInt64(digits, radix: prefix == "0x" ? 16 : 2)
  }

  /// Two digits without a prefix are hexadecimal where that is sure: there is a letter among them, or only that reading
  /// is a mask. `77` is one (0x77); three digits never are.
  private static func bareNumber(_ text: some StringProtocol) -> UInt64? {
    guard text.utf8.count == 2, text.utf8.allSatisfy({ $0 != 0x2b && $0 != 0x2d }), let value = UInt64(text, radix: 16)
    else { return nil }
    guard let decimal = UInt8(text), GUIDMask(rawValue: decimal) != nil || GUIDMask(rawValue: UInt8(value)) == nil
    else {
      return value
    }
    return nil
  }

  /// The numbers of the selected bytes, 0 for the first on the wire.
  public var selectedBytes: [Int] { (0..<8).filter(selects) }

  public func selects(_ byte: Int) -> Bool { rawValue & 0x80 >> UInt8(byte) != 0 }

  public func mac(of guid: GUID) -> MACAddress {
    let bytes = guid.bytes
    return MACAddress(selectedBytes.reduce(0) { $0 << 8 | UInt64(bytes[$1]) })
  }

  /// Whether the MAC starts with the GUID's organisation identifier.
  public var keepsOrganisation: Bool { rawValue & 0xe0 == 0xe0 }

  /// How many of the last three bytes, which number the card, are left out.
  public var lostLowBytes: Int { 3 - (rawValue & 0x07).nonzeroBitCount }

  /// The valid masks that differ from `value` in the fewest bits, 0xe7 first, then those that keep more of the bytes
  /// that matter.
  public static func nearest(to value: UInt8) -> [GUIDMask] {
    let distances = all.map { (mask: $0, distance: ($0.rawValue ^ value).nonzeroBitCount) }
    let least = distances.map(\.distance).min()
    return distances.filter { $0.distance == least }.map(\.mask).sorted { $0.merit < $1.merit }
  }

  /// Smaller is better: lost card bytes first, then lost bytes of the organisation, then the value.
  var merit: (Int, Int, UInt8) { (lostLowBytes, 3 - (rawValue & 0xe0).nonzeroBitCount, rawValue) }

  public static func < (left: GUIDMask, right: GUIDMask) -> Bool { left.rawValue < right.rawValue }
}

extension GUIDMask: CustomStringConvertible {
  /// `0xe7`
  public var description: String { "0x" + rawValue.hexadecimal(digits: 2) }
}
