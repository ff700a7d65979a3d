internal import Vocabulary

/// How near a word comes to an entry.
struct GlossarySearch {
  private let keys: [String]
  /// The words of the input, for a search in the text.
  private let words: [String]

  init(words: Substring, keys: [String]) {
    self.keys = keys.filter { $0.utf8.count >= Self.shortest }
    self.words = words.split { !$0.isLetter && !$0.isNumber }.map(GlossaryWord.key).filter {
      $0.utf8.count >= Self.shortest
    }
  }

  /// A shorter word comes near to everything.
  private static let shortest = 2

  /// Smaller is nearer; `nil` is not near at all. A slip of the finger comes first, then the beginning of a name, a
  /// part of one, a worse slip, and at last an entry that speaks of all the words.
  func distance(to entry: GlossaryEntry) -> Int? {
    let names = entry.names + entry.knobs
    let byName = keys.flatMap { key in names.compactMap { Self.distance(key, to: $0) } }.min()
    if let byName { return byName }
    return speaksOfAllWords(entry) ? 4 * Self.tier : nil
  }

  /// Further than any two names of the same kind of likeness can be apart.
  private static let tier = 1000

  private static func distance(_ key: String, to name: String) -> Int? {
    // A short word is part of too many names by chance.
    guard key.utf8.count >= shortestPart else { return GlossaryWord.all(in: name).contains(key) ? tier : nil }
    let name = GlossaryWord.key(name)
    let (length, other) = (key.utf8.count, name.utf8.count)
    let allowed = length < 6 ? 1 : length < 10 ? 2 : 3
    let slips = abs(length - other) <= allowed ? Spelling.distance(key, name) : allowed + 1
    if slips <= min(1, allowed) { return slips }
    if name.hasPrefix(key) { return tier + other - length }
    if other > shortestPart, key.hasPrefix(name) { return tier + length - other }
    if name.contains(key) { return 2 * tier + other - length }
    return slips <= allowed ? 3 * tier + slips : nil
  }

  private static let shortestPart = 5

  /// Whole words only: a flag is not about LAG.
  private func speaksOfAllWords(_ entry: GlossaryEntry) -> Bool {
    guard !words.isEmpty else { return false }
    let texts =
      [entry.name, entry.meaning, entry.counterpart ?? "", entry.absence ?? "", entry.rules ?? ""]
      + entry.spellings + entry.knobs
    var missing = Set(words)
    for text in texts where !missing.isEmpty { missing.subtract(GlossaryWord.all(in: text)) }
    return missing.isEmpty
  }
}
