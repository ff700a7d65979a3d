/// What a card's maker wrote into it for those who stock and repair it: the label in bytes.
/// Source: PCI Local Bus Specification 3.0, appendix I.
package struct VitalProductData: Sendable, Equatable {
  package var name: String?
  package var partNumber: String?
  package var serialNumber: String?
  package var revision: String?
  /// Every field of two letters, in order.
  package var fields: [(key: String, value: String)]

  package static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.fields.elementsEqual(right.fields) { $0 == $1 }
  }

  private enum Tag {
    static let name: UInt8 = 0x82
    static let readOnly: UInt8 = 0x90
    static let writable: UInt8 = 0x91
    static let end: UInt8 = 0x78
    static let large: UInt8 = 0x80
  }

  /// - Returns: `nil` when the bytes do not begin as such data does. Damaged data gives what stands before the damage.
  package init?(_ bytes: [UInt8]) {
    guard bytes.first == Tag.name || bytes.first == Tag.readOnly else { return nil }
    fields = []
    var rest = bytes[...]
    while let tag = rest.first, tag != Tag.end, tag & Tag.large != 0, rest.count >= 3 {
      let start = rest.startIndex
      let length = Int(rest[start + 1]) | Int(rest[start + 2]) << 8
      let body = rest.dropFirst(3).prefix(length)
      switch tag {
      case Tag.name: name = Self.text(body)
      case Tag.readOnly, Tag.writable: read(body)
      default: break
      }
      rest = rest.dropFirst(3 + length)
    }
    let value = { [fields] key in fields.first { $0.key == key }?.value }
    (partNumber, serialNumber, revision) = (value("PN"), value("SN"), value("EC"))
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while rest.count >= 3 {
      let start = rest.startIndex
      let length = Int(rest[start + 2])
      let value = rest.dropFirst(3).prefix(length)
      // RV is the checksum and RW what is left to write: no texts.
      if let key = Self.text(rest.prefix(2)), !["RV", "RW"].contains(key), let text = Self.text(value) {
        fields.append((key, text))
      }
      rest = rest.dropFirst(3 + length)
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    let shown = bytes.prefix { $0 != 0 }.map { (0x20..<0x7f).contains($0) ? $0 : UInt8(ascii: "?") }
    let text = String(decoding: shown, as: UTF8.self)
    let last = text.lastIndex { $0 != " " }
    return last.map { String(text[...$0]) }
  }
}
