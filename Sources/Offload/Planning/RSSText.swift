/// The texts of RSS: checked against the table and the key that the device has.
enum RSSText {
  private static let key = Knob(.rss, "key")

  /// The text as the kernel reads it back; what is no setting of RSS stays as it is. `nil` when it does not fit.
  static func checked(_ text: String, _ knob: Knob, now: KnobState?) -> String? {
    guard knob.kind == .rss, let now else { return text }
    switch knob {
    case .rssTable:
      guard let present = RSSTable(now.value) else { return nil }
      let queues = (now.range?.upperBound).map { $0 + 1 }
      if text == "default" { return RSSTable(size: present.queues.count, inTurnOver: queues ?? 1).text }
      guard let table = RSSTable(text), table.queues.count == present.queues.count,
        table.queues.allSatisfy({ Int($0) < queues ?? .max })
      else { return nil }
      return table.text
    case key:
      let text = text.lowercased()
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let isKey = parts.allSatisfy { $0.utf8.count == 2 && $0.allSatisfy(\.isHexDigit) }
      return isKey && text.utf8.count == now.value.utf8.count ? text : nil
    default: return knob.name == "function" ? text : HashFields(text)?.text
    }
  }

  static func expectation(_ knob: Knob, now: KnobState?) -> String {
    switch knob {
    case .rssTable:
      let size = now.flatMap { RSSTable($0.value)?.queues.count } ?? 0
      return "it is \(size) queues\(now?.range.map { " from \($0.lowerBound) to \($0.upperBound)" } ?? ""), or default"
    case key: return "it is as many bytes as the key has now, like 6d:5a:56"
    default: return "it is letters like sdfn, or none"
    }
  }
}
