/// An opensm.conf as opensm itself reads it, with its bytes kept, so that one key can be changed and every other line
/// stays as its author wrote it.
///
/// opensm reads a line of at most 1,022 bytes (what is longer goes on as a line of its own), ends it at the first NUL
/// byte and at the first `#` wherever that stands, takes the first word as the key and the rest, without the white
/// space and one pair of quotation marks around it, as the value. Source: opensm 3.3.23, `osm_subn_parse_conf_file`
/// and `clean_val`; judged by `opensm -F FILE -c OUT` in the tests.
public struct OpenSMConfiguration: Sendable, Equatable {
  /// One line that names a key.
  public struct Entry: Sendable, Equatable {
    public let key: String
    /// Without the white space and the quotation marks around it; empty where none is given.
    public let value: String
    /// From 1.
    public let line: Int
    /// The rest of a line that was too long for opensm: it takes it for a line of its own.
    public let continuesLongLine: Bool
    /// Where the key, and where the value with its quotation marks, stand in the bytes of the file.
    let keyBytes: Range<Int>
    let valueBytes: Range<Int>
  }

  /// What findings name: `/etc/opensm/opensm.conf`.
  public let file: String
  public let bytes: [UInt8]
  /// In the order of the file, known keys and others.
  public let entries: [Entry]

  /// The most bytes, its newline among them, that opensm takes as one line.
  public static let longestLine = 1_022

  public init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    entries = Self.entries(of: bytes)
  }

  public init(_ text: String, file: String) { self.init(Array(text.utf8), file: file) }

  /// The whole file. Bytes that are not UTF-8 are replaced: write `bytes`, show `text`.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The entry that counts for a key, under any of its names: opensm lets the last one win.
  public func entry(_ key: String) -> Entry? {
    let names = OpenSMOption.named(key)?.names ?? [key]
    return entries.last { names.contains($0.key) }
  }
}

extension OpenSMConfiguration {
  private static func entries(of bytes: [UInt8]) -> [Entry] {
    var found: [Entry] = []
    var start = 0
    var line = 1
    var continues = false
    while start < bytes.count {
      let limit = min(start + longestLine, bytes.count)
      let newline = bytes[start..<limit].firstIndex(of: newline)
      let end = newline ?? limit
      if let entry = entry(in: bytes, start..<end, line: line, continues: continues) { found.append(entry) }
      continues = newline == nil
      line += continues ? 0 : 1
      start = newline.map { $0 + 1 } ?? limit
    }
    return found
  }

  private static func entry(in bytes: [UInt8], _ range: Range<Int>, line: Int, continues: Bool) -> Entry? {
    let end = bytes[range].firstIndex { $0 == 0 || $0 == hash } ?? range.upperBound
    guard let keyStart = bytes[range.lowerBound..<end].firstIndex(where: { !separatesKey($0) }) else { return nil }
    let keyEnd = bytes[keyStart..<end].firstIndex(where: separatesKey) ?? end
    let value = trimmed(bytes, keyEnd..<end)
    let bare = withoutQuotes(bytes, value)
    return Entry(
      key: String(decoding: bytes[keyStart..<keyEnd], as: UTF8.self),
      value: String(decoding: bytes[bare], as: UTF8.self), line: line, continuesLongLine: continues,
      keyBytes: keyStart..<keyEnd, valueBytes: value)
  }

  private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    guard let first = bytes[range].firstIndex(where: { !isSpace($0) }),
      let last = bytes[range].lastIndex(where: { !isSpace($0) })
    else { return range.upperBound..<range.upperBound }
    return first..<last + 1
  }

  /// A lone quotation mark is a pair to opensm, with nothing in it.
  private static func withoutQuotes(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    guard let first = bytes[range].first, quotes.contains(first), bytes[range].last == first else { return range }
    return range.count < 2 ? range.upperBound..<range.upperBound : range.lowerBound + 1..<range.upperBound - 1
  }

  private static let newline: UInt8 = 0x0a
  private static let hash: UInt8 = 0x23
  private static let quotes: [UInt8] = [0x22, 0x27]

  /// A carriage return or a form feed belongs to the key.
  private static func separatesKey(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a }

  /// `isspace` of the C locale.
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}

extension OpenSMConfiguration {
  /// The same file with a key set: where opensm takes its value from now the value is replaced, the rest of that line
  /// and every other line stay; a key that is not there is added at the end.
  ///
  /// - Throws: `OpenSMConfigurationFailure` for a key or a value that opensm could not read back.
  public func setting(_ key: String, to value: String) throws(OpenSMConfigurationFailure) -> OpenSMConfiguration {
    let written = try Self.spelling(of: value, for: key)
    guard let entry = entry(key) else {
      let separator: [UInt8] = bytes.isEmpty || bytes.last == Self.newline ? [] : [Self.newline]
      return OpenSMConfiguration(bytes + separator + Array("\(key) ".utf8) + written + [Self.newline], file: file)
    }
    let changed =
      bytes[..<entry.keyBytes.upperBound] + [0x20] + written
      + (entry.valueBytes.isEmpty ? rest(after: entry.keyBytes.upperBound) : bytes[entry.valueBytes.upperBound...])
    let result = OpenSMConfiguration(Array(changed), file: file)
    // A comment behind the value may push it over the longest line, a NUL byte may stand before it.
    guard result.entry(key)?.value == value else {
      throw OpenSMConfigurationFailure.unwritable(key: key, value: value)
    }
    return result
  }

  /// The same file without the lines of a key.
  func removing(_ key: String) -> OpenSMConfiguration {
    var result = self
    while let entry = result.entry(key) {
      let bytes = result.bytes
      let start = bytes[..<entry.keyBytes.lowerBound].lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
      let end = bytes[entry.keyBytes.upperBound...].firstIndex(of: Self.newline).map { $0 + 1 } ?? bytes.count
      result = OpenSMConfiguration(Array(bytes[..<start] + bytes[end...]), file: file)
    }
    return result
  }

  /// What follows a key without a value, with room between the new value and a comment.
  private func rest(after index: Int) -> ArraySlice<UInt8> {
    let rest = bytes[index...]
    return rest.first == Self.hash ? [0x20] + rest : rest
  }

  private static func spelling(
    of value: String, for key: String
  ) throws(OpenSMConfigurationFailure) -> [UInt8] {
    let bytes = Array(value.utf8)
    let keyIsWord = !key.isEmpty && key.utf8.allSatisfy { !isSpace($0) && $0 != hash && $0 != 0 }
    guard keyIsWord, !bytes.contains(where: { [0, hash, newline].contains($0) }),
      key.utf8.count + bytes.count + 5 <= longestLine
    else { throw .unwritable(key: key, value: value) }
    let isPlain =
      bytes.first.map { !isSpace($0) && !quotes.contains($0) } ?? false
      && bytes.last.map { !isSpace($0) && !quotes.contains($0) } ?? false
    return isPlain ? bytes : [quotes[0]] + bytes + [quotes[0]]
  }
}
