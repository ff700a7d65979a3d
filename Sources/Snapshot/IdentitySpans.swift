internal import Vocabulary

/// Addresses in a text, in all the spellings that kernels and tools use.
struct IdentitySpan {
  enum Kind {
    /// 00:02:c9:ab:cd:ef, 00-02-c9-ab-cd-ef, 0002.c9ab.cdef
    case mac
    /// 0002:c903:00ab:cdef, 00:02:c9:03:00:ab:cd:ef
    case guid
    /// fe80:0000:0000:0000:0002:c903:00ab:cdef, or in pairs
    case gid
    /// 20 bytes in pairs: flags and queue pair, then a GID
    case ipoib
    /// fe80::2:c903:ab:cdef
    case ipv6
    case ipv4
    /// 9 to 32 digits without separators: an identity only where it is known from elsewhere
    case plain
  }

  let kind: Kind
  let range: Range<Int>

  /// All of a text, in its order.
  static func all(in text: [UInt8]) -> [IdentitySpan] {
    var spans: [IdentitySpan] = []
    var index = 0
    while index < text.count {
      guard isMember(text[index]) else {
        index += 1
        continue
      }
      let start = index
      while index < text.count, isMember(text[index]) { index += 1 }
      // The shortest address has seven characters.
      if index - start >= 7 {
        spans += inRun(start..<index, of: text)
      } else if index - start >= 3 {
        spans += compressed(start..<index, of: text).map { [$0] } ?? []
      }
    }
    return spans
  }

  private static let colon = UInt8(ascii: ":"), dot = UInt8(ascii: "."), dash = UInt8(ascii: "-")

  private static func isMember(_ byte: UInt8) -> Bool {
    Hexadecimal.value(byte) != nil || byte == colon || byte == dot || byte == dash
  }

  /// `fe80::1`: only the parser of addresses knows where such a text ends.
  private static func compressed(_ run: Range<Int>, of text: [UInt8]) -> IdentitySpan? {
    guard zip(run, run.dropFirst()).contains(where: { text[$0] == colon && text[$1] == colon }) else { return nil }
    var run = run
    while let last = run.last, text[last] == dot || text[last] == dash { run = run.dropLast() }
    if run.count > 2, text[run.upperBound - 1] == colon, text[run.upperBound - 2] != colon { run = run.dropLast() }
    guard IPAddress(String(decoding: text[run], as: UTF8.self)) != nil else { return nil }
    return IdentitySpan(kind: .ipv6, range: run)
  }

  private static func inRun(_ run: Range<Int>, of text: [UInt8]) -> [IdentitySpan] {
    if let address = compressed(run, of: text) { return [address] }
    let parts = parts(of: run, text)
    var spans: [IdentitySpan] = []
    var index = 0
    while index < parts.count {
      var end = index + 1
      let length = parts[index].count
      var separator: UInt8?
      while end < parts.count, parts[end].count == length || isDecimal(parts, index, end, text),
        separator == nil || text[parts[end].lowerBound - 1] == separator
      {
        separator = text[parts[end].lowerBound - 1]
        end += 1
      }
      let whole = parts[index].lowerBound..<parts[end - 1].upperBound
      if let kind = kind(count: end - index, length: length, separator: separator, Array(text[whole])) {
        spans.append(IdentitySpan(kind: kind, range: whole))
        index = end
      } else {
        for part in parts[index..<end] where (9...32).contains(part.count) {
          spans.append(IdentitySpan(kind: .plain, range: part))
        }
        // A dotted address may begin after another number.
        index = separator == dot && end - index > 4 ? index + 1 : end
      }
    }
    return spans
  }

  private static func parts(of run: Range<Int>, _ text: [UInt8]) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = run.lowerBound
    for index in run.lowerBound...run.upperBound
    where index == run.upperBound || Hexadecimal.value(text[index]) == nil {
      if index > start { parts.append(start..<index) }
      start = index + 1
    }
    return parts
  }

  /// Whether two parts can be numbers of one dotted address.
  private static func isDecimal(_ parts: [Range<Int>], _ first: Int, _ other: Int, _ text: [UInt8]) -> Bool {
    text[parts[other].lowerBound - 1] == dot
      && [first, other].allSatisfy { index in
        parts[index].count <= 3 && parts[index].allSatisfy { (0x30...0x39).contains(text[$0]) }
      }
  }

  private static func kind(count: Int, length: Int, separator: UInt8?, _ text: [UInt8]) -> Kind? {
    switch (separator, length, count) {
    case (colon, 2, 6), (dash, 2, 6), (dot, 4, 3): .mac
    case (colon, 2, 8), (dash, 2, 8), (colon, 4, 4): .guid
    case (colon, 2, 16), (colon, 4, 8): .gid
    case (colon, 2, 20): .ipoib
    case (dot, _, 4) where IPAddress(String(decoding: text, as: UTF8.self)) != nil: .ipv4
    default: nil
    }
  }

  /// The bytes that the digits of the span spell; `nil` for an odd number of digits.
  func bytes(in text: [UInt8]) -> [UInt8]? {
    switch kind {
    case .ipv4, .ipv6: return IPAddress(String(decoding: text[range], as: UTF8.self))?.bytes
    default:
      let digits = text[range].compactMap(Hexadecimal.value)
      let padded = (digits.count.isMultiple(of: 2) ? [] : [0]) + digits
      return stride(from: 0, to: padded.count, by: 2).map { padded[$0] << 4 | padded[$0 + 1] }
    }
  }

  /// The span with other bytes, spelled as it was.
  func spelled(_ bytes: [UInt8], in text: [UInt8]) -> [UInt8] {
    switch kind {
    case .ipv4, .ipv6: return IPAddress(bytes: bytes).map { Array($0.description.utf8) } ?? Array(text[range])
    default:
      let isUpper = text[range].contains { (0x41...0x46).contains($0) }
      var digits = Array(Hexadecimal.text(bytes).utf8)[...]
      let places = text[range].count { Hexadecimal.value($0) != nil }
      digits = digits.suffix(places)
      return text[range].map { byte in
        guard Hexadecimal.value(byte) != nil, let digit = digits.popFirst() else { return byte }
        return isUpper && digit >= 0x61 ? digit - 0x20 : digit
      }
    }
  }
}
