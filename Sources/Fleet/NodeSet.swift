/// Sets of host names, written as ClusterShell, pdsh and Slurm write them: `gpu[00-08,10-16]`.
package enum NodeSet {
  /// The names as one text; names that differ in numbers only share brackets. Zeros before a number are part of it.
  package static func fold(_ names: some Sequence<String>) -> String {
    var groups: [[String]: Set<[Number]>] = [:]
    for name in names {
      let (words, numbers) = parts(of: name)
      groups[words, default: []].insert(numbers)
    }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { words, vectors in
      guard words.count > 1 else { return words[0] }
      return folded(vectors.sorted { $0.lexicographicallyPrecedes($1) }).map { text(words, $0) }
        .joined(separator: ",")
    }.joined(separator: ",")
  }

  /// The names of one text, such as fold writes it; a text without brackets is one name.
  package static func expand(_ text: String) -> [String] {
    var names = [""]
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
      let choices = rest[rest.index(after: open)..<close].split(separator: ",").flatMap(range)
      names = names.flatMap { name in choices.map { name + rest[..<open] + $0 } }
      // A set with more hosts than there are is a mistake.
      guard !choices.isEmpty, names.count <= mostNames else { return [text] }
      rest = rest[rest.index(after: close)...]
    }
    return names.map { $0 + rest }
  }

  /// `gpu2` before `gpu10`.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    let (first, second) = (parts(of: left), parts(of: right))
    return first.words == second.words
      ? first.numbers.lexicographicallyPrecedes(second.numbers)
      : first.words.lexicographicallyPrecedes(second.words)
  }

  private static let mostNames = 1 << 20

  /// A number with the width that zeros before it give it; 0 without such zeros.
  private struct Number: Hashable, Comparable {
    let value: Int
    let width: Int

    init(_ digits: Substring) {
      value = Int(digits) ?? 0
      width = digits.count > 1 && digits.first == "0" ? digits.count : 0
    }

    var text: String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Whether it is the number after `other` in a range: `08-10`, not `8-09`.
    func follows(_ other: Number) -> Bool {
      guard value == other.value + 1 else { return false }
      return width == other.width || width == 0 && text.count == other.width
    }

    static func < (left: Number, right: Number) -> Bool { (left.value, left.width) < (right.value, right.width) }
  }

  /// The words before, between and after the numbers of a name, and the numbers.
  private static func parts(of name: String) -> (words: [String], numbers: [Number]) {
    var words = [""]
    var numbers: [Number] = []
    var rest = Substring(name)
    while let start = rest.firstIndex(where: isDigit) {
      words[words.count - 1] += rest[..<start]
      let digits = rest[start...].prefix(while: isDigit)
      if digits.count > 15 {
        words[words.count - 1] += digits
      } else {
        numbers.append(Number(digits))
        words.append("")
      }
      rest = rest[digits.endIndex...]
    }
    words[words.count - 1] += rest
    return (words, numbers)
  }

  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

  /// Vectors of numbers as few boxes of numbers: two that differ in one place become one, the last place first.
  private static func folded(_ vectors: [[Number]]) -> [[[Number]]] {
    var boxes = vectors.map { vector in vector.map { [$0] } }
    guard let places = boxes.first?.count else { return boxes }
    for place in (0..<places).reversed() {
      var merged: [[[Number]]] = []
      var positions: [[[Number]]: Int] = [:]
      for box in boxes {
        var others = box
        others[place] = []
        if let position = positions[others] {
          merged[position][place] += box[place]
        } else {
          positions[others] = merged.count
          merged.append(box)
        }
      }
      boxes = merged
    }
    return boxes
  }

  private static func text(_ words: [String], _ box: [[Number]]) -> String {
    zip(words, box).map { $0 + bracketed($1.sorted()) }.joined() + words[words.count - 1]
  }

  private static func bracketed(_ numbers: [Number]) -> String {
    guard numbers.count > 1 else { return numbers[0].text }
    var ranges: [(first: Number, last: Number)] = []
    for number in numbers {
      if let last = ranges.last, number.follows(last.last) {
        ranges[ranges.count - 1].last = number
      } else {
        ranges.append((number, number))
      }
    }
    let words = ranges.map { $0.first == $0.last ? $0.first.text : "\($0.first.text)-\($0.last.text)" }
    return "[\(words.joined(separator: ","))]"
  }

  private static func range(_ text: Substring) -> [String] {
    let ends = text.split(separator: "-", maxSplits: 1)
    guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first <= last, last - first < mostNames
    else { return [String(text)] }
    let width = ends[0].count
    return (first...last).map { number in
      let digits = String(number)
      return ends[0].first == "0" ? String(repeating: "0", count: max(0, width - digits.count)) + digits : digits
    }
  }
}
