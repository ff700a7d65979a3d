/// A 48-bit Ethernet MAC address (EUI-48).
public struct MACAddress: Hashable, Sendable, Comparable {
  /// The address in the low 48 bits; the first byte on the wire is the most significant.
  public let rawValue: UInt64

  /// - Parameter rawValue: only the low 48 bits are kept.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue & 0xffff_ffff_ffff }

  /// Reads `00:02:c9:ab:cd:ef`, `00-02-C9-AB-CD-EF`, `0002.c9ab.cdef`, `0002c9abcdef` and `0x2c9abcdef`.
  public init?(_ text: some StringProtocol) {
    guard let value = HexadecimalText.value(of: text, bytes: 6) else { return nil }
    rawValue = value
  }

  /// - Parameter bytes: exactly six, first on the wire first; any other number gives `nil`.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 6 else { return nil }
    rawValue = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The six bytes, first on the wire first.
  public var bytes: [UInt8] { rawValue.bigEndianBytes(6) }

  /// The 24-bit organisation identifier in the first three bytes.
  public var oui: UInt32 { UInt32(rawValue >> 24) }

  /// Bit 0 of the first byte: a group address, which no interface may have as its own. Source: IEEE 802, 8.2.
  public var isMulticast: Bool { rawValue >> 40 & 0x01 != 0 }

  public static func < (left: MACAddress, right: MACAddress) -> Bool { left.rawValue < right.rawValue }
}

extension MACAddress: CustomStringConvertible {
  /// `00:02:c9:ab:cd:ef`, lower case.
  public var description: String {
    bytes.map { UInt64($0).hexadecimal(digits: 2) }.joined(separator: ":")
  }
}

extension MACAddress: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
