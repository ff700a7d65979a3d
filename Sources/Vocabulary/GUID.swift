/// A 64-bit InfiniBand GUID (EUI-64): node, port or system image GUID.
///
/// Byte 0 is the first on the wire. Source: InfiniBand Architecture Specification vol. 1, 4.1.
public struct GUID: Hashable, Sendable, Comparable {
  public let rawValue: UInt64

  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Reads every spelling in use: `0x2c90300abcdef` (leading zeros may be missing), `0002c90300abcdef`,
  /// `0002:c903:00ab:cdef`, `00:02:c9:03:00:ab:cd:ef`, and the last two with dashes. Anything else is `nil`.
  public init?(_ text: some StringProtocol) {
    guard let value = HexadecimalText.value(of: text, bytes: 8) else { return nil }
    rawValue = value
  }

  /// The eight bytes, first on the wire first.
  public var bytes: [UInt8] { rawValue.bigEndianBytes(8) }

  /// The 24-bit organisation identifier in the first three bytes.
  public var oui: UInt32 { UInt32(rawValue >> 40) }

  public static func < (left: GUID, right: GUID) -> Bool { left.rawValue < right.rawValue }
}

extension GUID: CustomStringConvertible {
  /// 16 lower-case hexadecimal digits: the spelling of every output of rdmactl.
  public var description: String { rawValue.hexadecimal(digits: 16) }

  /// `0002:c903:00ab:cdef`, as sysfs and vstat spell it.
  public var colonDescription: String {
    let digits = Array(description)
    return stride(from: 0, to: 16, by: 4).map { String(digits[$0..<$0 + 4]) }.joined(separator: ":")
  }
}

extension GUID: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
