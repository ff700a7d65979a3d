internal import CShims
internal import Glibc
public import HostAccess

/// Other programs by `posix_spawn(3)`.
public struct LinuxProcesses: ProcessAccess {
  /// Where administrators' programs are, also when PATH is a user's.
  private static let administrators = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"]

  private let directories: [String]

  /// - Parameter path: PATH of the environment.
  public init(path: String?) {
    // A relative directory in PATH would let whoever owns the current one choose what root runs.
    let own = (path ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
    directories = own + Self.administrators
  }

  public func find(_ program: String) -> String? {
    if program.contains("/") { return isExecutable(program) ? program : nil }
    return directories.lazy.map { "\($0)/\(program)" }.first(where: isExecutable)
  }

  private func isExecutable(_ path: String) -> Bool {
    var facts = stat()
    return unsafe stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  public func run(
    _ program: String, _ arguments: [String], timeoutMilliseconds: Int
  ) throws(ProcessError) -> FinishedProcess {
    let output = try Pipe()
    let error = try Pipe()
    let child = try spawn(program, arguments, directory: nil, output: output.writing, error: error.writing)
    output.closeWriting()
    error.closeWriting()
    let clock = LinuxClock()
    let deadline = clock.milliseconds + timeoutMilliseconds
    while true {
      let end = child.ended()
      // What it wrote before its end is in the pipes. A grandchild may keep them open: their end is not waited for.
      output.drain()
      error.drain()
      if let end { return FinishedProcess(end: end, output: output.bytes, error: error.bytes) }
      guard clock.milliseconds < deadline else {
        child.killGroup()
        throw .timedOut(milliseconds: timeoutMilliseconds)
      }
      Pipe.wait(for: [output, error], milliseconds: 5)
    }
  }

  public func launch(
    _ program: String, _ arguments: [String], log: String, directory: String
  ) throws(ProcessError) -> any LaunchedProcess {
    let descriptor = unsafe open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .failed("cannot write its output to \(log): \(systemWords(errno))") }
    defer { close(descriptor) }
    return try spawn(program, arguments, directory: directory, output: descriptor, error: descriptor)
  }

  public func send(_ signal: ProcessSignal, to process: Int32) throws(ProcessError) {
    // 0 and negative numbers are groups, 1 is init: never what is meant here.
    guard process > 1 else { throw .notFound }
    guard kill(process, signal.number) != 0 else { return }
    switch errno {
    case ESRCH: throw .notFound
    case EPERM: throw .notPermitted
    case let code: throw .failed("cannot be signalled: \(systemWords(code))")
    }
  }

  private func spawn(
    _ program: String, _ arguments: [String], directory: String?, output: Int32, error: Int32
  ) throws(ProcessError) -> Child {
    guard let path = find(program) else { throw .notFound }
    let words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var identifier: Int32 = 0
    let code = unsafe rdmactl_spawn(path, words, directory, output, error, &identifier)
    switch code {
    case 0: return Child(identifier)
    case EACCES, EPERM: throw .notPermitted
    case let code: throw .failed("cannot be started: \(systemWords(code))")
    }
  }
}

extension ProcessSignal {
  fileprivate var number: Int32 {
    switch self {
    case .terminate: SIGTERM
    case .kill: SIGKILL
    case .hangUp: SIGHUP
    case .user1: SIGUSR1
    }
  }
}

/// A child of ours, in a session of its own.
private final class Child: LaunchedProcess {
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
private final class Pipe {
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
