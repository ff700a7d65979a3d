internal import CShims
internal import Glibc
public import HostAccess

/// The kernel's clocks, and the signals that ask to stop.
public struct LinuxClock: Clock {
  public init() {}

  public var milliseconds: Int { microseconds / 1000 }

  public var microseconds: Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
  }

  public var secondsSince1970: Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  public var timestamp: String {
    var now = time_t()
    unsafe Glibc.time(&now)
    return Self.text(now) + "Z"
  }

  /// Date and time in UTC without a zone.
  static func text(_ moment: time_t) -> String {
    var now = moment
    // tm holds a pointer to the zone's name, hence "unsafe"; only its numbers are used.
    var parts = unsafe tm()
    unsafe gmtime_r(&now, &parts)
    let date = unsafe [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday].map(twoDigits)
    let time = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map(twoDigits)
    return date.joined(separator: "-") + "T" + time.joined(separator: ":")
  }

  public func localTime(secondsSince1970: Double) -> LocalTime {
    var moment = time_t(max(0, min(secondsSince1970, 4e9)))
    var parts = unsafe tm()
    unsafe localtime_r(&moment, &parts)
    return unsafe LocalTime(
      month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday), hour: Int(parts.tm_hour), minute: Int(parts.tm_min),
      second: Int(parts.tm_sec))
  }

  private static func twoDigits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }

  public func sleep(milliseconds: Int) {
    guard milliseconds > 0, !interrupted else { return }
    var duration = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    unsafe nanosleep(&duration, nil)
  }

  public func stayInMemory() { mlockall(MCL_CURRENT) }
  public func holdInterruptions() { rdmactl_hold_interruptions() }

  public func takeSuspension() -> Bool { rdmactl_take_suspension() != 0 }

  public func suspend() { raise(SIGSTOP) }

  public var interrupted: Bool { rdmactl_interruptions() > 0 }
}
