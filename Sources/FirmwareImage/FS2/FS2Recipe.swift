internal import AdapterChips
internal import BinaryLayout

/// How an FS2 image gets onto a flash. Source: ImageFormats.md#fs2 (slots, size limit),
/// ImageFormats.md#order-of-writing.
extension FS2Codec {
  /// More is never kept free for the firmware's own settings.
  private static let largestConfigurationArea = 0x1_0000
  private static let usualSectorSize = 0x1000
  private static let connectX3SectorSize = 0x1_0000
  /// Hardware ids of ConnectX-3 and -3 Pro, whose older images do not tell the sector size.
  private static let connectX3: [UInt32] = [0x1f5, 0x1f7]

  static func recipe(
    placing image: [UInt8], on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe {
    let placement = try target(of: image, holding: present)
    let map = AddressMap(placement)
    let window = ImageWindow(image)
    let list = try SectionList(window, .fs2)
    let image = Array(image.prefix(list.end))
    let limit = try self.limit(list, window, flash, holding: present, source: source, map)
    guard image.count <= limit else { throw ImageError.tooLarge(needed: image.count, available: max(0, limit)) }

    var steps: [BurnRecipe.Step] = []
    // A magic in the slot that is about to be written would be found over half an image.
    if FS2Layout.magic.starts(
      with: try ImageWindow(source, map).read(BurnRecipe.Step.deadWord.count, at: 0, "the slot"))
    {
      steps.append(.end(at: placement.start))
    }
    steps += try body(image, map, flash, source: source, limit: limit)
    steps.append(.program(address: placement.start, bytes: FS2Layout.magic))
    let magic = steps.count - 1
    let others = present.map(\.start).filter { $0 != placement.start && !overwrites(map, image.count, $0) }
    steps += others.map { .end(at: $0) }
    // An adapter takes the first magic it finds. Behind the old image's the new one only counts when that is gone.
    let last = others.lastIndex { $0 < placement.start }
    return BurnRecipe(placement: placement, steps: steps, activation: magic + (last.map { $0 + 1 } ?? 0))
  }

  /// The slot that does not boot now.
  private static func target(of image: [UInt8], holding present: [Placement]) throws(ImageError) -> Placement {
    guard image.starts(with: FS2Layout.magic), image.count >= FS2Layout.recognisedSize else { throw .noImage }
    guard case .on(let chunkLog2) = FS2Layout.failsafe(image) else {
      guard present.isEmpty else {
        throw .unsupported("this image is not made for two slots: burning it would overwrite the one that boots")
      }
      return Placement(format: .fs2, start: 0)
    }
    guard let boots = present.first else { return Placement(format: .fs2, start: 0, chunkLog2: chunkLog2) }
    guard boots.format == .fs2, boots.chunkLog2 == chunkLog2 else {
      throw .unsupported(
        "the image that boots now is not laid out in chunks of \(1 << chunkLog2) bytes as the new one is: it would be "
          + "overwritten")
    }
    return Placement(format: .fs2, start: boots.start == 0 ? 1 << chunkLog2 : 0, chunkLog2: chunkLog2)
  }

  /// Bytes that an image may have in a slot.
  private static func limit(
    _ list: SectionList, _ window: ImageWindow, _ flash: FlashGeometry, holding present: [Placement],
    source: any ByteSource, _ map: AddressMap
  ) throws -> Int {
    var infos = [try list.imageInfo(window)]
    if let boots = present.first {
      infos.append(try info(of: boots, in: source))
    }
    let areas = infos.compactMap { $0?.configurationArea }
    let ids = infos.flatMap { $0?.hardwareIDs ?? [] }
    let usual = ids.contains { connectX3.contains($0 & 0xffff) } ? connectX3SectorSize : usualSectorSize
    let sectorSize = areas.compactMap(\.sectorSize).max() ?? usual
    let sectors = areas.map(\.sectors).max() ?? 0
    let reserved = min(sectors * sectorSize, largestConfigurationArea)
    let isStriped = map.chunkLog2 != nil
    let slot = isStriped ? min(flash.size / 2, map.capacity(of: flash.size)) : flash.size
    return slot - (isStriped ? reserved : 2 * reserved)
  }

  /// `nil` when the image cannot be read any more: then it cannot be asked what it reserves.
  private static func info(of placement: Placement, in source: any ByteSource) throws -> ImageInfo? {
    let window = ImageWindow(source, AddressMap(placement))
    do {
      return try SectionList(window, .fs2).imageInfo(window)
    } catch is ImageError {
      return nil
    }
  }

  /// The image without its magic, in physical runs that end where a sector does.
  private static func body(
    _ image: [UInt8], _ map: AddressMap, _ flash: FlashGeometry, source: any ByteSource, limit: Int
  ) throws -> [BurnRecipe.Step] {
    if let chunkLog2 = map.chunkLog2, (1 << chunkLog2) % flash.sectorSize != 0 {
      throw ImageError.unsupported("the flash erases \(flash.sectorSize) bytes at once, more than a chunk of the image")
    }
    var bytes = image
    bytes.replaceSubrange(0..<FS2Layout.magic.count, with: repeatElement(0xff, count: FS2Layout.magic.count))
    let padded = (image.count + flash.sectorSize - 1) / flash.sectorSize * flash.sectorSize
    bytes += [UInt8](repeating: 0xff, count: min(padded, limit) - image.count)
    // The last sector may reach into what the firmware keeps for itself: that stays.
    if padded > limit { bytes += try ImageWindow(source, map).read(limit..<padded, "the flash") }
    var taken = 0
    return map.runs(of: 0..<bytes.count).map { run in
      defer { taken += run.count }
      return .make(address: run.lowerBound, bytes: Array(bytes[taken..<taken + run.count]))
    }
  }

  private static func overwrites(_ map: AddressMap, _ size: Int, _ address: Int) -> Bool {
    map.runs(of: 0..<size).contains { $0.contains(address) }
  }
}
