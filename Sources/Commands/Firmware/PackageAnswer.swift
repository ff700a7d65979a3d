internal import FirmwareImage
internal import Presentation
internal import Vocabulary

/// The boards of a package: `rdmactl fw extract PACKAGE` without an output, and `fw query -i PACKAGE`.
struct PackageAnswer: Presentable {
  struct Payload: Encodable {
    let package: String
    let boards: [BoardPayload]
  }

  struct BoardPayload: Encodable {
    let psid: String
    @ExplicitNull var version: String?
    @ExplicitNull var size: Int?
  }

  static let schema = "rdmactl.fw.extract/1"
  let path: String
  let boards: [MFA2Package.Board]

  var payload: Payload {
    Payload(
      package: path,
      boards: boards.map { BoardPayload(psid: $0.psid, version: $0.version?.description, size: $0.size) })
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { boards.map(\.psid) }

  func write(to page: inout Page) {
    var table = Table([.init("PSID"), .init("VERSION"), .init("SIZE", .right)])
    for board in boards { table.add([.init(board.psid), .init(board.version?.description), .init(board.size)]) }
    page.table(table)
    page.line("\(boards.count) boards", tone: .faint)
  }
}
