internal import AdapterChips

/// FS4: ConnectX-5 and later. Source: ImageFormats.md#fs4.
enum FS4Codec: TabledCodec {
  static func placement(at start: Int, in source: any ByteSource, medium: Medium) throws -> Placement? {
    guard start >= 0, start <= source.count - HardwarePointer.end else { return nil }
    guard try source.read(start..<start + FS4Layout.magic.count) == FS4Layout.magic else { return nil }
    let format = start + FS4Layout.magic.count
    guard try UInt64(source.read(format..<format + 1)[0]) == FS4Layout.formatNumber else { return nil }
    return Placement(format: .fs4, start: start)
  }

  static func load(
    _ placement: Placement, in source: any ByteSource, checks: inout [Verification.Check]
  ) throws -> TabledImage {
    try TabledImage.fs4(placement, in: source, checks: &checks)
  }

  static func deviceData(
    holding present: [Placement], slotLog2: Int, in source: any ByteSource
  ) throws -> DeviceData? {
    var checks: [Verification.Check] = []
    guard let table = try TabledImage.deviceTable(in: source, checks: &checks) else { return nil }
    let isWhole = checks.allSatisfy { $0.complaint == nil } && table.entry(.manufacturingInfo) != nil
    return isWhole ? DeviceData(table: table) : nil
  }

  static func recipe(
    placing image: [UInt8], on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe {
    let image = try ImageFile<FS4Codec>(image)
    guard !image.tabled.isEncrypted else {
      throw ImageError.unsupported("the image is encrypted: only the adapter's own firmware can take it")
    }
    let plan = try SlotPlan<FS4Codec>(for: image.tabled, on: flash, holding: present, source: source)
    if plan.device == nil, image.tabled.isUpdate { throw ImageError.updateImage }
    let deviceData = plan.device == nil ? try image.devicePieces(on: flash) : []
    return try plan.recipe(for: image.bytes, deviceData: deviceData, magicSize: FS4Layout.magic.count)
  }

  static func recipe(
    setting change: IdentityChange, on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe? {
    try DeviceInfoUpdate<FS4Codec>(change, on: flash, holding: present, source: source).fs4Recipe()
  }

  static func changing(_ image: [UInt8], _ change: IdentityChange) throws(ImageError) -> [UInt8] {
    try IdentityEdit<FS4Codec>(image).applying(change)
  }
}

extension ImageFile<FS4Codec> {
  /// The image's device data for a flash that has none: its sections at their own addresses, its table at the flash's
  /// end.
  fileprivate func devicePieces(on flash: FlashGeometry) throws(ImageError) -> [FlashPiece] {
    guard let dtoc = tabled.dtoc else { return [] }
    let table = dtoc.address..<dtoc.address + dtoc.bytes.count
    let sections = dtoc.entries.filter { $0.size > 0 }.map { $0.range(from: 0) }.sorted {
      $0.lowerBound < $1.lowerBound
    }
    let end = flash.size - TableOfContents.sectorSize
    guard end >= 0 else { throw .tooLarge(needed: TableOfContents.sectorSize, available: flash.size) }
    for (section, limit) in zip(sections, sections.dropFirst().map(\.lowerBound) + [end])
    where section.upperBound > limit {
      throw .tooLarge(needed: section.upperBound, available: limit)
    }
    return sections.map { FlashPiece(address: $0.lowerBound, bytes: bytes[$0]) }
      + [FlashPiece(address: end, bytes: bytes[table])]
  }
}
