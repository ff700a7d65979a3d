internal import Vocabulary

/// A value of opensm.conf as opensm holds it in memory.
enum OpenSMValue: Equatable {
  case flag(Bool)
  case number(UInt64)
  case signed(Int32)
  /// `nil` for `(null)`.
  case text(String?)
  /// Sixty-four upper-case digits.
  case mask(String)
  case congestion([CongestionEntry])
  case perServiceLevel([UInt8: UInt64])

  struct CongestionEntry: Equatable {
    let shift: UInt8
    let multiplier: UInt16
  }

  /// Why opensm passes a line over and keeps the value that it had.
  enum Rejection: Equatable {
    case notANumber
    case outOfRange
    case notHexadecimal
    case notACongestionEntry
    case noServiceLevel
  }
}

/// `strtoull` of the C library, base 0, with what it says beside the value.
struct CNumber: Equatable {
  /// As the function returns it: negated modulo 2⁶⁴ after a minus sign, the largest one after an overflow.
  let value: UInt64
  let overflowed: Bool
  let negative: Bool
  /// Whether all of the text belongs to the number.
  let isWhole: Bool
  let magnitude: UInt64

  /// Decimal, hexadecimal after `0x`, octal after `0`.
  init(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    var index = bytes.firstIndex { !OpenSMConfiguration.isSpace($0) } ?? bytes.count
    negative = index < bytes.count && bytes[index] == 0x2d
    if index < bytes.count, bytes[index] == 0x2d || bytes[index] == 0x2b { index += 1 }
    let (base, start) = Self.base(of: bytes, at: index)
    let digits = bytes[start...].prefix { Self.digit($0).map { $0 < base } ?? false }
    var magnitude: UInt64 = 0
    var overflowed = false
    for byte in digits {
      let (product, over) = magnitude.multipliedReportingOverflow(by: base)
      let (sum, carried) = product.addingReportingOverflow(Self.digit(byte) ?? 0)
      overflowed = overflowed || over || carried
      magnitude = sum
    }
    self.magnitude = overflowed ? .max : magnitude
    self.overflowed = overflowed
    value = overflowed ? .max : negative ? 0 &- magnitude : magnitude
    isWhole = !digits.isEmpty && digits.endIndex == bytes.count
  }

  /// `strtol`, cut to 32 bits.
  var truncatedToInt32: Int32 {
    let signed: Int64 =
      if negative {
        magnitude > UInt64(Int64.max) ? .min : -Int64(magnitude)
      } else {
        magnitude > UInt64(Int64.max) ? .max : Int64(magnitude)
      }
    return Int32(truncatingIfNeeded: signed)
  }

  /// A prefix without a digit behind it is the number 0 and then text.
  private static func base(of bytes: [UInt8], at index: Int) -> (UInt64, Int) {
    guard index < bytes.count, bytes[index] == 0x30 else { return (10, index) }
    if index + 2 < bytes.count, bytes[index + 1] | 0x20 == 0x78, digit(bytes[index + 2]) != nil {
      return (16, index + 2)
    }
    return (8, index)
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x41...0x46: UInt64(byte - 0x41 + 10)
    case 0x61...0x66: UInt64(byte - 0x61 + 10)
    default: nil
    }
  }
}

extension OpenSMOption {
  /// What opensm makes of a value given for this key. Source: the `opts_parse_*` functions of opensm 3.3.23.
  func read(_ text: String, over previous: OpenSMValue) -> Result<OpenSMValue, OpenSMValueError> {
    switch type {
    case .boolean: return .success(.flag(text == "TRUE"))
    case .unsigned(let bits, _): return Self.number(text, bits: bits).map { .number($0) }
    case .signed: return .success(.signed(CNumber(text).truncatedToInt32))
    case .text, .path, .choice, .routingEngines, .arbitration, .serviceLevelMap:
      return .success(.text(text == Self.null ? nil : text))
    case .portMask: return Self.mask(text)
    case .congestionEntry:
      guard let entry = Self.congestionEntry(String(decoding: Array(text.utf8).prefix(511), as: UTF8.self)) else {
        return .failure(.init(.notACongestionEntry))
      }
      return .success(.congestion([entry]))
    case .congestionTable: return Self.congestionTable(text)
    case .perServiceLevel(let bits): return Self.perServiceLevel(text, bits: bits, over: previous)
    }
  }

