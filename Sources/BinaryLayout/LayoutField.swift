/// A field of a big-endian layout: its name in the specification, where it starts and how many bits it has.
///
/// A layout is declared once, as a list of these; reading and writing both use it.
public struct LayoutField: Sendable, Equatable {
  public let name: String
  /// Bits from the start of the layout, bit 0 being the most significant bit of the first byte.
  public let offset: Int
  /// 1 to 64 bits.
  public let width: Int

  public init(_ name: String, at offset: Int, bits width: Int) {
    self.name = name
    self.offset = offset
    self.width = width
  }

  /// As register descriptions name bits: `dword` counts from the start, bit 31 being a dword's most significant.
  public init(_ name: String, dword: Int, bits range: ClosedRange<Int>) {
    self.init(name, at: dword * 32 + 31 - range.upperBound, bits: range.count)
  }

  /// As image formats name them: whole bytes from the start of the layout.
  public init(_ name: String, byte: Int, bytes: Int) {
    self.init(name, at: byte * 8, bits: bytes * 8)
  }

  /// The value in `bytes`; `nil` when they are too short to hold the field.
  public func read(_ bytes: some RandomAccessCollection<UInt8>) -> UInt64? {
    guard (offset + width + 7) / 8 <= bytes.count else { return nil }
    if offset % 8 == 0 && width % 8 == 0 {
      let first = bytes.index(bytes.startIndex, offsetBy: offset / 8)
      return bytes[first..<bytes.index(first, offsetBy: width / 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    var value: UInt64 = 0
    for bit in offset..<offset + width {
      let byte = bytes[bytes.index(bytes.startIndex, offsetBy: bit / 8)]
      value = value << 1 | UInt64(byte >> UInt8(7 - bit % 8) & 1)
    }
    return value
  }

  /// Puts the low bits of `value` in `bytes`, from `start` on. Bytes too short for the field are a mistake of the program.
  public func write(_ value: UInt64, into bytes: inout [UInt8], at start: Int = 0) {
    for position in 0..<width {
      let bit = offset + position
      let mask = UInt8(1) << UInt8(7 - bit % 8)
      let isSet = value >> UInt64(width - 1 - position) & 1 == 1
      let index = start + bit / 8
      bytes[index] = isSet ? bytes[index] | mask : bytes[index] & ~mask
    }
  }
}

/// A decoded attribute: its bytes, read through its declared fields.
public struct LayoutRecord: Sendable, Equatable {
  public let bytes: [UInt8]

  /// - Returns: `nil` when `bytes` is shorter than the layout.
  public init?(_ bytes: some Collection<UInt8>, length: Int) {
    guard bytes.count >= length else { return nil }
    self.bytes = Array(bytes.prefix(length))
  }

  /// The value of a field of this record's layout.
  public subscript(_ field: LayoutField) -> UInt64 {
    guard let value = field.read(bytes) else { preconditionFailure("\(field.name) is not in this record's layout") }
    return value
  }
}
