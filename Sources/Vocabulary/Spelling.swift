/// Help with words that were mistyped.
public enum Spelling {
  /// The nearest word that is near enough to be meant: at most a third of the letters differ.
  public static func nearest(to word: String, among words: [String]) -> String? {
    let letters = Array(word.utf8.prefix(80))
    let limit = max(1, letters.count / 3)
    let distances = words.map { (distance(letters, Array($0.utf8)), $0) }
    guard let best = distances.min(by: { $0.0 < $1.0 }), best.0 <= limit else { return nil }
    return best.1
  }

  /// How many letters must be inserted, removed or replaced to make one word of the other (Levenshtein). Takes as many
  /// steps as the product of their lengths.
  public static func distance(_ left: String, _ right: String) -> Int { distance(Array(left.utf8), Array(right.utf8)) }

  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
      var diagonal = index
      row[0] = index + 1
      for column in right.indices {
        let replaced = diagonal + (right[column] == letter ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }

  /// A word from a file, fit to be printed: short, without control characters.
  public static func shown(_ text: String) -> String {
    let clean = text.unicodeScalars.prefix(60).map { scalar in
      scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) ? "?" : String(scalar)
    }
    return clean.joined() + (text.unicodeScalars.count > 60 ? "…" : "")
  }
}
