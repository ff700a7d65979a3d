internal import AdapterChips
internal import BinaryLayout

/// Images of ConnectX to ConnectX-3 Pro. Source: ImageFormats.md#fs2.
enum FS2Codec: FormatCodec {
  static func placement(at start: Int, in source: any ByteSource, medium: Medium) throws -> Placement? {
    let end = start + FS2Layout.recognisedSize
    guard end <= source.count else { return nil }
    guard try source.read(start..<start + FS2Layout.magic.count) == FS2Layout.magic else { return nil }
    let header = FS2Layout.magic + (try source.read(start + FS2Layout.magic.count..<end))
    guard FS2Layout.generation.read(header) != FS2Layout.fs3Generation else { return nil }
    let contiguous = Placement(format: .fs2, start: start)
    guard case .on(let chunkLog2) = FS2Layout.failsafe(header), start == 0 || start == 1 << chunkLog2 else {
      return contiguous
    }
    let striped = Placement(format: .fs2, start: start, chunkLog2: chunkLog2)
    if medium == .flash || start != 0 { return striped }
    return try isDump(contiguous, striped, source) ? striped : contiguous
  }

  /// Whether a file is the raw content of a flash: it reads as nothing else.
  private static func isDump(_ contiguous: Placement, _ striped: Placement, _ source: any ByteSource) throws -> Bool {
    guard let chunkLog2 = striped.chunkLog2, source.count > 1 << chunkLog2 else { return false }
    do {
      _ = try SectionList(ImageWindow(source, AddressMap(contiguous)), .fs2)
      return false
    } catch is ImageError {
      return try verify(striped, in: source) { _, _ in }.isWhole
    }
  }

  static func read(_ placement: Placement, from source: any ByteSource) throws -> Image {
    let window = ImageWindow(source, AddressMap(placement))
    let list = try SectionList(window, .fs2)
    return Image(placement: placement, facts: try list.facts(.fs2, window), sections: list.parts)
  }

  static func verify(
    _ placement: Placement, in source: any ByteSource, progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws -> Verification {
    let window = ImageWindow(source, AddressMap(placement))
    let (header, checks) = try SectionVerifier.verify(window, .fs2, progress: progress)
    let failsafe = failsafeFailure(placement, header)
    return Verification(checks: (failsafe.map { [$0] } ?? []) + checks)
  }

  /// An image that no chip would find where it stands.
  private static func failsafeFailure(_ placement: Placement, _ header: [UInt8]) -> Verification.Check? {
    func bad(_ why: String) -> Verification.Check {
      .failure(
        .damaged(what: "the failsafe word", why: why), name: "Failsafe", address: FS2Layout.failsafeWord.offset / 8)
    }
    guard !header.isEmpty else { return nil }
    switch FS2Layout.failsafe(header) {
    case .damaged: return bad("has a wrong check byte")
    case .off: return placement.start == 0 ? nil : bad("says that this image must start at 0")
    case .on(let log2):
      return placement.start == 0 || placement.start == 1 << log2
        ? nil : bad("says that this image must start at 0 or \(1 << log2)")
    }
  }

  static func contents(_ placement: Placement, of source: any ByteSource) throws -> [UInt8] {
    let window = ImageWindow(source, AddressMap(placement))
    return try window.read(0..<(try SectionList(window, .fs2).end), "the image")
  }

  static func changing(_ image: [UInt8], _ change: IdentityChange) throws(ImageError) -> [UInt8] {
    var editor = try SectionEditor(image, .fs2)
    if let rom = change.rom { try editor.set(rom: rom) }
    try editor.set(guids: change.guids, macs: change.macs)
    try editor.set(change.vsd, .vsd, what: "VSD")
    try editor.set(change.psid, .psid, what: "PSID")
    return try sealed(editor)
  }

  /// The image with its checksum over all, as every burn of mstflint writes it.
  static func sealed(_ editor: SectionEditor) throws(ImageError) -> [UInt8] {
    var image = editor.whole
    FS2Layout.fullCRCAbsent.write(0, into: &image)
    let crc = try editor.guids.isBlank ? UInt64(GUIDSection.blankCRC) : UInt64(FullImageCRC.of(image, editor.list))
    FS2Layout.fullCRC.write(crc, into: &image)
    return image
  }

  static func recipe(
    setting change: IdentityChange, on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe? {
    nil
  }
}
