internal import AdapterChips
internal import BinaryLayout

/// IMAGE_INFO: what the image says of itself. Source: ImageFormats.md#fs3.
enum ImageInfoLayout {
  static let size = 0x400
  static let majorVersion = LayoutField("major_version", byte: 0, bytes: 1)
  static let minorVersion = LayoutField("minor_version", byte: 1, bytes: 1)
  static let isSecure = LayoutField("secure_fw", dword: 0, bits: 15...15)
  static let isSigned = LayoutField("signed_fw", dword: 0, bits: 14...14)
  static let acceptsComponents = LayoutField("mcc_en", dword: 0, bits: 8...8)
  static let encryption = LayoutField("encrypted_fw", dword: 0, bits: 3...4)
  static let versionMajor = LayoutField("FW_VERSION.MAJOR", byte: 4, bytes: 2)
  static let versionMinor = LayoutField("FW_VERSION.MINOR", byte: 8, bytes: 2)
  static let versionPatch = LayoutField("FW_VERSION.SUBMINOR", byte: 10, bytes: 2)
  static let hour = LayoutField("FW_VERSION.Hour", byte: 14, bytes: 1)
  /// Year, month and day in binary coded decimal.
  static let year = LayoutField("FW_VERSION.Year", byte: 16, bytes: 2)
  static let month = LayoutField("FW_VERSION.Month", byte: 18, bytes: 1)
  static let day = LayoutField("FW_VERSION.Day", byte: 19, bytes: 1)
  static let pciDevice = LayoutField("pci_device_id", byte: 28, bytes: 2)
  static let pciVendor = LayoutField("pci_vendor_id", byte: 30, bytes: 2)
  static let psid = TextField("PSID", byte: 36, count: 16)
  static let vsd = TextField("VSD", byte: 56, count: 208)
  /// It runs from either slot.
  static let runsFromAny = LayoutField("run_from_any", dword: 66, bits: 31...31)
  static let hardwareIDs = (0..<4).map { LayoutField("supported_hw_id[\($0)]", byte: 280 + 4 * $0, bytes: 4) }
  static let productVersion = TextField("product version", byte: 448, count: 16)
  static let description = TextField("description", byte: 464, count: 256)
  static let name = TextField("name", byte: 832, count: 64)
  static let knownMajorVersion: UInt64 = 0
  /// The minor version from which name and description are there (2 in Spectrum's images, 3 in adapters').
  static let namedMinorVersion: UInt64 = 2
}

/// IMAGE_INFO as read.
struct ImageInfoSection {
  private let record: LayoutRecord

  init(_ bytes: [UInt8]) throws(ImageError) {
    guard let record = LayoutRecord(bytes, length: ImageInfoLayout.size) else {
      throw .damaged(what: "IMAGE_INFO", why: "has only \(bytes.count) bytes")
    }
    self.record = record
    guard record[ImageInfoLayout.majorVersion] == ImageInfoLayout.knownMajorVersion else {
      throw .unsupported("IMAGE_INFO has version \(record[ImageInfoLayout.majorVersion]), which is not known")
    }
  }

  /// The values of the image itself; identity and size come from elsewhere.
  func fill(_ facts: inout FirmwareFacts) {
    facts.version = FirmwareVersion(
      Int(record[ImageInfoLayout.versionMajor]), Int(record[ImageInfoLayout.versionMinor]),
      Int(record[ImageInfoLayout.versionPatch]))
    facts.releaseDate = releaseDate
    facts.productVersion = ImageInfoLayout.productVersion.read(record.bytes)
    facts.psid = ImageInfoLayout.psid.read(record.bytes)
    facts.hardwareIDs = ImageInfoLayout.hardwareIDs.map { UInt32(truncatingIfNeeded: record[$0]) }.filter { $0 != 0 }
    facts.pciDevice = UInt16(exactly: record[ImageInfoLayout.pciDevice]).flatMap { $0 == 0 ? nil : $0 }
    facts.vsd = ImageInfoLayout.vsd.read(record.bytes)
    if record[ImageInfoLayout.minorVersion] >= ImageInfoLayout.namedMinorVersion {
      facts.name = ImageInfoLayout.name.read(record.bytes)
      facts.description = ImageInfoLayout.description.read(record.bytes)
    }
    facts.isSecure = record[ImageInfoLayout.isSecure] == 1
    facts.isSigned = record[ImageInfoLayout.isSigned] == 1
    facts.isEncrypted = isEncrypted
    facts.acceptsUpdates = record[ImageInfoLayout.acceptsComponents] == 1
  }

  var isEncrypted: Bool { record[ImageInfoLayout.encryption] != 0 }

  /// Nothing in it may change without the maker's key.
  var isSealed: Bool { record[ImageInfoLayout.isSecure] == 1 }

  private var releaseDate: String? {
    let year = record[ImageInfoLayout.year]
    let month = record[ImageInfoLayout.month]
    let day = record[ImageInfoLayout.day]
    guard year != 0 else { return nil }
    return [(year, 4), (month, 2), (day, 2)].map { value, digits in
      let text = String(value, radix: 16)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }.joined(separator: "-")
  }
}
