internal import Glibc
public import HostAccess

extension LinuxFiles {
  public func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    try put(bytes, at: path, overwriting: true)
  }

  public func create(_ path: String, with bytes: [UInt8]) throws(FileError) {
    try put(bytes, at: path, overwriting: false)
  }

  private func put(_ bytes: [UInt8], at path: String, overwriting: Bool) throws(FileError) {
    // A new file would take the place of a device or a pipe, and for root it may: /dev/null is gone then.
    var present = stat()
    let isPresent = unsafe stat(root + path, &present) == 0
    // Also what the kernel refuses to follow: a link of somebody else in a directory of everybody (protected_symlinks).
    guard isPresent || errno == ENOENT else { throw FileError(path: path, code: errno) }
    if isPresent, present.st_mode & S_IFMT != S_IFREG {
      throw FileError(
        path: path,
        reason: present.st_mode & S_IFMT == S_IFDIR ? .wrongKind : .other("it is a device, a pipe or a socket"))
    }
    guard overwriting || !isPresent else { throw FileError(path: path, reason: .exists) }
    let target = try destination(of: path)
    let directory = Self.parent(of: target)
    try makeDirectories(directory, for: path)
    TemporaryFile.sweep(directory)
    do throws(TemporaryFile.Failure) {
      let temporary = try TemporaryFile(beside: target, isPrivate: isPresent)
      // Before the first byte: the file may hold keys that are not for everybody.
      if isPresent { try temporary.takeOwnership(from: present) }
      try temporary.write(bytes)
      try temporary.move(to: target, overwriting: overwriting)
    } catch {
      throw FileError(
        path: path, reason: error.code == EEXIST ? .exists : FileError(path: path, code: error.code).reason)
    }
    // The new text is in place; if this fails it may still be the old one after a power cut.
    guard let code = Self.synchronise(directory) else { return }
    throw FileError(path: path, reason: .notDurable(FileError(path: directory, code: code).explanation))
  }

  /// The file that a path names, symbolic links followed; it need not be there. The caller's stat(2) has found that the
  /// kernel follows them.
  private func destination(of path: String) throws(FileError) -> String {
    var place = root + path
    for _ in 0..<40 {
      var facts = stat()
      guard unsafe lstat(place, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK else { return place }
      let target = try LinuxFiles().link(place)
      let directory = place.lastIndex(of: "/").map { place[...$0] } ?? ""
      place = target.hasPrefix("/") ? target : directory + target
    }
    throw FileError(path: path, code: ELOOP)
  }

  public func makeLink(_ path: String, to target: String) throws(FileError) {
    let directory = Self.parent(of: root + path)
    try makeDirectories(directory, for: path)
    guard unsafe symlink(target, root + path) == 0 else {
      throw errno == EEXIST ? FileError(path: path, reason: .exists) : FileError(path: path, code: errno)
    }
    if let code = Self.synchronise(directory) { throw FileError(path: path, code: code) }
  }

  public func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    let flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    var descriptor = unsafe open(root + path, flags)
    var isNew = false
    if descriptor < 0, errno == ENOENT {
      try makeDirectories(Self.parent(of: root + path), for: path)
      descriptor = unsafe open(root + path, flags | O_CREAT, 0o644)
      isNew = true
    }
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    try writeAll(bytes, to: descriptor, path: path)
    guard fsync(descriptor) == 0 else { throw FileError(path: path, code: errno) }
    if isNew, let code = Self.synchronise(Self.parent(of: root + path)) { throw FileError(path: path, code: code) }
  }

  public func makePrivateDirectory(_ path: String) throws(FileError) {
    try makeDirectories(Self.parent(of: root + path), for: path)
    try makeDirectory(root + path, mode: 0o700, for: path)
    var facts = stat()
    guard unsafe stat(root + path, &facts) == 0 else { throw FileError(path: path, code: errno) }
    guard facts.st_mode & S_IFMT == S_IFDIR else { throw FileError(path: path, reason: .wrongKind) }
    Self.makePrivate(root + path, facts)
  }

  public func remove(_ path: String) throws(FileError) {
    guard unsafe Glibc.remove(root + path) == 0 else { throw FileError(path: path, code: errno) }
  }

  /// "" for a name without a directory.
  static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ""
  }

  /// Makes what is missing of a directory. Each new name is on the disk when this returns. What stands at or below one of
  /// ``own`` is private.
  func makeDirectories(_ place: String, for path: String) throws(FileError) {
    guard !place.isEmpty else { return }
    var facts = stat()
    if unsafe stat(place, &facts) != 0 {
      guard errno == ENOENT else { throw FileError(path: path, code: errno) }
      try makeDirectories(Self.parent(of: place), for: path)
      try makeDirectory(place, mode: isOwn(place) ? 0o700 : 0o755, for: path)
    } else if isOwn(place) {
      // A directory that the user named and that serves others too stays as it is.
      if !own.contains(place) || place.hasSuffix("/rdmactl") { Self.makePrivate(place, facts) }
      if let parent = own.contains(place) ? nil : Self.parent(of: place) { try makeDirectories(parent, for: path) }
    }
  }

  private func isOwn(_ place: String) -> Bool { own.contains { place == $0 || place.hasPrefix($0 + "/") } }

  private func makeDirectory(_ place: String, mode: mode_t, for path: String) throws(FileError) {
    if unsafe mkdir(place, mode) == 0 {
      if let code = Self.synchronise(Self.parent(of: place)) { throw FileError(path: path, code: code) }
    } else if errno != EEXIST {
      throw FileError(path: path, code: errno)
    }
  }

  /// Earlier versions made their directories for everybody to enter.
  private static func makePrivate(_ place: String, _ facts: stat) {
    if facts.st_uid == geteuid(), facts.st_mode & 0o077 != 0 { unsafe _ = chmod(place, 0o700) }
  }

  private func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    if let code = write(bytes, to: descriptor) { throw FileError(path: path, code: code) }
  }

  /// Makes a new name in this directory outlive a power cut.
  /// - Returns: an errno, or `nil`.
  static func synchronise(_ directory: String) -> Int32? {
    // A name without a directory stands in the one we are in.
    let descriptor = unsafe open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    return fsync(descriptor) == 0 ? nil : errno
  }
}

/// Writes all of `bytes`.
/// - Returns: an errno, or `nil`.
func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    if count < 0 { return errno }
    rest = rest.dropFirst(count)
  }
  return nil
}
