/// A table in the columns of a terminal: long text is wrapped inside its column first, then the least important columns are
/// hidden, and only then is text wrapped tighter.
struct TableLayout {
  struct Piece {
    var before = ""
    let content: String
    let tone: Tone
    var after = ""
  }

  private let table: Table
  private var shown: [Int]
  private var widths: [Int: Int] = [:]
  private let limit: Int?
  /// The columns that were left out for want of room, by title.
  private(set) var hidden: [String] = []

  /// - Parameters:
  ///   - shown: the columns to draw.
  ///   - limit: the columns of the terminal; `nil` draws every column in full.
  ///   - mayHide: whether columns may be left out.
  init(_ table: Table, shown: [Int], limit: Int?, mayHide: Bool) {
    self.table = table
    self.shown = shown
    self.limit = limit
    for column in shown { widths[column] = naturalWidth(column) }
    if let limit { fit(limit, mayHide: mayHide) }
  }

  /// Header and rows; a row whose text was wrapped has several lines.
  var lines: [[Piece]] {
    guard !table.isEmpty else { return [] }
    let header = table.columns.map { Table.Cell($0.title, tone: .heading) }
    return ([header] + table.rows).flatMap(lines(of:))
  }

  private func lines(of row: [Table.Cell]) -> [[Piece]] {
    let cells = shown.map { row[$0].text.isEmpty ? Table.Cell("-", tone: .faint) : row[$0] }
    let texts = zip(shown, cells).map { column, cell -> [String] in
      guard limit != nil, let width = widths[column] else { return [cell.text] }
      return TextWrap.lines(of: cell.text, width: width, hard: true)
    }
    return (0..<(texts.map(\.count).max() ?? 0)).map { line in
      shown.indices.map { position in
        let text = line < texts[position].count ? texts[position][line] : ""
        let padding = Self.spaces(max(0, (widths[shown[position]] ?? 0) - Page.columns(of: text)))
        var piece = Piece(content: text, tone: cells[position].tone)
        if table.columns[shown[position]].alignment == .right { piece.before = padding } else { piece.after = padding }
        if position > 0 { piece.before = "  " + piece.before }
        return piece
      }
    }
  }

  private static let spaces = String(repeating: " ", count: 64)
  private static func spaces(_ count: Int) -> String {
    count <= 64 ? String(spaces.utf8.prefix(count)) ?? "" : String(repeating: " ", count: count)
  }

  private var total: Int { shown.reduce(-2) { $0 + (widths[$1] ?? 0) + 2 } }

  private mutating func fit(_ limit: Int, mayHide: Bool) {
    guard total > limit else { return }
    let natural = widths
    let words = Dictionary(uniqueKeysWithValues: shown.map { ($0, longestWord($0)) })
    // Text of this many columns is still easy to read.
    let easy = words.mapValues { max($0, 24) }
    while true {
      widths = natural
      shrink(to: limit, least: easy)
      guard total > limit, mayHide, let least = leastImportant(rankAbove: 0) else { break }
      hide(least)
    }
    guard total > limit else { return }
    shrink(to: limit, least: words)
    while total > limit, mayHide, shown.count > 1 {
      hide(shown[shown.count - 1])
      widths = natural
      shrink(to: limit, least: words)
    }
    if total > limit, mayHide { shrink(to: limit, least: words.mapValues { min($0, 8) }) }
  }

  private mutating func hide(_ column: Int) {
    shown.removeAll { $0 == column }
    let titles = table.columns.indices.filter { hidden.contains(table.columns[$0].title) || $0 == column }
    hidden = titles.map { table.columns[$0].title }
  }

  private func leastImportant(rankAbove rank: Int) -> Int? {
    shown.filter { table.columns[$0].rank > rank }.max { table.columns[$0].rank < table.columns[$1].rank }
  }

  /// Takes from the widest column that can give, until the table fits or none can.
  private mutating func shrink(to limit: Int, least: [Int: Int]) {
    while total > limit {
      let giving = shown.filter { (widths[$0] ?? 0) > (least[$0] ?? 0) }
      guard let widest = giving.max(by: { (widths[$0] ?? 0) < (widths[$1] ?? 0) }) else { return }
      widths[widest, default: 0] -= 1
    }
  }

  private func naturalWidth(_ column: Int) -> Int {
    table.rows.reduce(max(1, DisplayWidth.of(table.columns[column].title))) {
      max($0, Page.columns(of: $1[column].text))
    }
  }

  /// Numbers and their units stay on one line.
  private func longestWord(_ column: Int) -> Int {
    guard table.columns[column].alignment == .left else { return naturalWidth(column) }
    let texts = [table.columns[column].title] + table.rows.map { $0[column].text }
    return texts.reduce(1) { longest, text in
      max(longest, text.split(separator: " ").reduce(0) { max($0, DisplayWidth.longestRun(of: $1)) })
    }
  }
}
