internal import BinaryLayout

/// A text of fixed length in a layout: ASCII, ended by the first zero byte or by the field.
struct TextField: Sendable, Equatable {
  let name: String
  /// Bytes from the start of the layout.
  let offset: Int
  let count: Int

  init(_ name: String, byte offset: Int, count: Int) {
    self.name = name
    self.offset = offset
    self.count = count
  }

  /// The text; `nil` when it is empty or `bytes` are too short.
  func read(_ bytes: [UInt8]) -> String? {
    guard offset + count <= bytes.count else { return nil }
    return ImageText.decode(bytes[offset..<offset + count])
  }

  /// Puts `text` in `bytes`, the rest of the field zero.
  /// - Throws: `unsupported` when it is too long or not ASCII.
  func write(_ text: String, into bytes: inout [UInt8]) throws(ImageError) {
    let field = try ImageText.encode(text, size: count, what: name)
    guard offset + count <= bytes.count else {
      throw .outOfBounds(what: "the \(name)", position: offset + count, limit: bytes.count)
    }
    bytes.replaceSubrange(offset..<offset + count, with: field)
  }
}

extension ByteSource {
  /// Bytes of a part of an image. Whatever position the image names, it ends in bytes or in `outOfBounds`.
  func read(_ what: String, at position: Int, count wanted: Int) throws -> [UInt8] {
    guard wanted >= 0, position >= 0, wanted <= count, position <= count - wanted else {
      let (end, overflow) = position.addingReportingOverflow(wanted)
      throw ImageError.outOfBounds(what: what, position: overflow ? Int.max : end, limit: count)
    }
    return try read(position..<position + wanted)
  }
}

extension Int {
  /// The next multiple of `size` that is not smaller. `self` is a position within a file or flash, so nothing overflows.
  func rounded(upTo size: Int) -> Int { (self + size - 1) / size * size }
}
