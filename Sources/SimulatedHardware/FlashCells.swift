internal import FirmwareImage

/// The bytes of all flash chips of an adapter. Held by sectors, so that a copy of an adapter costs what is changed later.
struct FlashCells: Sendable {
  static let sectorSize = 0x10000
  private var sectors: [[UInt8]]
  let count: Int

  /// Erased cells.
  init(blank count: Int) {
    self.count = count
    sectors = Array(
      repeating: Array(repeating: 0xff, count: Self.sectorSize), count: (count + Self.sectorSize - 1) / Self.sectorSize)
  }

  /// What does not fit is left out; what is not given is erased.
  init(_ bytes: [UInt8], count: Int) {
    self.init(blank: count)
    for start in stride(from: 0, to: min(bytes.count, count), by: Self.sectorSize) {
      let part = bytes[start..<min(bytes.count, count, start + Self.sectorSize)]
      sectors[start / Self.sectorSize] = Array(part) + Array(repeating: 0xff, count: Self.sectorSize - part.count)
    }
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(sectors.count * Self.sectorSize)
    for sector in sectors { bytes += sector }
    return count == bytes.count ? bytes : Array(bytes[..<count])
  }

  /// Positions run round at the end, as address lines without a chip behind them do.
  subscript(_ address: Int) -> UInt8 {
    get {
      let place = address % count
      return sectors[place / Self.sectorSize][place % Self.sectorSize]
    }
    set {
      let place = address % count
      sectors[place / Self.sectorSize][place % Self.sectorSize] = newValue
    }
  }

  /// Four consecutive bytes as a big-endian number; `address` is a multiple of four.
  func dword(at address: Int) -> UInt32 {
    let place = address % count
    return sectors[place / Self.sectorSize].withSpan { sector in
      var value: UInt32 = 0
      for offset in 0..<4 { value = value << 8 | UInt32(sector[place % Self.sectorSize + offset]) }
      return value
    }
  }

  func bytes(_ range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let offset = start % Self.sectorSize
      let part = min(range.upperBound - start, Self.sectorSize - offset)
      bytes += sectors[start / Self.sectorSize][offset..<offset + part]
      start += part
    }
    return bytes
  }
}

extension Array {
  fileprivate func withSpan<R>(_ body: (Span<Element>) -> R) -> R { body(span) }
}

extension FlashCells: ByteSource {
  func read(_ range: Range<Int>) -> [UInt8] { bytes(range) }
}
