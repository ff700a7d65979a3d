public import FirmwareImage

/// A flash as a source of bytes for the image formats. A byte is read from the adapter once; what a burn changed must be
/// told with ``forget(_:)``.
public final class FlashBytes: ByteSource {
  private struct Page {
    var bytes = [UInt8](repeating: 0xff, count: FlashBytes.pageSize)
    /// Bit n: block n is there.
    var known: UInt64 = 0
  }

  /// What the gateway reads at once.
  private static let blockSize = 16
  private static let pageSize = 64 * blockSize

  private let flash: any FlashDevice
  private var pages: [Int: Page] = [:]

  public init(_ flash: any FlashDevice) { self.flash = flash }

  public var count: Int { flash.geometry.size }

  public func read(_ range: Range<Int>) throws -> [UInt8] {
    guard !range.isEmpty else { return [] }
    try fetch(range)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let page = position / Self.pageSize
      let end = min(range.upperBound, (page + 1) * Self.pageSize)
      let base = page * Self.pageSize
      bytes += pages[page]?.bytes[position - base..<end - base] ?? []
      position = end
    }
    return bytes
  }

  /// The bytes of `range` have changed, or may have: they are read again when they are asked for.
  public func forget(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    for block in range.lowerBound / Self.blockSize...(range.upperBound - 1) / Self.blockSize {
      pages[block / 64]?.known &= ~(1 << UInt64(block % 64))
    }
  }

  /// Reads what is missing, in runs as long as they are.
  private func fetch(_ range: Range<Int>) throws {
    let blocks = range.lowerBound / Self.blockSize...(range.upperBound - 1) / Self.blockSize
    var runStart: Int?
    for block in blocks {
      if isKnown(block) {
        if let start = runStart { try fetch(blocks: start..<block) }
        runStart = nil
      } else if runStart == nil {
        runStart = block
      }
    }
    if let start = runStart { try fetch(blocks: start..<blocks.upperBound + 1) }
  }

  private func fetch(blocks: Range<Int>) throws {
    let bytes = try flash.read(blocks.lowerBound * Self.blockSize..<blocks.upperBound * Self.blockSize)
    for block in blocks {
      let source = (block - blocks.lowerBound) * Self.blockSize
      let target = block % 64 * Self.blockSize
      pages[block / 64, default: Page()].bytes.replaceSubrange(
        target..<target + Self.blockSize, with: bytes[source..<source + Self.blockSize])
      pages[block / 64]?.known |= 1 << UInt64(block % 64)
    }
  }

  private func isKnown(_ block: Int) -> Bool { (pages[block / 64]?.known ?? 0) >> UInt64(block % 64) & 1 == 1 }
}
