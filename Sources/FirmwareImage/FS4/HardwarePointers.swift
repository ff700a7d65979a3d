internal import BinaryLayout

/// The checksum of an FS4 hardware pointer: the generator of ``CRC16`` with its bits reversed, the first two bytes
/// inverted before the run, the result with its bytes swapped. Source: ImageFormats.md#checksums.
enum HardwareCRC16 {
  private static let reversedGenerator: UInt16 = 0xd008

  static func of(_ bytes: [UInt8]) -> UInt16 {
    var register: UInt16 = 0xffff
    for (index, byte) in bytes.enumerated() {
      register ^= UInt16(index < 2 ? ~byte : byte)
      for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ reversedGenerator : register >> 1 }
    }
    return register.byteSwapped
  }
}

/// What the hardware finds at fixed places of an FS4 image. Source: ImageFormats.md#fs4.
enum HardwarePointer: Int, CaseIterable {
  case bootRecord, boot2, tableOfContents, toolsArea, authenticationStart, authenticationEnd, digest, digestRecovery
  case firmwareWindowStart, firmwareWindowEnd, imageInfo, hmacEnd, publicKey, securityVersion, gcmIV, hashesTable

  static let first = 0x18
  static let size = 8
  static let end = first + allCases.count * size
  static let pointer = LayoutField("ptr", byte: 0, bytes: 4)
  static let crc = LayoutField("crc", byte: 4, bytes: 4)
  /// The pointer and two bytes after it, which are zero.
  static let checkedBytes = 6

  /// Bytes from the start of the image.
  var position: Int { Self.first + rawValue * Self.size }

  static func build(_ value: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    pointer.write(UInt64(value), into: &bytes)
    crc.write(UInt64(HardwareCRC16.of(Array(bytes[..<checkedBytes]))), into: &bytes)
    return bytes
  }
}

/// The pointers of an image, their checksums noted.
struct HardwarePointers {
  private var values: [Int] = []

  /// - Parameter header: at least up to ``HardwarePointer/end``.
  init(_ header: [UInt8], checks: inout [Verification.Check]) {
    for pointer in HardwarePointer.allCases {
      var bytes = Array(header[pointer.position..<pointer.position + HardwarePointer.size])
      // A pointer that was never set counts as 0, checksum and all.
      if bytes[..<4].allSatisfy({ $0 == 0xff }) { bytes = [UInt8](repeating: 0, count: bytes.count) }
      values.append(Int(HardwarePointer.pointer.read(bytes) ?? 0))
      checks.append(
        .comparing(
          "HW_POINTERS", address: pointer.position, size: HardwarePointer.size,
          stored: UInt32(truncatingIfNeeded: HardwarePointer.crc.read(bytes) ?? 0),
          computed: UInt32(HardwareCRC16.of(Array(bytes[..<HardwarePointer.checkedBytes])))))
    }
  }

  /// Bytes from the start of the image; 0 for none.
  subscript(_ pointer: HardwarePointer) -> Int { values[pointer.rawValue] }
}

/// What the tools know of an FS4 image. Source: ImageFormats.md#fs4.
enum ToolsAreaLayout {
  static let size = 0x40
  static let checkedBytes = 0x3c
  static let minor = LayoutField("minor", byte: 3, bytes: 1)
  static let slotLog2 = LayoutField("log2_img_slot_size", byte: 4, bytes: 2)
  static let binaryMajor = LayoutField("bin_ver_major", byte: 6, bytes: 1)
  static let binaryMinor = LayoutField("bin_ver_minor", byte: 7, bytes: 1)
  static let crc = LayoutField("crc", byte: 0x3e, bytes: 2)
  static let knownBinaryMajor: UInt64 = 1

  /// 0.0 is older than the numbering.
  static func isKnownBinaryVersion(_ major: UInt64, _ minor: UInt64) -> Bool {
    (major, minor) == (0, 0) || major == knownBinaryMajor
  }
}

/// The table of hashes over the sections: a header, a table of contents of 28 entries, as many hashes, and a tail.
/// Source: mstflint 4.21.
enum HashesTableLayout {
  static let headerSize = 0xc
  static let headerCheckedBytes = 8
  static let headerCRC = LayoutField("crc", byte: 10, bytes: 2)
  static let tableHeaderSize = 0x10
  static let hashSize = LayoutField("hash_size", byte: headerSize + 4, bytes: 2)
  static let entrySize = 8
  static let entryCount = 28
  static let tailSize = 8
  /// In the last dword.
  static let tailCRC = LayoutField("crc", byte: 2, bytes: 2)

  static func size(hashSize: Int) -> Int {
    headerSize + tableHeaderSize + entryCount * (entrySize + hashSize) + tailSize
  }
}
