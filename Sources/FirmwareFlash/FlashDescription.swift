/// What a parallel flash says of itself in its query table (Common Flash Interface).
/// Source: JEDEC JESD68.01, and JEP137 for the command sets.
struct FlashDescription: Equatable {
  enum CommandSet: UInt16 {
    case intel = 1
    case amd = 2
    /// Intel's standard set: the same commands here.
    case intelStandard = 3
  }

  /// Sectors of one size that follow each other.
  struct Region: Equatable {
    let sectorSize: Int
    let count: Int
  }

  let commandSet: CommandSet
  /// Bytes.
  let size: Int
  /// Bytes of a buffered write, or 1 where there is none.
  let bufferSize: Int
  let regions: [Region]

  /// Offsets in the table, in entries.
  enum Entry {
    static let signature = 0x10, commandSet = 0x13, size = 0x27, bufferSize = 0x2a, regionCount = 0x2c, regions = 0x2d
    /// Entries that are of use to us.
    static let count = 0x40
  }
  static let signature = Array("QRY".utf8)
  /// The unit in which sector sizes are given.
  private static let sizeUnit = 256
  private static let regionLength = 4

  /// - Returns: `nil` when the table is damaged, or tells of commands or sizes that we cannot serve.
  init?(_ table: [UInt8]) {
    guard table.count >= Entry.count, table[Entry.signature...].starts(with: Self.signature) else { return nil }
    func word(_ entry: Int) -> UInt16 { UInt16(table[entry]) | UInt16(table[entry + 1]) << 8 }
    guard let set = CommandSet(rawValue: word(Entry.commandSet)), (16...22).contains(table[Entry.size]),
      table[Entry.bufferSize] <= 8, (1...4).contains(table[Entry.regionCount])
    else { return nil }
    commandSet = set
    size = 1 << Int(table[Entry.size])
    bufferSize = 1 << Int(table[Entry.bufferSize])
    regions = (0..<Int(table[Entry.regionCount])).map {
      let entry = Entry.regions + $0 * Self.regionLength
      return Region(sectorSize: Int(word(entry + 2)) * Self.sizeUnit, count: Int(word(entry)) + 1)
    }
    let areGood = regions.allSatisfy { $0.sectorSize >= Self.sizeUnit && $0.sectorSize.nonzeroBitCount == 1 }
    guard areGood, regions.reduce(0, { $0 + $1.sectorSize * $1.count }) == size else { return nil }
  }

  /// The size at which every part of the flash can be erased.
  var eraseSize: Int { regions.map(\.sectorSize).max() ?? size }

  /// Where the sectors of an area begin.
  func sectors(in area: Range<Int>) -> [Int] {
    var starts: [Int] = []
    var position = 0
    for region in regions {
      for _ in 0..<region.count {
        if area.contains(position) { starts.append(position) }
        position += region.sectorSize
      }
    }
    return starts
  }
}
