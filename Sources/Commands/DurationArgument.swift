public import ArgumentParser

/// A length of time on the command line: `30s`, `250ms`, `2m`, `1h`. A bare number is seconds.
public struct DurationArgument: ExpressibleByArgument, Equatable, Sendable {
  public let milliseconds: Int

  /// More than a week is a slip of the keyboard.
  private static let longest = 7 * 86_400_000.0
  private static let units: [(suffix: String, milliseconds: Double)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
  ]

  public init(milliseconds: Int) { self.milliseconds = milliseconds }

  /// - Returns: `nil` for what is not a number with one of the units, is not above zero, or is more than a week.
  public init?(argument: String) {
    let unit = Self.units.first { argument.hasSuffix($0.suffix) } ?? (suffix: "", milliseconds: 1000)
    let digits = argument.dropLast(unit.suffix.count)
    // Double() takes "inf", "0x1p3" and "1e9" too.
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(digits)
    else { return nil }
    let milliseconds = (number * unit.milliseconds).rounded()
    guard milliseconds >= 1, milliseconds <= Self.longest else { return nil }
    self.milliseconds = Int(milliseconds)
  }

  public var defaultValueDescription: String { description }
}

extension DurationArgument: CustomStringConvertible {
  /// `250ms`, `30s`
  public var description: String { milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms" }
}
