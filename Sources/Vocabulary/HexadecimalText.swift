/// Hexadecimal numbers as people and kernels write them.
public enum HexadecimalText {
  /// The value of a number of `bytes` bytes: plain digits (all of them), `0x` and up to that many digits, or groups of
  /// equal length split by one kind of separator (`:`, `-` or `.`). `nil` for anything else.
  public static func value(of text: some StringProtocol, bytes: Int) -> UInt64? {
    let digits = Array(text.utf8)
    let wanted = bytes * 2
    if digits.starts(with: [0x30, 0x78]) || digits.starts(with: [0x30, 0x58]) {  // 0x, 0X
      let rest = digits.dropFirst(2)
      return rest.isEmpty || rest.count > wanted ? nil : number(rest)
    }
    guard let separator = digits.first(where: { [0x3a, 0x2d, 0x2e].contains($0) }) else {
      return digits.count == wanted ? number(digits[...]) : nil
    }
    let groups = digits.split(separator: separator, omittingEmptySubsequences: false)
    guard let length = groups.first?.count, [2, 4].contains(length), groups.allSatisfy({ $0.count == length }),
      groups.count * length == wanted
    else { return nil }
    return number(Array(groups.joined())[...])
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case 0x30...0x39: value = value << 4 | UInt64(digit - 0x30)
      case 0x41...0x46: value = value << 4 | UInt64(digit - 0x41 + 10)
      case 0x61...0x66: value = value << 4 | UInt64(digit - 0x61 + 10)
      default: return nil
      }
    }
    return value
  }
}

extension FixedWidthInteger {
  /// Lower-case hexadecimal digits, padded with zeros to `digits`; a longer number keeps all of its digits.
  public func hexadecimal(digits: Int = 1) -> String {
    let text = String(self, radix: 16)
    return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
  }
}

extension UInt64 {
  /// The low `count` bytes, most significant first.
  public func bigEndianBytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: self >> (8 * UInt64(count - 1 - $0))) }
  }
}
