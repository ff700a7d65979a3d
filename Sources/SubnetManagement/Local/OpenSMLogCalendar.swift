public import HostAccess
internal import Vocabulary

/// Dates for the times of a log, which have neither year nor zone: the last year in which they are not in the future, in
/// the zone of this machine.
public struct OpenSMLogCalendar: Sendable {
  private let clock: any Clock

  public init(_ clock: any Clock) { self.clock = clock }

  /// `2026-11-30 08:22:39`, on the clock of the log.
  public func local(_ time: OpenSMLogTime) -> String { "\(CalendarTime.padded(year(of: time), 4))-\(time)" }

  /// `2026-11-30T08:22:39Z`
  public func timestamp(_ time: OpenSMLogTime) -> String {
    let wanted = Self.seconds(year(of: time), time)
    var moment = Int(clock.secondsSince1970) + offset(at: Int(clock.secondsSince1970), toward: wanted)
    // Between then and now the clocks may have been changed: twice is enough for any zone.
    for _ in 0..<2 { moment += offset(at: moment, toward: wanted) }
    return CalendarTime.text(moment)
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
    let year = CalendarTime.date(days: CalendarTime.days(in: moment)).year
    return (year - 1...year + 1).min {
      abs(Self.seconds($0, here) - moment) < abs(Self.seconds($1, here) - moment)
    } ?? year
  }

  /// What is missing between the local time at a moment and a wanted local time, in seconds.
  private func offset(at moment: Int, toward wanted: Int) -> Int {
    let here = OpenSMLogTime(clock.localTime(secondsSince1970: Double(moment)))
    return wanted - Self.seconds(localYear(at: moment), here)
  }

  private static func seconds(_ year: Int, _ time: OpenSMLogTime) -> Int {
    CalendarTime.days(year, time.month, time.day) * 86_400 + time.hour * 3600 + time.minute * 60 + time.second
  }
}

extension OpenSMLogTime {
  fileprivate init(_ time: LocalTime) {
    self.init(month: time.month, day: time.day, hour: time.hour, minute: time.minute, second: time.second)
  }
}
