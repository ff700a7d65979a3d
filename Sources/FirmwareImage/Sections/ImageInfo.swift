internal import BinaryLayout
internal import Vocabulary

/// The Image Info section of FS1 and FS2 images: tagged values. Source: ImageFormats.md#fs2.
struct ImageInfo: Sendable, Equatable {
  enum Tag: UInt8, Sendable {
    case formatRevision = 0
    case firmwareVersion, buildTime, deviceType, psid, vsd, supportedPSIDs, productVersion, vsdVendor, isGA
    case hardwareIDs, micVersion, minimalFITVersion, accessKey, profileList, supportedProfiles, configurationInfo
    case tlvFormat, tracerHash, configurationArea, parameterSetName
    case end = 0xff
  }

  /// A value, and where it lies in the section's data.
  struct Value: Sendable, Equatable {
    let tag: UInt8
    let data: Range<Int>
  }

  enum Layout {
    static let tag = LayoutField("tag", byte: 0, bytes: 1)
    static let length = LayoutField("length", byte: 1, bytes: 3)
    static let headerSize = 4
    static let versionMajor = LayoutField("major", byte: 0, bytes: 2)
    static let versionMinor = LayoutField("minor", byte: 4, bytes: 2)
    static let versionPatch = LayoutField("subminor", byte: 6, bytes: 2)
    static let year = LayoutField("year", byte: 4, bytes: 2)
    static let month = LayoutField("month", byte: 6, bytes: 1)
    static let day = LayoutField("day", byte: 7, bytes: 1)
    static let deviceType = LayoutField("device_type", byte: 2, bytes: 2)
    static let configurationSectors = LayoutField("config_sectors", byte: 0, bytes: 4)
    static let configurationPad = LayoutField("config_pad", byte: 4, bytes: 4)
    static let sectorKiBLog2 = LayoutField("log2_sector_kib", byte: 8, bytes: 4)
    static let psidSize = 16
    static let vsdSize = 208
    static let productVersionSize = 16
  }

  let bytes: [UInt8]
  let values: [Value]

  /// - Parameter bytes: the section's data. The end tag must end exactly there.
  init(_ bytes: [UInt8]) throws(ImageError) {
    self.bytes = bytes
    var values: [Value] = []
    var position = 0
    var isEnded = false
    while !isEnded {
      guard let tag = Layout.tag.read(bytes[position...]), let length = Layout.length.read(bytes[position...]) else {
        throw .damaged(what: "Image Info", why: "has no end tag")
      }
      let start = position + Layout.headerSize
      guard length % 4 == 0, Int(length) <= bytes.count - start else {
        throw .damaged(what: "Image Info", why: "has a tag \(tag) of \(length) bytes, which does not fit")
      }
      values.append(Value(tag: UInt8(tag), data: start..<start + Int(length)))
      position = start + Int(length)
      isEnded = tag == UInt64(Tag.end.rawValue)
    }
    guard position == bytes.count else {
      throw .damaged(what: "Image Info", why: "ends before its section does")
    }
    self.values = values
  }

  /// Where the data of a tag lie in the section's data; of several, the last one counts.
  func range(_ tag: Tag) -> Range<Int>? { values.last { $0.tag == tag.rawValue }?.data }

  private subscript(_ tag: Tag) -> ArraySlice<UInt8>? { range(tag).map { bytes[$0] } }

  private func field(_ field: LayoutField, of tag: Tag) -> Int? {
    self[tag].flatMap { field.read($0) }.map { Int($0) }
  }

  private func text(_ tag: Tag) -> String? { self[tag].flatMap(ImageText.decode) }

  var version: FirmwareVersion? {
    guard let major = field(Layout.versionMajor, of: .firmwareVersion),
      let minor = field(Layout.versionMinor, of: .firmwareVersion),
      let patch = field(Layout.versionPatch, of: .firmwareVersion)
    else { return nil }
    return FirmwareVersion(major, minor, patch)
  }

  /// The digits are stored as they are read, two to a byte.
  var releaseDate: String? {
    guard let year = field(Layout.year, of: .buildTime), let month = field(Layout.month, of: .buildTime),
      let day = field(Layout.day, of: .buildTime), year != 0 || month != 0 || day != 0
    else { return nil }
    return "\(year.hexadecimal(digits: 4))-\(month.hexadecimal(digits: 2))-\(day.hexadecimal(digits: 2))"
  }

  var psid: String? { text(.psid) }
  var vsd: String? { text(.vsd) }
  var productVersion: String? { text(.productVersion) }
  var deviceType: UInt16? { field(Layout.deviceType, of: .deviceType).map { UInt16($0) } }
  var hasMICVersion: Bool { range(.micVersion) != nil }

  var hardwareIDs: [UInt32] {
    guard let data = self[.hardwareIDs] else { return [] }
    let dword = LayoutField("hardware_id", dword: 0, bits: 0...31)
    return stride(from: data.startIndex, to: data.endIndex, by: 4).compactMap { start in
      dword.read(data[start...]).map { UInt32($0) }
    }
  }

  /// Sectors and their size for the firmware's own settings at the end of the flash.
  var configurationArea: (sectors: Int, pad: Int, sectorSize: Int?)? {
    guard let sectors = field(Layout.configurationSectors, of: .configurationArea),
      let pad = field(Layout.configurationPad, of: .configurationArea)
    else { return nil }
    let log2 = field(Layout.sectorKiBLog2, of: .configurationArea)
    return (sectors, pad, log2.flatMap { $0 < 16 ? 1024 << $0 : nil })
  }
}
