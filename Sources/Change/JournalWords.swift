/// Lines of words, as the journal has them: readable, and safe to show whatever was put into them. A word with blanks,
/// control characters or anything but ASCII stands in quotation marks, its odd bytes as `\x1b`.
enum JournalWords {
  static func line(_ words: [String]) -> String {
    words.map(word).joined(separator: " ") + "\n"
  }

  private static func word(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != quotation && $0 != backslash }
    if plain && !text.isEmpty { return text }
    var result = "\""
    for byte in text.utf8 {
      switch byte {
      case quotation: result += "\\\""
      case backslash: result += "\\\\"
      case 0x20..<0x7f: result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += "\\x" + hexadecimal(byte)
      }
    }
    return result + "\""
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// The words of a line without its line feed; `nil` for what ``line(_:)`` never writes.
  static func words(_ line: some Collection<UInt8>) -> [String]? {
    var words: [String] = []
    var rest = Array(line)[...]
    while !rest.isEmpty {
      let text = rest.first == quotation ? quoted(&rest) : plain(&rest)
      guard let text, rest.isEmpty || rest.first == 0x20 && rest.count > 1 else { return nil }
      words.append(text)
      rest = rest.dropFirst()
    }
    return words.isEmpty ? nil : words
  }

  private static func plain(_ rest: inout ArraySlice<UInt8>) -> String? {
    let bytes = rest.prefix { $0 > 0x20 && $0 < 0x7f && $0 != quotation && $0 != backslash }
    rest = rest.dropFirst(bytes.count)
    return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
  }

  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String? {
    rest = rest.dropFirst()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case quotation: return String(validating: bytes, as: UTF8.self)
      case backslash:
        guard let escaped = escape(&rest) else { return nil }
        bytes.append(escaped)
      case 0x20..<0x7f: bytes.append(byte)
      default: return nil
      }
    }
    return nil
  }

  private static func escape(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    switch rest.popFirst() {
    case quotation: return quotation
    case backslash: return backslash
    case 0x78:  // x
      let digits = rest.prefix(2)
      rest = rest.dropFirst(2)
      guard digits.count == 2, digits.allSatisfy({ $0 != 0x2b && $0 != 0x2d }) else { return nil }
      return String(validating: digits, as: UTF8.self).flatMap { UInt8($0, radix: 16) }
    default: return nil
    }
  }

  private static let quotation = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
}
