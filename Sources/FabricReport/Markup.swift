/// Text for a page: what came from outside is escaped.
enum Markup {
  /// Names come from the wire: they may hold anything. A name that looks like an address is broken up too, so that nothing in
  /// the page reads as one.
  static func escaped(_ text: String) -> String {
    let special = text.utf8.contains { [0x26, 0x3c, 0x3e, 0x22, 0x27, 0x3a].contains($0) || $0 < 0x20 || $0 == 0x7f }
    guard special else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case ":": result += "&#58;"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// 12,345
  static func number(_ value: some BinaryInteger) -> String {
    let digits = Array(String(value))
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, digit != "-", digits[index - 1] != "-", (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return result
  }

  /// At most one digit after the point.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "?" }
    let tenths = Int((value * 10).rounded())
    return number(tenths / 10) + (tenths % 10 == 0 ? "" : ".\(abs(tenths % 10))")
  }

  /// `1 switch`, `2 switches`
  static func count(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(number(count)) \(count == 1 ? noun : plural ?? noun + "s")"
  }
}

/// A name beside a matrix: short, and with a width that is known before it is drawn.
struct Label {
  let text: String
  /// In pixels, of text of ``size`` pixels in a monospaced font.
  let width: Int

  static let size = 9
  private static let longest = 16

  init(_ name: String) {
    // "MF0;leaf1:MQM8700/U1": a managed switch's own name is between the marks.
    var short = name[...]
    if short.hasPrefix("MF0;"), let end = short.firstIndex(of: ":") { short = short[..<end].dropFirst(4) }
    if short.count > Self.longest { short = short.prefix(6) + "…" + short.suffix(Self.longest - 7) }
    text = String(short)
    width = text.unicodeScalars.reduce(0) { $0 + ($1.isASCII || $1 == "…" ? 6 : 10) }
  }
}
