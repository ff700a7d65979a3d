internal import AdapterChips
internal import BinaryLayout

/// The header of an FS3 image. Source: ImageFormats.md#magic, ImageFormats.md#fs3.
enum FS3Layout {
  /// The two generations share it.
  static let magic = FS2Layout.magic
  static let headerSize = 0x38
  /// Dword 0x24: tells FS3 from FS2, which has the same magic.
  static let formatDword = 0x24..<0x28
  static let format = LayoutField("format", dword: 9, bits: 24...31)
  static let slotLog2 = LayoutField("log2_slot_size", dword: 9, bits: 16...23)
  static let binaryMajor = LayoutField("bin_ver_major", dword: 9, bits: 8...15)
  static let binaryMinor = LayoutField("bin_ver_minor", dword: 9, bits: 0...7)
  static let formatNumber: UInt64 = 3
  static let defaultSlotLog2 = 21

  /// 0.0 is older than the numbering.
  static func isKnownBinaryVersion(_ major: UInt64, _ minor: UInt64) -> Bool {
    (major, minor) == (0, 0) || major == 1 && minor >= 1
  }
}

extension TabledImage {
  /// Reads the header and the table of an FS3 image, whatever its magic says: half-burnt images are looked at, too.
  /// - Throws: `ImageError` when there is no way to go on; smaller damage goes to `checks`.
  static func fs3(
    _ placement: Placement, in source: any ByteSource, checks: inout [Verification.Check]
  ) throws -> TabledImage {
    let start = placement.start
    let header = try source.read(
      "the FS3 header", at: start, count: FS3Layout.headerSize + Boot2.headerSize)
    let field = { (field: LayoutField) in field.read(header) ?? 0 }
    guard field(FS3Layout.format) == FS3Layout.formatNumber else {
      throw ImageError.damaged(what: "the header", why: "is not that of an FS3 image")
    }
    let major = field(FS3Layout.binaryMajor)
    let minor = field(FS3Layout.binaryMinor)
    guard FS3Layout.isKnownBinaryVersion(major, minor) else {
      throw ImageError.unsupported("FS3 images of binary version \(major).\(minor) are not known")
    }
    let storedLog2 = Int(field(FS3Layout.slotLog2))
    let boot = try BootBlock(at: FS3Layout.headerSize, head: Array(header[FS3Layout.headerSize...]))
    let slotLog2 = storedLog2 == 0 ? FS3Layout.defaultSlotLog2 : storedLog2
    guard SlotSize.allowedLog2.contains(slotLog2) else {
      throw ImageError.damaged(what: "the header", why: "names a slot size of 2^\(slotLog2) bytes")
    }
    var address = (boot.address + boot.size).rounded(upTo: TableOfContents.sectorSize)
    let end = min(source.count - start, 1 << slotLog2)
    while address < end {
      if let itoc = try TableOfContents(.fs3, at: address, of: placement, in: source, checks: &checks) {
        let image = TabledImage(
          placement: placement, slotLog2: slotLog2, boot: boot, itoc: itoc, dtoc: nil,
          unlisted: [0..<FS3Layout.headerSize])
        image.checkSlot(&checks)
        return image
      }
      address += TableOfContents.sectorSize
    }
    throw ImageError.damaged(what: "the image", why: "has no table of contents (ITOC)")
  }

  /// Notes an image that is larger than its slot.
  func checkSlot(_ checks: inout [Verification.Check]) {
    if extent > 1 << slotLog2 {
      checks.append(.bad("HEADER", address: 0, size: 0x40, "names a slot that is smaller than the image"))
    }
  }
}
