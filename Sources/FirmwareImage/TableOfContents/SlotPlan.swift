internal import AdapterChips

/// Which slot of a flash takes a new image, and what must not be touched meanwhile. Source:
/// ImageFormats.md#order-of-writing.
struct SlotPlan<Codec: TabledCodec> {
  private let flash: FlashGeometry
  private let image: TabledImage
  private let present: [Placement]
  /// The bytes of the image that boots now; empty on a flash without images.
  private let current: Range<Int>
  private let target: Placement
  /// What the device has of its own; `nil` on a flash that never had any.
  let device: DeviceData?

  init(
    for image: TabledImage, on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws {
    self.flash = flash
    self.image = image
    self.present = present
    let format = image.placement.format
    for placement in present where placement.format != format {
      throw ImageError.unsupported(
        "the flash holds an \(placement.format.rawValue) image, and this one is \(format.rawValue)")
    }
    device = try Codec.deviceData(holding: present, slotLog2: image.slotLog2, in: source)
    guard let first = present.first else {
      current = 0..<0
      target = Placement(format: format, start: 0)
      return
    }
    guard device != nil else {
      throw ImageError.damaged(
        what: "the device's own data", why: "cannot be found on the flash, so nothing may be written beside it")
    }
    var ignored: [Verification.Check] = []
    let booting: TabledImage?
    do { booting = try Codec.load(first, in: source, checks: &ignored) } catch is ImageError { booting = nil }
    let log2 = booting?.slotLog2 ?? image.slotLog2
    current = first.start..<first.start + (booting?.extent ?? 1 << log2)
    target = Placement(
      format: format, start: try SlotAddresses.other(than: first.start, slotLog2: log2, newLog2: image.slotLog2))
  }

  /// - Parameters:
  ///   - file: the image as a contiguous file, with the device's entries where it has such.
  ///   - deviceData: pieces of the device's own that are written too: on a flash that has none.
  func recipe(for file: [UInt8], deviceData: [FlashPiece], magicSize: Int) throws(ImageError) -> BurnRecipe {
    let magic = Array(file[..<magicSize])
    var file = file
    file.replaceSubrange(..<magicSize, with: [UInt8](repeating: 0xff, count: magicSize))
    let own = image.imageParts.filter { !$0.isEmpty }.map {
      FlashPiece(address: target.start + $0.lowerBound, bytes: file[$0])
    }
    let areas = flash.areas(for: own + deviceData)
    try check(areas)
    let stale = present.dropFirst().filter { stale in areas.contains { $0.range.contains(stale.start) } }
    var steps = stale.map { BurnRecipe.Step.end(at: $0.start) }
    // The device's own comes first: an image cut off before its magic may be asked later where that lies.
    let isOwn = { (area: FlashPiece) in deviceData.contains { $0.range.overlaps(area.range) } }
    steps += (areas.filter(isOwn) + areas.filter { !isOwn($0) })
      .map { .make(address: $0.address, bytes: Array($0.bytes)) }
    let activation = steps.count
    steps.append(.program(address: target.start, bytes: magic))
    steps += present.filter { !stale.contains($0) }.map { .end(at: $0.start) }
    return BurnRecipe(placement: target, steps: steps, activation: activation)
  }

  private func check(_ areas: [FlashPiece]) throws(ImageError) {
    guard target.start % flash.sectorSize == 0 else {
      throw .unsupported("the flash cannot erase a slot at byte \(target.start) without what lies before it")
    }
    for area in areas {
      guard area.range.upperBound <= flash.size else {
        throw .tooLarge(needed: area.range.upperBound, available: flash.size)
      }
      if area.range.overlaps(current) {
        throw .tooLarge(needed: image.extent, available: abs(current.lowerBound - target.start))
      }
      if let part = device?.parts.filter({ area.range.overlaps($0) }).min(by: { $0.lowerBound < $1.lowerBound }) {
        throw .tooLarge(needed: image.extent, available: max(0, part.lowerBound - target.start))
      }
    }
  }
}

/// Where slots begin. Source: ImageFormats.md#fs3: at 0 and at 2^log2; images for slots of 4 MiB may sit at 8 MiB.
enum SlotAddresses {
  private static let shiftedLog2 = 23
  private static let shiftable = [22, shiftedLog2]

  /// The slot that does not boot. With slots of different sizes mstflint goes on only between 4 and 8 MiB.
  static func other(than start: Int, slotLog2: Int, newLog2: Int) throws(ImageError) -> Int {
    guard slotLog2 == newLog2 || shiftable.contains(slotLog2) && shiftable.contains(newLog2) else {
      throw .unsupported(
        "the flash has slots of \(1 << slotLog2) bytes, and the image is made for slots of \(1 << newLog2)")
    }
    let shifted = 1 << shiftedLog2
    if start != 0, newLog2 != shiftedLog2 || start == shifted { return 0 }
    return slotLog2 == shiftedLog2 ? shifted : 1 << newLog2
  }
}
