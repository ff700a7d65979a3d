internal import AdapterChips
internal import BinaryLayout

/// Images of InfiniHost, InfiniHost III Ex and Lx: bare ("short"), or twice in a file that is laid out as the flash is.
/// Source: ImageFormats.md#fs1.
enum FS1Codec: FormatCodec {
  /// Images that are found through pointer sectors have no place of their own: all of them are looked for at once.
  static func placements(in source: any ByteSource, medium: Medium) throws -> [Placement] {
    guard let flash = try FS1Flash(source) else {
      guard medium == .file, try isBare(source) else { return [] }
      return [Placement(format: .fs1, start: 0)]
    }
    let least = FS1Layout.firstImageSector * flash.sectorSize
    let starts = flash.signed.map(\.pointer.image).filter { $0 >= least && $0 < source.count }
    return starts.enumerated().filter { starts.firstIndex(of: $1) == $0 }.map { Placement(format: .fs1, start: $1) }
  }

  static func placement(at start: Int, in source: any ByteSource, medium: Medium) throws -> Placement? {
    try placements(in: source, medium: medium).first { $0.start == start }
  }

  /// A bare image has no mark: its header must make sense word by word.
  private static func isBare(_ source: any ByteSource) throws -> Bool {
    let layout = ImageHeaderLayout.fs1
    guard source.count >= layout.size + Boot2.headerSize else { return false }
    let header = try source.read(0..<layout.size + Boot2.headerSize)
    guard let info = layout.infoPointerWord.read(header), ByteSum.isZero(info),
      let pointer = layout.guidPointer.read(header), let size = layout.imageSize.read(header),
      let boot2 = try? Boot2.size(header: header[layout.size...])
    else { return false }
    return Int(size) <= source.count && Int(pointer) < Int(size) && Int(pointer) > layout.size + boot2
      && pointer % 4 == 0
  }

  static func read(_ placement: Placement, from source: any ByteSource) throws -> Image {
    let window = ImageWindow(source, AddressMap(placement))
    let list = try SectionList(window, .fs1)
    var facts = try list.facts(.fs1, window)
    // The pointer sector's texts count for more than the image's.
    if let pointer = try FS1Flash(source)?.slot(of: placement)?.pointer {
      facts.psid = pointer.psidText ?? facts.psid
      facts.vsd = pointer.vsdText ?? facts.vsd
    }
    return Image(placement: placement, facts: facts, sections: list.parts)
  }

  static func verify(
    _ placement: Placement, in source: any ByteSource, progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws -> Verification {
    var checks: [Verification.Check] = []
    if let flash = try FS1Flash(source), let slot = flash.slot(of: placement) {
      checks.append(try flash.invariantCheck(source))
      checks.append(slot.pointer.check(name: "\(slot.name) pointer sector", address: slot.address))
    }
    checks += try SectionVerifier.verify(ImageWindow(source, AddressMap(placement)), .fs1, progress: progress).checks
    return Verification(checks: checks)
  }

  /// Of a failsafe flash, a failsafe file with this image in both places: it alone has the PSID and VSD.
  static func contents(_ placement: Placement, of source: any ByteSource) throws -> [UInt8] {
    let window = ImageWindow(source, AddressMap(placement))
    let image = try window.read(0..<(try SectionList(window, .fs1).end), "the image")
    guard let flash = try FS1Flash(source), let slot = flash.slot(of: placement) else { return image }
    let invariant = try source.read(0..<flash.sectorSize)
    return FS1File(invariant: invariant, pointer: slot.pointer, image: image).bytes
  }

  static func changing(_ image: [UInt8], _ change: IdentityChange) throws(ImageError) -> [UInt8] {
    guard change.rom == nil else { throw .unsupported("the expansion ROM of an FS1 image cannot be changed") }
    guard change.macs == nil || change.macs == CardMACs() else { throw .unsupported("an FS1 image has no MACs") }
    guard var file = try FS1File(image) else {
      var editor = try SectionEditor(image, .fs1)
      try editor.set(guids: change.guids, macs: nil)
      try editor.set(change.vsd, .vsd, what: "VSD")
      try editor.set(change.psid, .psid, what: "PSID")
      return editor.bytes
    }
    var editor = try SectionEditor(file.image, .fs1)
    try editor.set(guids: change.guids, macs: nil)
    file.image = editor.bytes
    try file.pointer.set(vsd: change.vsd, psid: change.psid)
    return file.bytes
  }

  static func recipe(
    setting change: IdentityChange, on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe? {
    nil
  }
}

/// A failsafe file: the invariant sector, two pointer sectors, and the same image twice.
struct FS1File: Sendable, Equatable {
  /// The whole sector; its size is the sector size.
  let invariant: [UInt8]
  /// Of the first image; the second one's differs in the address.
  var pointer: FS1PointerSector
  var image: [UInt8]

  init(invariant: [UInt8], pointer: FS1PointerSector, image: [UInt8]) {
    self.invariant = invariant
    self.pointer = pointer
    self.image = image
  }

  /// - Returns: `nil` when it is no failsafe file (a bare image).
  init?(_ bytes: [UInt8]) throws(ImageError) {
    let source = MemoryBytes(bytes)
    let read: (FS1Flash, FS1Flash.Slot, [UInt8])? = try inMemory {
      guard let flash = try FS1Flash(source) else { return nil }
      guard let placement = try FS1Codec.placements(in: source, medium: .file).first,
        let slot = flash.slot(of: placement)
      else { throw ImageError.damaged(what: "the failsafe file", why: "has no signed pointer sector") }
      let window = ImageWindow(source, AddressMap(placement))
      return (flash, slot, try window.read(0..<(try SectionList(window, .fs1).end), "the image"))
    }
    guard let (flash, slot, image) = read else { return nil }
    self.init(invariant: Array(bytes[..<flash.sectorSize]), pointer: slot.pointer, image: image)
  }

  var sectorSize: Int { invariant.count }

  /// Where the two images are in the file.
  var addresses: [Int] {
    let first = FS1Layout.firstImageSector * sectorSize
    return [first, first + (image.count + sectorSize - 1) / sectorSize * sectorSize]
  }

  var bytes: [UInt8] {
    let addresses = addresses
    var bytes = [UInt8](repeating: 0xff, count: addresses[1] + image.count)
    func put(_ part: [UInt8], at address: Int) { bytes.replaceSubrange(address..<address + part.count, with: part) }
    put(invariant, at: 0)
    for (index, sector) in [FS1Layout.primarySector, FS1Layout.secondarySector].enumerated() {
      var pointer = pointer
      pointer.point(to: addresses[index], size: image.count)
      put(pointer.bytes, at: sector * sectorSize)
      put(image, at: addresses[index])
    }
    return bytes
  }
}
