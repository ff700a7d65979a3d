internal import BinaryLayout

/// The block of boot code that stands before the sections of FS1, FS2, FS3 and FS4 images alike: a free dword, the
/// number n of dwords, n + 1 dwords of code, and a checksum over all before it. Source: ImageFormats.md#fs2.
enum Boot2 {
  /// The bytes that tell how long the block is.
  static let headerSize = 8
  /// Dwords of a block that are not counted in its header.
  static let uncountedDwords = 4
  static let dwordCounts = 4...1 << 20

  static let dwordCount = LayoutField("size", dword: 1, bits: 0...31)

  /// Bytes of the whole block, checksum included, by its first 8 bytes.
  static func size(header: some RandomAccessCollection<UInt8>) throws(ImageError) -> Int {
    guard let stored = dwordCount.read(header), let count = Int(exactly: stored), dwordCounts.contains(count) else {
      throw .damaged(what: "BOOT2", why: "names an impossible size")
    }
    return (count + uncountedDwords) * 4
  }

  /// Compares the checksum of a whole block.
  static func check(_ block: [UInt8], name: String = "BOOT2", address: Int) -> Verification.Check {
    .checksum(name: name, address: address, size: block.count, covered: block.dropLast(4), stored: block.suffix(4))
  }

  /// Puts the dword count and the checksum into a block whose other bytes are there.
  static func seal(_ block: inout [UInt8], at start: Int, size: Int) {
    dwordCount.write(UInt64(size / 4 - uncountedDwords), into: &block, at: start)
    let end = start + size
    StoredCRC.field.write(UInt64(CRC16.of(block[start..<end - 4])), into: &block, at: end - 4)
  }
}

/// The dword after what it covers: a checksum in its low half, the high half zero.
enum StoredCRC {
  static let field = LayoutField("crc", dword: 0, bits: 0...31)
}

extension Verification.Check {
  /// - Parameters:
  ///   - covered: the bytes that the checksum is made of.
  ///   - stored: the dword that holds it.
  static func checksum(
    name: String, address: Int, size: Int, covered: ArraySlice<UInt8>, stored: ArraySlice<UInt8>
  ) -> Self {
    .comparing(
      name, address: address, size: size, stored: UInt32(truncatingIfNeeded: StoredCRC.field.read(stored) ?? 0),
      computed: UInt32(CRC16.of(covered)))
  }

  /// A part that cannot be checked because it cannot be reached or makes no sense.
  static func failure(_ error: ImageError, name: String, address: Int) -> Self {
    Self(name: name, address: address, size: 0, expected: nil, actual: nil, verdict: .bad(error.message))
  }
}
