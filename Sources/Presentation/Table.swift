/// Rows of cells under typed columns: the page, `--columns`, `--wide` and `--csv` all draw from it. A column that is empty in
/// every row is not shown.
public struct Table: Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Sendable {
    let title: String
    let alignment: Alignment
    /// Where the terminal is too narrow, columns of the highest rank are hidden first, those of rank 0 last.
    let rank: Int
    /// Shown in CSV and by `--columns` only: the page says it in a heading.
    let isForData: Bool

    public init(_ title: String, _ alignment: Alignment = .left, rank: Int = 0, isForData: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.rank = rank
      self.isForData = isForData
    }

    /// The name in `--columns` and in the first line of CSV: `PORT GUID` is `port_guid`.
    var key: String { Self.key(title) }

    static func key(_ words: some StringProtocol) -> String {
      String(words.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    }
  }

  /// A column and where its cell of a row comes from.
  public struct Field<Row> {
    let column: Column
    let cell: (Row) -> Cell

    public init(_ title: String, _ alignment: Alignment = .left, rank: Int = 0, cell: @escaping (Row) -> Cell) {
      column = Column(title, alignment, rank: rank)
      self.cell = cell
    }

    public init(_ title: String, _ alignment: Alignment = .left, rank: Int = 0, text: @escaping (Row) -> String?) {
      self.init(title, alignment, rank: rank) { Cell(text($0)) }
    }

    public init(_ title: String, rank: Int = 0, number: @escaping (Row) -> Int?) {
      self.init(title, .right, rank: rank) { Cell(number($0)) }
    }
  }

  public struct Cell: Sendable, ExpressibleByStringLiteral {
    let text: String
    let tone: Tone
    /// The value without its unit, for CSV.
    let value: String

    /// - Parameters:
    ///   - text: `nil` and "" count as empty; an empty cell of a shown column prints as `-`.
    ///   - value: what CSV has in place of the text.
    public init(_ text: String?, value: String? = nil, tone: Tone = .plain) {
      self.text = text ?? ""
      self.tone = tone
      self.value = value ?? text ?? ""
    }

    public init(_ number: Int?) { self.init(number.map { String($0) }) }

    public init(stringLiteral value: String) { self.init(value) }
  }

  let columns: [Column]
  private(set) var rows: [[Cell]] = []

  public init(_ columns: [Column]) { self.columns = columns }

  public init<Row>(_ fields: [Field<Row>], rows: some Sequence<Row>) {
    columns = fields.map(\.column)
    self.rows = rows.map { row in fields.map { $0.cell(row) } }
  }

  /// Adds a row; cells beyond the columns are dropped, missing ones are empty.
  public mutating func add(_ cells: [Cell]) {
    rows.append(columns.indices.map { $0 < cells.count ? cells[$0] : "" })
  }

  public var isEmpty: Bool { rows.isEmpty }

  /// The columns that were asked for, in that order; names that the table has not are left out.
  func columns(named names: [String]) -> [Int] {
    names.compactMap { name in columns.firstIndex { $0.key == Column.key(name) } }
  }

  /// The columns that have a value in some row.
  var filledColumns: [Int] {
    columns.indices.filter { column in !columns[column].isForData && rows.contains { !$0[column].text.isEmpty } }
  }

  /// Lines of RFC 4180, but for the line feed alone at their ends.
  func csv(_ shown: [Int]) -> (header: String, rows: String) {
    func line(_ values: [String]) -> String { values.map(Self.quoted).joined(separator: ",") + "\n" }
    return (line(shown.map { columns[$0].key }), rows.map { row in line(shown.map { row[$0].value }) }.joined())
  }

  private static func quoted(_ value: String) -> String {
    let clean = Page.clean(value)
    guard clean.contains(where: { $0 == "," || $0 == "\"" }) || clean.first == " " || clean.last == " " else {
      return clean
    }
    return "\"" + clean.replacing("\"", with: "\"\"") + "\""
  }
}
