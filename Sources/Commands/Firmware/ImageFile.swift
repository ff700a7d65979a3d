internal import AdapterChips
internal import FirmwareImage
internal import HostAccess
internal import Vocabulary

/// A firmware file that the user named: an image, a copy of a flash, or one image out of a package.
struct ImageFile {
  let path: String
  /// What an image's positions count in; for a package the image that was taken out.
  let bytes: [UInt8]
  /// The images in it, the one that would boot first.
  let placements: [Placement]
  /// The board whose image this is, when it came out of a package.
  let board: String?

  var source: MemoryBytes { MemoryBytes(bytes) }
  /// - Precondition: there is one; the initialiser sees to it.
  var placement: Placement { placements[0] }

  /// - Parameters:
  ///   - psid: the board that the user asked for; an image that is no package must be for it too.
  ///   - board: the PSID whose image is wanted of a package when none is asked for; where it is `nil` too, a package
  ///     must have only one.
  /// - Throws: `ImageFileFailure`.
  init(_ path: String, psid: String?, board: String? = nil, host: Host) throws(ImageFileFailure) {
    try self.init(NamedFile(path, host: host), psid: psid, board: board, host: host)
  }

  init(_ file: NamedFile, psid: String?, board: String? = nil, host: Host) throws(ImageFileFailure) {
    let (path, raw) = (file.path, file.bytes)
    self.path = path
    do {
      if let package = try file.package() {
        let chosen = try Self.choose(psid ?? board, of: package, path: path)
        self.board = chosen
        bytes = try package.image(psid: chosen) { try host.unpacking.xz($0, limit: $1) }
      } else {
        self.board = nil
        bytes = raw
      }
      placements = try Firmware.locate(in: MemoryBytes(bytes), medium: .file)
    } catch let failure as ImageFileFailure {
      throw failure
    } catch let error as ImageError {
      throw .image(path, error)
    } catch {
      throw .image(path, .damaged(what: "the package", why: "cannot be unpacked: \(error)"))
    }
    guard let first = placements.first else { throw .image(path, .noImage) }
    guard let psid, self.board == nil else { return }
    let found: String?
    do { found = try Firmware.read(first, from: MemoryBytes(bytes)).facts.psid } catch {
      throw .image(path, error as? ImageError ?? .damaged(what: "the image", why: "cannot be read: \(error)"))
    }
    if found != psid { throw .otherBoard(path, asked: psid, found: found) }
  }

  private static func choose(_ board: String?, of package: MFA2Package, path: String) throws -> String {
    if let board { return board }
    let boards = package.boards.map { $0.psid }
    guard boards.count == 1 else { throw ImageFileFailure.boardMissing(path, boards: boards) }
    return boards[0]
  }
}

extension ImageFile {
  /// The first image as a contiguous file, whatever form the file has.
  func contents() throws -> [UInt8] {
    try wrapping { try Firmware.contents(placement, of: source) }
  }

  /// Runs a reader of this file's bytes; what it finds wrong is said with the file's name.
  func wrapping<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as ImageError { throw ImageFileFailure.image(path, error) }
  }
}

/// A file that the user named, read once, whatever is in it.
struct NamedFile {
  let path: String
  let bytes: [UInt8]

  /// The largest part in use holds 64 MiB; a package may hold many images.
  private static let limit = 256 << 20
  /// Standard input, as everywhere.
  private static let input = "-"

  init(_ path: String, host: Host) throws(ImageFileFailure) {
    if path.isEmpty { throw .nameless }
    self.path = path
    do { bytes = try host.store.read(path == Self.input ? "/dev/stdin" : path, limit: Self.limit) } catch {
      throw .file(error)
    }
  }

  /// - Returns: `nil` when the file is no package.
  func package() throws(ImageFileFailure) -> MFA2Package? {
    guard MFA2Package.isPackage(bytes) else { return nil }
    do { return try MFA2Package(bytes) } catch { throw .image(path, error) }
  }
}

/// Why a file cannot serve as a firmware image.
enum ImageFileFailure: Failure, Equatable {
  case file(FileError)
  case image(String, ImageError)
  /// The same, for a burn: nothing was written.
  case refused(String, ImageError)
  case boardMissing(String, boards: [String])
  case notPackage(String)
  case otherBoard(String, asked: String, found: String?)
  /// The name is empty.
  case nameless
  case notWritten(FileError)

  var id: String {
    switch self {
    case .file: "image.unreadable"
    case .image(_, let error), .refused(_, let error): error.id
    case .boardMissing: "image.board_missing"
    case .notPackage: "image.no_package"
    case .otherBoard: "image.no_board"
    case .nameless: "image.nameless"
    case .notWritten: "image.not_written"
    }
  }

  var subject: String? {
    switch self {
    case .file(let error), .notWritten(let error): error.path
    case .image(let path, _), .refused(let path, _), .boardMissing(let path, _), .notPackage(let path),
      .otherBoard(let path, _, _):
      path
    case .nameless: nil
    }
  }

  var message: String {
    switch self {
    case .file(let error) where error.reason == .wrongKind: "not a file, or not in a directory"
    case .file(let error): "the file \(error.explanation)"
    case .image(_, let error): error.message
    case .refused(_, let error): "\(error.message); nothing was written"
    case .boardMissing(_, let boards):
      "this package has images for \(boards.count) boards; name one with --psid: "
        + boards.prefix(3).joined(separator: ", ") + (boards.count > 3 ? ", …" : "")
    case .notPackage: "not an MFA2 package"
    case .otherBoard(_, let asked, let found):
      "this image is for the board \(found ?? "unknown"), not for \(asked); nothing was written"
    case .nameless: "the name of the file is empty"
    case .notWritten(let error):
      switch error.reason {
      case .notPermitted: "permission denied: this user cannot write the file"
      case .other(let words): "the file cannot be written: \(words)"
      case .wrongKind: "not a file, or not in a directory"
      case .notFound: "its directory does not exist and cannot be created"
      default: "the file \(error.explanation)"
      }
    }
  }

  var fix: [String] {
    switch self {
    case .file(let error) where error.reason == .notFound: ["ls -l \(ShellWord.quoted(error.path))"]
    case .file, .notWritten, .nameless: []
    case .refused(let path, let error): ImageFileFailure.image(path, error).fix
    case .image(_, .noImage): ["give an image of the form FS1 to FS4, a copy of a flash, or an MFA2 package"]
    case .image(let path, .container(_, let opener)):
      opener.isEmpty ? [] : ["\(opener) \(ShellWord.quoted(path))"]
    case .image(_, .damaged), .image(_, .outOfBounds): ["get the file again: it is damaged or cut short"]
    case .notPackage(let path), .otherBoard(let path, _, _): ["rdmactl fw query -i \(ShellWord.quoted(path))"]
    case .image(let path, .noBoard), .boardMissing(let path, _): ["rdmactl fw extract \(ShellWord.quoted(path))"]
    case .image: []
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .file(let error), .notWritten(let error): error.exitStatus
    case .image(_, let error): error.exitStatus
    case .refused: .refused
    case .boardMissing, .nameless: .usage
    case .otherBoard: .notFound
    case .notPackage: .checkFailed
    }
  }
}
