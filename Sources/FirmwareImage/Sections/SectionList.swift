internal import BinaryLayout

/// A part of an FS1 or FS2 image, found but not read.
struct SectionEntry: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case boot2
    case section(SectionHeader)
  }

  let kind: Kind
  /// Where it starts, header included.
  let address: Int
  /// Bytes in all: header, data and checksum.
  let size: Int
  /// Its first bytes, that had to be read to find out what it is.
  let start: [UInt8]

  var end: Int { address + size }
  var header: SectionHeader? { if case .section(let header) = kind { header } else { nil } }
  var type: SectionType? { header?.type }
  var name: String { header?.name ?? "BOOT2" }
  /// The addresses of its data, of BOOT2 of the whole block.
  var data: Range<Int> {
    header == nil ? address..<end : address + SectionHeader.size..<end - 4
  }

  /// All of its bytes; those that are known are not read again.
  func bytes(in window: ImageWindow) throws -> [UInt8] {
    try start + window.read(address + start.count..<end, name)
  }

  /// The data among all of its bytes.
  func data(of bytes: [UInt8]) -> [UInt8] { Array(bytes[data.lowerBound - address..<data.upperBound - address]) }
}

/// An FS1 or FS2 image taken apart: its header, and the list that BOOT2 is the first part of.
struct SectionList {
  let layout: ImageHeaderLayout
  let header: [UInt8]
  let entries: [SectionEntry]

  /// Bytes from the image's start to the end of its last part.
  var end: Int { entries.last?.end ?? layout.size }

  func first(_ type: SectionType) -> SectionEntry? { entries.first { $0.type == type } }

  subscript(_ field: LayoutField) -> UInt64 { field.read(header) ?? 0 }

  /// Reads the header and the start of every part.
  init(_ window: ImageWindow, _ layout: ImageHeaderLayout) throws {
    var entries: [SectionEntry] = []
    header = try Self.walk(window, layout) { _, entry in entries.append(entry) }
    self.layout = layout
    self.entries = entries
  }

  /// Goes along the list. `visit` hears of the image's header and of each part, in order, as soon as it is found.
  /// - Returns: the header.
  @discardableResult
  static func walk(
    _ window: ImageWindow, _ layout: ImageHeaderLayout, visit: (_ header: [UInt8], SectionEntry) throws -> Void
  ) throws -> [UInt8] {
    let start = try window.read(layout.size + Boot2.headerSize, at: 0, "the \(layout.formatName) header")
    let header = Array(start.prefix(layout.size))
    var entry = try boot2(at: layout.size, start: Array(start.suffix(Boot2.headerSize)), window)
    try visit(header, entry)
    var address = entry.end
    var mayBeBoot2 = true
    repeat {
      entry = try Self.entry(at: address, mayBeBoot2: mayBeBoot2, window)
      mayBeBoot2 = false
      try visit(header, entry)
      // A second block of boot code has no pointer either: the next part follows it.
      address = entry.header.map { $0.isLast ? 0 : Int($0.next) } ?? entry.end
      guard address == 0 || address >= entry.end else {
        throw ImageError.damaged(what: "the list of sections", why: "goes back from \(entry.name) to \(address)")
      }
    } while address != 0
    return header
  }

  private static func boot2(at address: Int, start: [UInt8], _ window: ImageWindow) throws -> SectionEntry {
    let size = try Boot2.size(header: start)
    try check(address, size, "BOOT2", window)
    return SectionEntry(kind: .boot2, address: address, size: size, start: start)
  }

  /// What stands where the list points. Only directly after the first BOOT2 there may be a second one.
  private static func entry(at address: Int, mayBeBoot2: Bool, _ window: ImageWindow) throws -> SectionEntry {
    let bytes = try window.read(SectionHeader.size, at: address, "a section header")
    guard let record = LayoutRecord(bytes, length: SectionHeader.size) else {
      throw ImageError.outOfBounds(what: "a section header", position: address, limit: window.count)
    }
    let header = SectionHeader(record)
    if header.type == nil && mayBeBoot2 { return try boot2(at: address, start: bytes, window) }
    guard header.dataSize <= SectionHeader.largestData else {
      throw ImageError.damaged(what: "section \(header.name) at \(address)", why: "names an impossible size")
    }
    let size = header.dataSize + SectionHeader.sizeWithChecksum
    try check(address, size, "section \(header.name)", window)
    return SectionEntry(kind: .section(header), address: address, size: size, start: bytes)
  }

  private static func check(_ address: Int, _ size: Int, _ what: String, _ window: ImageWindow) throws(ImageError) {
    guard address + size <= window.count else {
      throw .outOfBounds(what: what, position: address + size, limit: window.count)
    }
  }
}
