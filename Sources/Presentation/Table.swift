/// A table that shows no column that is empty in every row.
public struct Table: Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Sendable {
    let title: String
    let alignment: Alignment

    public init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
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
  func laidOut() -> [[Piece]] {
    let shown = columns.indices.filter { column in rows.contains { !$0[column].text.isEmpty } }
    let widths = shown.map { column in
      max(columns[column].title.count, rows.map { max(1, Page.clean($0[column].text).count) }.max() ?? 0)
    }
    func row(_ cells: [Cell]) -> [Piece] {
      zip(shown, widths).enumerated().map { position, place in
        let (column, width) = place
        let cell = cells[column].text.isEmpty ? Cell("-", tone: .faint) : cells[column]
        let padding = String(repeating: " ", count: width - Page.clean(cell.text).count)
        var piece = Piece(content: cell.text, tone: cell.tone)
        if columns[column].alignment == .right { piece.before = padding } else { piece.after = padding }
        if position > 0 { piece.before = "  " + piece.before }
        return piece
      }
    }
    return [row(columns.map { Cell($0.title, tone: .heading) })] + rows.map(row)
  }
}
