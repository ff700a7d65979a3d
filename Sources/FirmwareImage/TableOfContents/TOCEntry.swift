internal import BinaryLayout

/// An entry of a table of contents: 32 bytes. Source: ImageFormats.md#fs3, ImageFormats.md#fs4.
enum TOCEntryLayout {
  static let size = 32
  /// The checksum is over all but the last dword.
  static let checkedBytes = 28

  static let type = LayoutField("type", dword: 0, bits: 24...31)
  static let dwords = LayoutField("size", dword: 0, bits: 2...23)
  static let cacheLineCRC = LayoutField("cache_line_crc", dword: 1, bits: 30...30)
  static let addressDwords = LayoutField("flash_addr", dword: 5, bits: 2...30)
  static let sectionCRC = LayoutField("section_crc", dword: 6, bits: 0...15)
  static let entryCRC = LayoutField("itoc_entry_crc", dword: 7, bits: 0...15)

  /// FS3 only.
  static let isRelative = LayoutField("relative_addr", dword: 5, bits: 31...31)
  static let isDeviceData = LayoutField("device_data", dword: 6, bits: 17...17)
  static let hasNoCRC = LayoutField("no_crc", dword: 6, bits: 16...16)

  /// FS4 only: a ``TOCEntry/ChecksumPlace``.
  static let checksumPlace = LayoutField("crc", dword: 6, bits: 16...18)
}

/// Which table an entry stands in; FS3 has one for everything, FS4 one of the image and one of the device.
enum TOCKind: Sendable {
  case fs3, fs4Image, fs4Device

  var isDevice: Bool { self == .fs4Device }
}

/// Where a section lies and how it is checked.
struct TOCEntry: Sendable, Equatable {
  enum ChecksumPlace: UInt64, Sendable {
    case entry = 0
    case nowhere = 1
    case section = 2
  }

  let kind: TOCKind
  private(set) var bytes: [UInt8]

  /// - Parameter bytes: 32 of them.
  init(_ bytes: ArraySlice<UInt8>, kind: TOCKind) {
    self.bytes = Array(bytes)
    self.kind = kind
  }

  /// A new entry. Positions and sizes are multiples of 4.
  init(type: TOCSectionType, address: Int, size: Int, kind: TOCKind, isDeviceData: Bool, checksumPlace: ChecksumPlace) {
    bytes = [UInt8](repeating: 0, count: TOCEntryLayout.size)
    self.kind = kind
    TOCEntryLayout.type.write(UInt64(type.rawValue), into: &bytes)
    TOCEntryLayout.dwords.write(UInt64(size / 4), into: &bytes)
    TOCEntryLayout.addressDwords.write(UInt64(address / 4), into: &bytes)
    if kind == .fs3 {
      TOCEntryLayout.isRelative.write(isDeviceData ? 0 : 1, into: &bytes)
      TOCEntryLayout.isDeviceData.write(isDeviceData ? 1 : 0, into: &bytes)
      TOCEntryLayout.hasNoCRC.write(checksumPlace == .nowhere ? 1 : 0, into: &bytes)
    } else {
      TOCEntryLayout.checksumPlace.write(checksumPlace.rawValue, into: &bytes)
    }
    seal()
  }

  private func value(_ field: LayoutField) -> UInt64 { field.read(bytes) ?? 0 }

  var type: TOCSectionType { TOCSectionType(rawValue: UInt8(truncatingIfNeeded: value(TOCEntryLayout.type))) }
  /// Bytes: at most 16 MiB.
  var size: Int { Int(value(TOCEntryLayout.dwords)) * 4 }
  /// Bytes from the start of the image, or of the flash when it is not relative: below 2 GiB.
  var address: Int { Int(value(TOCEntryLayout.addressDwords)) * 4 }
  var isRelative: Bool { kind == .fs3 ? value(TOCEntryLayout.isRelative) == 1 : !kind.isDevice }
  var isDeviceData: Bool { kind == .fs3 ? value(TOCEntryLayout.isDeviceData) == 1 : kind.isDevice }
  var hasCacheLineCRC: Bool { value(TOCEntryLayout.cacheLineCRC) == 1 }
  var sectionCRC: UInt16 { UInt16(truncatingIfNeeded: value(TOCEntryLayout.sectionCRC)) }
  var storedCRC: UInt16 { UInt16(truncatingIfNeeded: value(TOCEntryLayout.entryCRC)) }
  var computedCRC: UInt16 { CRC16.of(bytes[..<TOCEntryLayout.checkedBytes]) }

  /// `nil` for a place that nobody knows.
  var checksumPlace: ChecksumPlace? {
    if kind == .fs3 { return value(TOCEntryLayout.hasNoCRC) == 1 ? .nowhere : .entry }
    return ChecksumPlace(rawValue: value(TOCEntryLayout.checksumPlace))
  }

  /// Where the section lies in a source in which the image starts at `start`.
  func position(from start: Int) -> Int { isRelative ? start + address : address }

  func range(from start: Int) -> Range<Int> { position(from: start)..<position(from: start) + size }

  mutating func setSectionCRC(_ crc: UInt16) {
    TOCEntryLayout.sectionCRC.write(UInt64(crc), into: &bytes)
    seal()
  }

  mutating func setAddress(_ address: Int) {
    TOCEntryLayout.addressDwords.write(UInt64(address / 4), into: &bytes)
    seal()
  }

  private mutating func seal() { TOCEntryLayout.entryCRC.write(UInt64(computedCRC), into: &bytes) }
}
