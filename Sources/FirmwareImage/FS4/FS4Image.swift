internal import AdapterChips
internal import BinaryLayout

/// The header of an FS4 image. Source: ImageFormats.md#magic, ImageFormats.md#fs4.
enum FS4Layout {
  static let magic: [UInt8] = [
    0x4d, 0x54, 0x46, 0x57, 0xab, 0xcd, 0xef, 0x00, 0xfa, 0xde, 0x12, 0x34, 0x56, 0x78, 0xde, 0xad,
  ]
  /// Byte 0x10 tells FS4 from its successors, which have the same magic.
  static let format = LayoutField("format", byte: 0x10, bytes: 1)
  static let formatNumber: UInt64 = 1
  /// Three digests of 64 bytes stand where the digest pointer points.
  static let digestSize = 3 * 64
}

extension TabledImage {
  /// Reads header and tables of an FS4 image, whatever its magic says.
  /// - Throws: `ImageError` when there is no way to go on; smaller damage goes to `checks`.
  static func fs4(
    _ placement: Placement, in source: any ByteSource, checks: inout [Verification.Check]
  ) throws -> TabledImage {
    let start = placement.start
    let header = try source.read("the FS4 header", at: start, count: HardwarePointer.end)
    let pointers = HardwarePointers(header, checks: &checks)
    let slotLog2 = try readToolsArea(pointers[.toolsArea], of: placement, in: source, checks: &checks)
    let bootAddress = pointers[.boot2]
    let boot = try BootBlock(
      at: bootAddress,
      head: source.read("BOOT2", at: start + bootAddress, count: Boot2.headerSize))
    let checksBeforeBoot = checks.count

    var unlisted = [0..<bootAddress]
    let hashes = try readHashesTable(pointers[.hashesTable], of: placement, in: source, checks: &checks)
    if let hashes { unlisted.append(hashes) }
    let digest = pointers[.digest] == 0 ? pointers[.digestRecovery] : pointers[.digest]
    if digest != 0, !unlisted[0].contains(digest) { unlisted.append(digest..<digest + FS4Layout.digestSize) }

    let first = pointers[.tableOfContents]
    let itoc =
      try TableOfContents(.fs4Image, at: first, of: placement, in: source, checks: &checks)
      ?? TableOfContents(
        .fs4Image, at: first + TableOfContents.sectorSize, of: placement, in: source, checks: &checks)
    let isEncrypted = try itoc == nil && isEncrypted(pointers[.imageInfo], of: placement, in: source)
    guard itoc != nil || isEncrypted else {
      throw ImageError.damaged(what: "the image", why: "has no table of contents (ITOC)")
    }
    let checksBeforeDevice = checks.count
    let isWholeFlash = source.isOfFlashSize
    let dtoc = try deviceTable(in: source, checks: &checks)
    var image = TabledImage(
      placement: placement, slotLog2: slotLog2, boot: boot,
      itoc: itoc ?? TableOfContents(kind: .fs4Image, address: first, entries: []), dtoc: dtoc, unlisted: unlisted)
    image.isEncrypted = isEncrypted
    image.isHashed = hashes != nil
    image.isWholeFlash = isWholeFlash
    image.checksBeforeBoot = checksBeforeBoot
    image.checksBeforeDevice = checksBeforeDevice
    if dtoc == nil, try isWholeFlash || (!isEncrypted && image.hasBytesBehind(in: source)) {
      throw ImageError.damaged(what: "the device's own data", why: "has no table of contents (DTOC)")
    }
    image.checkSlot(&checks)
    return image
  }

  /// An update image ends with its last part, or is blank behind it. What else stands there is a device's data of which
  /// the table is damaged or cut off.
  private func hasBytesBehind(in source: any ByteSource) throws -> Bool {
    let end = start + extent
    guard end < source.count else { return false }
    return try source.read("the bytes behind the image", at: end, count: source.count - end).contains { $0 != 0xff }
  }

  /// The device's own table: in the last sector of the flash, or of the file.
  static func deviceTable(
    in source: any ByteSource, checks: inout [Verification.Check]
  ) throws -> TableOfContents? {
    try TableOfContents(
      .fs4Device, at: source.count - TableOfContents.sectorSize, of: Placement(format: .fs4, start: 0), in: source,
      checks: &checks)
  }

  private static func readToolsArea(
    _ address: Int, of placement: Placement, in source: any ByteSource, checks: inout [Verification.Check]
  ) throws -> Int {
    let area = try source.read("the tools area", at: placement.start + address, count: ToolsAreaLayout.size)
    checks.append(
      .comparing(
        "TOOLS_AREA", address: address, size: ToolsAreaLayout.size,
        stored: UInt32(truncatingIfNeeded: ToolsAreaLayout.crc.read(area) ?? 0),
        computed: UInt32(CRC16.of(area[..<ToolsAreaLayout.checkedBytes]))))
    let major = ToolsAreaLayout.binaryMajor.read(area) ?? 0
    let minor = ToolsAreaLayout.binaryMinor.read(area) ?? 0
    guard ToolsAreaLayout.isKnownBinaryVersion(major, minor) else {
      throw ImageError.unsupported("FS4 images of binary version \(major).\(minor) are not known")
    }
    let slotLog2 = Int(ToolsAreaLayout.slotLog2.read(area) ?? 0)
    guard SlotSize.allowedLog2.contains(slotLog2) else {
      throw ImageError.damaged(what: "the tools area", why: "names a slot size of 2^\(slotLog2) bytes")
    }
    return slotLog2
  }

  private static func readHashesTable(
    _ address: Int, of placement: Placement, in source: any ByteSource, checks: inout [Verification.Check]
  ) throws -> Range<Int>? {
    guard address != 0 else { return nil }
    let position = placement.start + address
    let heads = HashesTableLayout.headerSize + HashesTableLayout.tableHeaderSize
    let head = try source.read("HASHES_TABLE", at: position, count: heads)
    let size = HashesTableLayout.size(hashSize: Int(HashesTableLayout.hashSize.read(head) ?? 0))
    checks.append(
      .comparing(
        "HASHES_TABLE_HEADER", address: address, size: HashesTableLayout.headerSize,
        stored: UInt32(truncatingIfNeeded: HashesTableLayout.headerCRC.read(head) ?? 0),
        computed: UInt32(CRC16.of(head[..<HashesTableLayout.headerCheckedBytes]))))
    let table = try head + source.read("HASHES_TABLE", at: position + heads, count: size - heads)
    checks.append(
      .comparing(
        "HASHES_TABLE", address: address, size: size,
        stored: UInt32(truncatingIfNeeded: HashesTableLayout.tailCRC.read(table.suffix(4)) ?? 0),
        computed: UInt32(CRC16.of(table[..<(table.count - 4)])))
    )
    return address..<address + size
  }

  /// Without a readable table, IMAGE_INFO outside of the encrypted part tells.
  private static func isEncrypted(
    _ imageInfo: Int, of placement: Placement, in source: any ByteSource
  ) throws -> Bool {
    guard imageInfo != 0 else { return false }
    do {
      let bytes = try source.read("IMAGE_INFO", at: placement.start + imageInfo, count: ImageInfoLayout.size)
      return try ImageInfoSection(bytes).isEncrypted
    } catch is ImageError {
      return false
    }
  }
}
