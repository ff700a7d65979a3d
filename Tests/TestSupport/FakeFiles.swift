public import HostAccess
internal import Synchronization

/// A file system in memory. What is not in it is missing, as on a real machine; writing and locking must be allowed by
/// the test. Symbolic links are followed in every part of a path, as the kernel does.
public final class FakeFiles: FileReading, FileWriting {
  public enum Entry: Sendable, Equatable {
    case bytes([UInt8])
    /// Where the link points, absolute or relative to its own directory.
    case link(String)
    /// Listed in its directory, but reading (or listing) it fails.
    case error(FileError.Reason)
    /// A directory with nothing in it; the directories of other entries need not be given.
    case directory

    /// A file with a line feed at its end, as sysfs prints it.
    public static func text(_ line: String) -> Entry { .bytes(Array((line + "\n").utf8)) }
  }

  /// One call of ``replace(_:with:)``.
  public struct Replacement: Sendable, Equatable {
    public let path: String
    public let bytes: [UInt8]
    public var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// Asked before every read, list and link: a reason makes that call fail. The count includes this call.
  public typealias Interference = @Sendable (_ path: String, _ count: Int) -> FileError.Reason?

  private struct State {
    var entries: [String: Entry]
    /// The names in each directory.
    var children: [String: Set<String>]
    /// Directories with all links followed, so that a path is walked once.
    var resolved: [String: String] = [:]
    var writable: [String] = []
    var lockable: [String] = []
    /// An entry without a holder: somebody whom the kernel does not name.
    var holders: [String: LockHolder?] = [:]
    var replacements: [Replacement] = []
    var privateDirectories: Set<String> = []
    var removals: [String] = []
    var reads: [String: Int] = [:]
    var interference: Interference?
    var calls = 0
  }

  private let state: Mutex<State>

  /// - Parameter entries: by absolute path without a slash at the end.
  public init(_ entries: [String: Entry] = [:]) {
    var children: [String: Set<String>] = ["": []]
    for (path, entry) in entries {
      precondition(path.hasPrefix("/") && !path.hasSuffix("/"), "FakeFiles needs absolute paths: \(path)")
      Self.enter(path, entry, in: &children)
    }
    state = Mutex(State(entries: entries, children: children))
  }

  // MARK: what the test says

  /// Adds an entry, or puts another in its place.
  public func set(_ path: String, _ entry: Entry?) {
    state.withLock { state in
      let previous = state.entries.updateValue(entry ?? .directory, forKey: path)
      guard let entry else {
        state.entries[path] = nil
        state.resolved = [:]
        state.children[Self.parent(of: path)]?.remove(Self.name(of: path))
        return
      }
      if case .link = entry { state.resolved = [:] }
      if case .link = previous { state.resolved = [:] }
      if previous == nil || entry == .directory { Self.enter(path, entry, in: &state.children) }
    }
  }

  public func interfere(_ interference: Interference?) { state.withLock { $0.interference = interference } }

  /// From now on files below `directory` may be replaced.
  public func allowWriting(below directory: String) { state.withLock { $0.writable.append(directory + "/") } }

  /// From now on the lock at `path` can be taken; it is held for as long as the result of `lock` lives.
  public func allowLocking(_ path: String) { state.withLock { $0.lockable.append(path) } }

  /// From now on another process holds the lock at `path`.
  public func holdLock(_ path: String, by process: Int32?) {
    state.withLock { $0.holders[path] = .some(process.map { LockHolder(process: $0) }) }
  }

  public func releaseLock(_ path: String) { state.withLock { $0.holders[path] = nil } }

  // MARK: what the test asks

  /// How often the file at `path` was read.
  public func reads(of path: String) -> Int { state.withLock { $0.reads[path] ?? 0 } }

  public var totalReads: Int { state.withLock { $0.reads.values.reduce(0, +) } }

  /// Every path that was read, in alphabetical order.
  public var pathsRead: [String] { state.withLock { $0.reads.keys.sorted() } }

  /// Every replacement, first to last.
  public var replacements: [Replacement] { state.withLock { $0.replacements } }

