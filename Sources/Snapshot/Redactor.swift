internal import Vocabulary

/// Replaces what identifies a machine, the same everywhere: first everything is learnt, then replaced.
///
/// GUIDs and MACs keep their maker's three bytes and their last four bits, so that a node and its ports stay neighbours. The
/// 20 bits before those are mapped by one table for both: a MAC stays that of its GUID. No two values become one.
package struct Redactor: Sendable {
  private let key: [UInt8]
  private(set) var guids: Set<UInt64> = []
  private(set) var macs: Set<UInt64> = []
  private var ipv4: Set<UInt64> = []
  private var prefixes: Set<UInt64> = []
  private(set) var words: Set<String> = []
  /// Words that may stand in bytes too: the serial number of a module in its EEPROM.
  private var serials: Set<String> = []

  private var tails: [UInt64: UInt64] = [:]
  private var middles: [UInt64: UInt64] = [:]
  private var addresses: [UInt64: UInt64] = [:]
  private var networks: [UInt64: UInt64] = [:]
  private var names: [String: String] = [:]

  /// - Parameter key: random bytes that nobody keeps.
  package init(key: [UInt8]) { self.key = key }

  // MARK: Learning

  /// Middles of GUIDs that tell nothing: a maker's filler between prefix and MAC, and EUI-64's.
  private static let fillers: Set<UInt64> = [0x0300, 0x0200, 0x0000, 0xfffe, 0xffff]

  mutating func learn(guid value: UInt64) {
    // Zero, all ones and small numbers name nobody.
    guard value >> 24 != 0, value != .max else { return }
    guids.insert(value)
  }

  mutating func learn(mac value: UInt64) {
    guard value >> 24 != 0, value != 0xffff_ffff_ffff, value >> 40 & 1 == 0 else { return }
    macs.insert(value)
  }

  /// A host name, a serial number: a word that is replaced where it stands alone.
  mutating func learn(word: some StringProtocol) {
    let word = String(word)
    guard word.utf8.count > 1, !Self.common.contains(word.lowercased()),
      word.utf8.allSatisfy({ Self.isWordByte($0) })
    else { return }
    words.insert(word)
    // The name without its domain.
    if let dot = word.firstIndex(of: "."), !word.utf8.allSatisfy({ $0 == 0x2e || (0x30...0x39).contains($0) }) {
      learn(word: word[..<dot])
    }
  }

  /// The serial numbers that answers in JSON name.
  mutating func learn(serialsIn json: [UInt8]) {
    for piece in String(decoding: json, as: UTF8.self).split(separator: "serial_number\":\"").dropFirst() {
      let serial = piece.prefix { $0 != "\"" }
      guard serial.utf8.count >= 4 else { continue }
      learn(word: serial)
      if words.contains(String(serial)) { serials.insert(String(serial)) }
    }
  }

  private static let common: Set<String> = [
    "localhost", "none", "(none)", "unknown", "host", "node", "switch", "hca", "active",
  ]

  /// - Parameter isFree: free text such as a log: every long number and every dotted address may be somebody's.
  mutating func learn(text: [UInt8], isFree: Bool = false) {
    for span in IdentitySpan.all(in: text) {
      guard let bytes = span.bytes(in: text) else { continue }
      let value = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
      switch span.kind {
      case .mac: learn(mac: value)
      case .guid: learn(guid: value)
      case .gid, .ipv6: learn(gid: bytes)
      case .ipoib: learn(gid: Array(bytes.suffix(16)))
      case .ipv4: if isFree || Self.isPrivate(Array(bytes.suffix(4))) { learn(ipv4: Array(bytes.suffix(4))) }
      case .plain:
        guard isFree, value >> 40 != 0, value >> 48 != 0xfe80 else { continue }
        if span.range.count == 16 { learn(guid: value) } else if span.range.count == 12 { learn(mac: value) }
      }
    }
  }

  mutating func learn(gid bytes: [UInt8]) {
    guard bytes.count == 16, bytes[0] != 0xff else { return }
    if let address = IPAddress(bytes: bytes)?.ipv4 { return learn(ipv4: address) }
    learn(guid: bytes[8...].reduce(0) { $0 << 8 | UInt64($1) })
    let prefix = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    if Self.isGlobal(prefix) { prefixes.insert(prefix) }
  }

  private mutating func learn(ipv4 bytes: [UInt8]) {
    guard ![0, 127, 255].contains(bytes[0]), bytes[0] < 224 else { return }
    ipv4.insert(bytes.reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// 2000::/3 and fc00::/7: somebody's own network. Subnet prefixes such as fe80:: and fec0:: are everybody's.
  private static func isGlobal(_ prefix: UInt64) -> Bool {
    (prefix >> 61 == 1 || prefix >> 57 == 0x7e) && prefix & 0xffff_ffff_ffff != 0
  }

  private static func isPrivate(_ bytes: [UInt8]) -> Bool {
    bytes[0] == 10 || bytes[0] == 192 && bytes[1] == 168 || bytes[0] == 172 && (16..<32).contains(bytes[1])
      || bytes[0] == 169 && bytes[1] == 254
  }

  /// Gives everything that was learnt its other value.
  mutating func seal() {
    let lows = Set(guids.union(macs).map { $0 >> 4 & 0xf_ffff })
    tails = table(lows, "tail") { $0 & 0xf_ffff }
    middles = table(Set(guids.map { $0 >> 24 & 0xffff }).subtracting(Self.fillers), "middle", taboo: Self.fillers) {
      $0 & 0xffff
    }
    // The range that RFC 2544 sets aside for benchmarks.
    addresses = table(ipv4, "ipv4") { 198 << 24 | 18 << 16 | $0 & 0x1_ffff }
    networks = table(prefixes, "prefix") { $0 & 0xffff_ffff_ffff }
    for word in words.sorted() where names[word] == nil {
      var attempt: UInt64 = 0
      var name = word
      repeat {
        name = pseudonym(word, attempt)
        attempt += 1
      } while (words.contains(name) || names.values.contains(name)) && attempt < 1000
      names[word] = name
    }
  }

  /// A value for each: no value of the table is also one of the originals, and no two are equal.
  private func table(
    _ originals: Set<UInt64>, _ domain: String, taboo: Set<UInt64> = [], _ shape: (UInt64) -> UInt64
  ) -> [UInt64: UInt64] {
    var result: [UInt64: UInt64] = [:]
    var used = taboo
    for original in originals.sorted() {
      var attempt: UInt64 = 0
      var value = original
      repeat {
        value = shape(number(domain, original, attempt))
        attempt += 1
      } while attempt < 10_000 && (originals.contains(value) || used.contains(value))
      used.insert(value)
      result[original] = value
    }
    return result
  }

  private func number(_ domain: String, _ value: UInt64, _ attempt: UInt64) -> UInt64 {
    let digest = SHA256.digest(key + Array("\(domain) \(value) \(attempt)".utf8))
    return digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// As long as the word, digits where it has digits, so that fields keep their places.
  private func pseudonym(_ word: String, _ attempt: UInt64) -> String {
    let digest = SHA256.digest(key + Array("word \(word) \(attempt)".utf8))
    let letters = Array("abcdefghijkmnpqrstuvwxyz".utf8)
    let bytes = word.utf8.enumerated().map { index, byte -> UInt8 in
      let random = digest[index % digest.count]
      switch byte {
      case 0x30...0x39: return 0x30 + random % 10
      case 0x41...0x5a: return letters[Int(random) % letters.count] - 0x20
      case 0x61...0x7a: return letters[Int(random) % letters.count]
      default: return byte
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Replacing

  func redacted(mac value: UInt64) -> UInt64 {
    guard macs.contains(value) else { return value }
    return value & ~0xff_fff0 | (tails[value >> 4 & 0xf_ffff] ?? 0) << 4
  }

  func redacted(guid value: UInt64) -> UInt64 {
    guard guids.contains(value) else { return value }
    let middle = value >> 24 & 0xffff
    let tail = tails[value >> 4 & 0xf_ffff] ?? 0
    return (value >> 40) << 40 | (middles[middle] ?? middle) << 24 | tail << 4 | value & 0xf
  }

  func redacted(gid bytes: [UInt8]) -> [UInt8] {
    guard bytes.count == 16, bytes[0] != 0xff else { return bytes }
    if let address = IPAddress(bytes: bytes)?.ipv4 {
      return Array(bytes[..<12]) + redacted(ipv4: address)
    }
    let halves = [bytes[..<8], bytes[8...]].map { $0.reduce(0) { $0 << 8 | UInt64($1) } }
    let prefix = networks[halves[0]].map { halves[0] & ~0xffff_ffff_ffff | $0 } ?? halves[0]
    return prefix.bigEndianBytes(8) + redacted(guid: halves[1]).bigEndianBytes(8)
  }

  private func redacted(ipv4 bytes: [UInt8]) -> [UInt8] {
    let value = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    return (addresses[value] ?? value).bigEndianBytes(4)
  }

  func redacted(word: String) -> String { names[word] ?? word }

  /// - Parameter words: whether host names and serial numbers are replaced too.
  package func redacted(text: [UInt8], words: Bool = false) -> [UInt8] {
    var result: [UInt8] = []
    var done = 0
    for span in IdentitySpan.all(in: text) {
      guard let bytes = span.bytes(in: text) else { continue }
      let new = redacted(span.kind, bytes, digits: span.range.count)
      guard new != bytes else { continue }
      result += text[done..<span.range.lowerBound]
      result += span.spelled(new, in: text)
      done = span.range.upperBound
    }
    result += text[done...]
    return words ? replacingWords(in: result) : result
  }

  private func redacted(_ kind: IdentitySpan.Kind, _ bytes: [UInt8], digits: Int) -> [UInt8] {
    let value = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    switch kind {
    case .mac: return redacted(mac: value).bigEndianBytes(6)
    case .guid: return redacted(guid: value).bigEndianBytes(8)
    case .gid, .ipv6: return redacted(gid: bytes)
    case .ipoib: return Array(bytes.prefix(4)) + redacted(gid: Array(bytes.suffix(16)))
    case .ipv4: return Array(bytes.prefix(12)) + redacted(ipv4: Array(bytes.suffix(4)))
    case .plain where digits == 32: return redacted(gid: bytes)
    case .plain where digits > 16: return bytes
    case .plain:
      // Leading zeros may be left out.
      if guids.contains(value) { return redacted(guid: value).bigEndianBytes(bytes.count) }
      return macs.contains(value) ? redacted(mac: value).bigEndianBytes(bytes.count) : bytes
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
    default: false
    }
  }

  private func replacingWords(in text: [UInt8]) -> [UInt8] {
    guard !names.isEmpty else { return text }
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      guard Self.isWordByte(text[index]) else {
        result.append(text[index])
        index += 1
        continue
      }
      let start = index
      while index < text.count, Self.isWordByte(text[index]) { index += 1 }
      result += replaced(word: text[start..<index])
    }
    return result
  }

  private func replaced(word: ArraySlice<UInt8>) -> [UInt8] {
    let dot = UInt8(ascii: ".")
    var end = word.endIndex
    while end > word.startIndex {
      if let name = names[String(decoding: word[..<end], as: UTF8.self)] { return Array(name.utf8) + word[end...] }
      guard let cut = word[..<end].lastIndex(of: dot) else { break }
      end = cut
    }
    return Array(word)
  }

  /// Known values in bytes: GUIDs in both orders, MACs.
  /// - Parameter step: where values can begin.
  func redacted(bytes: [UInt8], step: Int = 1) -> [UInt8] {
    var result = bytes
    for serial in serials where step == 1 && serial.utf8.count <= bytes.count {
      let wanted = Array(serial.utf8)
      for start in 0...bytes.count - wanted.count where bytes[start...].starts(with: wanted) {
        result.replaceSubrange(start..<start + wanted.count, with: redacted(word: serial).utf8)
      }
    }
    var index = 0
    while index + 6 <= bytes.count {
      if index + 8 <= bytes.count {
        let value = bytes[index..<index + 8].reduce(0) { $0 << 8 | UInt64($1) }
        if guids.contains(value) || guids.contains(value.byteSwapped) {
          let isBig = guids.contains(value)
          let new = isBig ? redacted(guid: value) : redacted(guid: value.byteSwapped).byteSwapped
          result.replaceSubrange(index..<index + 8, with: new.bigEndianBytes(8))
          index += 8
          continue
        }
      }
      let mac = bytes[index..<index + 6].reduce(0) { $0 << 8 | UInt64($1) }
      if step == 1, macs.contains(mac) {
        result.replaceSubrange(index..<index + 6, with: redacted(mac: mac).bigEndianBytes(6))
        index += 6
      } else {
        index += step
      }
    }
    return result
  }
}
