/// The checksum of a section, fed piece by piece, where its entry says that it is.
struct SectionChecksum {
  enum Verdict {
    case good, bad, unchecked(String)
    var isAcceptable: Bool { if case .bad = self { false } else { true } }
  }

  private let entry: TOCEntry
  private let checkedBytes: Int
  private var crc = CRC16()
  private var seen = 0
  private var tail: [UInt8] = []
  private var isEncrypted = false

  init(of entry: TOCEntry) {
    self.entry = entry
    checkedBytes = entry.checksumPlace == .section ? max(0, entry.size - 4) : entry.size
  }

  init(of entry: TOCEntry, _ bytes: [UInt8]) {
    self.init(of: entry)
    update(bytes)
  }

  /// Lines of 64 bytes and 4 more: a checksum of 16 bits, or an authentication tag, which fills all 32.
  private static let firstLineCheck = 64..<66

  mutating func update(_ piece: [UInt8]) {
    if seen == 0, entry.kind != .fs3, entry.hasCacheLineCRC, piece.count >= Self.firstLineCheck.upperBound {
      isEncrypted = piece[Self.firstLineCheck].contains { $0 != 0 }
    }
    let checked = min(piece.count, max(0, checkedBytes - seen))
    crc.update(piece[..<checked])
    tail += piece[checked...]
    seen += piece.count
  }

  var computed: UInt16 { crc.value }

  var stored: UInt16? {
    guard entry.checksumPlace == .section else { return entry.sectionCRC }
    return tail.count == 4 ? UInt16(tail[2]) << 8 | UInt16(tail[3]) : nil
  }

  var verdict: Verdict {
    switch entry.checksumPlace {
    case .nowhere: return .unchecked("its entry says that it has no checksum")
    case nil: return .unchecked("its checksum is where nobody knows")
    case .entry, .section:
      if isEncrypted { return .unchecked("it is encrypted") }
      return stored == computed ? .good : .bad
    }
  }
}
