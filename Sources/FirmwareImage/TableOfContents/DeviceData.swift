internal import AdapterChips

/// What belongs to a device and not to its firmware: the sections that a burn must leave alone.
struct DeviceData {
  let entries: [TOCEntry]
  /// In physical bytes, the table among them where it is the device's own.
  let parts: [Range<Int>]

  init(of image: TabledImage) {
    entries = image.deviceEntries
    parts = image.deviceParts
  }

  init(table: TableOfContents) {
    entries = table.entries
    parts = [table.address..<table.address + TableOfContents.sectorSize] + table.entries.map { $0.range(from: 0) }
  }
}

/// Bytes for a place on the flash.
struct FlashPiece {
  let address: Int
  let bytes: ArraySlice<UInt8>

  var range: Range<Int> { address..<address + bytes.count }
}

extension FlashGeometry {
  /// The sectors that `range` touches.
  func sectors(of range: Range<Int>) -> Range<Int> {
    range.lowerBound / sectorSize * sectorSize..<range.upperBound.rounded(upTo: sectorSize)
  }

  /// Whole sectors for pieces that do not overlap, `ff` where no piece is. Pieces less than the largest erasable area
  /// apart come together, for mstflint erases and thereby blanks what is between them, too.
  func areas(for pieces: [FlashPiece]) -> [FlashPiece] {
    var runs: [Range<Int>] = []
    for touched in pieces.map({ sectors(of: $0.range) }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = runs.last, touched.lowerBound - last.upperBound < eraseSizes.max() ?? sectorSize {
        runs[runs.count - 1] = last.lowerBound..<max(last.upperBound, touched.upperBound)
      } else {
        runs.append(touched)
      }
    }
    return runs.map { run in
      var bytes = [UInt8](repeating: 0xff, count: run.count)
      for piece in pieces where run.contains(piece.address) {
        let offset = piece.address - run.lowerBound
        bytes.replaceSubrange(offset..<offset + piece.bytes.count, with: piece.bytes)
      }
      return FlashPiece(address: run.lowerBound, bytes: bytes[...])
    }
  }
}
