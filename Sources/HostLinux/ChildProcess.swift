internal import Glibc
internal import HostAccess

/// A child of ours, in a session of its own.
final class Child: LaunchedProcess {
  let identifier: Int32
  private var end: FinishedProcess.End?

  init(_ identifier: Int32) { self.identifier = identifier }

  func ended() -> FinishedProcess.End? {
    guard end == nil else { return end }
    var status: Int32 = 0
    guard unsafe waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
    // The macros of wait(2): the low seven bits are the signal, the second byte the exit status.
    end = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
    return end
  }

  /// Kills it with all that it started, and waits for it, so that no zombie stays.
  func killGroup() {
    guard end == nil else { return }
    kill(-identifier, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
  }
}

/// One stream of a child.
final class Pipe {
  /// More is read, so that the child is not held up, and forgotten.
  private static let kept = 1 << 20

  let reading: Int32
  private(set) var writing: Int32
  private(set) var bytes: [UInt8] = []
  private var isAtEnd = false

  init() throws(ProcessError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw .failed("cannot be run: \(systemWords(errno))") }
    (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(reading)
    closeWriting()
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  /// Takes what is there.
  func drain() {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while !isAtEnd {
      let count = unsafe block.withUnsafeMutableBytes { unsafe read(reading, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return }
      isAtEnd = count == 0
      bytes += block[..<min(count, Self.kept - bytes.count)]
    }
  }

  /// Waits until one of them has something, or the time is over.
  static func wait(for pipes: [Pipe], milliseconds: Int32) {
    var waiting = pipes.filter { !$0.isAtEnd }.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
    unsafe _ = poll(&waiting, nfds_t(waiting.count), milliseconds)
  }
}
