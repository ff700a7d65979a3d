internal import FirmwareImage

/// What must be done to an area of a flash so that it holds certain bytes, and no more: sectors that are right stay,
/// and what stays erased is not programmed.
///
/// Reading is what costs most on the old ways in: a sector that differs is erased without a look at the rest of it, for an
/// erase is a handful of operations and a sector is read in thousands.
struct SectorDiff {
  let geometry: FlashGeometry
  /// What is on the flash now. Asked page by page, and no further than the first difference.
  let present: (Range<Int>) throws(FlashError) -> [UInt8]

  /// - Parameters:
  ///   - bytes: what the area from `address` on shall hold.
  /// - Throws: ``BurnFailure`` when a sector must be erased of which only a part is given.
  func writes(making bytes: [UInt8], at address: Int) throws -> [FlashWrite] {
    let area = address..<address + bytes.count
    var stale = Set<Int>()
    var cleared: [Int: [FlashWrite]] = [:]
    for sector in sectors(of: area) {
      let part = sector.clamped(to: area)
      if part == sector {
        if try differs(sector, from: bytes, at: address) { stale.insert(sector.lowerBound) }
      } else if let programs = try programsOnly(part, bytes: bytes, at: address) {
        cleared[sector.lowerBound] = programs
      } else {
        throw BurnFailure.refused(
          .layout("sector \(hexadecimal(sector.lowerBound)) must be erased, but only a part of it is given"))
      }
    }
    var writes: [FlashWrite] = []
    var position = area.lowerBound / geometry.sectorSize * geometry.sectorSize
    while position < area.upperBound {
      if stale.contains(position) {
        let size = eraseSize(at: position, in: area, stale: stale)
        writes.append(erasing(position..<position + size, bytes: bytes, at: address))
        position += size
      } else {
        writes += cleared[position] ?? []
        position += geometry.sectorSize
      }
    }
    return writes
  }

  /// How bits are cleared in bytes that are not to be erased. Bytes that are right already are not programmed.
  func writes(clearing bytes: [UInt8], at address: Int) throws -> [FlashWrite] {
    let area = address..<address + bytes.count
    guard let writes = try programsOnly(area, bytes: bytes, at: address) else {
      throw BurnFailure.refused(.layout("bits at \(hexadecimal(address)) cannot be set without an erase"))
    }
    return writes
  }

  private func differs(_ area: Range<Int>, from bytes: [UInt8], at address: Int) throws -> Bool {
    for page in pages(of: area) {
      let wanted = bytes[page.lowerBound - address..<page.upperBound - address]
      let present = try self.present(page)
      guard present.elementsEqual(wanted) else { return true }
    }
    return false
  }

  private func sectors(of area: Range<Int>) -> [Range<Int>] {
    let size = geometry.sectorSize
    return stride(from: area.lowerBound / size * size, to: area.upperBound, by: size).map { $0..<$0 + size }
  }

  /// The pages that an area touches, each cut to the area.
  private func pages(of area: Range<Int>) -> [Range<Int>] {
    let size = geometry.pageSize
    return stride(from: area.lowerBound / size * size, to: area.upperBound, by: size)
      .map { ($0..<$0 + size).clamped(to: area) }
  }

  /// The programs that turn what is there into what is wanted; `nil` as soon as a bit must be set.
  private func programsOnly(_ area: Range<Int>, bytes: [UInt8], at address: Int) throws -> [FlashWrite]? {
    var writes: [FlashWrite] = []
    for page in pages(of: area) {
      let wanted = bytes[page.lowerBound - address..<page.upperBound - address]
      let present = try self.present(page)
      guard zip(present, wanted).allSatisfy({ $0 & $1 == $1 }) else { return nil }
      let different = zip(present, wanted).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
      guard let first = different.first, let last = different.last else { continue }
      let span = page.lowerBound + first..<page.lowerBound + last + 1
      writes.append(
        FlashWrite(
          area: span, wanted: bytes[span.lowerBound - address..<span.upperBound - address], erases: false,
          programs: [span]))
    }
    return writes
  }

  /// The largest area that can be erased at once here, is given as a whole, and must be erased in all its sectors.
  private func eraseSize(at position: Int, in area: Range<Int>, stale: Set<Int>) -> Int {
    geometry.eraseSizes.last { size in
      position % size == 0 && position + size <= area.upperBound
        && stride(from: position, to: position + size, by: geometry.sectorSize).allSatisfy(stale.contains)
    } ?? geometry.sectorSize
  }

  private func erasing(_ area: Range<Int>, bytes: [UInt8], at address: Int) -> FlashWrite {
    let programs = pages(of: area).compactMap { page -> Range<Int>? in
      let wanted = bytes[page.lowerBound - address..<page.upperBound - address]
      guard let first = wanted.firstIndex(where: { $0 != 0xff }), let last = wanted.lastIndex(where: { $0 != 0xff })
      else { return nil }
      return first + address..<last + address + 1
    }
    return FlashWrite(
      area: area, wanted: bytes[area.lowerBound - address..<area.upperBound - address], erases: true,
      programs: programs)
  }
}
