public import Vocabulary

/// `--columns` or `--csv` for an answer that cannot give it.
public enum TableFailure: Failure {
  case noTable
  case unknownColumn(String, known: [String])

  /// - Throws: for a name that no table of the answer has.
  static func check(_ names: [String], known: [String]) throws(TableFailure) {
    guard !known.isEmpty else { throw .noTable }
    if let unknown = names.first(where: { !known.contains(Table.Column.key($0)) }) {
      throw .unknownColumn(unknown, known: known)
    }
  }

  public var id: String {
    switch self {
    case .noTable: "output.no_table"
    case .unknownColumn: "output.unknown_column"
    }
  }

  public var subject: String? {
    switch self {
    case .noTable: nil
    case .unknownColumn(let name, _): name
    }
  }

  public var message: String {
    switch self {
    case .noTable: "this answer has no table, so there are no columns to choose and no CSV"
    case .unknownColumn: "unknown column"
    }
  }

  public var fix: [String] { [] }

  public var hint: [String] {
    switch self {
    case .noTable: ["use --json"]
    case .unknownColumn(_, let known): ["the columns are: \(known.joined(separator: ", "))"]
    }
  }

  public var exitStatus: ExitStatus { .usage }
}
