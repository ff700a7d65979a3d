internal import HostAccess
internal import Presentation
internal import Vocabulary

/// A file that the user named and that rdmactl only reads: a map of names, an answer saved before, a configuration.
struct UserFile {
  let path: String
  let bytes: [UInt8]

  /// A saved fabric of 100,000 ports has some 30 MB.
  static let largestAnswer = 512 << 20
  /// What people write by hand; `/dev/zero` has no end.
  static let largestText = 16 << 20

  /// - Parameter what: what it should be, for the message: "the saved fabric".
  init(_ path: String, what: String, limit: Int = largestText, host: Host) throws(UserFileFailure) {
    self.path = path
    guard !path.isEmpty else { throw .nameless(what) }
    do { bytes = try host.store.read(path, limit: limit) } catch { throw .unreadable(what, error) }
  }

  /// The answer of an earlier call, as its JSON told it.
  /// - Parameter schema: what the file must be.
  func decode<Value: SavedAnswer>(_ type: Value.Type) throws(UserFileFailure) -> Value {
    let value: Value
    do {
      let envelope = try JSONInput.decode(SavedEnvelope.self, from: bytes)
      guard envelope.schema == Value.schema else {
        throw UserFileFailure.otherAnswer(path, found: envelope.schema, wanted: Value.schema, command: Value.command)
      }
      value = try JSONInput.decode(Value.self, from: bytes)
    } catch let failure as UserFileFailure {
      throw failure
    } catch {
      throw .malformed(path, why: "\(error)", command: Value.command)
    }
    return value
  }
}

/// What `--json` printed once and is read again.
protocol SavedAnswer: Decodable {
  static var schema: String { get }
  /// The command that makes such a file.
  static var command: String { get }
}

private struct SavedEnvelope: Decodable { let schema: String? }

/// Why a file cannot serve.
enum UserFileFailure: Failure, Equatable {
  case nameless(String)
  case unreadable(String, FileError)
  case malformed(String, why: String, command: String)
  case otherAnswer(String, found: String?, wanted: String, command: String)

  var id: String {
    switch self {
    case .nameless: "file.nameless"
    case .unreadable: "file.unreadable"
    case .malformed: "file.malformed"
    case .otherAnswer: "file.other_answer"
    }
  }

  var subject: String? {
    switch self {
    case .nameless: nil
    case .unreadable(_, let error): error.path
    case .malformed(let path, _, _), .otherAnswer(let path, _, _, _): path
    }
  }

  var message: String {
    switch self {
    case .nameless(let what): "the name of \(what) is empty"
    case .unreadable(let what, let error) where error.reason == .wrongKind:
      "\(what) is not a regular file, or a part of its path is not a directory"
    case .unreadable(let what, let error): "\(what) \(error.explanation)"
    case .malformed(_, let why, _): "not an answer of rdmactl: \(why)"
    case .otherAnswer(_, let found, let wanted, _):
      "wrong schema: \(found ?? "none"), expected \(wanted)"
    }
  }

  var fix: [String] {
    switch self {
    case .nameless: []
    case .unreadable(_, let error): ["ls -l \(ShellWord.quoted(error.path))"]
    case .malformed(_, _, let command), .otherAnswer(_, _, _, let command): ["\(command) --json > new.json"]
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .nameless: .usage
    case .unreadable(_, let error): error.exitStatus
    case .malformed, .otherAnswer: .failed
    }
  }
}

extension FileError {
  /// How a command ends that needs the file.
  var exitStatus: ExitStatus {
    switch reason {
    case .notFound, .wrongKind: .notFound
    case .notPermitted: .notPermitted
    default: .failed
    }
  }
}
