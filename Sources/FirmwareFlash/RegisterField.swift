internal import BinaryLayout

/// Fields of registers, which are dwords and not bytes. No field crosses the end of its dword.
extension LayoutField {
  /// A field of a register that stands alone.
  static func register(_ name: String, bits: ClosedRange<Int>) -> LayoutField {
    LayoutField(name, dword: 0, bits: bits)
  }

  /// Which dword of its layout holds the field.
  var dword: Int { offset / 32 }

  /// The bits of the field in its dword.
  var mask: UInt32 { (width < 32 ? 1 << UInt32(width) - 1 : .max) << shift }

  /// The value in its dword.
  func value(in dword: UInt32) -> UInt32 { (dword & mask) >> shift }

  /// The dword with the low bits of `value` in the field's place.
  func setting(_ value: UInt32, in dword: UInt32) -> UInt32 { dword & ~mask | value << shift & mask }

  private var shift: UInt32 { UInt32(31 - (offset + width - 1) % 32) }
}