  static let null = "(null)"

  private static func number(_ text: some StringProtocol, bits: Int) -> Result<UInt64, OpenSMValueError> {
    let number = CNumber(text)
    guard number.isWhole else { return .failure(.init(.notANumber)) }
    let largest = bits >= 64 ? UInt64.max : (UInt64(1) << UInt64(bits)) - 1
    return number.overflowed || number.value > largest ? .failure(.init(.outOfRange)) : .success(number.value)
  }

  private static func mask(_ text: String) -> Result<OpenSMValue, OpenSMValueError> {
    let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
    guard !digits.isEmpty,
      digits.utf8.allSatisfy({
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
          || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 0x20
      })
    else { return .failure(.init(.notHexadecimal)) }
    let kept = digits.prefix(64).uppercased()
    return .success(.mask(String(repeating: "0", count: 64 - kept.utf8.count) + kept))
  }

  /// The numbers are not checked.
  private static func congestionEntry(_ text: some StringProtocol) -> OpenSMValue.CongestionEntry? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    return .init(
      shift: UInt8(truncatingIfNeeded: CNumber(text[..<colon]).value),
      multiplier: UInt16(truncatingIfNeeded: CNumber(text[text.index(after: colon)...]).value))
  }

  private static func congestionTable(_ text: String) -> Result<OpenSMValue, OpenSMValueError> {
    if text == null { return .success(.congestion([])) }
    var entries: [OpenSMValue.CongestionEntry] = []
    for part in text.split(separator: ",").prefix(128) {
      guard let entry = congestionEntry(part) else { return .failure(.init(.notACongestionEntry)) }
      entries.append(entry)
    }
    return .success(.congestion(entries))
  }

  private static func perServiceLevel(
    _ text: String, bits: Int, over previous: OpenSMValue
  ) -> Result<OpenSMValue, OpenSMValueError> {
    let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let level = text.drop(while: blank).prefix { !blank($0) }
    let rest = text[level.endIndex...].drop(while: blank)
    guard !level.isEmpty, !rest.isEmpty else { return .failure(.init(.noServiceLevel)) }
    let number = UInt8(truncatingIfNeeded: CNumber(level).value)
    guard number < 16 else { return .failure(.init(.outOfRange)) }
    return Self.number(rest, bits: bits).map { value in
      var levels: [UInt8: UInt64] = [:]
      if case .perServiceLevel(let before) = previous { levels = before }
      levels[number] = value
      return .perServiceLevel(levels)
    }
  }

  /// The value as `opensm -c` prints it; for a service level, the one asked for.
  func spelling(of value: OpenSMValue, level: UInt8 = 0) -> String {
    switch (value, type) {
    case (.flag(let flag), _): flag ? "TRUE" : "FALSE"
    case (.number(let number), .unsigned(_, .hexadecimal(let digits, let uppercase))):
      "0x" + (uppercase ? number.hexadecimal(digits: digits).uppercased() : number.hexadecimal(digits: digits))
    case (.number(let number), _): "\(number)"
    case (.signed(let number), _): "\(number)"
    case (.text(let text), _): text ?? Self.null
    case (.mask(let digits), _): "0x" + digits
    case (.congestion(let entries), _):
      entries.isEmpty ? Self.null : entries.map { "\($0.shift):\($0.multiplier)" }.joined(separator: ",")
    case (.perServiceLevel(let levels), _): "\(level) \(levels[level] ?? 0)"
    }
  }
}

/// A line that opensm passes over.
struct OpenSMValueError: Error, Equatable {
  let rejection: OpenSMValue.Rejection

  init(_ rejection: OpenSMValue.Rejection) { self.rejection = rejection }
}
