/// What is needed of an ELF file: whether a library can be preloaded into it, and which functions it offers.
/// Source: elf(5), `Elf64_Ehdr`, `Elf64_Phdr`, `Elf64_Shdr`, `Elf64_Sym` and their 32-bit forms.
package struct ELFFile {
  /// Where a field stands, in 32-bit and in 64-bit files.
  private struct Field {
    let at: (narrow: Int, wide: Int)
    let size: (narrow: Int, wide: Int)

    init(_ narrow: Int, _ wide: Int, _ size: (narrow: Int, wide: Int)) {
      at = (narrow, wide)
      self.size = size
    }
  }

  private enum Layout {
    static let word = (narrow: 4, wide: 8), half = (narrow: 2, wide: 2), quarter = (narrow: 4, wide: 4)
    static let programHeaders = Field(28, 32, word)
    static let sectionHeaders = Field(32, 40, word)
    static let programHeaderSize = Field(42, 54, half)
    static let programHeaderCount = Field(44, 56, half)
    static let sectionHeaderSize = Field(46, 58, half)
    static let sectionHeaderCount = Field(48, 60, half)
    static let programType = Field(0, 0, quarter)
    static let sectionType = Field(4, 4, quarter)
    static let sectionOffset = Field(16, 24, word)
    static let sectionLength = Field(20, 32, word)
    static let sectionLink = Field(24, 40, quarter)
    static let symbolName = Field(0, 0, quarter)
    static let symbolSection = Field(14, 6, half)
    static let symbolSize = (narrow: 16, wide: 24)
    /// PT_INTERP, SHT_DYNSYM.
    static let interpreter = 3, dynamicSymbols = 11
  }

  private let bytes: [UInt8]
  package let isWide: Bool
  private let isBigEndian: Bool

  /// - Returns: `nil` of a file that is not ELF.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count >= 52, bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]), [1, 2].contains(bytes[4]),
      [1, 2].contains(bytes[5])
    else { return nil }
    self.bytes = bytes
    isWide = bytes[4] == 2
    isBigEndian = bytes[5] == 2
  }

  private func number(_ field: Field, from start: Int = 0) -> Int? {
    let (at, size) = isWide ? (field.at.wide, field.size.wide) : (field.at.narrow, field.size.narrow)
    let (begin, isOver) = start.addingReportingOverflow(at)
    guard !isOver, begin >= 0, begin <= bytes.count - size else { return nil }
    let part = bytes[begin..<begin + size]
    let value = (isBigEndian ? Array(part) : part.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value)
  }

  /// The starts of the entries of a table of headers.
  private func entries(_ table: Field, _ size: Field, _ count: Field) -> [Int] {
    guard let start = number(table), let size = number(size), let count = number(count), size > 0, start <= bytes.count
    else { return [] }
    return (0..<count).map { start + $0 * size }.filter { $0 < bytes.count }
  }

  /// Whether a dynamic linker starts it, which is what loads other libraries first.
  package var isDynamic: Bool {
    entries(Layout.programHeaders, Layout.programHeaderSize, Layout.programHeaderCount).contains {
      number(Layout.programType, from: $0) == Layout.interpreter
    }
  }

  /// The names of the functions and variables that it defines for others.
  package var exports: Set<String> {
    let sections = entries(Layout.sectionHeaders, Layout.sectionHeaderSize, Layout.sectionHeaderCount)
    guard
      let symbols = sections.first(where: { number(Layout.sectionType, from: $0) == Layout.dynamicSymbols }),
      let link = number(Layout.sectionLink, from: symbols), sections.indices.contains(link),
      let start = number(Layout.sectionOffset, from: symbols), let length = number(Layout.sectionLength, from: symbols),
      let names = number(Layout.sectionOffset, from: sections[link]), start <= bytes.count,
      length <= bytes.count - start
    else { return [] }
    let size = isWide ? Layout.symbolSize.wide : Layout.symbolSize.narrow
    var found = Set<String>()
    for symbol in stride(from: start, to: start + length, by: size) {
      guard let name = number(Layout.symbolName, from: symbol),
        let section = number(Layout.symbolSection, from: symbol),
        section != 0, name != 0, name < bytes.count, names < bytes.count - name
      else { continue }
      found.insert(String(decoding: bytes[(names + name)...].prefix(256).prefix { $0 != 0 }, as: UTF8.self))
    }
    return found
  }
}
