public import Vocabulary

/// What a word means; a terminal shows it as a colour.
public enum Tone: Sendable {
  case plain, heading, good, bad, caution, faint
}

/// Text for people, being written: lines, tables, problems. Colour only where it was asked for.
public struct Page: Sendable {
  public private(set) var text = ""
  private let colour: Bool
  private let columns: Int?
  private let next: NextCommands

  /// - Parameter columns: the width of the terminal, where there is one.
  public init(colour: Bool = false, columns: Int? = nil, next: NextCommands = NextCommands()) {
    self.colour = colour
    self.columns = columns
    self.next = next
  }

  public mutating func line(_ content: String = "", tone: Tone = .plain) {
    text += painted(content, tone) + "\n"
  }

  /// A blank line, unless the page begins here.
  public mutating func gap() { if !text.isEmpty { text += "\n" } }

  public mutating func table(_ table: Table) {
    for row in table.laidOut(limit: columns) {
      text += row.map { $0.before + painted($0.content, $0.tone) + $0.after }.joined().trimmingTrailingSpaces() + "\n"
    }
  }

  /// Names and values under one another; a value that is not known is left out.
  public mutating func fields(_ fields: [(name: String, value: String?)], indent: Int = 2) {
    let known = fields.filter { $0.value?.isEmpty == false }
    let width = known.map(\.name.count).max() ?? 0
    for field in known {
      let name = String(repeating: " ", count: indent) + field.name
      let gap = String(repeating: " ", count: width - field.name.count + 2)
      text += painted(name, .faint) + gap
      line(field.value ?? "")
    }
  }

  /// Names and running text under one another; the text goes on below itself where the terminal ends. Text that is not
  /// known is left out.
  public mutating func paragraphs(_ paragraphs: [(name: String, text: String?)], indent: Int = 2) {
    let known = paragraphs.filter { $0.text?.isEmpty == false }
    let start = indent + (known.map(\.name.count).max() ?? 0) + 2
    let width = max((columns ?? Self.usualWidth) - start, Self.narrowest)
    for paragraph in known {
      var name = String(repeating: " ", count: indent) + paragraph.name
      for row in Self.wrapped(paragraph.text ?? "", width: width) {
        let gap = String(repeating: " ", count: max(start - name.count, 0))
        text += painted(name, .faint) + gap
        line(row)
        name = ""
      }
    }
  }

  /// Of text that is not for a terminal.
  private static let usualWidth = 80
  /// Where the names leave less, the text goes over the edge.
  private static let narrowest = 20

  /// A word that is longer than a line has one of its own.
  static func wrapped(_ text: String, width: Int) -> [String] {
    text.split(separator: " ").reduce(into: [String]()) { lines, word in
      if let line = lines.last, columns(of: line) + 1 + columns(of: String(word)) <= width {
        lines[lines.count - 1] = "\(line) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }

  /// Problems below what stands on the page already.
  public mutating func problems(_ problems: [Problem]) {
    if !problems.isEmpty { gap() }
    for problem in problems { self.problem(problem) }
  }

  /// A problem as its sentence, the evidence and the commands to run next.
  public mutating func problem(_ problem: Problem) {
    let tone: Tone =
      switch problem.severity {
      case .error: .bad
      case .warning: .caution
      case .info: .faint
      }
    text += painted("\(problem.severity.rawValue):", tone) + " \(Page.clean(problem.subject)): "
    line("\(problem.message) [\(problem.id)]")
    if !problem.evidence.isEmpty { line("    seen: " + problem.evidence.joined(separator: ", "), tone: .faint) }
    for command in problem.fix { line("    next: \(next.typed(command))") }
  }

  private func painted(_ content: String, _ tone: Tone) -> String {
    let content = Page.clean(content)
    guard colour, let code = tone.code, !content.isEmpty else { return content }
    return "\u{1b}[\(code)m\(content)\u{1b}[0m"
  }

  /// Text from files, packets and arguments may hold anything; a terminal gets none of its control characters.
  public static func clean(_ content: String) -> String {
    if isPlain(content) { return content }
    guard content.unicodeScalars.contains(where: { $0.isControl }) else { return content }
    return String(String.UnicodeScalarView(content.unicodeScalars.map { $0.isControl ? "\u{fffd}" : $0 }))
  }

  /// The columns that a text takes on a terminal once it is clean.
  static func columns(of content: String) -> Int {
    // Nearly every cell of a long table is so, and counting characters is what a long table's time goes to.
    isPlain(content) ? content.utf8.count : clean(content).count
  }

  private static func isPlain(_ content: String) -> Bool { content.utf8.allSatisfy { (0x20..<0x7f).contains($0) } }
}

extension Unicode.Scalar {
  /// C0 and C1 control characters and DEL, but for the tabulator of vstat's layout.
  fileprivate var isControl: Bool { value < 0x20 && value != 0x09 || (0x7f..<0xa0).contains(value) }
}

extension Tone {
  /// The SGR code of ECMA-48.
  fileprivate var code: String? {
    switch self {
    case .plain: nil
    case .heading: "1"
    case .good: "32"
    case .bad: "31"
    case .caution: "33"
    case .faint: "2"
    }
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    var copy = self[...]
    while copy.last == " " { copy.removeLast() }
    return String(copy)
  }
}
