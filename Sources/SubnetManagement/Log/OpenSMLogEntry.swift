public import InfiniBandWire
public import Vocabulary

/// The time of a log line: local, and without its year.
public struct OpenSMLogTime: Sendable, Hashable, Comparable {
  /// 1 to 12.
  public let month: Int
  public let day: Int
  public let hour: Int
  public let minute: Int
  public let second: Int
  public let microsecond: Int

  public init(month: Int, day: Int, hour: Int, minute: Int, second: Int, microsecond: Int = 0) {
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.microsecond = microsecond
  }

  private var order: [Int] { [month, day, hour, minute, second, microsecond] }

  /// Within one year.
  public static func < (left: Self, right: Self) -> Bool { left.order.lexicographicallyPrecedes(right.order) }

  /// Whether it is at or after `start`. What lies later in the year than `now` is of the year before.
  public func isSince(_ start: OpenSMLogTime, now: OpenSMLogTime) -> Bool {
    let (isThisYear, startsThisYear) = (self <= now, start <= now)
    return isThisYear == startsThisYear ? self >= start : isThisYear
  }
}

extension OpenSMLogTime: CustomStringConvertible {
  /// `11-21 13:22:49`
  public var description: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(month))-\(two(day)) \(two(hour)):\(two(minute)):\(two(second))"
  }
}

/// What kind of message it is; the bits of opensm's own `log_flags`.
public struct OpenSMLogLevel: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let error = OpenSMLogLevel(rawValue: 0x01)
  public static let info = OpenSMLogLevel(rawValue: 0x02)
  public static let verbose = OpenSMLogLevel(rawValue: 0x04)
  public static let debug = OpenSMLogLevel(rawValue: 0x08)
  public static let functions = OpenSMLogLevel(rawValue: 0x10)
  public static let frames = OpenSMLogLevel(rawValue: 0x20)
  public static let routing = OpenSMLogLevel(rawValue: 0x40)
  /// What goes to the system's log as well: starts, states, fatal errors.
  public static let system = OpenSMLogLevel(rawValue: 0x80)
}

/// A message of opensm's log, with the lines that belong to it.
///
/// The head of a message is `Nov 21 13:22:49 862860 [E4245740] 0x03 -> function: ERR 3113: text`. Source: opensm 3.3.23,
/// `osm_log.c`.
public struct OpenSMLogEntry: Sendable, Equatable {
  /// `nil` for lines before the first head: the file was cut there.
  public var time: OpenSMLogTime?
  /// As opensm writes it, hexadecimal.
  public var thread: String
  public var level: OpenSMLogLevel
  /// Of opensm's source, where it names one.
  public var function: String?
  /// The four hexadecimal digits after `ERR`.
  public var code: String?
  /// Without function and code. Further lines follow after a line break, without the white space around them.
  public var text: String

  /// Whether opensm takes it for an error. A notice that came from the fabric is logged as one and is none.
  public var isError: Bool {
    level.contains(.error) && !level.contains(.info) && trap == nil && !text.hasPrefix("Received SMP on")
      && !text.hasPrefix("Directed Path Dump")
  }

  /// The first line as opensm wrote it, from the function on.
  var words: String {
    (function.map { "\($0): " } ?? "") + (code.map { "ERR \($0): " } ?? "")
      + (text.split(separator: "\n").first.map(String.init) ?? "")
  }

  /// The number of the trap whose arrival the message tells of.
  public var trap: Int? {
    guard text.hasPrefix("Received Generic Notice"), let number = text.firstRange(of: " num:") else { return nil }
    return Int(text[number.upperBound...].prefix { $0.isASCII && $0.isNumber }.prefix(5))
  }

  /// The way of a directed-route packet that the message tells of: `0,1,3` of "Initial path = 0,1,3".
  public var path: DirectedRoute? {
    guard let start = text.firstRange(of: "Initial path") ?? text.firstRange(of: "initial path") else { return nil }
    let rest = text[start.upperBound...].drop { $0 == " " || $0 == "=" || $0 == ":" || $0 == "\t" }
    let hops = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ",") }.split(separator: ",").map { UInt8($0) }
    guard hops.count > 1, hops.first == 0, !hops.contains(nil) else { return nil }
    return DirectedRoute(hops.dropFirst().compactMap(\.self))
  }

  /// The port that opensm binds itself to.
  public var boundPort: GUID? {
    guard let mark = text.firstRange(of: "binding to port GUID 0x") else { return nil }
    return UInt64(text[mark.upperBound...].prefix(16).prefix { $0.isHexDigit }, radix: 16).map { GUID($0) }
  }

  /// The state of the subnet manager that the message tells of: DISCOVERING, STANDBY, MASTER or NOT-ACTIVE.
  public var enteredState: String? {
    guard text.hasPrefix("Entering "), text.hasSuffix(" state") else { return nil }
    return String(text.dropFirst("Entering ".count).dropLast(" state".count))
  }

  public var isSubnetUp: Bool { text.hasPrefix("SUBNET UP") }

  /// The version in the first message of a run.
  public var startedVersion: String? {
    guard level.contains(.system), text.hasPrefix("OpenSM ") else { return nil }
    return String(text.dropFirst("OpenSM ".count))
  }
}
