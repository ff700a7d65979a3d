public import HostAccess
internal import Synchronization

/// Other programs, as a test tells them: which there are, what a run of one writes, what becomes of a launched one.
public final class FakeProcesses: ProcessAccess {
  /// One call that changes something or runs a program.
  public enum Call: Sendable, Equatable {
    case run([String])
    case launch([String], log: String, directory: String)
    case signal(ProcessSignal, Int32)
  }

  private struct State {
    var programs: [String: String] = [:]
    var runs: [[String]: Result<FinishedProcess, ProcessError>] = [:]
    var launches: [FakeLaunchedProcess] = []
    var onLaunch: (@Sendable ([String]) -> Void)?
    var signals: [Int32: @Sendable (ProcessSignal) throws(ProcessError) -> Void] = [:]
    var calls: [Call] = []
  }

  private let state = Mutex(State())

  public init() {}

  // MARK: what the test says

  /// There is a program `name` at `path`. A program that is looked for and was not installed is missing.
  public func install(_ name: String, at path: String) { state.withLock { $0.programs[name] = path } }

  /// What a run of these words (program and arguments) comes to.
  public func answer(_ words: [String], _ answer: Result<FinishedProcess, ProcessError>) {
    state.withLock { $0.runs[words] = answer }
  }

  /// A run that ends with `status` and wrote these.
  public func answer(_ words: [String], status: Int32 = 0, output: String = "", error: String = "") {
    answer(
      words,
      .success(FinishedProcess(end: .exited(status), output: Array(output.utf8), error: Array(error.utf8))))
  }

  /// The next launch gives this process; `effect` is what it does to the world (its log, its entry in /proc).
  public func expectLaunch(_ process: FakeLaunchedProcess, effect: (@Sendable ([String]) -> Void)? = nil) {
    state.withLock {
      $0.launches.append(process)
      $0.onLaunch = effect
    }
  }

  /// What a signal to `process` does.
  public func onSignal(
    to process: Int32, _ effect: @escaping @Sendable (ProcessSignal) throws(ProcessError) -> Void
  ) {
    state.withLock { $0.signals[process] = effect }
  }

  /// Everything that was run, launched and signalled, first to last.
  public var calls: [Call] { state.withLock { $0.calls } }

  // MARK: ProcessAccess

  public func find(_ program: String) -> String? { state.withLock { $0.programs[program] } }

  public func run(
    _ program: String, _ arguments: [String], timeoutMilliseconds: Int
  ) throws(ProcessError) -> FinishedProcess {
    let words = [program] + arguments
    let answer = state.withLock {
      $0.calls.append(.run(words))
      return $0.runs[words]
    }
    guard let answer else { stop("FakeProcesses", "to run \(words.joined(separator: " "))") }
    return try answer.get()
  }

  public func launch(
    _ program: String, _ arguments: [String], log: String, directory: String
  ) throws(ProcessError) -> any LaunchedProcess {
    let words = [program] + arguments
    let (process, effect) = state.withLock { state in
      state.calls.append(.launch(words, log: log, directory: directory))
      return (state.launches.isEmpty ? nil : state.launches.removeFirst(), state.onLaunch)
    }
    guard let process else { stop("FakeProcesses", "to launch \(words.joined(separator: " "))") }
    effect?(words)
    return process
  }

  public func send(_ signal: ProcessSignal, to process: Int32) throws(ProcessError) {
    let effect = state.withLock {
      $0.calls.append(.signal(signal, process))
      return $0.signals[process]
    }
    guard let effect else { stop("FakeProcesses", "to send \(signal) to process \(process)") }
    try effect(signal)
  }
}

/// A launched program that ends when the test says so.
public final class FakeLaunchedProcess: LaunchedProcess, Sendable {
  public let identifier: Int32
  private let end: Mutex<FinishedProcess.End?>

  public init(_ identifier: Int32, ended: FinishedProcess.End? = nil) {
    self.identifier = identifier
    end = Mutex(ended)
  }

  public func finish(_ how: FinishedProcess.End) { end.withLock { $0 = how } }

  public func ended() -> FinishedProcess.End? { end.withLock { $0 } }
}
