public import HostAccess

/// Dates for the times of a log, which have neither year nor zone: the last year in which they are not in the future, in
/// the zone of this machine.
public struct OpenSMLogCalendar: Sendable {
  private let clock: any Clock

  public init(_ clock: any Clock) { self.clock = clock }

  /// `2026-11-30 08:22:39`, on the clock of the log.
  public func local(_ time: OpenSMLogTime) -> String { "\(Self.padded(year(of: time), 4))-\(time)" }

  /// `2026-11-30T08:22:39Z`
  public func timestamp(_ time: OpenSMLogTime) -> String {
    let wanted = Self.seconds(year(of: time), time)
    var moment = Int(clock.secondsSince1970) + offset(at: Int(clock.secondsSince1970), toward: wanted)
    // Between then and now the clocks may have been changed: twice is enough for any zone.
    for _ in 0..<2 { moment += offset(at: moment, toward: wanted) }
    return Self.text(moment)
  }

  private func year(of time: OpenSMLogTime) -> Int {
    let now = OpenSMLogTime(clock.localTime(secondsSince1970: clock.secondsSince1970))
    // An hour of grace: another machine's log, another clock.
    let year = localYear(at: Int(clock.secondsSince1970))
    return Self.seconds(year, time) > Self.seconds(year, now) + 3600 ? year - 1 : year
  }

  /// The year of the local time at a moment: the one in which it is nearest to UTC.
  private func localYear(at moment: Int) -> Int {
    let here = OpenSMLogTime(clock.localTime(secondsSince1970: Double(moment)))
    let year = Self.date(days: Self.days(in: moment)).year
    return (year - 1...year + 1).min {
      abs(Self.seconds($0, here) - moment) < abs(Self.seconds($1, here) - moment)
    } ?? year
  }

  /// What is missing between the local time at a moment and a wanted local time, in seconds.
  private func offset(at moment: Int, toward wanted: Int) -> Int {
    let here = OpenSMLogTime(clock.localTime(secondsSince1970: Double(moment)))
    return wanted - Self.seconds(localYear(at: moment), here)
  }

  // MARK: The calendar. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.

  private static func seconds(_ year: Int, _ time: OpenSMLogTime) -> Int {
    let shifted = time.month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (time.month + (time.month > 2 ? -3 : 9)) + 2) / 5 + time.day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return days * 86_400 + time.hour * 3600 + time.minute * 60 + time.second
  }

  private static func days(in seconds: Int) -> Int { (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400 }

  private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    return (
      yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
      dayOfYear - (153 * month + 2) / 5 + 1
    )
  }

  private static func text(_ moment: Int) -> String {
    let (year, month, day) = date(days: days(in: moment))
    let second = moment - days(in: moment) * 86_400
    let time = OpenSMLogTime(
      month: month, day: day, hour: second / 3600, minute: second / 60 % 60, second: second % 60)
    return "\(padded(year, 4))-\(time)Z".replacing(" ", with: "T")
  }

  private static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

extension OpenSMLogTime {
  fileprivate init(_ time: LocalTime) {
    self.init(month: time.month, day: time.day, hour: time.hour, minute: time.minute, second: time.second)
  }
}
