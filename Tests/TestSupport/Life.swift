public import HostAccess

/// A process that may be killed after so many writes, whatever it writes.
public final class Life {
  public enum Write { case whole, torn, none }

  /// After so many writes it is dead.
  public var left: Int?
  public var tearsLast = false
  public private(set) var spent = 0
  /// Called before a write to the object itself (not to the journal).
  public var beforeWrite: (() -> Void)?

  public init() {}

  public var isAlive: Bool { left.map { $0 > 0 } ?? true }

  /// - Parameter isOfObject: not of the journal.
  public func spend(isOfObject: Bool = true) -> Write {
    if isOfObject, isAlive { beforeWrite?() }
    guard let left else { return .whole }
    guard left > 0 else { return .none }
    self.left = left - 1
    spent += 1
    return left == 1 && tearsLast ? .torn : .whole
  }
}

/// Files whose writer may be killed, in the middle of an append too.
public struct MortalFiles: FileReading, FileWriting {
  private let files: FakeFiles
  /// Below this path stands the journal.
  private let journal: String
  nonisolated(unsafe) private let life: Life

  public init(_ files: FakeFiles, _ life: Life, journal: String = "/var/lib/rdmactl") {
    self.files = files
    self.journal = journal
    unsafe self.life = life
  }

  private func dead(_ path: String) -> FileError { FileError(path: path, reason: .other("killed")) }

  private func spend(_ path: String) -> Life.Write {
    unsafe life.spend(isOfObject: !path.hasPrefix(journal))
  }

  private func check(_ path: String) throws(FileError) {
    guard unsafe life.isAlive else { throw dead(path) }
  }

  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    try check(path)
    return try files.read(path, limit: limit)
  }

  public func list(_ path: String) throws(FileError) -> [String] {
    try check(path)
    return try files.list(path)
  }

  public func link(_ path: String) throws(FileError) -> String { try files.link(path) }

  /// As the real one: a rename, so all or nothing.
  public func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    guard spend(path) == .whole else { throw dead(path) }
    try files.replace(path, with: bytes)
  }

  public func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    switch spend(path) {
    case .whole: try files.append(path, bytes)
    case .torn:
      try files.append(path, Array(bytes.prefix(bytes.count / 2)))
      throw dead(path)
    case .none: throw dead(path)
    }
  }

  public func makePrivateDirectory(_ path: String) throws(FileError) {
    try check(path)
    try files.makePrivateDirectory(path)
  }

  public func remove(_ path: String) throws(FileError) {
    guard spend(path) == .whole else { throw dead(path) }
    try files.remove(path)
  }

  public func lock(_ path: String) throws(FileError) -> any Lock {
    try check(path)
    return try files.lock(path)
  }
}

/// Numbers that are the same in every run.
public struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  public init(_ seed: Int) { state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678 }
  public mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_f491_4f6c_dd1d
  }
}
