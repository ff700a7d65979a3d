internal import FirmwareImage
internal import HostAccess
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
    @ExplicitNull var name: String?
    @ExplicitNull var releaseDate: String?
    @ExplicitNull var size: Int?
  }

  static let schema = "rdmactl.fw.extract/1"
  let path: String
  let boards: [MFA2Package.Board]
  /// What the images say of themselves, by their offsets; without those that cannot be read.
  private let facts: [Int: FirmwareFacts]
  let notes: [Note]

  init(path: String, package: MFA2Package, host: Host) {
    self.path = path
    boards = package.boards
    do {
      facts = try Dictionary(
        uniqueKeysWithValues: package.images { try host.unpacking.xz($0, limit: $1) }.compactMap { offset, image in
          let source = MemoryBytes(image)
          guard let placement = try? Firmware.locate(in: source, medium: .file).first,
            let facts = try? Firmware.read(placement, from: source).facts
          else { return nil }
          return (offset, facts)
        })
      notes = []
    } catch {
      facts = [:]
      notes = [Note(subject: path, message: "versions are unknown: the images cannot be unpacked (\(error))")]
    }
  }

  private func facts(of board: MFA2Package.Board) -> FirmwareFacts? {
    board.components.first.flatMap { facts[$0.offset] }
  }

  var payload: Payload {
    Payload(
      package: path,
      boards: boards.map { board in
        let image = board.components.first
        return BoardPayload(
          psid: board.psid, version: facts(of: board)?.version?.description, name: facts(of: board)?.name,
          releaseDate: image?.releaseDate, size: image?.size)
      })
  }

  var problems: [Problem] { [] }
  var quietLines: [String] { boards.map { $0.psid } }

  func write(to page: inout Page) {
    var table = Table([
      .init("PSID"), .init("VERSION"), .init("RELEASED"), .init("MODEL", rank: 1), .init("SIZE", .right),
    ])
    for board in boards {
      let image = board.components.first
      table.add([
        .init(board.psid), .init(facts(of: board)?.version?.description), .init(image?.releaseDate),
        .init(facts(of: board)?.name), .init(image?.size),
      ])
    }
    page.table(table)
    page.line("\(boards.count) boards", tone: .faint)
  }
}
