/// Byte strings by number: each is kept once, however many answers have it.
struct Interner {
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  /// Numbers plus 1 by their hash; 0 is a free place. The size is a power of two.
  private var places = [UInt32](repeating: 0, count: 1 << 12)

  var count: Int { ends.count - 1 }

  mutating func number(of text: Span<UInt8>) -> UInt32 {
    if count * 2 >= places.count { grow() }
    var place = Self.hash(text) & (places.count - 1)
    while places[place] != 0 {
      let number = places[place] - 1
      if isEqual(number, text) { return number }
      place = (place + 1) & (places.count - 1)
    }
    for index in text.indices { bytes.append(text[index]) }
    ends.append(bytes.count)
    places[place] = UInt32(count)
    return UInt32(count - 1)
  }

  mutating func number(of text: String) -> UInt32 { number(of: Array(text.utf8).span) }

  subscript(number: UInt32) -> String { String(decoding: slice(number), as: UTF8.self) }

  /// The text of a JSON string without its quotes and escapes; of another value, the value.
  func plain(_ number: UInt32) -> String { JSONToken.plain(slice(number)) }

  private func slice(_ number: UInt32) -> ArraySlice<UInt8> { bytes[ends[Int(number)]..<ends[Int(number) + 1]] }

  private func isEqual(_ number: UInt32, _ text: Span<UInt8>) -> Bool {
    let start = ends[Int(number)]
    guard ends[Int(number) + 1] - start == text.count else { return false }
    for index in text.indices where bytes[start + index] != text[index] { return false }
    return true
  }

  private mutating func grow() {
    places = [UInt32](repeating: 0, count: places.count * 4)
    for number in 0..<UInt32(count) {
      var place = Self.hash(Array(slice(number)).span) & (places.count - 1)
      while places[place] != 0 { place = (place + 1) & (places.count - 1) }
      places[place] = number + 1
    }
  }

  /// FNV-1a. Source: draft-eastlake-fnv.
  private static func hash(_ text: Span<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7fff_ffff)
  }
}

/// Where in an answer a value stands, as numbers: `ports`, `1` and `state` become one number, and each is text only once.
struct PathTable {
  private var texts: [String] = [""]
  private var joined: [UInt64: UInt32] = [:]
  private var named: [String: UInt32] = ["": 0]

  static let empty: UInt32 = 0

  mutating func number(of text: String) -> UInt32 {
    if let number = named[text] { return number }
    texts.append(text)
    named[text] = UInt32(texts.count - 1)
    return UInt32(texts.count - 1)
  }

  /// `left.right`
  mutating func join(_ left: UInt32, _ right: UInt32) -> UInt32 {
    if left == Self.empty { return right }
    if right == Self.empty { return left }
    let pair = UInt64(left) << 32 | UInt64(right)
    if let number = joined[pair] { return number }
    let number = number(of: "\(texts[Int(left)]).\(texts[Int(right)])")
    joined[pair] = number
    return number
  }

  subscript(number: UInt32) -> String { texts[Int(number)] }
}

/// A scalar of JSON as it stands in an answer.
enum JSONToken {
  static func plain(_ token: some BidirectionalCollection<UInt8>) -> String {
    guard token.first == UInt8(ascii: "\""), token.count >= 2 else { return String(decoding: token, as: UTF8.self) }
    let inner = token.dropFirst().dropLast()
    guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
    var text: [UInt8] = []
    var isEscape = false
    for byte in inner {
      if isEscape {
        // What is shown is one line; an escape that is rarer than these stays as it is.
        switch byte {
        case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r"): text.append(0x20)
        case UInt8(ascii: "u"): text += [0x5c, byte]
        default: text.append(byte)
        }
        isEscape = false
      } else if byte == UInt8(ascii: "\\") {
        isEscape = true
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
