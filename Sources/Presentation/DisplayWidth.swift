/// The columns that text takes on a terminal.
///
/// East Asian wide and fullwidth characters and emoji take two, combining marks none. Source: Unicode Standard Annex 11
/// (East Asian Width); the test compares with the C library's `wcwidth(3)`.
enum DisplayWidth {
  static func of(_ text: String) -> Int {
    // Nearly every cell of a long table is plain, and most of the time of a long table goes into measuring.
    isPlain(text) ? text.utf8.count : text.reduce(0) { $0 + of($1) }
  }

  /// Whether each byte is one printable ASCII character.
  static func isPlain(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy { (0x20..<0x7f).contains($0) } }

  /// A cluster is as wide as its first scalar; a flag or a joined emoji takes two columns.
  static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.count > 1, scalars.contains(where: { $0.value == 0xfe0f || (0x1f1e6...0x1f1ff).contains($0.value) }) {
      return 2
    }
    return of(first)
  }

  /// The longest part that a line break cannot divide: East Asian text may be broken between any two characters.
  static func longestRun(of word: Substring) -> Int {
    if isPlain(word) { return word.utf8.count }
    var (longest, run) = (0, 0)
    for character in word {
      let width = of(character)
      run = width > 1 ? width : run + width
      longest = max(longest, run)
    }
    return longest
  }

  static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // The vowels and final consonants of decomposed Hangul stand below their first letter.
    if (0x1160...0x11ff).contains(scalar.value) || (0xd7b0...0xd7fb).contains(scalar.value) { return 0 }
    // Half a flag is one column wide, a whole one two.
    if (0x1f1e6...0x1f1ff).contains(scalar.value) { return 1 }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x9fff,
    0xa000...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f,
    0xff00...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18dff, 0x1aff0...0x1b2ff, 0x1f200...0x1f2ff, 0x20000...0x3fffd,
  ]
}

/// Running text in lines.
enum TextWrap {
  /// Breaks between words; a word that is longer than a line is cut only when `hard` is set.
  ///
  /// - Parameter hanging: every line but the first is shorter by this many columns, for the caller's indent.
  static func lines(of text: String, width: Int, hanging: Int = 0, hard: Bool = false) -> [String] {
    guard DisplayWidth.of(text) > width else { return [text] }
    var lines: [String] = []
    var used = 0
    for part in text.split(separator: " ") {
      for word in hard ? pieces(of: part, width: width - hanging) : [String(part)] {
        let columns = DisplayWidth.of(word)
        if !lines.isEmpty, used + 1 + columns <= width - (lines.count > 1 ? hanging : 0) {
          lines[lines.count - 1] += " " + word
          used += 1 + columns
        } else {
          lines.append(word)
          used = columns
        }
      }
    }
    return lines.isEmpty ? [""] : lines
  }

  private static func pieces(of word: Substring, width: Int) -> [String] {
    var pieces = [""]
    var used = 0
    for character in word {
      let columns = DisplayWidth.of(character)
      if used + columns > width, used > 0 {
        pieces.append("")
        used = 0
      }
      pieces[pieces.count - 1].append(character)
      used += columns
    }
    return pieces
  }
}
