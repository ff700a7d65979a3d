/// Reading sysfs, procfs and configuration. Paths are absolute, as on the machine itself; a recorded tree stands below
/// another root and nobody above this protocol notices.
public protocol FileReading: Sendable {
  /// The bytes of a file, at most `limit` of them: a longer file is ``FileError/Reason/tooLarge``.
  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]
  /// At most `limit` bytes of a file from `offset` on; a negative offset counts from the end. Beyond the end there are none.
  func part(_ path: String, from offset: Int, limit: Int) throws(FileError) -> FilePart
  /// The names in a directory, sorted, without `.` and `..`.
  func list(_ path: String) throws(FileError) -> [String]
  /// The bytes of each file in a directory that can be read; longer files are left out.
  func contents(of directory: String, limit: Int) throws(FileError) -> [String: [UInt8]]
  /// Where a symbolic link points, unresolved.
  func link(_ path: String) throws(FileError) -> String
  /// The permission bits of what is at a path; `nil` when nothing is there, or it may not be known.
  func permissions(_ path: String) -> UInt16?
  /// Opens a log that grows (`/dev/kmsg`) for reading record by record, from its oldest record on.
  func records(_ path: String) throws(FileError) -> any RecordSource
}

/// A log that is read record by record.
public protocol RecordSource: AnyObject {
  /// The next record; `nil` when there is none now, and there may be one later. Records that the kernel has overwritten
  /// are left out.
  func next() throws(FileError) -> [UInt8]?
}

/// The lines of a log that is a file.
public final class FileLines: RecordSource {
  private var lines: ArraySlice<[UInt8]>

  public init(_ bytes: [UInt8]) { lines = bytes.split(separator: 0x0a).map { Array($0) }[...] }

  public func next() -> [UInt8]? { lines.popFirst() }
}

/// Some bytes of a file that may be growing.
public struct FilePart: Sendable, Equatable {
  public let bytes: [UInt8]
  /// Where in the file they start.
  public let start: Int
  /// The length of the whole file when it was read.
  public let size: Int

  public init(bytes: [UInt8], start: Int, size: Int) {
    self.bytes = bytes
    self.start = start
    self.size = size
  }

  /// The part of `whole` from `offset` on; a negative offset counts from the end.
  public init(of whole: [UInt8], from offset: Int, limit: Int) {
    let start = offset < 0 ? max(0, whole.count + max(offset, -whole.count)) : min(offset, whole.count)
    self.init(bytes: Array(whole[start...].prefix(max(0, limit))), start: start, size: whole.count)
  }
}

extension FileReading {
  public func contents(of directory: String, limit: Int) throws(FileError) -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in try list(directory) { contents[name] = try? read("\(directory)/\(name)", limit: limit) }
    return contents
  }

  /// Of a recorded machine the log is a file with a record in each line.
  public func records(_ path: String) throws(FileError) -> any RecordSource {
    FileLines(try read(path, limit: 64 << 20))
  }

  /// Where there are no permissions, what can be read is a file of everybody to read.
  public func permissions(_ path: String) -> UInt16? {
    (try? part(path, from: 0, limit: 0)) != nil ? 0o644 : directoryExists(path) ? 0o755 : nil
  }

  /// The part of a file that is read whole: for those who have it in memory anyway.
  public func part(_ path: String, from offset: Int, limit: Int) throws(FileError) -> FilePart {
    FilePart(of: try read(path, limit: 64 << 20), from: offset, limit: limit)
  }
}

/// Changing configuration and state.
public protocol FileWriting: Sendable {
  /// Replaces the file at `path` through a temporary file beside it: sync, rename, sync of the directory, so that a reader
  /// (also after a power cut) sees the old text or the new one, never a part. Symbolic links are followed, owner and mode
  /// are kept. Other hard links keep the old text. Missing directories are made.
  func replace(_ path: String, with bytes: [UInt8]) throws(FileError)
  /// Makes the file at `path`, whole or not at all; ``FileError/Reason/exists`` when there is a file of that name.
  func create(_ path: String, with bytes: [UInt8]) throws(FileError)
  /// Adds `bytes` to the end of the file at `path` and waits until file and name are on the disk. Missing directories are
  /// made.
  func append(_ path: String, _ bytes: [UInt8]) throws(FileError)
  /// Makes a directory that only its owner may enter (0700). An existing directory of ours becomes private.
  func makePrivateDirectory(_ path: String) throws(FileError)
  /// Makes a symbolic link at `path`, which must be free. Missing directories are made.
  func makeLink(_ path: String, to target: String) throws(FileError)
  /// Removes the file at `path`, or the directory when it is empty. Symbolic links are not followed.
  func remove(_ path: String) throws(FileError)
  /// Takes the lock kept in the file at `path` (0600, in a private directory) for as long as the result lives.
  /// - Throws: ``FileError/Reason/locked(by:)`` when another process holds it.
  func lock(_ path: String) throws(FileError) -> any Lock
  /// Opens the lock file of another program (mstflint's, one per device), without taking the lock. A missing file is made
  /// as that program makes it: everybody may open it.
  func openFieldLock(_ path: String) throws(FileError) -> any FieldLock
}

extension FileWriting {
  public func makeLink(_ path: String, to target: String) throws(FileError) {
    throw FileError(path: path, reason: .other("symbolic links are not supported here"))
  }
}

