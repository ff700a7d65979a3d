/// Lines of mdoc(7), and what must be escaped in them.
struct Mdoc {
  private(set) var lines: [String] = []

  var text: String { lines.map { $0 + "\n" }.joined() }

  mutating func raw(_ line: String) { lines.append(line) }
  mutating func raw(_ more: [String]) { lines += more }
  mutating func section(_ title: String) { lines.append(".Sh \(title)") }
  mutating func subsection(_ title: String) { lines.append(".Ss \(Self.argument(title))") }

  /// Running text: a line for each sentence, as mdoc wants it.
  mutating func prose(_ paragraph: String) {
    lines += Self.sentences(of: paragraph.replacing("…", with: "...")).flatMap(Self.wrapped).map(Self.escaped)
  }

  /// A list of terms; `body` writes what stands under each.
  mutating func list<Term>(
    _ terms: [Term], style: String = "-tag -width Ds", head: (Term) -> String, body: (inout Mdoc, Term) -> Void
  ) {
    guard !terms.isEmpty else { return }
    lines.append(".Bl \(style)")
    for term in terms {
      lines.append(".It \(head(term))")
      body(&self, term)
    }
    lines.append(".El")
  }

  /// Lines as they are.
  mutating func literal(_ block: [String]) {
    lines.append(".Bd -literal -offset indent")
    lines += block.map {
      $0.isEmpty ? "" : Self.escaped($0.replacing("-", with: "\u{1}")).replacing("\u{1}", with: "\\-")
    }
    lines.append(".Ed")
  }

  /// One argument of a macro, however many words it has.
  static func argument(_ text: String) -> String {
    let safe = text.replacing("\\", with: "\\e").replacing("\"", with: "\\(dq").replacing("-", with: "\\-")
    return safe.contains(" ") ? "\"\(safe)\"" : safe
  }

  static func sentences(of paragraph: String) -> [String] {
    var sentences: [String] = []
    var current: [Substring] = []
    for word in paragraph.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if let last = current.last, last.hasSuffix("."), !["e.g.", "i.e.", "etc."].contains(last),
        word.first?.isUppercase == true
      {
        sentences.append(current.joined(separator: " "))
        current = []
      }
      current.append(word)
    }
    return current.isEmpty ? sentences : sentences + [current.joined(separator: " ")]
  }

  private static func wrapped(_ sentence: String) -> [String] {
    sentence.split(separator: " ").reduce(into: [String]()) { lines, word in
      if let line = lines.last, line.utf8.count + word.utf8.count < 76 {
        lines[lines.count - 1] = line + " " + word
      } else {
        lines.append(String(word))
      }
    }
  }

  static func escaped(_ line: String) -> String {
    var safe = line.replacing("\\", with: "\\e")
    safe = safe.split(separator: " ", omittingEmptySubsequences: false).map(escapedWord).joined(separator: " ")
    return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
  }

  /// An option in running text keeps its hyphens when it is copied to a shell.
  private static func escapedWord(_ word: Substring) -> String {
    let start = word.drop { "([\"'".contains($0) }
    return start.hasPrefix("-") && start.count > 1 ? String(word).replacing("-", with: "\\-") : String(word)
  }
}
