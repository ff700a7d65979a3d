/// Files in one, as tar writes them (POSIX ustar): names of at most 100 bytes, no directories, no links.
package struct TarArchive: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// Why bytes are not an archive, as half a sentence.
  package struct Damage: Error, Equatable {
    package let words: String
  }

  package var members: [Member]

  package init(_ members: [Member]) { self.members = members }

  /// A field of the header. Source: POSIX.1-2017, pax, "ustar Interchange Format".
  private enum Field {
    static let name = 0..<100, mode = 100..<108, user = 108..<116, group = 116..<124, size = 124..<136
    static let time = 136..<148, checksum = 148..<156, type = 156, magic = 257..<265
  }

  private static let block = 512
  private static let magic = Array("ustar\u{0}00".utf8)

  /// - Parameter seconds: the time of all files, since 1970.
  package func bytes(seconds: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for member in members {
      bytes += Self.header(member, seconds) + member.bytes
      bytes += [UInt8](repeating: 0, count: Self.padding(member.bytes.count))
    }
    return bytes + [UInt8](repeating: 0, count: 2 * Self.block)
  }

  private static func padding(_ count: Int) -> Int { (block - count % block) % block }

  private static func header(_ member: Member, _ seconds: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: block)
    func put(_ text: [UInt8], _ field: Range<Int>) {
      for (index, byte) in text.prefix(field.count).enumerated() { header[field.lowerBound + index] = byte }
    }
    func number(_ value: Int, _ field: Range<Int>) {
      let digits = String(value, radix: 8)
      put(Array((String(repeating: "0", count: max(0, field.count - 1 - digits.count)) + digits).utf8), field)
    }
    put(Array(member.name.utf8), Field.name)
    number(0o644, Field.mode)
    number(0, Field.user)
    number(0, Field.group)
    number(member.bytes.count, Field.size)
    number(max(0, seconds), Field.time)
    header[Field.type] = UInt8(ascii: "0")
    put(magic, Field.magic)
    number(checksum(header), Field.checksum.lowerBound..<Field.checksum.upperBound - 1)
    header[Field.checksum.upperBound - 1] = 0x20
    return header
  }

  /// The sum of all bytes, those of the checksum itself as blanks.
  private static func checksum(_ header: [UInt8]) -> Int {
    header.indices.reduce(0) { $0 + (Field.checksum.contains($1) ? 0x20 : Int(header[$1])) }
  }

  package init(parsing bytes: [UInt8]) throws(Damage) {
    members = []
    var offset = 0
    while offset + Self.block <= bytes.count {
      let header = Array(bytes[offset..<offset + Self.block])
      if header.allSatisfy({ $0 == 0 }) { return }
      guard header[Field.magic].starts(with: Self.magic.prefix(5)), let size = Self.number(header[Field.size]),
        Self.number(header[Field.checksum]) == Self.checksum(header)
      else { throw Damage(words: "not a tar archive, or damaged at byte \(offset)") }
      let start = offset + Self.block
      guard size <= bytes.count - start else { throw Damage(words: "the archive is cut off") }
      // Directories and what other programs add besides have no bytes for us.
      if [0, UInt8(ascii: "0")].contains(header[Field.type]) {
        let name = String(decoding: header[Field.name].prefix { $0 != 0 }, as: UTF8.self)
        members.append(
          Member(
            name: name.hasPrefix("./") ? String(name.dropFirst(2)) : name, bytes: Array(bytes[start..<start + size])))
      }
      offset = start + size + Self.padding(size)
    }
    throw Damage(words: "the archive is cut off")
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    return digits.isEmpty ? nil : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}