  /// What was removed, first to last.
  public var removals: [String] { state.withLock { $0.removals } }

  /// Directories made for their owner alone.
  public var privateDirectories: Set<String> { state.withLock { $0.privateDirectories } }

  // MARK: FileReading

  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let result: Result<[UInt8], FileError> = state.withLock { state in
      state.reads[path, default: 0] += 1
      if let reason = Self.interference(&state, path) { return .failure(FileError(path: path, reason: reason)) }
      switch Self.find(path, &state) {
      case .success(.bytes(let bytes)):
        return bytes.count > limit
          ? .failure(FileError(path: path, reason: .tooLarge(limit: limit))) : .success(bytes)
      case .success: return .failure(FileError(path: path, reason: .wrongKind))
      case .failure(let error): return .failure(error)
      }
    }
    return try result.get()
  }

  public func list(_ path: String) throws(FileError) -> [String] {
    let result: Result<[String], FileError> = state.withLock { state in
      if let reason = Self.interference(&state, path) { return .failure(FileError(path: path, reason: reason)) }
      switch Self.find(path, &state) {
      case .success(.directory): return .success((state.children[Self.resolve(path, &state) ?? ""] ?? []).sorted())
      case .success: return .failure(FileError(path: path, reason: .wrongKind))
      case .failure(let error): return .failure(error)
      }
    }
    return try result.get()
  }

  public func link(_ path: String) throws(FileError) -> String {
    let result: Result<String, FileError> = state.withLock { state in
      if let reason = Self.interference(&state, path) { return .failure(FileError(path: path, reason: reason)) }
      guard let directory = Self.resolve(Self.parent(of: path), &state) else {
        return .failure(FileError(path: path, reason: .notFound))
      }
      let place = directory + "/" + Self.name(of: path)
      switch state.entries[place] {
      case .link(let target): return .success(target)
      case .error(let reason): return .failure(FileError(path: path, reason: reason))
      case nil where state.children[place] == nil: return .failure(FileError(path: path, reason: .notFound))
      // readlink(2) of something else: EINVAL.
      default: return .failure(FileError(path: path, reason: .other("Invalid argument (22)")))
      }
    }
    return try result.get()
  }

  // MARK: FileWriting

