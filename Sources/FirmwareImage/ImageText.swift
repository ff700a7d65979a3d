/// Texts in images: bytes up to the first zero.
enum ImageText {
  /// Bytes that are not printable become question marks: what an image says may not steer a terminal. `nil` when there
  /// is nothing.
  static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
    let text = bytes.prefix { $0 != 0 }.map { (0x20..<0x7f).contains($0) ? $0 : UInt8(ascii: "?") }
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text, filled up with zeros.
  static func encode(_ text: String, size: Int, what: String) throws(ImageError) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ (0x20..<0x7f).contains($0) }) else {
      throw .unsupported("the \(what) must be of printable ASCII characters")
    }
    guard bytes.count <= size else { throw .unsupported("the \(what) has room for only \(size) characters") }
    return bytes + [UInt8](repeating: 0, count: size - bytes.count)
  }
}
