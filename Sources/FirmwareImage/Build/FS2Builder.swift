internal import BinaryLayout
internal import Vocabulary

/// Builds FS2 images that mstflint accepts: for simulated adapters and tests. The code in them is arbitrary, the same for
/// the same seed.
public struct FS2Builder: Sendable {
  public var version = FirmwareVersion(2, 42, 5000)
  public var productVersion: String? = "rel-2_42_5000"
  public var releaseDate = BuildDate(year: 2017, month: 7, day: 26)
  public var psid = "MT_1090110019"
  public var vsd = ""
  public var guids = CardGUIDs()
  /// `nil`: an image with room for four GUIDs only, as the first ones had.
  public var macs: CardMACs? = CardMACs()
  public var pciDevice: UInt16 = 0x1003
  public var hardwareIDs: [UInt32] = [0x1f5]
  public var hardwareRevision: UInt8 = 0
  /// Log2 of the size of a chunk on the flash, 16 to 23; `nil` for an image that is not failsafe.
  public var chunkLog2: Int? = 20
  /// The bytes of the expansion ROM section; empty: none.
  public var rom: [UInt8] = []
  /// Sectors that the firmware keeps for itself at the end of the flash, and log2 of their size in KiB.
  public var configurationArea: (sectors: Int, sectorKiBLog2: Int)? = (4, 2)
  /// The image carries a checksum over all of it only together with this.
  public var micVersion: FirmwareVersion? = FirmwareVersion(2, 0, 0)
  public var hasSecondBoot2 = true
  public var size: Int?
  public var seed: UInt64 = 1

  public init() {}

  /// - Throws: ``ImageError``: a text that has no room, or a `size` that is no multiple of 4, or too small for all this.
  public func build() throws(ImageError) -> [UInt8] {
    let least = try assembled(codeSize: 0)
    guard let size else { return try sealed(try assembled(codeSize: 0x1000)) }
    guard size % 4 == 0, size >= least.count else { throw .tooLarge(needed: least.count, available: size) }
    return try sealed(try assembled(codeSize: size - least.count))
  }

  private func sealed(_ image: [UInt8]) throws(ImageError) -> [UInt8] {
    try FS2Codec.sealed(SectionEditor(image, .fs2))
  }

  private func assembled(codeSize: Int) throws(ImageError) -> [UInt8] {
    var random = SeededBytes(seed: seed)
    var header = [UInt8](repeating: 0, count: ImageHeaderLayout.fs2.size)
    header.replaceSubrange(..<FS2Layout.magic.count, with: FS2Layout.magic)
    FS2Layout.hardwareRevision.write(UInt64(hardwareRevision), into: &header)
    FS2Layout.setFailsafe(chunkLog2: chunkLog2, in: &header)
    let start = header + SectionBuilder.boot2s(hasSecondBoot2 ? 2 : 1, &random)
    var sections = [SectionBuilder.section(.compressedDDR, random.bytes(codeSize))]
    if !rom.isEmpty { sections.append(SectionBuilder.section(.rom, rom)) }
    sections += SectionBuilder.usual(&random)
    sections.append(SectionBuilder.section(.guid, GUIDSection(guids: guids, macs: macs).bytes))
    sections.append(SectionBuilder.section(.imageInfo, try info()))
    return SectionEditor.assemble(start: start, sections, .fs2)
  }

  private func info() throws(ImageError) -> [UInt8] {
    typealias Layout = ImageInfo.Layout
    var info = ImageInfoBuilder()
    try SectionBuilder.addUsual(to: &info, version, releaseDate, pciDevice: pciDevice, hardwareIDs: hardwareIDs)
    try info.add(.psid, text: psid, size: Layout.psidSize, what: "PSID")
    try info.add(.vsd, text: vsd, size: Layout.vsdSize, what: "VSD")
    if let productVersion {
      try info.add(.productVersion, text: productVersion, size: Layout.productVersionSize, what: "product version")
    }
    if let micVersion { info.add(.micVersion, micVersion) }
    if let (sectors, log2) = configurationArea {
      info.add(
        .configurationArea, size: 12, [(Layout.configurationSectors, sectors), (Layout.sectorKiBLog2, log2)])
    }
    return info.build()
  }
}

/// What the builders of FS1 and FS2 images share.
enum SectionBuilder {
  typealias Part = (header: SectionHeader, data: [UInt8])

  static func section(_ type: SectionType, _ data: [UInt8]) -> Part {
    (SectionHeader(type, dataSize: data.count), data)
  }

  /// Blocks of boot code. The first dword of a second one must not look like a section.
  static func boot2s(_ count: Int, _ random: inout SeededBytes) -> [UInt8] {
    (0..<count).flatMap { _ in
      let size = 0x80
      var block = [0xea, 0, 0, 0x10] + random.bytes(size - 4)
      Boot2.seal(&block, at: 0, size: size)
      return block
    }
  }

  /// Small sections that every image has.
  static func usual(_ random: inout SeededBytes) -> [Part] {
    [
      section(.configuration, random.bytes(0x100)), section(.jumpAddresses, random.bytes(0x20)),
      section(.emtService, random.bytes(0x40)),
    ]
  }

  static func addUsual(
    to info: inout ImageInfoBuilder, _ version: FirmwareVersion, _ date: BuildDate, pciDevice: UInt16,
    hardwareIDs: [UInt32]
  ) throws(ImageError) {
    typealias Layout = ImageInfo.Layout
    info.add(.formatRevision, [0, 0, 0, 0])
    info.add(.firmwareVersion, version)
    info.add(
      .buildTime, size: 8,
      [
        (Layout.year, BuildDate.digits(date.year)), (Layout.month, BuildDate.digits(date.month)),
        (Layout.day, BuildDate.digits(date.day)),
      ])
    info.add(.deviceType, size: 4, [(Layout.deviceType, Int(pciDevice))])
    if !hardwareIDs.isEmpty {
      info.add(.hardwareIDs, hardwareIDs.flatMap { UInt64($0).bigEndianBytes(4) })
    }
  }
}
