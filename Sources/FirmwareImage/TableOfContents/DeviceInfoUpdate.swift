internal import AdapterChips

/// DEV_INFO on a flash set anew without a moment at which no copy is whole. Source: ImageFormats.md#order-of-writing.
struct DeviceInfoUpdate<Codec: TabledCodec> {
  private let flash: FlashGeometry
  private let source: any ByteSource
  private let image: TabledImage
  private let change: DeviceInfoChange

  init(
    _ change: IdentityChange, on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws {
    guard let first = present.first else { throw ImageError.noImage }
    guard change.psid == nil, change.rom == nil else {
      throw ImageError.unsupported("PSID and expansion ROM are the image's: they change with a burn")
    }
    self.flash = flash
    self.source = source
    image = try Codec.load(first, in: source)
    self.change = try DeviceInfoChange(change, of: image, in: source)
  }

  /// The free copy is written without its signature, then gets it, then the old copy's is cleared. In between there are
  /// two whole copies, and the next change takes either.
  func fs4Recipe() throws -> BurnRecipe {
    let target = change.target
    let signatureSize = DeviceInfoLayout.signature.count
    let sector = try exclusiveSector(of: target.range(from: image.start))
    let sealed = target.sealing(change.bytes).bytes
    var bytes = try source.read("DEV_INFO", at: sector.lowerBound, count: sector.count)
    let offset = target.address - sector.lowerBound
    bytes.replaceSubrange(offset..<offset + sealed.count, with: sealed)
    bytes.replaceSubrange(offset..<offset + signatureSize, with: [UInt8](repeating: 0xff, count: signatureSize))
    return BurnRecipe(
      placement: image.placement,
      steps: [
        .make(address: sector.lowerBound, bytes: bytes),
        .program(address: target.address, bytes: Array(sealed[..<signatureSize])),
        .end(at: change.old.address),
      ], activation: 1)
  }

  /// The checksum stands in the table, so the table changes too: a new copy of each, the table's signature last.
  /// mstflint writes DEV_INFO in place, and a power cut then costs the card its GUIDs.
  func fs3Recipe() throws -> BurnRecipe {
    let free = try freePlace()
    let sector = try exclusiveSector(of: free..<free + change.old.size)
    var bytes = [UInt8](repeating: 0xff, count: sector.count)
    let sealed = change.old.sealing(change.bytes)
    bytes.replaceSubrange(free - sector.lowerBound..<free - sector.lowerBound + sealed.bytes.count, with: sealed.bytes)
    var entry = sealed.entry
    entry.setAddress(free)
    var table = image.itoc
    table.entries = table.entries.map { $0 == change.old ? entry : $0 }

    let oldTable = image.start + image.itoc.address
    let (newTable, isFirst) = try otherTable()
    let tableSector = try exclusiveSector(of: newTable..<newTable + table.bytes.count)
    let signature = Array(table.bytes[..<TOCHeaderLayout.signatureSize])
    var tableBytes = [UInt8](repeating: 0xff, count: tableSector.count)
    let offset = newTable - tableSector.lowerBound
    tableBytes.replaceSubrange(offset..<offset + table.bytes.count, with: table.bytes)
    tableBytes.replaceSubrange(
      offset..<offset + signature.count, with: [UInt8](repeating: 0xff, count: signature.count))
    return BurnRecipe(
      placement: image.placement,
      steps: [
        .make(address: sector.lowerBound, bytes: bytes),
        .make(address: tableSector.lowerBound, bytes: tableBytes),
        .program(address: newTable, bytes: signature),
        .end(at: oldTable),
      ],
      // Adapters take the first table that they find.
      activation: isFirst ? 2 : 3)
  }

  /// FS3 keeps two sectors below MFG_INFO for DEV_INFO; the one that is not in use. What stands in it does not matter:
  /// a change may have been cut off there.
  private func freePlace() throws -> Int {
    let sector = TableOfContents.sectorSize
    let old = change.old.address
    guard let end = image.entries(.manufacturingInfo).first?.address,
      let free = [end - sector, end - 2 * sector].first(where: { $0 != old && $0 >= 0 }),
      [end - sector, end - 2 * sector].contains(old)
    else { throw ImageError.unsupported("DEV_INFO does not lie below MFG_INFO, where a second copy would fit") }
    return free
  }

  /// The two sectors after BOOT2 are the table's; the one that is not in use, and whether it is the lower.
  private func otherTable() throws -> (position: Int, isFirst: Bool) {
    let first = (image.boot.address + image.boot.size).rounded(upTo: TableOfContents.sectorSize)
    let isFirst = image.itoc.address != first
    let step = TableOfContents.sectorSize
    return (image.start + image.itoc.address + (isFirst ? -step : step), isFirst)
  }

  /// The sectors of a place, in which nothing else lies.
  private func exclusiveSector(of range: Range<Int>) throws -> Range<Int> {
    let sectors = flash.sectors(of: range)
    guard sectors.upperBound <= flash.size else {
      throw ImageError.tooLarge(needed: sectors.upperBound, available: flash.size)
    }
    let parts = image.imageParts.map { $0.lowerBound + image.start..<$0.upperBound + image.start } + image.deviceParts
    for part in parts where part.overlaps(sectors) && part != range {
      throw ImageError.unsupported(
        "the flash cannot erase byte \(range.lowerBound) without the section at byte \(part.lowerBound)")
    }
    return sectors
  }
}
