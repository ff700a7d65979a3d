internal import AdapterChips
internal import BinaryLayout
public import Vocabulary

/// GUIDs or MACs from a base on, as FS3 and FS4 images store them.
public struct IdentifierRange<Identifier: Sendable & Equatable>: Sendable, Equatable {
  /// `nil` for identifiers that were never set.
  public var base: Identifier?
  public var count: UInt8
  public var step: UInt8

  public init(_ base: Identifier?, count: UInt8 = 8, step: UInt8 = 1) {
    self.base = base
    self.count = count
    self.step = step
  }
}

/// What an FS3 or FS4 image made here says of itself, and how large it is.
public struct TabledImageContent: Sendable, Equatable {
  public var version = FirmwareVersion(14, 32, 1010)
  public var productVersion = "rel-14_32_1010"
  public var releaseDate = BuildDate(year: 2022, month: 5, day: 17)
  public var psid = "MT_2420110034"
  public var name = "MCX4121A-ACA_Ax"
  public var description = "ConnectX-4 Lx EN network interface card"
  public var vsd = ""
  public var guids = IdentifierRange(GUID(0xe41d_2d03_00ab_cdee))
  public var macs = IdentifierRange(MACAddress(0xe41d_2dab_cdee))
  public var pciDevice: UInt16 = 0x1015
  /// `revision << 16 | id`, at most four.
  public var hardwareIDs: [UInt32] = [0x20b]
  public var isSecure = false
  public var isSigned = false
  /// Firmware that runs takes it as an update of itself, and it runs from either slot.
  public var acceptsUpdates = false
  /// Whether GUIDs and MACs may be set (`guids_override_en`).
  public var allowsOtherGUIDs = true
  /// The bytes of an expansion ROM section; `nil` for none. Their number is a multiple of 4.
  public var rom: [UInt8]?
  /// Log2 of the size of a slot: 16 is the smallest that adapters find a second image behind.
  public var slotLog2 = 22
  /// Bytes of the main code, the largest section; a multiple of 4. The rest of the image takes about 12 KiB (FS4: 16).
  public var mainCodeSize = 0x1000
  /// What the code is filled with: equal seeds give equal images.
  public var seed: UInt64 = 1

  public init() {}

  /// What images of a chip have in common. Chips: DeviceAccess.md#cr-space, DeviceAccess.md#pci-ids.
  public init(name: String, description: String, pciDevice: UInt16, hardwareID: UInt32) {
    self.name = name
    self.description = description
    self.pciDevice = pciDevice
    hardwareIDs = [hardwareID]
  }

  /// FS3.
  public static let connectX4 = TabledImageContent(
    name: "MCX456A-ECA_Ax", description: "ConnectX-4 VPI adapter card", pciDevice: 0x1013, hardwareID: 0x209)
  /// FS3.
  public static let connectX4Lx = TabledImageContent()
  /// FS4.
  public static let connectX5 = TabledImageContent(
    name: "MCX556A-ECA_Ax", description: "ConnectX-5 VPI adapter card", pciDevice: 0x1017, hardwareID: 0x20d)
  /// FS4.
  public static let connectX6 = TabledImageContent(
    name: "MCX653106A-ECA_Ax", description: "ConnectX-6 VPI adapter card", pciDevice: 0x101b, hardwareID: 0x20f)
}

extension TabledImageContent {
  /// The code before the tables, with its length and checksum: whole dwords.
  static let bootSize = 0x210

  /// The sections of the image itself, in the order in which they lie.
  var sections: [(type: TOCSectionType, bytes: [UInt8])] {
    var content = SeededBytes(seed: seed)
    var sections: [(TOCSectionType, [UInt8])] = [
      (.hardwareBootConfiguration, content.bytes(0x140)), (.pciCode, content.bytes(0x400)),
      (.mainCode, content.bytes(mainCodeSize / 4 * 4)), (.imageInfo, imageInfo),
      (.firmwareINI, content.bytes(0x200)),
    ]
    // Their bytes sign nothing. mstflint hands an image to running firmware only when it has both sections.
    if acceptsUpdates {
      sections += [(.imageSignature, content.bytes(0x140)), (.publicKeys, content.bytes(0x900))]
    }
    if let rom { sections.append((.rom, rom + [UInt8](repeating: 0, count: rom.count.rounded(upTo: 4) - rom.count))) }
    return sections
  }

  var boot: [UInt8] {
    var content = SeededBytes(seed: ~seed)
    var block = [UInt8](repeating: 0, count: 4) + content.bytes(Self.bootSize - 4)
    Boot2.seal(&block, at: 0, size: block.count)
    return block
  }

