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
  private let files: any FileReading

  public init(_ host: Host) {
    files = host.store
    path = host.places.configuration + "/guid-masks"
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
}

/// Why the file of stored masks could not be read or written.
public enum MaskFileFailure: Failure, Equatable {
  case unreadable(FileError)
  case unwritable(FileError)

  init(_ error: FileError) { self = .unreadable(error) }
  init(writing error: FileError) { self = .unwritable(error) }

  public var id: String {
    switch self {
    case .unreadable: "mask_file.unreadable"
    case .unwritable: "mask_file.unwritable"
    }
  }

  public var subject: String? {
    switch self {
    case .unreadable(let error), .unwritable(let error): error.path
    }
  }

  public var message: String {
    switch self {
    case .unreadable(let error): "the file of stored masks \(error.explanation)"
    case .unwritable(let error) where error.isInPlace: "the file of stored masks \(error.explanation)"
    case .unwritable(let error): "the file of stored masks \(error.writeExplanation); nothing was written"
    }
  }

  public var fix: [String] {
    switch self {
    case .unwritable(let error) where error.reason == .notPermitted:
      ["run it as root", "set RDMACTL_CONFIG_DIR, RDMACTL_STATE_DIR and RDMACTL_RUN_DIR to directories of your own"]
    case .unwritable: []
    case .unreadable(let error): error.reason == .notPermitted ? ["run it as root"] : ["ls -l \(error.path)"]
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .unreadable(let error), .unwritable(let error): error.reason == .notPermitted ? .notPermitted : .failed
    }
  }
}

extension FileError {
  fileprivate var isInPlace: Bool {
    if case .notDurable = reason { return true }
    return false
  }
}
