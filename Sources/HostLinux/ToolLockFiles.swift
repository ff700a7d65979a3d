internal import Glibc
internal import HostAccess
internal import Vocabulary

/// The lock files of mstflint's tools for one PCI function: `/tmp/mstflint_lockfiles/0000:03:00.0_config` and `…_mem`.
///
/// A tool locks one of both, by the method that it opened the device with, so both are taken. Everybody may create and lock
/// them, so a lock counts only when its holder could reach the registers, that is, when it runs as root.
/// Sources: `mtcr_ul/mtcr_ul_com.c` of mstflint (LOCK_FILE_FORMAT), and strace of mstflint 4.21.
final class ToolLockFiles {
  private static let directory = "/tmp/mstflint_lockfiles"

  private let descriptors: [Int32]

  init(_ address: PCIAddress) {
    // As mstflint makes it. In /tmp anybody may have put something else there: no link is followed.
    unsafe mkdir(Self.directory, 0o777)
    var facts = stat()
    guard unsafe lstat(Self.directory, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
      descriptors = []
      return
    }
    descriptors = ["config", "mem"].compactMap { kind in
      let descriptor = unsafe open(
        "\(Self.directory)/\(address)_\(kind)", O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o777)
      guard descriptor >= 0 else { return nil }
      var facts = stat()
      if unsafe fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG { return descriptor }
      close(descriptor)
      return nil
    }
  }

  deinit { for descriptor in descriptors { close(descriptor) } }

  func take(waiting milliseconds: Int) -> ToolLock {
    guard !descriptors.isEmpty else { return .absent }
    for (index, descriptor) in descriptors.enumerated() {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { continue }
      let outcome = wait(for: descriptor, milliseconds)
      guard outcome == .taken else {
        for taken in descriptors[..<index] { flock(taken, LOCK_UN) }
        return outcome
      }
    }
    return .taken
  }

  func free() { for descriptor in descriptors.reversed() { flock(descriptor, LOCK_UN) } }

  /// Tools try again and again, so this does too: an end of the waiting is needed, which flock does not have.
  private func wait(for descriptor: Int32, _ milliseconds: Int) -> ToolLock {
    let clock = LinuxClock()
    let start = clock.milliseconds
    repeat {
      guard errno == EWOULDBLOCK || errno == EINTR else { return .absent }
      var pause = timespec(tv_sec: 0, tv_nsec: 100_000)
      unsafe nanosleep(&pause, nil)
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return .taken }
    } while clock.milliseconds - start < milliseconds
    guard let process = LinuxFiles().lockHolder(descriptor) else { return .held(by: nil) }
    var facts = stat()
    if unsafe stat("/proc/\(process)", &facts) == 0, facts.st_uid != 0 { return .absent }
    let name = try? LinuxFiles().text("/proc/\(process)/comm")
    return .held(by: "PID \(process)" + (name.map { " (\($0))" } ?? ""))
  }
}
