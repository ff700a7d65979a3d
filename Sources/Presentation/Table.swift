/// A table that shows no column that is empty in every row.
public struct Table: Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Sendable {
    let title: String
    let alignment: Alignment
    /// Where the terminal is too narrow, columns of the highest rank are left out first; rank 0 never.
    let rank: Int

    public init(_ title: String, _ alignment: Alignment = .left, rank: Int = 0) {
      self.title = title
      self.alignment = alignment
      self.rank = rank
    }
  }

  public struct Cell: Sendable, ExpressibleByStringLiteral {
    let text: String
    let tone: Tone

    /// - Parameter text: `nil` and "" count as empty; an empty cell of a shown column prints as `-`.
    public init(_ text: String?, tone: Tone = .plain) {
      self.text = text ?? ""
      self.tone = tone
    }

    public init(_ number: Int?) { self.init(number.map(String.init)) }

    public init(stringLiteral value: String) { self.init(value) }
  }

  private let columns: [Column]
  private var rows: [[Cell]] = []

  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; cells beyond the columns are dropped, missing ones are empty.
  public mutating func add(_ cells: [Cell]) {
    rows.append(columns.indices.map { $0 < cells.count ? cells[$0] : "" })
  }

  public var isEmpty: Bool { rows.isEmpty }

  struct Piece {
    var before = ""
    let content: String
    let tone: Tone
    var after = ""
  }

  /// Header and rows, each cell padded to its column.
  ///
  /// - Parameter limit: the columns of the terminal, where there is one.
  func laidOut(limit: Int?) -> [[Piece]] {
    var shown = columns.indices.filter { column in rows.contains { !$0[column].text.isEmpty } }
    while let limit, shown.map({ width(of: $0) + 2 }).reduce(-2, +) > limit,
      let least = shown.filter({ columns[$0].rank > 0 }).max(by: { columns[$0].rank < columns[$1].rank })
    {
      shown.removeAll { $0 == least }
    }
    let widths = shown.map(width)
    func row(_ cells: [Cell]) -> [Piece] {
      zip(shown, widths).enumerated().map { position, place in
        let (column, width) = place
        let cell = cells[column].text.isEmpty ? Cell("-", tone: .faint) : cells[column]
        let padding = String(repeating: " ", count: width - Page.columns(of: cell.text))
        var piece = Piece(content: cell.text, tone: cell.tone)
        if columns[column].alignment == .right { piece.before = padding } else { piece.after = padding }
        if position > 0 { piece.before = "  " + piece.before }
        return piece
      }
    }
    guard !rows.isEmpty else { return [] }
    return [row(columns.map { Cell($0.title, tone: .heading) })] + rows.map(row)
  }

  private func width(of column: Int) -> Int {
    max(columns[column].title.count, rows.reduce(1) { max($0, Page.columns(of: $1[column].text)) })
  }
}