  public func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    let reason: FileError.Reason? = state.withLock { state in
      guard state.writable.contains(where: path.hasPrefix) else { stop("FakeFiles", "to replace \(path)") }
      if case .error(let reason) = state.entries[path] { return reason }
      state.replacements.append(Replacement(path: path, bytes: bytes))
      state.entries[path] = .bytes(bytes)
      Self.enter(path, .bytes(bytes), in: &state.children)
      return nil
    }
    if let reason { throw FileError(path: path, reason: reason) }
  }

  /// Appending is replacing by the longer text; it is not among the replacements.
  public func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    let reason: FileError.Reason? = state.withLock { state in
      guard state.writable.contains(where: path.hasPrefix) else { stop("FakeFiles", "to append to \(path)") }
      if case .error(let reason) = state.entries[path] { return reason }
      var whole = bytes
      if case .bytes(let old) = state.entries[path] { whole = old + bytes }
      state.entries[path] = .bytes(whole)
      Self.enter(path, .bytes(whole), in: &state.children)
      return nil
    }
    if let reason { throw FileError(path: path, reason: reason) }
  }

  /// Directories need not be made here; the test must have allowed to write below this one.
  public func makePrivateDirectory(_ path: String) throws(FileError) {
    let reason: FileError.Reason? = state.withLock { state in
      guard state.writable.contains(where: (path + "/").hasPrefix) else { stop("FakeFiles", "to make \(path)") }
      if case .error(let reason) = state.entries[path] { return reason }
      state.privateDirectories.insert(path)
      return nil
    }
    if let reason { throw FileError(path: path, reason: reason) }
  }

  public func remove(_ path: String) throws(FileError) {
    let reason: FileError.Reason? = state.withLock { state in
      guard state.writable.contains(where: (path + "/").hasPrefix) else { stop("FakeFiles", "to remove \(path)") }
      if case .error(let reason) = state.entries[path] { return reason }
      guard state.entries[path] != nil || state.children[path] != nil else { return .notFound }
      if state.children[path]?.isEmpty == false { return .other("Directory not empty (39)") }
      state.entries[path] = nil
      state.children[path] = nil
      state.resolved = [:]
      state.children[Self.parent(of: path)]?.remove(Self.name(of: path))
      state.removals.append(path)
      return nil
    }
    if let reason { throw FileError(path: path, reason: reason) }
  }

  public func lock(_ path: String) throws(FileError) -> any Lock {
    let reason: FileError.Reason? = state.withLock { state in
      if let holder = state.holders[path] { return .locked(by: holder) }
      guard state.lockable.contains(path) else { stop("FakeFiles", "for the lock \(path)") }
      state.holders[path] = .some(nil)
      return nil
    }
    if let reason { throw FileError(path: path, reason: reason) }
    return FakeLock(self, path)
  }

  private final class FakeLock: Lock {
    private let files: FakeFiles
    private let path: String
    init(_ files: FakeFiles, _ path: String) {
      self.files = files
      self.path = path
    }
    deinit { files.releaseLock(path) }
  }

  // MARK: paths

  private static func interference(_ state: inout State, _ path: String) -> FileError.Reason? {
    guard let interference = state.interference else { return nil }
    state.calls += 1
    return interference(path, state.calls)
  }

  private static func find(_ path: String, _ state: inout State) -> Result<Entry, FileError> {
    guard let place = resolve(path, &state) else { return .failure(FileError(path: path, reason: .notFound)) }
    switch state.entries[place] {
    case .error(let reason): return .failure(FileError(path: path, reason: reason))
    case nil where state.children[place] == nil: return .failure(FileError(path: path, reason: .notFound))
    case let entry: return .success(entry ?? .directory)
    }
  }

  /// The place a path leads to with all links followed; `nil` when a link leads nowhere or in a circle.
  private static func resolve(_ path: String, _ state: inout State, depth: Int = 0) -> String? {
    guard !path.isEmpty, path != "/" else { return "" }
    if let known = state.resolved[path] { return known }
    guard depth < 40, let directory = resolve(parent(of: path), &state, depth: depth + 1) else { return nil }
    let place: String
    switch name(of: path) {
    case "", ".": place = directory
    case "..": place = parent(of: directory)
    case let name: place = directory + "/" + name
    }
    var result: String? = place
    if case .link(let target) = state.entries[place] {
      let wanted = target.hasPrefix("/") ? target : parent(of: place) + "/" + target
      result = resolve(wanted, &state, depth: depth + 1)
    }
    if let result { state.resolved[path] = result }
    return result
  }

  private static func enter(_ path: String, _ entry: Entry, in children: inout [String: Set<String>]) {
    if entry == .directory, children[path] == nil { children[path] = [] }
    var path = path
    while !path.isEmpty {
      let directory = parent(of: path)
      let known = children[directory] != nil
      children[directory, default: []].insert(name(of: path))
      if known { return }
      path = directory
    }
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  private static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}

/// For tests that must not touch a file: every call ends the run.
public struct ForbiddenFiles: FileReading, FileWriting {
  public init() {}
  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    stop("ForbiddenFiles", "to read \(path)")
  }
  /// The one look of every call: for trials whose guard was killed.
  public func list(_ path: String) throws(FileError) -> [String] {
    guard path.hasSuffix("/trials") else { stop("ForbiddenFiles", "to list \(path)") }
    throw FileError(path: path, reason: .notFound)
  }
  public func link(_ path: String) throws(FileError) -> String { stop("ForbiddenFiles", "where \(path) points") }
  public func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    stop("ForbiddenFiles", "to replace \(path)")
  }
  public func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    stop("ForbiddenFiles", "to append to \(path)")
  }
  public func makePrivateDirectory(_ path: String) throws(FileError) { stop("ForbiddenFiles", "to make \(path)") }
  public func remove(_ path: String) throws(FileError) { stop("ForbiddenFiles", "to remove \(path)") }
  public func lock(_ path: String) throws(FileError) -> any Lock { stop("ForbiddenFiles", "for the lock \(path)") }
}
