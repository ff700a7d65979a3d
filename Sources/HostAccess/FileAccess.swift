/// Reading sysfs, procfs and configuration. Paths are absolute, as on the machine itself; a recorded tree stands below
/// another root and nobody above this protocol notices.
public protocol FileReading: Sendable {
  /// The bytes of a file, at most `limit` of them: a longer file is ``FileError/Reason/tooLarge``.
  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]
  /// At most `limit` bytes of a file from `offset` on; a negative offset counts from the end. Beyond the end there are none.
  func part(_ path: String, from offset: Int, limit: Int) throws(FileError) -> FilePart
  /// The names in a directory, sorted, without `.` and `..`.
  func list(_ path: String) throws(FileError) -> [String]
  /// Where a symbolic link points, unresolved.
  func link(_ path: String) throws(FileError) -> String
  /// The permission bits of what is at a path; `nil` when nothing is there, or it may not be known.
  func permissions(_ path: String) -> UInt16?
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
  /// Puts `bytes` in place of the file at `path`: temporary file, sync, rename, so that a reader (or a reader after a
  /// power cut) sees the old text or the new one, never a part. Missing directories are made.
  func replace(_ path: String, with bytes: [UInt8]) throws(FileError)
  /// Adds `bytes` to the end of the file at `path` and waits until they are on the disk. Missing directories are made.
  func append(_ path: String, _ bytes: [UInt8]) throws(FileError)
  /// Makes a directory that only its owner may enter, and those above it as always. One that is there stays as it is.
  func makePrivateDirectory(_ path: String) throws(FileError)
  /// Takes the file at `path` away, or the directory when it is empty. A symbolic link goes itself.
  func remove(_ path: String) throws(FileError)
  /// Takes the lock kept in the file at `path` for as long as the result lives, or says who holds it.
  func lock(_ path: String) throws(FileError) -> any Lock
}

/// A lock that ends with the object, or with the process, however it ends.
public protocol Lock: AnyObject {}

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
    /// The lock is held; the process, where it can be told.
    case locked(by: Int32?)
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
    case .notDurable(let words): "is written, but may not outlive a power cut: its directory \(words)"
    case .locked(let holder): "is locked" + (holder.map { " by process \($0)" } ?? "")
    case .other(let words): "cannot be read: \(words)"
    }
  }

  /// The reason why a file could not be written, as half a sentence.
  public var writeExplanation: String {
    switch reason {
    case .notPermitted: "may not be written by this user"
    case .other(let words): "cannot be written: \(words)"
    case .notFound, .wrongKind, .tooLarge, .locked, .notDurable: explanation
    }
  }
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
    let bytes = try read(path, limit: limit)
    let trimmed = bytes[..<(bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0)]
    guard let text = String(validating: trimmed, as: UTF8.self),
      !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" || (0x7f..<0xa0).contains($0.value) })
    else { throw FileError(path: path, reason: .other("it holds bytes that are not text")) }
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
