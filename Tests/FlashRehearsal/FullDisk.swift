public import HostAccess
internal import Synchronization

/// Files whose writer dies: from a certain write on, nothing is written any more.
public final class FullDisk: FileReading, FileWriting {
  private struct State {
    var writes = 0
    var lastWrite: Int?
  }

  private let files: any FileReading & FileWriting
  private let state = Mutex(State())

  public init(_ files: any FileReading & FileWriting) { self.files = files }

  /// After `writes` more writes every write fails.
  public func fail(after writes: Int) { state.withLock { $0.lastWrite = $0.writes + writes } }

  /// Whether a write has failed.
  public var isDead: Bool { state.withLock { state in state.lastWrite.map { state.writes > $0 } ?? false } }

  /// Writes that were asked for so far.
  public var writes: Int { state.withLock { $0.writes } }

  private func live(_ path: String) throws(FileError) {
    let isDead = state.withLock { state in
      state.writes += 1
      return state.lastWrite.map { state.writes > $0 } ?? false
    }
    if isDead { throw FileError(path: path, reason: .other("No space left on device")) }
  }

  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] { try files.read(path, limit: limit) }
  public func list(_ path: String) throws(FileError) -> [String] { try files.list(path) }
  public func link(_ path: String) throws(FileError) -> String { try files.link(path) }

  public func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    try live(path)
    try files.replace(path, with: bytes)
  }

  public func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try live(path)
    try files.append(path, bytes)
  }

  public func makePrivateDirectory(_ path: String) throws(FileError) {
    try live(path)
    try files.makePrivateDirectory(path)
  }

  public func remove(_ path: String) throws(FileError) {
    try live(path)
    try files.remove(path)
  }

  public func lock(_ path: String) throws(FileError) -> any Lock { try files.lock(path) }
}
