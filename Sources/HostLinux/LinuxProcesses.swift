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
