internal import BinaryLayout

/// Builds FS1 images as ImageFormats.md#fs1 describes them: for simulated adapters and tests.
public struct FS1Builder: Sendable {
  public var version = FirmwareVersion(4, 8, 930)
  public var releaseDate = BuildDate(year: 2008, month: 3, day: 10)
  public var psid = "MT_0370110001"
  public var vsd = ""
  public var guids = CardGUIDs()
  public var pciDevice: UInt16 = 0x6282
  public var hardwareRevision: UInt8 = 0xa0
  public var invariantRevision: UInt8 = 1
  /// Log2 of the sector size of the card.
  public var sectorLog2 = 16
  /// Bytes of one image.
  public var size: Int?
  public var seed: UInt64 = 1
  /// What the invariant sector's code is made from. All images of a board have the same: tools refuse another.
  public var invariantSeed: UInt64 = 2

  /// Where the invariant sector of a built file keeps its sector size, from the place that the format counts from.
  private static let sectorSizePlace = 0x400

  public init() {}

  /// A failsafe file.
  /// - Throws: ``ImageError``: as ``buildShort()``.
  public func build() throws(ImageError) -> [UInt8] {
    let image = try buildShort()
    let pointer = try FS1PointerSector(image: 0, size: image.count, vsd: vsd, psid: psid)
    return FS1File(invariant: invariant(), pointer: pointer, image: image).bytes
  }

  /// One bare image.
  /// - Throws: ``ImageError``: a text that has no room, or a `size` that is no multiple of 4, or too small for all
  /// this.
  public func buildShort() throws(ImageError) -> [UInt8] {
    let least = try assembled(codeSize: 0)
    guard let size else { return try assembled(codeSize: 0x1000) }
    guard size % 4 == 0, size >= least.count else { throw .tooLarge(needed: least.count, available: size) }
    return try assembled(codeSize: size - least.count)
  }

  private func assembled(codeSize: Int) throws(ImageError) -> [UInt8] {
    let layout = ImageHeaderLayout.fs1
    var random = SeededBytes(seed: seed)
    var header = [UInt8](repeating: 0, count: layout.size)
    layout.identity.write(UInt64(hardwareRevision) << 24, into: &header)
    let start = header + SectionBuilder.boot2s(1, &random)
    var info = ImageInfoBuilder()
    try SectionBuilder.addUsual(to: &info, version, releaseDate, pciDevice: pciDevice, hardwareIDs: [])
    let sections =
      [SectionBuilder.section(.ddr, random.bytes(codeSize))] + SectionBuilder.usual(&random) + [
        SectionBuilder.section(.guid, GUIDSection(guids: guids, macs: nil).bytes),
        SectionBuilder.section(.imageInfo, info.build()),
      ]
    return SectionEditor.assemble(start: start, sections, layout)
  }

  private func invariant() -> [UInt8] {
    typealias Invariant = FS1Layout.Invariant
    var random = SeededBytes(seed: invariantSeed)
    var sector = [UInt8](repeating: 0, count: Invariant.boot2) + SectionBuilder.boot2s(1, &random)
    sector += [UInt8](repeating: 0xff, count: (1 << sectorLog2) - sector.count)
    Invariant.hardwareRevision.write(UInt64(hardwareRevision), into: &sector)
    Invariant.revision.write(UInt64(invariantRevision), into: &sector)
    Invariant.signature.write(FS1Layout.signature, into: &sector)
    Invariant.sectorSizePointer.write(UInt64(Self.sectorSizePlace), into: &sector)
    let place = Invariant.sectorSizeBase + Self.sectorSizePlace
    LayoutField("log2_sector_dword", byte: 0, bytes: 4).write(UInt64(sectorLog2), into: &sector, at: place)
    return sector
  }
}
