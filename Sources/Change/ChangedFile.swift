package import HostAccess

/// A file as a place: its whole content is the value. For writers whose object is a file.
package struct ChangedFile {
  private static let key = "content"
  private static let limit = 1 << 20
  /// The bytes are not UTF-8: each stands as the character of its number.
  private static let bytesMark = "bytes"

  package let path: String
  private let store: any FileReading & FileWriting

  package init(_ path: String, _ store: any FileReading & FileWriting) {
    self.path = path
    self.store = store
  }

  /// The file of a place that ``place`` made.
  package init?(_ place: ChangePlace, _ store: any FileReading & FileWriting) {
    guard place.key == Self.key, let path = place.object?.name else { return nil }
    self.init(path, store)
  }

  package var place: ChangePlace { ChangePlace(ChangeObject(path), Self.key) }

  /// - Returns: `.absent` of a file that does not exist.
  package func read() throws(FileError) -> ChangeValue {
    do throws(FileError) { return Self.value(of: try store.read(path, limit: Self.limit)) } catch {
      guard error.reason == .notFound else { throw error }
      return .absent
    }
  }

  /// Replaces the file, or removes it (`.absent`).
  package func write(_ value: ChangeValue) throws(FileError) {
    guard value != .absent else { return try store.remove(path) }
    try store.replace(path, with: Self.bytes(of: value))
  }

  package static func value(of bytes: [UInt8]) -> ChangeValue {
    if let text = String(validating: bytes, as: UTF8.self) { return ChangeValue(text, facts: ["file"]) }
    let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    return ChangeValue(text, facts: ["file", bytesMark])
  }

  package static func bytes(of value: ChangeValue) -> [UInt8] {
    value.facts.contains(bytesMark)
      ? value.text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } : Array(value.text.utf8)
  }
}
