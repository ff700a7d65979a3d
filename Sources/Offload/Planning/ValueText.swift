internal import Vocabulary

/// Values as they are typed.
extension SettingKey.Value {
  /// The text in the form in which settings have it; `nil` when it is no value of this kind.
  func normalised(_ text: String) -> String? {
    switch self {
    case .onOff: Self.onOff(text)
    case .number(let range): Int(decimal: text).flatMap { range.contains($0) ? String($0) : nil }
    case .choice(let words): words.first { $0.lowercased() == text.lowercased() }
    case .numbers(let count): Self.numbers(text, count: count)
    case .processors: ProcessorSet(text)?.description
    case .text:
      !text.isEmpty && text.utf8.count <= 4096 && text.utf8.allSatisfy { (0x20..<0x7f).contains($0) } ? text : nil
    }
  }

  /// What it takes, as half a sentence.
  var expectation: String {
    switch self {
    case .onOff: "it is on or off"
    case .number(let range) where range.upperBound >= Int(Int32.max):
      "its value is a number of \(range.lowerBound) or more, within 32 bits"
    case .number(let range): "its value is a number from \(range.lowerBound) to \(range.upperBound)"
    case .choice(let words): "it is one of \(words.joined(separator: ", "))"
    case .numbers(let count): "it is \(count) numbers"
    case .processors: "it is a list of processors like 0-3,8"
    case .text(let form): "it is \(form)"
    }
  }

  private static func onOff(_ text: String) -> String? {
    switch text.lowercased() {
    case "on", "yes", "true", "1", "enable", "enabled": "on"
    case "off", "no", "false", "0", "disable", "disabled": "off"
    default: nil
    }
  }

  private static func numbers(_ text: String, count: Int) -> String? {
    let parts = text.split { $0.isWhitespace || $0 == "," }
    guard parts.count == count else { return nil }
    let values = parts.compactMap { Int(decimal: $0) }
    return values.count == count ? values.map(String.init).joined(separator: " ") : nil
  }
}

/// Processors by their numbers, as the kernel writes them: a list ("0-3,8") or a mask ("ff,ffffffff").
struct ProcessorSet: Hashable, CustomStringConvertible {
  /// More than any kernel is built for (CONFIG_NR_CPUS).
  private static let limit = 8192

  /// Ascending, each once, at least one.
  let numbers: [Int]

  /// Reads a list; `nil` for anything else, and for an empty one.
  init?(_ text: String) {
    var numbers: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count <= 2, let first = ends.first.flatMap({ Int(decimal: $0) }),
        let last = ends.last.flatMap({ Int(decimal: $0) }), first <= last, last < Self.limit
      else { return nil }
      numbers.formUnion(first...last)
    }
    self.numbers = numbers.sorted()
  }

  var description: String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound == number - 1 {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }

  /// As a mask in groups of 32 bits, as wide as `model` so that it reads back the same; `nil` when `model` has no room for it.
  func mask(like model: String) -> String? {
    let groups = model.split(separator: ",", omittingEmptySubsequences: false)
    guard let first = groups.first, (1...8).contains(first.count) else { return nil }
    let widths = groups.enumerated().map { $0.offset == 0 ? first.count : 8 }
    var words = [UInt32](repeating: 0, count: groups.count)
    for number in numbers {
      let group = groups.count - 1 - number / 32
      guard group >= 0, number % 32 < widths[group] * 4 else { return nil }
      words[group] |= 1 << UInt32(number % 32)
    }
    return zip(words, widths).map { $0.hexadecimal(digits: $1) }.joined(separator: ",")
  }
}
