/// A field of a big-endian layout: its name in the specification, where it starts and how many bits it has.
///
/// A layout is declared once, as a list of these; reading and writing both use it.
public struct LayoutField: Sendable, Equatable {
  public let name: String
  /// Bits from the start of the layout, bit 0 being the most significant bit of the first byte.
  public let offset: Int
  /// 1 to 64 bits.
  public let width: Int

  @inlinable public init(_ name: String, at offset: Int, bits width: Int) {
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

  /// The first byte that holds a bit of the field.
  @inlinable var firstByte: Int { offset >> 3 }
  /// The last one.
  @inlinable var lastByte: Int { (offset + width - 1) >> 3 }
  /// How many bits of the last byte belong to what follows the field.
  @inlinable var trailingBits: Int { 7 - (offset + width - 1) & 7 }
  /// As many ones as the field has bits.
  @inlinable var mask: UInt64 { .max >> UInt64(64 - width) }

  /// The value in `bytes`; `nil` when they are too short to hold the field.
  ///
  /// Inlined where it is called, for a sweep decodes some hundred thousand of them.
  @inlinable public func read(_ bytes: some RandomAccessCollection<UInt8>) -> UInt64? {
    guard lastByte < bytes.count else { return nil }
    var index = bytes.index(bytes.startIndex, offsetBy: firstByte)
    var value: UInt64 = 0
    for _ in firstByte..<lastByte {
      value = value << 8 | UInt64(bytes[index])
      bytes.formIndex(after: &index)
    }
    // The last byte apart: an unaligned field of 58 bits or more begins in a ninth byte.
    let kept = 8 - trailingBits
    return (value << UInt64(kept) | UInt64(bytes[index] >> UInt8(trailingBits))) & mask
  }

  /// Puts the low bits of `value` in `bytes`, from `start` on. Bytes too short for the field are a mistake of the program.
  @inlinable public func write(_ value: UInt64, into bytes: inout [UInt8], at start: Int = 0) {
    // From the last byte to the first: what the byte holds of the field, and where.
    var rest = value & mask
    var ones = mask
    var shift = trailingBits
    var index = start + lastByte
    while index >= start + firstByte {
      let part = UInt8(truncatingIfNeeded: ones << UInt64(shift))
      bytes[index] = bytes[index] & ~part | UInt8(truncatingIfNeeded: rest << UInt64(shift))
      rest >>= UInt64(8 - shift)
      ones >>= UInt64(8 - shift)
      shift = 0
      index -= 1
    }
  }
}

/// A decoded attribute: its bytes, read through its declared fields.
public struct LayoutRecord: Sendable, Equatable {
  public let bytes: [UInt8]

  /// - Returns: `nil` when `bytes` is shorter than the layout.
  @inlinable public init?(_ bytes: some Collection<UInt8>, length: Int) {
    guard bytes.count >= length else { return nil }
    self.bytes = Array(bytes.prefix(length))
  }

  /// The value of a field of this record's layout.
  @inlinable public subscript(_ field: LayoutField) -> UInt64 {
    guard let value = field.read(bytes) else { preconditionFailure("\(field.name) is not in this record's layout") }
    return value
  }
}
