internal import AdapterChips
internal import BinaryLayout

/// How an FS1 image gets onto a flash: beside the image that boots, under the other pointer sector.
/// Source: ImageFormats.md#fs1, ImageFormats.md#order-of-writing.
extension FS1Codec {
  static func recipe(
    placing image: [UInt8], on geometry: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe {
    let file = try FS1File(image)
    let bare = try file?.image ?? SectionEditor(image, .fs1).whole
    guard let flash = try FS1Flash(source), try flash.hasWholeInvariant(source) else {
      // Rewriting it is for a card that is dead anyway; a sector that was only misread would make it one.
      guard present.isEmpty else { throw ImageError.damaged(what: "the boot sector of this card", why: "is damaged") }
      return try wholeRecipe(file, geometry)
    }
    // Where nothing boots, a first burn may have been cut off in the boot sector behind what its checksum covers.
    if file != nil, flash.signed.isEmpty { return try wholeRecipe(file, geometry) }
    if let file, file.sectorSize != flash.sectorSize {
      throw ImageError.unsupported(
        "the image is made for sectors of \(file.sectorSize) bytes, but those of this card have \(flash.sectorSize)")
    }
    try check(sectorSize: flash.sectorSize, geometry)
    guard var pointer = file?.pointer ?? known(flash) else {
      throw ImageError.unsupported("a short image has no PSID, and this card's is lost: burn a failsafe image")
    }

    let boots = present.first.flatMap { flash.slot(of: $0) } ?? flash.signed.first
    guard let target = flash.slots.first(where: { $0.address != boots?.address }) else { throw ImageError.noImage }
    let used = try boots.map { try extent(of: $0.pointer, source) }
    let address = try room(for: bare.count, beside: used, flash.sectorSize, geometry)
    pointer.point(to: address, size: bare.count)

    let signature = target.address + FS1PointerSector.signature.offset / 8
    var steps: [BurnRecipe.Step] = []
    if target.pointer.isSigned { steps.append(.end(at: signature)) }
    steps.append(.make(address: address, bytes: padded(bare, geometry.sectorSize)))
    steps.append(.make(address: target.address, bytes: padded(pointer.unsignedBytes, geometry.sectorSize)))
    steps.append(.program(address: signature, bytes: FS1Layout.signatureBytes))
    var activation = steps.count - 1
    if let boots {
      let old = boots.address + FS1PointerSector.signature.offset / 8
      steps.append(.end(at: old))
      // The chip takes the secondary sector only when the primary one is not signed.
      if boots.address < target.address { activation = steps.count - 1 }
    }
    return BurnRecipe(placement: Placement(format: .fs1, start: address), steps: steps, activation: activation)
  }

  /// The PSID and VSD of the card, of whichever pointer sector is whole, signed or ended.
  private static func known(_ flash: FS1Flash) -> FS1PointerSector? {
    (flash.signed + flash.slots).map(\.pointer.signedAgain).first(where: \.hasRightCRC)
  }

  private static func check(sectorSize: Int, _ geometry: FlashGeometry) throws(ImageError) {
    guard sectorSize % geometry.sectorSize == 0 else {
      throw .unsupported("the flash erases \(geometry.sectorSize) bytes at once, but a sector is \(sectorSize)")
    }
  }

  /// Where the new image goes: at the first place for images, or behind the one that boots; as mstflint of 2011 puts
  /// the second image, so far behind that another one of the same size would fit before it.
  private static func room(
    for size: Int, beside boots: Range<Int>?, _ sector: Int, _ geometry: FlashGeometry
  ) throws(ImageError) -> Int {
    let first = FS1Layout.firstImageSector * sector
    func up(_ position: Int) -> Int { (position + sector - 1) / sector * sector }
    guard let boots else {
      guard first + size <= geometry.size else { throw .tooLarge(needed: size, available: geometry.size - first) }
      return first
    }
    if first + size <= boots.lowerBound / sector * sector { return first }
    let behind = max(up(boots.upperBound), first + up(size))
    guard behind + size <= geometry.size else {
      throw .tooLarge(needed: size, available: max(boots.lowerBound - first, geometry.size - behind))
    }
    return behind
  }

  /// The bytes that an image takes by its pointer sector or by itself, whichever says more: one of them may be damaged.
  private static func extent(of pointer: FS1PointerSector, _ source: any ByteSource) throws -> Range<Int> {
    let window = ImageWindow(source, AddressMap(start: pointer.image))
    var end = 0
    do { end = try SectionList(window, .fs1).end } catch is ImageError {}
    return pointer.image..<pointer.image + max(pointer.imageSize, end)
  }

  /// For a flash that has no whole boot code: everything, and the invariant sector only when the rest is there.
  private static func wholeRecipe(_ file: FS1File?, _ geometry: FlashGeometry) throws(ImageError) -> BurnRecipe {
    guard let file else {
      throw .unsupported("this flash has no FS1 boot sector: only a failsafe image can be burnt, and this one is short")
    }
    try check(sectorSize: file.sectorSize, geometry)
    let bytes = file.bytes
    guard bytes.count <= geometry.size else { throw .tooLarge(needed: bytes.count, available: geometry.size) }
    let signatures = [FS1Layout.primarySector, FS1Layout.secondarySector].map {
      $0 * file.sectorSize + FS1PointerSector.signature.offset / 8
    }
    var body = bytes
    for signature in signatures {
      FS1PointerSector.signature.write(
        FS1PointerSector.unsigned, into: &body, at: signature - FS1PointerSector.signature.offset / 8)
    }
    let rest = padded(Array(body[file.sectorSize...]), geometry.sectorSize)
    let steps: [BurnRecipe.Step] =
      [.make(address: file.sectorSize, bytes: rest), .make(address: 0, bytes: file.invariant)]
      + signatures.map { .program(address: $0, bytes: FS1Layout.signatureBytes) }
    let placement = Placement(format: .fs1, start: file.addresses[0])
    return BurnRecipe(placement: placement, steps: steps, activation: 2)
  }

  private static func padded(_ bytes: [UInt8], _ sector: Int) -> [UInt8] {
    let size = (bytes.count + sector - 1) / sector * sector
    return bytes + [UInt8](repeating: 0xff, count: size - bytes.count)
  }
}
