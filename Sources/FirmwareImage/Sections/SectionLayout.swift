internal import BinaryLayout
internal import Vocabulary

/// The words about its sections that an FS1 or FS2 image has in its header: the same ones, at different places.
/// Source: ImageFormats.md#fs2, ImageFormats.md#fs1.
struct ImageHeaderLayout: Sendable {
  let formatName: String
  /// Whether the header has a checksum over the whole image.
  let hasFullImageCRC: Bool
  /// Hardware revision in the top byte; FS2 keeps its full-image checksum in it.
  let identity: LayoutField
  /// The address of the data of the Image Info section, and a byte that makes the four sum to 0.
  let infoPointer: LayoutField
  let infoPointerWord: LayoutField
  let imageSize: LayoutField
  /// The address of the data of the GUID section.
  let guidPointer: LayoutField
  /// Bytes of the header; BOOT2 follows.
  let size: Int

  private init(_ formatName: String, at base: Int, hasFullImageCRC: Bool) {
    self.formatName = formatName
    self.hasFullImageCRC = hasFullImageCRC
    identity = LayoutField("identity", byte: base, bytes: 4)
    infoPointerWord = LayoutField("info_pointer_word", byte: base + 0xc, bytes: 4)
    infoPointer = LayoutField("info_pointer", byte: base + 0xd, bytes: 3)
    imageSize = LayoutField("image_size", byte: base + 0x10, bytes: 4)
    guidPointer = LayoutField("guid_pointer", byte: base + 0x14, bytes: 4)
    size = base + 0x18
  }

  static let fs1 = ImageHeaderLayout("FS1", at: 0x10, hasFullImageCRC: false)
  static let fs2 = ImageHeaderLayout("FS2", at: 0x20, hasFullImageCRC: true)
}

/// The four bytes of a word sum to 0 modulo 256.
enum ByteSum {
  static func isZero(_ word: UInt64) -> Bool { sum(word) == 0 }

  /// The word with the top byte that makes it so.
  static func sealed(_ low: UInt64) -> UInt64 {
    let low = low & 0xff_ffff
    return UInt64(0 &- sum(low)) << 24 | low
  }

  private static func sum(_ word: UInt64) -> UInt8 {
    word.bigEndianBytes(4).reduce(0, &+)
  }
}

/// The kinds of sections of FS1 and FS2, with the names that mstflint prints. Source: ImageFormats.md#fs2.
enum SectionType: UInt32, Sendable {
  case ddr = 1
  case configuration, jumpAddresses, emtService, rom, guid, boardID, userData, firmwareConfiguration, imageInfo
  case compressedDDR, hashFile

  var name: String {
    switch self {
    case .ddr: "DDR"
    case .configuration: "Configuration"
    case .jumpAddresses: "Jump addresses"
    case .emtService: "EMT Service"
    case .rom: "ROM"
    case .guid: "GUID"
    case .boardID: "BOARD ID"
    case .userData: "User Data"
    case .firmwareConfiguration: "FW Configuration"
    case .imageInfo: "Image Info"
    case .compressedDDR: "DDRZ"
    case .hashFile: "Hash File"
    }
  }
}

/// The header of a section; its data and a checksum over both follow.
struct SectionHeader: Sendable, Equatable {
  static let size = 16
  static let sizeWithChecksum = size + 4
  /// More than any section has.
  static let largestData = 4 << 20
  /// The address that ends the list, besides 0.
  static let end: UInt32 = 0xff00_0000

  private static let typeField = LayoutField("type", dword: 0, bits: 0...31)
  private static let sizeField = LayoutField("size", dword: 1, bits: 0...31)
  private static let parameterField = LayoutField("param", dword: 2, bits: 0...31)
  private static let nextField = LayoutField("next", dword: 3, bits: 0...31)

  var rawType: UInt32
  /// In dwords, of an EMT service section in bytes.
  var rawSize: UInt32
  var parameter: UInt32
  var next: UInt32

  var type: SectionType? { SectionType(rawValue: rawType) }
  var name: String { type?.name ?? "UNKNOWN (\(rawType))" }
  var isLast: Bool { next == Self.end || next == 0 }
  /// Bytes of data, whole dwords.
  var dataSize: Int { type == .emtService ? (Int(rawSize) + 3) / 4 * 4 : Int(rawSize) * 4 }

  init(_ type: SectionType, dataSize: Int, next: UInt32 = end) {
    rawType = type.rawValue
    rawSize = UInt32(type == .emtService ? dataSize : dataSize / 4)
    parameter = 0
    self.next = next
  }

  init(_ record: LayoutRecord) {
    rawType = UInt32(record[Self.typeField])
    rawSize = UInt32(record[Self.sizeField])
    parameter = UInt32(record[Self.parameterField])
    next = UInt32(record[Self.nextField])
  }

  func write(into bytes: inout [UInt8], at start: Int) {
    Self.typeField.write(UInt64(rawType), into: &bytes, at: start)
    Self.sizeField.write(UInt64(rawSize), into: &bytes, at: start)
    Self.parameterField.write(UInt64(parameter), into: &bytes, at: start)
    Self.nextField.write(UInt64(next), into: &bytes, at: start)
  }
}
