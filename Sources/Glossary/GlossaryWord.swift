/// A word as it is compared: lower-case letters and digits.
enum GlossaryWord {
  /// Longer input is no name of anything.
  static let longest = 400

  static func key(_ text: some StringProtocol) -> String {
    var key: [UInt8] = []
    key.reserveCapacity(min(text.utf8.count, longest))
    for byte in text.utf8 {
      guard let folded = folded(byte) else { continue }
      key.append(folded)
      if key.count == longest { break }
    }
    return String(decoding: key, as: UTF8.self)
  }

  /// Whether a text is compared as `key`, without making its own.
  static func isKey(_ key: [UInt8], of text: Substring) -> Bool {
    var position = 0
    for byte in text.utf8 {
      guard let folded = folded(byte) else { continue }
      guard position < longest else { break }
      guard position < key.count, key[position] == folded else { return false }
      position += 1
    }
    return position == key.count
  }

  /// The words of a text, each as it is compared; `no_sm` is a word of its own, and so are its parts.
  static func all(in text: String) -> Set<String> {
    let whole = text.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "-" }
    return Set((whole + whole.flatMap { $0.split { $0 == "_" || $0 == "-" } }).map { key($0) })
  }

  /// What the input may be meant as, the fullest first: its name without a value, and the last part of a path.
  static func candidates(_ name: Substring) -> [String] {
    var forms: [Substring] = [name]
    if let slash = name.lastIndex(of: "\\") { forms.append(name[name.index(after: slash)...]) }
    for place in ["/proc/sys/", "/etc/rdma/rsocket/"] where name.hasPrefix(place) {
      forms.append(name.dropFirst(place.count))
    }
    var seen: Set<String> = []
    return forms.map(key).filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// What stands before a `=`, of an input that is no longer than a name can be; nothing of a longer one.
  static func name(_ words: String) -> Substring {
    words.utf8.count > longestInput ? "" : words.prefix { $0 != "=" }
  }

  /// The longest name, below the longest registry key.
  private static let longestInput = 400

  /// Whether `key` is the name with something in the place of each `<…>`: a sentence of an event log.
  static func isFilled(_ name: String, _ key: String) -> Bool {
    guard name.utf8.contains(UInt8(ascii: "<")) else { return false }
    let parts = name.split(separator: "<", omittingEmptySubsequences: false)
    let pieces = [Self.key(parts[0])] + parts.dropFirst().map { Self.key($0.drop { $0 != ">" }) }
    guard key.hasPrefix(pieces[0]) else { return false }
    var rest = key.dropFirst(pieces[0].count)
    for (index, piece) in pieces.enumerated().dropFirst() where !piece.isEmpty {
      if index == pieces.count - 1 { return rest.count > piece.count && rest.hasSuffix(piece) }
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return !rest.isEmpty
  }

  /// A knob is called by its full name, and by what stands behind the last dot.
  static func knobKeys(_ knob: Substring) -> [String] {
    [key(knob)] + (knob.lastIndex(of: ".").map { [key(knob[knob.index(after: $0)...])] } ?? [])
  }

  private static func folded(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    default: nil
    }
  }
}
