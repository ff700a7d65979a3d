internal import Glibc
public import HostAccess

extension LinuxFiles {
  public func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    let directory = parent(of: path)
    // A new file would take the place of a device or a pipe, and for root it may: /dev/null is gone then.
    var present = stat()
    let isPresent = unsafe stat(root + path, &present) == 0
    if isPresent, present.st_mode & S_IFMT != S_IFREG {
      throw FileError(
        path: path,
        reason: present.st_mode & S_IFMT == S_IFDIR ? .wrongKind : .other("it is a device, a pipe or a socket"))
    }
    try makeDirectories(directory)
    // One name for all: writers hold a lock, and what a killed one left behind is overwritten by the next.
    let temporary = "\(path).new"
    let descriptor = unsafe open(root + temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    do throws(FileError) {
      // Before the first byte: the file may hold keys that are not for everybody.
      if isPresent { try takeOwnership(descriptor, from: present, path: path) }
      try writeAll(bytes, to: descriptor, path: path)
      guard fsync(descriptor) == 0 else { throw FileError(path: path, code: errno) }
      close(descriptor)
    } catch {
      close(descriptor)
      unsafe unlink(root + temporary)
      throw error
    }
    guard unsafe rename(root + temporary, root + path) == 0 else {
      let code = errno
      unsafe unlink(root + temporary)
      throw FileError(path: path, code: code)
    }
    // The new text is in place; if this fails it may still be the old one after a power cut.
    do { try synchronise(directory) } catch { throw FileError(path: path, reason: .notDurable(error.explanation)) }
  }

  /// The new file is as readable as the one whose place it takes.
  private func takeOwnership(_ descriptor: Int32, from present: stat, path: String) throws(FileError) {
    // Only root may give a file away; whoever else may write here owns what is written.
    let isGiven = fchown(descriptor, present.st_uid, present.st_gid) == 0
    let mode = present.st_mode & (isGiven ? 0o7777 : 0o777)
    guard fchmod(descriptor, mode) == 0 else { throw FileError(path: path, code: errno) }
  }

  public func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try makeDirectories(parent(of: path))
    let descriptor = unsafe open(root + path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    try writeAll(bytes, to: descriptor, path: path)
    guard fsync(descriptor) == 0 else { throw FileError(path: path, code: errno) }
  }

  public func makePrivateDirectory(_ path: String) throws(FileError) {
    try makeDirectories(parent(of: path))
    guard unsafe mkdir(root + path, 0o700) == 0 || errno == EEXIST else { throw FileError(path: path, code: errno) }
    var facts = stat()
    guard unsafe stat(root + path, &facts) == 0 else { throw FileError(path: path, code: errno) }
    guard facts.st_mode & S_IFMT == S_IFDIR else { throw FileError(path: path, reason: .wrongKind) }
  }

  public func remove(_ path: String) throws(FileError) {
    guard unsafe Glibc.remove(root + path) == 0 else { throw FileError(path: path, code: errno) }
  }

  public func lock(_ path: String) throws(FileError) -> any Lock {
    try makeDirectories(parent(of: path))
    let descriptor = unsafe open(root + path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      let holder = code == EWOULDBLOCK ? lockHolder(descriptor) : nil
      close(descriptor)
      guard code == EWOULDBLOCK else { throw FileError(path: path, code: code) }
      throw FileError(path: path, reason: .locked(by: holder))
    }
    return DescriptorLock(descriptor)
  }

  /// The process that holds the lock, as the kernel knows it: `2: FLOCK  ADVISORY  WRITE 4711 fd:01:1234 0 EOF`.
  func lockHolder(_ descriptor: Int32) -> Int32? {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0, let table = try? LinuxFiles().lines("/proc/locks", limit: 1 << 20)
    else {
      return nil
    }
    for line in table {
      let words = line.split(separator: " ")
      guard words.count >= 6, words[1] == "FLOCK", words[5].split(separator: ":").last == "\(facts.st_ino)" else {
        continue
      }
      return Int32(words[4]).flatMap { $0 > 0 ? $0 : nil }
    }
    return nil
  }

  private func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  private func makeDirectories(_ path: String) throws(FileError) {
    guard !path.isEmpty, unsafe mkdir(root + path, 0o755) != 0 else { return }
    switch errno {
    case EEXIST: return
    case ENOENT:
      try makeDirectories(parent(of: path))
      guard unsafe mkdir(root + path, 0o755) == 0 || errno == EEXIST else { throw FileError(path: path, code: errno) }
    case let code: throw FileError(path: path, code: code)
    }
  }

  private func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, code: errno)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Makes a rename in this directory outlive a power cut.
  private func synchronise(_ directory: String) throws(FileError) {
    // A name without a directory stands in the one we are in.
    let place = root + directory
    let descriptor = unsafe open(place.isEmpty ? "." : place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: directory, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError(path: directory, code: errno) }
  }
}

/// A lock as long as its descriptor is open: the kernel frees it when the process ends, however it ends.
private final class DescriptorLock: Lock {
  private let descriptor: Int32
  init(_ descriptor: Int32) { self.descriptor = descriptor }
  deinit { close(descriptor) }
}