  var imageInfo: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: ImageInfoLayout.size)
    let numbers: [(LayoutField, Int)] = [
      (ImageInfoLayout.minorVersion, Int(ImageInfoLayout.namedMinorVersion)),
      (ImageInfoLayout.isSecure, isSecure ? 1 : 0),
      (ImageInfoLayout.isSigned, isSigned ? 1 : 0),
      (ImageInfoLayout.acceptsComponents, isSecure || acceptsUpdates ? 1 : 0),
      (ImageInfoLayout.runsFromAny, acceptsUpdates ? 1 : 0),
      (ImageInfoLayout.versionMajor, version.major), (ImageInfoLayout.versionMinor, version.minor),
      (ImageInfoLayout.versionPatch, version.patch), (ImageInfoLayout.hour, 0x12),
      (ImageInfoLayout.pciDevice, Int(pciDevice)), (ImageInfoLayout.pciVendor, 0x15b3),
      (ImageInfoLayout.year, BuildDate.digits(releaseDate.year)),
      (ImageInfoLayout.month, BuildDate.digits(releaseDate.month)),
      (ImageInfoLayout.day, BuildDate.digits(releaseDate.day)),
    ]
    for (field, value) in numbers { field.write(UInt64(truncatingIfNeeded: value), into: &bytes) }
    for (field, id) in zip(ImageInfoLayout.hardwareIDs, hardwareIDs) { field.write(UInt64(id), into: &bytes) }
    let texts = [
      (ImageInfoLayout.psid, psid), (ImageInfoLayout.productVersion, productVersion), (ImageInfoLayout.name, name),
      (ImageInfoLayout.description, description), (ImageInfoLayout.vsd, vsd),
    ]
    for (field, text) in texts { field.fill(text, into: &bytes) }
    return bytes
  }

  var manufacturingInfo: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: ManufacturingInfoLayout.size)
    ManufacturingInfoLayout.psid.fill(psid, into: &bytes)
    ManufacturingInfoLayout.majorVersion.write(1, into: &bytes)
    ManufacturingInfoLayout.allowsOtherGUIDs.write(allowsOtherGUIDs ? 1 : 0, into: &bytes)
    fillIdentifiers(&bytes)
    return bytes
  }

  var deviceInfo: [UInt8] {
    var bytes = DeviceInfoLayout.signature
    bytes += [UInt8](repeating: 0, count: DeviceInfoLayout.size - bytes.count)
    DeviceInfoLayout.majorVersion.write(2, into: &bytes)
    DeviceInfoLayout.vsd.fill(vsd, into: &bytes)
    fillIdentifiers(&bytes)
    return bytes
  }

  private func fillIdentifiers(_ bytes: inout [UInt8]) {
    let entries = [
      (guids.base?.rawValue, guids.count, guids.step), (macs.base?.rawValue, macs.count, macs.step),
    ]
    for (index, (base, count, step)) in entries.enumerated() {
      let offset = IdentifierTable.offset + index * UIDLayout.size
      UIDLayout.base.write(base ?? UIDLayout.blank, into: &bytes, at: offset)
      UIDLayout.count.write(UInt64(count), into: &bytes, at: offset)
      UIDLayout.step.write(UInt64(step), into: &bytes, at: offset)
    }
  }
}

extension TextField {
  /// As much of the ASCII in `text` as fits.
  fileprivate func fill(_ text: String, into bytes: inout [UInt8]) {
    let ascii = text.utf8.filter { $0 < 0x80 }.prefix(count)
    bytes.replaceSubrange(offset..<offset + ascii.count, with: ascii)
  }
}

extension TabledImageContent {
  /// What a device has of its own takes four sectors: two places for DEV_INFO, MFG_INFO, non-volatile data.
  static let deviceDataSize = 4 * TableOfContents.sectorSize

  /// The sections of the device, from `address` on: it is at a sector's start.
  func addDeviceData(to layout: inout TabledImageAssembly, at address: Int, kind: TOCKind) {
    let sector = TableOfContents.sectorSize
    let deviceInfoPlace: TOCEntry.ChecksumPlace = kind == .fs3 ? .entry : .section
    layout.add(
      .deviceInfo, deviceInfo, kind: kind, at: address, isDeviceData: true, checksumPlace: deviceInfoPlace)
    if kind != .fs3 {
      let free = [UInt8](repeating: 0xff, count: DeviceInfoLayout.size)
      layout.add(.deviceInfo, free, kind: kind, at: address + sector, isDeviceData: true, checksumPlace: .section)
      layout.put(free, at: address + sector)
    }
    layout.add(.manufacturingInfo, manufacturingInfo, kind: kind, at: address + 2 * sector, isDeviceData: true)
    var content = SeededBytes(seed: seed ^ 0x4e56)
    layout.add(
      .nvData, content.bytes(0x400), kind: kind, at: address + 3 * sector, isDeviceData: true, checksumPlace: .nowhere)
  }
}

/// Sections laid behind each other, each with its entry.
struct TabledImageAssembly {
  private(set) var bytes: [UInt8]
  private(set) var entries: [TOCEntry] = []

  init(after bytes: [UInt8]) { self.bytes = bytes }

  /// Places `section` at the end, or at `address`; what lies before it is `ff`.
  mutating func add(
    _ type: TOCSectionType, _ section: [UInt8], kind: TOCKind, at address: Int? = nil, isDeviceData: Bool = false,
    checksumPlace: TOCEntry.ChecksumPlace = .entry
  ) {
    let address = address ?? bytes.count.rounded(upTo: 4)
    let entry = TOCEntry(
      type: type, address: address, size: section.count, kind: kind,
      isDeviceData: isDeviceData || kind.isDevice,
      checksumPlace: checksumPlace)
    let sealed = entry.sealing(section)
    entries.append(sealed.entry)
    put(sealed.bytes, at: address)
  }

  mutating func put(_ piece: [UInt8], at address: Int) {
    let end = address + piece.count
    if bytes.count < end { bytes += [UInt8](repeating: 0xff, count: end - bytes.count) }
    bytes.replaceSubrange(address..<end, with: piece)
  }
}
