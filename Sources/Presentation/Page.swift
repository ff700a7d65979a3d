public import Vocabulary

/// What a word means; a terminal shows it as a colour.
public enum Tone: Sendable {
  case plain, heading, good, bad, caution, faint
}

/// How a page is drawn.
public struct PageStyle: Sendable {
  public var colour: Bool
  /// The width of the terminal, where there is one.
  public var columns: Int?
  /// Tables keep all their columns, whatever the terminal's width.
  public var wide: Bool
  /// The columns of tables that were asked for, in that order.
  public var chosen: [String]?
  /// Whether tables are also wanted as CSV.
  var hasCSV = false

  public init(colour: Bool = false, columns: Int? = nil, wide: Bool = false, chosen: [String]? = nil) {
    self.colour = colour
    self.columns = columns
    self.wide = wide
    self.chosen = chosen
  }
}

/// Text for people, being written: lines, tables, problems. Colour only where the style asks for it.
public struct Page: Sendable {
  public private(set) var text = ""
  /// The tables of the page as CSV: tables of the same columns are one, else an empty line stands between two.
  private(set) var csv = ""
  private var csvHeader = ""
  /// The keys of every table's columns, for the message about a column that none has.
  private(set) var knownColumns: [String] = []
  private let style: PageStyle
  private let next: NextCommands

  public init(style: PageStyle = PageStyle(), next: NextCommands = NextCommands()) {
    self.style = style
    self.next = next
  }

  public mutating func line(_ content: String = "", tone: Tone = .plain) {
    text += painted(content, tone) + "\n"
  }

  /// A blank line, unless the page begins here.
  public mutating func gap() { if !text.isEmpty { text += "\n" } }

  public mutating func table(_ table: Table) {
    knownColumns += table.columns.map(\.key).filter { !knownColumns.contains($0) }
    let chosen = style.chosen.map(table.columns(named:))
    // Another table of the answer may have the columns that were asked for.
    if let chosen, chosen.isEmpty { return }
    if style.hasCSV {
      let (header, rows) = table.csv(chosen ?? Array(table.columns.indices))
      csv += header == csvHeader ? rows : (csv.isEmpty ? "" : "\n") + header + rows
      csvHeader = header
    }
    let layout = TableLayout(
      table, shown: chosen ?? table.filledColumns, limit: style.wide ? nil : style.columns, mayHide: chosen == nil)
    for row in layout.lines {
      text += row.map { $0.before + painted($0.content, $0.tone) + $0.after }.joined().trimmingTrailingSpaces() + "\n"
    }
    if !layout.hidden.isEmpty {
      sentence("hidden: \(layout.hidden.joined(separator: ", ")) (use -w)", indent: 2, tone: .faint)
    }
  }

  /// Names and values under one another; a value that is not known is left out.
  public mutating func fields(_ fields: [(name: String, value: String?)], indent: Int = 2) {
    let known = fields.filter { $0.value?.isEmpty == false }
    let width = known.map { Self.columns(of: $0.name) }.max() ?? 0
    for field in known {
      let name = String(repeating: " ", count: indent) + field.name
      let gap = String(repeating: " ", count: width - Self.columns(of: field.name) + 2)
      let room = (style.columns ?? Int.max) - indent - width - 2
      let rows = room < Self.narrowest ? [field.value ?? ""] : TextWrap.lines(of: field.value ?? "", width: room)
      text += painted(name, .faint) + gap
      for (number, row) in rows.enumerated() {
        line(String(repeating: " ", count: number == 0 ? 0 : indent + width + 2) + row)
      }
    }
  }

  /// Names and running text under one another; the text goes on below itself where the terminal ends. Text that is not
  /// known is left out.
  public mutating func paragraphs(_ paragraphs: [(name: String, text: String?)], indent: Int = 2) {
    let known = paragraphs.filter { $0.text?.isEmpty == false }
    let start = indent + (known.map(\.name.count).max() ?? 0) + 2
    let width = max((style.columns ?? Self.usualWidth) - start, Self.narrowest)
    for paragraph in known {
      var name = String(repeating: " ", count: indent) + paragraph.name
      for row in TextWrap.lines(of: paragraph.text ?? "", width: width) {
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

  /// A sentence; what does not fit the terminal goes on below it, indented.
  /// - Parameter label: the words at its beginning that have the tone; without them the whole sentence has it.
  public mutating func sentence(_ words: String, label: String = "", indent: Int = 4, tone: Tone = .plain) {
    let lead = String(words.prefix { $0 == " " })
    let content = Page.clean((label.isEmpty ? "" : label + " ") + words.dropFirst(label.isEmpty ? lead.count : 0))
    let width = (style.columns ?? Int.max) - (label.isEmpty ? lead.count : 0)
    let rows = width < indent + Self.narrowest ? [content] : TextWrap.lines(of: content, width: width, hanging: indent)
    for (number, row) in rows.enumerated() {
      let gap = (label.isEmpty ? lead : "") + String(repeating: " ", count: number == 0 ? 0 : indent)
      if label.isEmpty {
        line(gap + row, tone: tone)
      } else if number == 0, row.hasPrefix(label) {
        text += painted(label, tone) + row.dropFirst(label.count) + "\n"
      } else {
        line(gap + row)
      }
    }
  }

  /// Problems below what stands on the page already.
  public mutating func problems(_ problems: [Problem]) {
    if !problems.isEmpty { gap() }
    for problem in problems { self.problem(problem) }
  }

  /// A problem as its sentence, the evidence, the commands to run next, and advice.
  public mutating func problem(_ problem: Problem) {
    let tone: Tone =
      switch problem.severity {
      case .error: .bad
      case .warning: .caution
      case .info: .faint
      }
    let words = "\(problem.subject): \(problem.message) [\(problem.id)]"
    sentence(words, label: "\(problem.severity.rawValue):", tone: tone)
    if !problem.evidence.isEmpty {
      sentence("    seen: " + problem.evidence.joined(separator: ", "), indent: 6, tone: .faint)
    }
    steps(problem.fix, problem.hint)
  }

  /// Commands to run next, each in one piece to be copied, and advice.
  public mutating func steps(_ fix: [String], _ hint: [String]) {
    for command in fix { text += "    " + painted("next:", .faint) + " " + Page.clean(next.typed(command)) + "\n" }
    for advice in hint { sentence("    hint: \(advice)", indent: 6) }
  }

  private func painted(_ content: String, _ tone: Tone) -> String {
    let content = Page.clean(content)
    guard style.colour, let code = tone.code, !content.isEmpty else { return content }
    return "\u{1b}[\(code)m\(content)\u{1b}[0m"
  }

  /// Text from files, packets and arguments may hold anything; a terminal gets none of its control characters.
  public static func clean(_ content: String) -> String {
    if DisplayWidth.isPlain(content) { return content }
    guard content.unicodeScalars.contains(where: { $0.isControl }) else { return content }
    return String(String.UnicodeScalarView(content.unicodeScalars.map { $0.isControl ? "\u{fffd}" : $0 }))
  }

  /// The columns that a text takes on a terminal once it is clean.
  static func columns(of content: String) -> Int {
    DisplayWidth.isPlain(content) ? content.utf8.count : DisplayWidth.of(clean(content))
  }
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
    guard let last = utf8.lastIndex(where: { $0 != 0x20 }) else { return "" }
    return String(self[...last])
  }
}
