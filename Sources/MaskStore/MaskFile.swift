public import GUIDMapping
public import HostAccess
public import Vocabulary

/// A mask to be stored or forgotten.
public struct MaskChange: Equatable, Sendable {
  public enum Action: String, Encodable, Sendable { case store, forget }

  public let action: Action
  public let guid: GUID
  /// `nil` when it is to be forgotten.
  public let mask: GUIDMask?
  /// The port's name, for people.
  public let port: String

  public init(action: Action, guid: GUID, mask: GUIDMask?, port: String) {
    self.action = action
    self.guid = guid
    self.mask = mask
    self.port = port
  }
}

/// The file of stored masks, `guid-masks` in the directory of configuration.
public struct MaskFile {
  private static let limit = 1 << 20

  /// Where it is.
  public let path: String
  private let lockPath: String
  private let journalPath: String
  private let clock: any Clock
  private let files: any FileReading & FileWriting

  /// - Parameter host: for its own files, its clock and its places.
  public init(_ host: Host) {
    files = host.store
    path = host.places.configuration + "/guid-masks"
    lockPath = host.places.run + "/guid-masks.lock"
    journalPath = host.places.state + "/guid-masks.journal"
    clock = host.clock
  }

  /// A missing file is an empty one.
  public func read() throws(MaskFileFailure) -> StoredMasks {
    do {
      return StoredMasks(bytes: try files.read(path, limit: Self.limit))
    } catch {
      guard error.reason != .notFound else { return StoredMasks() }
      throw .unreadable(error)
    }
  }

  /// For those who only look masks up: a file that cannot be read is a problem, not the end.
  public func readForUse() -> (stored: StoredMasks, problems: [Problem]) {
    do throws(MaskFileFailure) {
      let stored = try read()
      return (stored, stored.problems(path: path))
    } catch {
      return (
        StoredMasks(),
        [GUIDMappingProblem.maskFileUnreadable.found(path, error.message + "; no stored mask was used", fix: error.fix)]
      )
    }
  }

  /// What is about to be changed, with what was there before, a line each: enough to put it back by hand.
  private func journal(of changes: [MaskChange], on stored: StoredMasks) -> [UInt8] {
    let lines = changes.map { change in
      let new = change.mask?.description ?? "none"
      let old = stored.masks[change.guid]?.description ?? "none"
      return "\(clock.timestamp) \(change.guid) \(new) was \(old)  # \(change.port)\n"
    }
    return Array(lines.joined().utf8)
  }

  /// Makes the changes and reads them back. What others wrote since the plan was made stays.
  public func write(_ changes: [MaskChange]) throws(MaskFileFailure) -> StoredMasks {
    let lock: any Lock
    do { lock = try files.lock(lockPath) } catch { throw .locking(error) }
    defer { withExtendedLifetime(lock) {} }
    var stored = try read()
    do { try files.append(journalPath, journal(of: changes, on: stored)) } catch { throw .unwritable(error) }
    for change in changes {
      if let mask = change.mask {
        stored.store(mask, for: change.guid, comment: change.port)
      } else {
        stored.forget(change.guid)
      }
    }
    do { try files.replace(path, with: stored.bytes) } catch { throw .unwritable(error) }
    let written = try read()
    guard written.masks == stored.masks else { throw .differs(path) }
    return written
  }
}

/// Why the file of stored masks could not be read or written.
public enum MaskFileFailure: Failure, Equatable {
  case unreadable(FileError)
  case unwritable(FileError)
  case locking(FileError)
  /// The read-back is not what was written.
  case differs(String)

  public var id: String {
    switch self {
    case .unreadable: "mask_file.unreadable"
    case .unwritable: "mask_file.unwritable"
    case .locking(let error): error.isHeld ? "mask_file.locked" : "mask_file.unwritable"
    case .differs: "mask_file.differs"
    }
  }

  public var subject: String? {
    switch self {
    case .unreadable(let error), .unwritable(let error), .locking(let error): error.path
    case .differs(let path): path
    }
  }

  public var message: String {
    switch self {
    case .unreadable(let error): "the file of stored masks \(error.explanation)"
    case .unwritable(let error) where error.isInPlace: "the file of stored masks \(error.explanation)"
    case .unwritable(let error) where error.path.hasSuffix(".journal"):
      "the journal of changes \(error.writeExplanation); nothing was written"
    case .unwritable(let error): "the file of stored masks \(error.writeExplanation); nothing was written"
    case .locking(let error) where error.isHeld:
      "the file of stored masks \(error.explanation); nothing was written"
    case .locking(let error): "the lock for the stored masks \(error.writeExplanation); nothing was written"
    case .differs: "the file does not hold what was just written; another program writes it without the lock"
    }
  }

  public var fix: [String] {
    switch self {
    case .unwritable(let error), .locking(let error):
      if error.isHeld {
        ["run it again when that process has ended"]
      } else if error.reason == .notPermitted {
        ["run it as root", "set RDMACTL_CONFIG_DIR, RDMACTL_STATE_DIR and RDMACTL_RUN_DIR to directories of your own"]
      } else {
        []
      }
    case .unreadable(let error): error.reason == .notPermitted ? ["run it as root"] : ["look at \(error.path)"]
    case .differs: ["rdmactl guid2mac --check"]
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .unreadable(let error), .unwritable(let error), .locking(let error):
      error.isHeld ? .busy : error.reason == .notPermitted ? .notPermitted : .failed
    case .differs: .failed
    }
  }
}

extension FileError {
  fileprivate var isInPlace: Bool {
    if case .notDurable = reason { return true }
    return false
  }
}
