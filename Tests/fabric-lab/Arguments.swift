/// The words after the command: options with a value, `--name value`, in any order.
struct Arguments {
  private var values: [String: [String]] = [:]
  private var used: Set<String> = []

  /// - Returns: `nil` for a word that is no option, or an option without its value.
  init?(_ words: some Sequence<String>) {
    var name: String?
    for word in words {
      if let option = name {
        values[option, default: []].append(word)
        name = nil
      } else if word.hasPrefix("-") {
        name = word
      } else {
        return nil
      }
    }
    guard name == nil else { return nil }
  }

  mutating func texts(_ name: String) -> [String] {
    used.insert(name)
    return values[name] ?? []
  }

  mutating func text(_ name: String) -> String? { texts(name).last }

  mutating func number(_ name: String, default number: Int) throws(UsageFailure) -> Int {
    guard let text = text(name) else { return number }
    guard let number = Int(text), number >= 0 else { throw UsageFailure("\(name) wants a number, not \(text)") }
    return number
  }

  /// A percentage, as a rate.
  mutating func rate(_ name: String) throws(UsageFailure) -> Double { try Self.rate(text(name) ?? "0", name) }

  static func rate(_ text: String, _ name: String) throws(UsageFailure) -> Double {
    guard let number = Double(text), (0...100).contains(number) else {
      throw UsageFailure("\(name) wants a percentage, not \(text)")
    }
    return number / 100
  }

  /// Whatever nobody has asked for is a mistake.
  func finish() throws(UsageFailure) {
    if let unknown = values.keys.sorted().first(where: { !used.contains($0) }) {
      throw UsageFailure("\(unknown) is not known here")
    }
  }
}

struct UsageFailure: Error {
  let message: String
  init(_ message: String) { self.message = message }
}
