internal import Glibc

/// A file that takes another's place when it is whole, or vanishes with the object. Its name cannot be guessed, and its
/// writer holds a lock on it: what a killed writer leaves behind is known by its name and by its free lock.
final class TemporaryFile {
  struct Failure: Error { let code: Int32 }

  private static let prefix = ".rdmactl-"
  private static let suffix = ".tmp"

  private let place: String
  private let descriptor: Int32
  private var isMoved = false

  /// - Parameter isPrivate: nobody else may open it before ``takeOwnership(from:)``.
  init(beside target: String, isPrivate: Bool) throws(Failure) {
    let directory = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    while true {
      let place = directory + Self.prefix + String(UInt64.random(in: .min ... .max), radix: 36) + Self.suffix
      let opened = unsafe open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, isPrivate ? 0o600 : 0o644)
      if opened < 0 && errno == EEXIST { continue }
      guard opened >= 0 else { throw Failure(code: errno) }
      // Another rdmactl may have taken it for a killed one's before the lock.
      var facts = stat()
      if flock(opened, LOCK_EX) == 0 || errno != EINTR, unsafe fstat(opened, &facts) == 0, facts.st_nlink > 0 {
        self.place = place
        descriptor = opened
        return
      }
      close(opened)
      unsafe unlink(place)
    }
  }

  deinit {
    if !isMoved { unsafe unlink(place) }
    close(descriptor)
  }

  /// The new file is as readable as the one whose place it takes.
  func takeOwnership(from present: stat) throws(Failure) {
    // Only root may give a file away; whoever else may write here owns what is written.
    let isGiven = fchown(descriptor, present.st_uid, present.st_gid) == 0
    let mode = present.st_mode & (isGiven ? 0o7777 : 0o777)
    guard fchmod(descriptor, mode) == 0 else { throw Failure(code: errno) }
  }

  func write(_ bytes: [UInt8]) throws(Failure) {
    if let code = HostLinux.write(bytes, to: descriptor) { throw Failure(code: code) }
    guard fsync(descriptor) == 0 else { throw Failure(code: errno) }
  }

  func move(to target: String, overwriting: Bool) throws(Failure) {
    if !overwriting {
      // link(2) fails where a file has the name; rename(2) does not.
      if unsafe link(place, target) == 0 { return }
      // Not every file system has hard links (vfat, some FUSE).
      guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else { throw Failure(code: errno) }
      guard unsafe access(target, F_OK) != 0 else { throw Failure(code: EEXIST) }
    }
    guard unsafe rename(place, target) == 0 else { throw Failure(code: errno) }
    isMoved = true
  }

  /// Removes what killed processes of this user have left in a directory.
  static func sweep(_ directory: String) {
    let directory = directory.isEmpty ? "." : directory
    for name in (try? LinuxFiles().list(directory)) ?? [] where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let place = "\(directory)/\(name)"
      let opened = unsafe open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard opened >= 0 else { continue }
      defer { close(opened) }
      var facts = stat()
      guard unsafe fstat(opened, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_uid == geteuid(),
        flock(opened, LOCK_EX | LOCK_NB) == 0
      else { continue }
      unsafe unlink(place)
    }
  }
}
