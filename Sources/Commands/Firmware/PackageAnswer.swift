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
    @ExplicitNull var releaseDate: String?
    @ExplicitNull var size: Int?
  }

  static let schema = "rdmactl.fw.extract/1"
  let path: String
  let boards: [MFA2Package.Board]

  var payload: Payload {
    Payload(
      package: path,
      boards: boards.map { board in
        let image = board.components.first
        return BoardPayload(
          psid: board.psid, releaseDate: image?.releaseDate, size: image?.size)
      })
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { boards.map { $0.psid } }

  func write(to page: inout Page) {
    var table = Table([.init("PSID"), .init("RELEASED"), .init("SIZE", .right)])
    for board in boards {
      let image = board.components.first
      table.add([
        .init(board.psid), .init(image?.releaseDate), .init(image?.size),
      ])
    }
    page.table(table)
    page.line("\(boards.count) boards", tone: .faint)
  }
}
