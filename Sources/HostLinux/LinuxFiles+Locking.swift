internal import Glibc
public import HostAccess

extension LinuxFiles {
  public func lock(_ path: String) throws(FileError) -> any Lock {
    try makeDirectories(Self.parent(of: root + path), for: path)
    let descriptor = unsafe open(root + path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    let lock = DescriptorLock(descriptor, path: path)
    // flock(2) asks for no right but to open the file: whoever may read it may hold it. Earlier versions left 0644.
    var facts = stat()
    if unsafe fstat(descriptor, &facts) == 0, facts.st_uid == geteuid(), facts.st_mode & 0o077 != 0 {
      fchmod(descriptor, 0o600)
    }
    try lock.take()
    return lock
  }

  public func openFieldLock(_ path: String) throws(FileError) -> any FieldLock {
    let place = root + path
    let directory = Self.parent(of: place)
    // As mstflint does: mtcr_ul, "/tmp/mstflint_lockfiles".
    if unsafe mkdir(directory, 0o777) != 0, errno != EEXIST { throw FileError(path: path, code: errno) }
    let descriptor = unsafe open(place, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o777)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    return DescriptorLock(descriptor, path: path)
  }
}

/// A lock as long as its descriptor is open: the kernel frees it when the process ends, however it ends.
private final class DescriptorLock: Lock, FieldLock {
  private let descriptor: Int32
  private let path: String

  init(_ descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  func take() throws(FileError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    let code = errno
    guard code == EWOULDBLOCK else { throw FileError(path: path, code: code) }
    throw FileError(path: path, reason: .locked(by: holder))
  }

  func release() { flock(descriptor, LOCK_UN) }

  /// The process that holds the lock, as the kernel knows it: `2: FLOCK  ADVISORY  WRITE 4711 fd:01:1234 0 EOF`.
  private var holder: LockHolder? {
    guard let file, let table = try? LinuxFiles().lines("/proc/locks", limit: 1 << 20) else { return nil }
    for line in table {
      let words = line.split(separator: " ")
      guard words.count >= 6, words[1] == "FLOCK", words[5] == file, let process = Int32(words[4]), process > 0 else {
        continue
      }
      return LockHolder(process: process, command: try? LinuxFiles().text("/proc/\(process)/comm"))
    }
    return nil
  }

  /// The file as /proc/locks names it. stat(2) is no help: btrfs and overlayfs give each file another device there.
  private var file: String? {
    var values: [Substring: Substring] = [:]
    // "mnt_id:", a tab, 24. The tabs make it no text for `lines`.
    let facts = (try? LinuxFiles().read("/proc/self/fdinfo/\(descriptor)", limit: 1 << 16)) ?? []
    for line in String(decoding: facts, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: ":\t")
      if words.count == 2 { values[words[0]] = words[1] }
    }
    var status = stat()
    guard let mount = values["mnt_id"], unsafe fstat(descriptor, &status) == 0,
      let mounts = try? LinuxFiles().lines("/proc/self/mountinfo", limit: 1 << 22)
    else { return nil }
    // Linux before 5.14 has no "ino".
    let inode = values["ino"].map(String.init) ?? "\(status.st_ino)"
    for line in mounts {
      // 24 27 0:6 / /dev rw …
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.count == 4, words[0] == mount else { continue }
      let numbers = words[2].split(separator: ":").compactMap { UInt32($0) }
      guard numbers.count == 2 else { return nil }
      return numbers.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":") + ":" + inode
    }
    return nil
  }
}
