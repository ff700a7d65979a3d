/// Writes JSON piece by piece, for answers so large (a whole fabric) that a tree of values and the encoder's sorting would
/// cost more than the work itself. Keys keep the order in which they are written.
public struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  public init() {}

  public mutating func object(_ body: (inout JSONWriter) -> Void) { nested(open: "{", close: "}", body) }

  public mutating func array(_ body: (inout JSONWriter) -> Void) { nested(open: "[", close: "]", body) }

  public mutating func array<Element>(
    _ key: String, _ elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) -> Void
  ) {
    self.key(key)
    array { json in for element in elements { body(&json, element) } }
  }

  public mutating func object(_ key: String, _ body: (inout JSONWriter) -> Void) {
    self.key(key)
    object(body)
  }

  public mutating func field(_ key: String, _ value: String?) {
    self.key(key)
    self.value(value)
  }

  public mutating func field(_ key: String, _ value: (some BinaryInteger)?) {
    self.key(key)
    needsComma = true
    append(value.map { String($0) } ?? "null")
  }

  public mutating func field(_ key: String, _ value: Bool?) {
    self.key(key)
    needsComma = true
    append(value.map { $0 ? "true" : "false" } ?? "null")
  }

  /// Numbers that are not finite are unknown: `null`.
  public mutating func field(_ key: String, _ value: Double?) {
    self.key(key)
    needsComma = true
    append(value.flatMap { $0.isFinite ? number($0) : nil } ?? "null")
  }

  public mutating func field(_ key: String, _ values: [String]) {
    array(key, values) { json, value in json.value(value) }
  }

  public mutating func number(_ value: some BinaryInteger) {
    separate()
    needsComma = true
    append(String(value))
  }

  public mutating func value(_ text: String?) {
    separate()
    needsComma = true
    guard let text else { return append("null") }
    quote(text)
  }

  /// JSON that another has made.
  mutating func field(_ key: String, encoded: some Sequence<UInt8>) {
    self.key(key)
    needsComma = true
    bytes += encoded
  }

  private func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : value.description
  }

  public mutating func key(_ key: String) {
    separate()
    append("\"")
    append(key)
    append("\":")
    needsComma = false
  }

  /// A key that is somebody's name for something: it may hold what must be escaped.
  public mutating func key(named name: String) {
    separate()
    quote(name)
    append(":")
    needsComma = false
  }

  private mutating func nested(open: String, close: String, _ body: (inout JSONWriter) -> Void) {
    separate()
    append(open)
    needsComma = false
    body(&self)
    append(close)
    needsComma = true
  }

  private mutating func separate() {
    guard needsComma else { return }
    append(",")
    needsComma = false
  }

  private mutating func append(_ text: String) { bytes += text.utf8 }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case ..<0x20:
        append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
