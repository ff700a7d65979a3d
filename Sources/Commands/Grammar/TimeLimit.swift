public import ArgumentParser

/// A length of time on the command line: `30`, `30s`, `250ms`, `2m`, `1.5s`. A bare number is seconds.
public struct TimeLimit: ExpressibleByArgument, Sendable, Equatable {
  public let milliseconds: Int

  public init(milliseconds: Int) { self.milliseconds = milliseconds }

  public init?(argument: String) {
    let text = argument.lowercased()
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number.isFinite, number >= 0 else { return nil }
    let factor: Double
    switch text.dropFirst(digits.count) {
    case "", "s": factor = 1000
    case "ms": factor = 1
    case "m", "min": factor = 60_000
    case "h": factor = 3_600_000
    default: return nil
    }
    let value = (number * factor).rounded()
    guard value <= Self.longest else { return nil }
    milliseconds = Int(value)
  }

  /// Eleven days: longer waits are mistakes.
  private static let longest = 1e9

  public var seconds: Double { Double(milliseconds) / 1000 }

  public var defaultValueDescription: String {
    milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
  }
}
