/// Makes messages of the bytes of a log, as they come: a message may come in pieces, and garbage between messages (a
/// crash leaves NUL bytes) does no harm.
public struct OpenSMLogReader: Sendable {
  /// What opensm was told to begin every message with (`log_prefix`).
  private let prefix: String?
  private var partial: [UInt8] = []
  private var pending: OpenSMLogEntry?
  private var pendingLines = 0

  /// The most bytes of a line and lines of a message that are kept; opensm writes at most 4 KiB.
  static let longestLine = 8_192
  static let mostLines = 200

  public init(prefix: String? = nil) { self.prefix = prefix }

  /// The messages that are complete with these bytes. The last one is kept until the next begins, since lines may
  /// follow that belong to it.
  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [OpenSMLogEntry] {
    var finished: [OpenSMLogEntry] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if let entry = take(line: partial) { finished.append(entry) }
        partial.removeAll(keepingCapacity: true)
      } else if partial.count < Self.longestLine {
        partial.append(byte)
      }
    }
    return finished
  }

  /// The message that was kept, when nothing more comes for now; a line without its end stays.
  public mutating func flush() -> OpenSMLogEntry? {
    defer { pending = nil }
    return pending
  }

  /// The rest, a line without its end with it.
  public mutating func finish() -> [OpenSMLogEntry] {
    var finished: [OpenSMLogEntry] = []
    if !partial.isEmpty, let entry = take(line: partial) { finished.append(entry) }
    partial = []
    if let last = flush() { finished.append(last) }
    return finished
  }

  private mutating func take(line bytes: [UInt8]) -> OpenSMLogEntry? {
    let line = Self.clean(bytes)
    if let head = Self.head(line, prefix: prefix) {
      defer { (pending, pendingLines) = (head, 1) }
      return pending
    }
    let rest = line.trimmingWhitespace
    guard !rest.isEmpty else { return nil }
    guard var entry = pending else {
      (pending, pendingLines) = (OpenSMLogEntry(thread: "", level: [], text: rest), 1)
      return nil
    }
    guard pendingLines < Self.mostLines else { return nil }
    entry.text += "\n" + rest
    pendingLines += 1
    pending = entry
    return nil
  }

  /// Text without control characters. A log that another process cut while opensm had it open begins with NUL bytes.
  static func clean(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.drop { $0 == 0 }, as: UTF8.self)
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
      clean.append(scalar == "\t" || !isControl ? scalar : "\u{fffd}")
    }
    return String(clean)
  }
}

extension OpenSMLogReader {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// The first line of a message; `nil` for any other line.
  private static func head(_ line: String, prefix: String?) -> OpenSMLogEntry? {
    let words = line.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: false)
    guard words.count == 7, let month = months.firstIndex(where: { $0 == words[0] }),
      let day = number(words[1], digits: 2, in: 1...31), let time = time(words[2]),
      let microsecond = number(words[3], digits: 6, in: 0...999_999),
      words[4].hasPrefix("["), words[4].hasSuffix("]"), words[5].hasPrefix("0x"),
      let level = UInt8(words[5].dropFirst(2), radix: 16), words[6].hasPrefix("->")
    else { return nil }
    var entry = OpenSMLogEntry(thread: String(words[4].dropFirst().dropLast()), level: .init(rawValue: level), text: "")
    entry.time = OpenSMLogTime(
      month: month + 1, day: day, hour: time.hour, minute: time.minute, second: time.second, microsecond: microsecond)
    take(String(words[6].dropFirst(2)).trimmingWhitespace, prefix: prefix, into: &entry)
    return entry
  }

  /// Splits `function: ERR 3113: text`.
  private static func take(_ message: String, prefix: String?, into entry: inout OpenSMLogEntry) {
    var rest = message[...]
    if let prefix, rest.hasPrefix("\(prefix): ") { rest = rest.dropFirst(prefix.count + 2) }
    let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    // "ERR 0D01: …" has no function before it; "Trap: …" would be a word of the text.
    let isFunction = word.contains("_") && rest[word.endIndex...].hasPrefix(": ")
    if isFunction {
      entry.function = String(word)
      rest = rest[word.endIndex...].dropFirst(2)
    }
    if rest.hasPrefix("ERR ") {
      let code = rest.dropFirst(4).prefix { $0.isHexDigit && $0.isASCII }
      if code.count == 4, rest[code.endIndex...].hasPrefix(":") {
        entry.code = code.uppercased()
        rest = rest[code.endIndex...].dropFirst()
      }
    }
    entry.text = String(rest).trimmingWhitespace
  }

  private static func number(_ text: Substring, digits: Int, in range: ClosedRange<Int>) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
      range.contains(number)
    else { return nil }
    return number
  }

  private static func time(_ text: Substring) -> (hour: Int, minute: Int, second: Int)? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = number(parts[0], digits: 2, in: 0...23),
      let minute = number(parts[1], digits: 2, in: 0...59), let second = number(parts[2], digits: 2, in: 0...60)
    else { return nil }
    return (hour, minute, second)
  }
}

extension String {
  fileprivate var trimmingWhitespace: String {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
