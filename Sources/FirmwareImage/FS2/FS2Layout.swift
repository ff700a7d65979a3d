internal import BinaryLayout

/// The header of FS2 images. Source: ImageFormats.md#magic, ImageFormats.md#fs2.
enum FS2Layout {
  static let magic: [UInt8] = [
    0x4d, 0x54, 0x46, 0x57, 0x8c, 0xdf, 0xd0, 0x00, 0xde, 0xad, 0x92, 0x70, 0x41, 0x54, 0xbe, 0xef,
  ]
  static let hardwareRevision = LayoutField("device_revision", byte: 0x20, bytes: 1)
  /// Zero: the image carries a checksum over all of it.
  static let fullCRCAbsent = LayoutField("full_crc_absent", byte: 0x21, bytes: 1)
  static let fullCRC = LayoutField("full_crc", byte: 0x22, bytes: 2)
  /// 3 in FS3 images, which share the magic.
  static let generation = LayoutField("generation", byte: 0x24, bytes: 1)
  static let fs3Generation: UInt64 = 3
  static let failsafeWord = LayoutField("failsafe", byte: 0x28, bytes: 4)
  static let isFailsafe = LayoutField("is_failsafe", dword: 10, bits: 3...3)
  static let chunkLog2 = LayoutField("log2_chunk", dword: 10, bits: 0...2)
  /// The chunk size is at least 2^16.
  static let leastChunkLog2 = 16
  /// Up to here a header must be there to recognise it.
  static let recognisedSize = 0x2c

  enum Failsafe: Equatable {
    case off
    case on(chunkLog2: Int)
    case damaged
  }

  /// - Parameter header: at least ``recognisedSize`` bytes.
  static func failsafe(_ header: [UInt8]) -> Failsafe {
    guard let word = failsafeWord.read(header), ByteSum.isZero(word), let chunk = chunkLog2.read(header) else {
      return .damaged
    }
    return isFailsafe.read(header) == 1 ? .on(chunkLog2: Int(chunk) + leastChunkLog2) : .off
  }

  static func setFailsafe(chunkLog2: Int?, in header: inout [UInt8]) {
    let low = chunkLog2.map { UInt64(8 | ($0 - leastChunkLog2) & 7) } ?? 0
    failsafeWord.write(ByteSum.sealed(low), into: &header)
  }
}
