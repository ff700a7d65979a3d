internal import BinaryLayout

/// The header before the entries of a table of contents. Source: ImageFormats.md#fs3.
enum TOCHeaderLayout {
  static let size = 32
  static let checkedBytes = 28
  static let signatureSize = 16
  static let crc = LayoutField("itoc_entry_crc", byte: 30, bytes: 2)
  static let version = LayoutField("version", byte: 19, bytes: 1)

  private static let constant: [UInt8] = [
    0x04, 0x08, 0x15, 0x16, 0x23, 0x42, 0xca, 0xfa, 0xba, 0xca, 0xfe, 0x00,
  ]
  static func signature(_ kind: TOCKind) -> [UInt8] { Array(kind.isDevice ? "DTOC".utf8 : "ITOC".utf8) + constant }
}

/// A table of contents: ITOC or DTOC.
struct TableOfContents: Sendable, Equatable {
  /// A table takes one erasable sector, and where it may be found goes in such steps.
  static let sectorSize = 0x1000
  /// mstflint reads no more, whatever the table says.
  static let maximumEntries = 63

  let kind: TOCKind
  /// Bytes from the start of the image (ITOC) or of the flash (DTOC).
  let address: Int
  var header: [UInt8]
  var entries: [TOCEntry]

  /// A new table.
  init(kind: TOCKind, address: Int, entries: [TOCEntry]) {
    self.kind = kind
    self.address = address
    self.entries = entries
    header = TOCHeaderLayout.signature(kind) + [UInt8](repeating: 0, count: TOCHeaderLayout.size - 16)
    TOCHeaderLayout.version.write(1, into: &header)
    TOCHeaderLayout.crc.write(UInt64(CRC16.of(header[..<TOCHeaderLayout.checkedBytes])), into: &header)
  }

  /// The table at `address`, if its signature stands there. What is wrong with it goes to `checks`.
  init?(
    _ kind: TOCKind, at address: Int, of placement: Placement, in source: any ByteSource,
    checks: inout [Verification.Check]
  ) throws {
    let position = kind.isDevice ? address : placement.start + address
    guard position >= 0, position <= source.count - TOCHeaderLayout.size else { return nil }
    header = try source.read("the table of contents", at: position, count: TOCHeaderLayout.size)
    guard header.starts(with: TOCHeaderLayout.signature(kind)) else { return nil }
    self.kind = kind
    self.address = address
    entries = []
    let name = kind.isDevice ? "DTOC_HEADER" : "ITOC_HEADER"
    checks.append(
      .comparing(
        name, address: address, size: TOCHeaderLayout.size, stored: UInt32(TOCHeaderLayout.crc.read(header) ?? 0),
        computed: UInt32(CRC16.of(header[..<TOCHeaderLayout.checkedBytes]))))
    try readEntries(from: position + TOCHeaderLayout.size, in: source, checks: &checks)
  }

  /// Entries up to the end marker. One whose checksum is wrong is reported and left out: nothing in it can be believed.
  private mutating func readEntries(
    from first: Int, in source: any ByteSource, checks: inout [Verification.Check]
  ) throws {
    let table = kind.isDevice ? "DTOC" : "ITOC"
    let atOnce = 8
    var block: [UInt8] = []
    for index in 0...Self.maximumEntries {
      let position = first + index * TOCEntryLayout.size
      if index % atOnce == 0 {
        let count = min(
          atOnce * TOCEntryLayout.size, (source.count - position) / TOCEntryLayout.size * TOCEntryLayout.size)
        block = try source.read("the \(table)", at: position, count: max(count, TOCEntryLayout.size))
      }
      let offset = index % atOnce * TOCEntryLayout.size
      guard offset + TOCEntryLayout.size <= block.count else { break }
      let entry = TOCEntry(block[offset..<offset + TOCEntryLayout.size], kind: kind)
      let entryAddress = address + TOCHeaderLayout.size + index * TOCEntryLayout.size
      if entry.type == .end {
        // mstflint looks at the type alone. A marker that is not blank may be an entry that broke, and hides the rest.
        if entry.bytes.contains(where: { $0 != 0xff }) {
          checks.append(.bad("\(table)_END", address: entryAddress, size: 32, "is not blank as an end marker is"))
        }
        return
      }
      guard entry.storedCRC == entry.computedCRC else {
        checks.append(
          .comparing(
            "\(table)_ENTRY (\(entry.type.name))", address: entryAddress, size: TOCEntryLayout.size,
            stored: UInt32(entry.storedCRC), computed: UInt32(entry.computedCRC)))
        continue
      }
      entries.append(entry)
    }
    checks.append(.bad("\(table)_END", address: address, size: 32, "is missing: the table has no end"))
  }

  /// Header, entries and end marker.
  var bytes: [UInt8] {
    header + entries.flatMap(\.bytes) + [UInt8](repeating: 0xff, count: TOCEntryLayout.size)
  }

  func entries(_ type: TOCSectionType) -> [TOCEntry] { entries.filter { $0.type == type } }
  func entry(_ type: TOCSectionType) -> TOCEntry? { entries.first { $0.type == type } }
}

extension Verification.Check {
  static func comparing(
    _ name: String, address: Int, size: Int, stored: UInt32, computed: UInt32
  ) -> Verification.Check {
    Verification.Check(
      name: name, address: address, size: size, expected: stored, actual: computed,
      verdict: stored == computed ? .good : .bad("wrong checksum"))
  }

  static func bad(_ name: String, address: Int, size: Int, _ why: String) -> Verification.Check {
    Verification.Check(name: name, address: address, size: size, expected: nil, actual: nil, verdict: .bad(why))
  }

  static func unchecked(_ name: String, address: Int, size: Int, _ why: String) -> Verification.Check {
    Verification.Check(name: name, address: address, size: size, expected: nil, actual: nil, verdict: .unchecked(why))
  }

  var complaint: String? { if case .bad(let why) = verdict { why } else { nil } }
}
