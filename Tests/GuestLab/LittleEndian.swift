/// The words of both protocols that a guest speaks.
extension UInt32 {
  var littleEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }

  /// From the four bytes at `offset`, which must be there.
  init(littleEndian bytes: [UInt8], at offset: Int) {
    self = (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << ($1 * 8) }
  }
}
