public import FirmwareImage
internal import Vocabulary

/// A flash as a source of bytes. A byte is read from the adapter once, for every byte costs; what a burn changed must be
/// told with ``forget(_:)``.
public final class FlashBytes: ByteSource {
  /// What a gateway reads at once; everything is read in whole lines of it.
  private static let line = 16
  private static let pageSize = 4096
  private static let linesPerPage = pageSize / line

  private struct Page {
    var bytes = [UInt8](repeating: 0, count: FlashBytes.pageSize)
    var known = [Bool](repeating: false, count: FlashBytes.linesPerPage)
  }

  private let flash: any FlashDevice
  private var pages: [Int: Page] = [:]

  public let count: Int

  public init(_ flash: any FlashDevice) {
    self.flash = flash
    count = flash.geometry.size
  }

  public func read(_ range: Range<Int>) throws -> [UInt8] { try bytes(range) }

  /// As ``read(_:)``, with the type of its errors.
  func bytes(_ range: Range<Int>) throws(FlashError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw .access("bytes beyond the end of the flash were asked for")
    }
    try learn(range)
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let offset = position % Self.pageSize
      let length = min(Self.pageSize - offset, range.upperBound - position)
      result += pages[position / Self.pageSize]?.bytes[offset..<offset + length] ?? []
      position += length
    }
    return result
  }

  /// The bytes as they are now, whatever was read before.
  func fresh(_ range: Range<Int>) throws(FlashError) -> [UInt8] {
    forget(range)
    return try bytes(range)
  }

  /// A checksum over everything that was read, with its addresses.
  var checksum: String {
    var bytes: [UInt8] = []
    for (number, page) in pages.sorted(by: { $0.key < $1.key }) {
      for line in 0..<Self.linesPerPage where page.known[line] {
        let address = UInt64(number * Self.pageSize + line * Self.line)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: address >> UInt64(8 * $0)) }
        bytes += page.bytes[line * Self.line..<(line + 1) * Self.line]
      }
    }
    return CRC32.of(bytes).hexadecimal(digits: 8)
  }

  /// These bytes were written: they are read anew when they are asked for.
  public func forget(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    for line in range.lowerBound / Self.line...(range.upperBound - 1) / Self.line {
      pages[line / Self.linesPerPage]?.known[line % Self.linesPerPage] = false
    }
  }

  /// Reads what is not known of a range, in as few calls as can be.
  private func learn(_ range: Range<Int>) throws(FlashError) {
    guard !range.isEmpty else { return }
    var missing: Int?
    let last = (range.upperBound - 1) / Self.line
    for line in range.lowerBound / Self.line...last {
      if !isKnown(line) {
        if missing == nil { missing = line }
      } else if let first = missing {
        try fetch(first * Self.line..<line * Self.line)
        missing = nil
      }
    }
    if let first = missing { try fetch(first * Self.line..<min(count, (last + 1) * Self.line)) }
  }

  private func isKnown(_ line: Int) -> Bool {
    pages[line / Self.linesPerPage]?.known[line % Self.linesPerPage] ?? false
  }

  private func fetch(_ range: Range<Int>) throws(FlashError) {
    let fetched = try flash.read(range)
    guard fetched.count == range.count else { throw .access("the flash gave fewer bytes than were asked for") }
    var position = range.lowerBound
    while position < range.upperBound {
      let (page, offset) = (position / Self.pageSize, position % Self.pageSize)
      let length = min(Self.pageSize - offset, range.upperBound - position)
      let from = position - range.lowerBound
      pages[page, default: Page()].bytes.replaceSubrange(
        offset..<offset + length, with: fetched[from..<from + length])
      let lines = offset / Self.line..<(offset + length + Self.line - 1) / Self.line
      for line in lines { pages[page]?.known[line] = true }
      position += length
    }
  }
}