extension FileWriting where Self: FileReading {
  /// For files in memory, where nobody else makes one meanwhile.
  public func create(_ path: String, with bytes: [UInt8]) throws(FileError) {
    guard permissions(path) == nil else { throw FileError(path: path, reason: .exists) }
    try replace(path, with: bytes)
  }

  /// For files in memory: each stretch is a lock of its own.
  public func openFieldLock(_ path: String) throws(FileError) -> any FieldLock {
    RepeatedLock { [self] () throws(FileError) in try lock(path) }
  }
}

/// A lock that ends with the object, or with the process, however it ends.
public protocol Lock: AnyObject {}

/// The lock of another program, by `flock(2)`, taken for short stretches. It ends with the object at the latest.
public protocol FieldLock: AnyObject {
  /// Takes the lock without waiting.
  /// - Throws: ``FileError/Reason/locked(by:)`` when another process holds it.
  func take() throws(FileError)
  func release()
}

private final class RepeatedLock: FieldLock {
  private let taking: () throws(FileError) -> any Lock
  private var taken: (any Lock)?

  init(_ taking: @escaping () throws(FileError) -> any Lock) { self.taking = taking }

  func take() throws(FileError) { if taken == nil { taken = try taking() } }
  func release() { taken = nil }
}

/// Who holds a lock.
public struct LockHolder: Sendable, Equatable {
  public let process: Int32
  /// The name of its command; `nil` where that cannot be read.
  public let command: String?

  public init(process: Int32, command: String? = nil) {
    self.process = process
    self.command = command
  }

  /// "PID 4711 (mstflint)"
  public var words: String { "PID \(process)" + (command.map { " (\($0))" } ?? "") }
}

/// What the operating system answered when a file could not be read or written.
public struct FileError: Error, Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    case notFound
    case notPermitted
    /// A file where a directory was expected, or the reverse.
    case wrongKind
    case tooLarge(limit: Int)
    /// Written and in place, but the system does not promise that it outlives a power cut; in its words.
    case notDurable(String)
    /// The lock is held; the holder is `nil` where the kernel does not name it.
    case locked(by: LockHolder?)
    /// There is a file of this name, and it was not to be replaced.
    case exists
    /// Anything else, in the system's words ("Input/output error").
    case other(String)
  }

  public let path: String
  public let reason: Reason

  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  /// The reason as half a sentence: "is missing".
  public var explanation: String {
    switch reason {
    case .notFound: "is missing"
    case .notPermitted: "may not be read by this user"
    case .wrongKind: "is not what it should be (a file for a directory, or the reverse)"
    case .tooLarge(let limit): "is longer than \(limit) bytes"
    case .notDurable(let words): "is written, but may not survive a power cut: its directory \(words)"
    case .locked(let holder): "is busy" + (holder.map { ": held by \($0.words)" } ?? ": held by another process")
    case .exists: "exists already"
    case .other(let words): "cannot be read: \(words)"
    }
  }

  /// The reason why a file could not be written, as half a sentence.
  public var writeExplanation: String {
    switch reason {
    case .notPermitted: "may not be written by this user"
    case .other(let words): "cannot be written: \(words)"
    case .notFound, .wrongKind, .tooLarge, .locked, .exists, .notDurable: explanation
    }
  }

  /// Whether another process holds the lock.
  public var isHeld: Bool { if case .locked = reason { true } else { false } }

  /// The process that holds the lock, where the kernel names it.
  public var holder: LockHolder? { if case .locked(let holder) = reason { holder } else { nil } }
}

extension FileReading {
  /// The one line of a small file without trailing white space; an empty file gives an empty text. More lines, bytes that
  /// are not UTF-8 and control characters make the file unreadable: none of them may reach a terminal or forge a line.
  public func text(_ path: String, limit: Int = 4096) throws(FileError) -> String {
    let lines = try lines(path, limit: limit)
    guard lines.count <= 1 else { throw FileError(path: path, reason: .other("it holds more than one line")) }
    return lines.first ?? ""
  }

  /// The lines of a small file, the last one without trailing white space.
  public func lines(_ path: String, limit: Int = 4096) throws(FileError) -> [String] {
    guard let lines = Self.lines(of: try read(path, limit: limit)) else {
      throw FileError(path: path, reason: .other("it holds bytes that are not text"))
    }
    return lines
  }

  /// The one line of each small file in a directory, as ``text(_:limit:)`` gives it; other files are left out.
  public func texts(in directory: String) throws(FileError) -> [String: String] {
    try contents(of: directory, limit: 4096).compactMapValues { bytes in
      Self.lines(of: bytes).flatMap { $0.count <= 1 ? $0.first ?? "" : nil }
    }
  }

  /// `nil` for bytes that are not text.
  private static func lines(of bytes: [UInt8]) -> [String]? {
    let trimmed = bytes[..<(bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0)]
    guard let text = String(validating: trimmed, as: UTF8.self),
      !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" || (0x7f..<0xa0).contains($0.value) })
    else { return nil }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Whether the kernel keeps everybody away from the hardware (Secure Boot). `none [integrity] confidentiality`: the level
  /// in brackets is the one in force.
  public var kernelIsLockedDown: Bool {
    guard let levels = try? text("/sys/kernel/security/lockdown") else { return false }
    return levels.contains("[integrity]") || levels.contains("[confidentiality]")
  }

  /// Whether a directory is there and may be listed.
  public func directoryExists(_ path: String) -> Bool { (try? list(path)) != nil }
}
