/// A day as images store it: each digit four bits.
public struct BuildDate: Sendable, Equatable {
  public var year: Int
  public var month: Int
  public var day: Int

  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// A number whose hexadecimal digits are the decimal ones of `value`.
  static func digits(_ value: Int) -> Int { Int(String(value), radix: 16) ?? 0 }
}
