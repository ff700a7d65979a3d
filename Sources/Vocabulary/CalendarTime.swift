/// Dates of the Gregorian calendar in UTC. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
package enum CalendarTime {
  /// Days since 1970-01-01.
  package static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return days - 719_468
  }

  package static func date(days: Int) -> (year: Int, month: Int, day: Int) {
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

  package static func days(in seconds: Int) -> Int { (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400 }

  /// `2026-11-30T08:22:39Z`
  package static func text(_ moment: Int) -> String {
    let (year, month, day) = date(days: days(in: moment))
    let second = moment - days(in: moment) * 86_400
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(second / 3600, 2))"
      + ":\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
  }

  /// Seconds since 1970 of `2026-11-30T08:22:39Z`, `2026-11-30 08:22` or `2026-11-30`, all in UTC.
  package static func seconds(_ text: String) -> Int? {
    let halves = (text.last == "Z" ? text.dropLast() : text[...]).split { $0 == "T" || $0 == " " }
    guard halves.count == 1 || halves.count == 2 else { return nil }
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { number($0) }
    guard date.count == 3, let year = date[0], let month = date[1], let day = date[2], (1970...9999).contains(year),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let clock =
      halves.count == 1 ? [] : halves[1].split(separator: ":", omittingEmptySubsequences: false).map { number($0) }
    guard [0, 2, 3].contains(clock.count), clock.allSatisfy({ $0.map { $0 < 61 } ?? false }) else { return nil }
    let parts = clock.compactMap(\.self) + [0, 0, 0]
    guard parts[0] < 24, parts[1] < 60 else { return nil }
    return days(year, month, day) * 86_400 + parts[0] * 3600 + parts[1] * 60 + parts[2]
  }

  private static func number(_ text: Substring) -> Int? {
    text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
  }

  package static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
