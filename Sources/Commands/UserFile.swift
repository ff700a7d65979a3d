internal import ArgumentParser
internal import Change
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

/// `--force` of the commands that write a file that the user names.
struct OverwriteOption: ParsableArguments {
  @Flag(name: .long, help: "Overwrite an existing file without asking.")
  var force = false
}

/// A file that the user named and that rdmactl writes, whole or not at all. An existing file is overwritten only when the
/// user says so: by `--force` or `--yes`, or in answer to a question.
struct OutputFile {
  private let path: String
  private let host: Host
  private let mayOverwrite: Bool

  /// Asks before the work begins.
  /// - Parameters:
  ///   - what: what it will be, for the message: "the image".
  ///   - force: the user has agreed already.
  init(_ path: String, what: String, force: Bool, host: Host, output: Output) throws {
    guard !path.isEmpty else { throw UserFileFailure.nameless(what) }
    self.path = path
    self.host = host
    if host.store.directoryExists(path) {
      throw UserFileFailure.unreadable(what, FileError(path: path, reason: .wrongKind))
    }
    let exists = host.store.permissions(path) != nil
    if exists, !force {
      do throws(ChangeFailure) { try Question(host: host).ask("\(path) exists. Overwrite it?", yes: false) } catch {
        throw error == .cannotAsk ? UserFileFailure.exists(path) : error
      }
    }
    mayOverwrite = exists || force
  }

  /// - Throws: `FileError`, also ``FileError/Reason/exists`` for a file that was made since.
  func write(_ bytes: [UInt8]) throws(FileError) {
    if mayOverwrite { try host.store.replace(path, with: bytes) } else { try host.store.create(path, with: bytes) }
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
  /// Not to be overwritten.
  case exists(String)
  case unreadable(String, FileError)
  case unwritable(String, FileError)
  case malformed(String, why: String, command: String)
  case otherAnswer(String, found: String?, wanted: String, command: String)

  var id: String {
    switch self {
    case .nameless: "file.nameless"
    case .exists: "file.exists"
    case .unreadable: "file.unreadable"
    case .unwritable: "file.unwritable"
    case .malformed: "file.malformed"
    case .otherAnswer: "file.other_answer"
    }
  }

  var subject: String? {
    switch self {
    case .nameless: nil
    case .unreadable(_, let error), .unwritable(_, let error): error.path
    case .exists(let path), .malformed(let path, _, _), .otherAnswer(let path, _, _, _): path
    }
  }

  var message: String {
    switch self {
    case .nameless(let what): "the name of \(what) is empty"
    case .exists: "the file exists; nothing was written; use --force to overwrite it"
    case .unreadable(let what, let error) where error.reason == .wrongKind:
      "\(what) is not a regular file, or a part of its path is not a directory"
    case .unreadable(let what, let error): "\(what) \(error.explanation)"
    case .unwritable(let what, let error): "\(what) \(error.writeExplanation)"
    case .malformed(_, let why, _): "not an answer of rdmactl: \(why)"
    case .otherAnswer(_, let found, let wanted, _):
      "wrong schema: \(found ?? "none"), expected \(wanted)"
    }
  }

  var fix: [String] {
    switch self {
    case .nameless: []
    case .exists(let path): ["ls -l \(ShellWord.quoted(path))"]
    case .unreadable(_, let error), .unwritable(_, let error): ["ls -l \(ShellWord.quoted(error.path))"]
    case .malformed(_, _, let command), .otherAnswer(_, _, _, let command): ["\(command) --json > new.json"]
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .nameless: .usage
    case .exists: .refused
    case .unreadable(_, let error), .unwritable(_, let error): error.exitStatus
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
    case .exists: .refused
    case .locked: .busy
    default: .failed
    }
  }
}
