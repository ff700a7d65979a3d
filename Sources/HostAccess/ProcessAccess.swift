/// Other programs: to run one, to start one that outlives us, to signal one. What runs is seen through `/proc`
/// (``Host/files``).
public protocol ProcessAccess: Sendable {
  /// Where `program` stands: itself when it is a path, else in the directories of PATH and those of the administrator;
  /// `nil` when there is none.
  func find(_ program: String) -> String?
  /// Runs a program to its end, with nothing on its standard input.
  /// - Throws: when it cannot be started, or does not end in time (it is killed then).
  func run(_ program: String, _ arguments: [String], timeoutMilliseconds: Int) throws(ProcessError) -> FinishedProcess
  /// Starts a program that outlives us: a session of its own, nothing on its standard input.
  func launch(_ program: String, _ arguments: [String], log: String, directory: String) throws(ProcessError)
    -> any LaunchedProcess
  func send(_ signal: ProcessSignal, to process: Int32) throws(ProcessError)
  /// Starts a program that is attended while it runs.
  func attend(_ program: String, _ arguments: [String], _ attendance: Attendance) throws(ProcessError)
    -> any AttendedProcess
}

extension ProcessAccess {
  public func attend(
    _ program: String, _ arguments: [String], _ attendance: Attendance
  ) throws(ProcessError) -> any AttendedProcess { throw .recorded }
}

/// How a program runs that is attended.
public struct Attendance: Sendable, Equatable {
  public enum Streams: Sendable, Equatable {
    /// It has our standard streams and our terminal, and outlives us when we are killed. Signals that another process sends
    /// to us go on to it.
    case ours
    /// The same, but its standard output is our standard error.
    case error
    /// What it writes is kept. It has a session of its own, reads nothing, and is killed when we end, however that happens.
    case kept
  }

  public var streams: Streams
  /// Libraries for the dynamic linker to load first, before those of `LD_PRELOAD`.
  public var preload: [String]
  /// Variables of its environment beside ours.
  public var variables: [String: String]

  public init(_ streams: Streams, preload: [String] = [], variables: [String: String] = [:]) {
    self.streams = streams
    self.preload = preload
    self.variables = variables
  }
}

/// A program that is attended while it runs.
public protocol AttendedProcess: LaunchedProcess {
  /// What it has written so far, where that is kept: standard output, and standard error.
  var output: [UInt8] { get }
  var error: [UInt8] { get }
  /// Kills it, with all that it started in its session, and waits for its end.
  func kill()
}

public enum ProcessSignal: Sendable, Equatable { case terminate, kill, hangUp, user1 }

/// How a program ended, and what it wrote (at most 1 MiB of each stream is kept).
public struct FinishedProcess: Sendable, Equatable {
  public enum End: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
  }
  public let end: End
  public let output: [UInt8]
  public let error: [UInt8]

  public init(end: End, output: [UInt8], error: [UInt8]) {
    self.end = end
    self.output = output
    self.error = error
  }
}

/// A program that was started and may outlive us. Both its streams are added to its log.
public protocol LaunchedProcess: AnyObject {
  var identifier: Int32 { get }
  /// How it ended; `nil` while it runs.
  func ended() -> FinishedProcess.End?
}

/// Why a program could not be started, watched or signalled.
public enum ProcessError: Error, Equatable, Sendable {
  /// No such program, or no such process.
  case notFound
  case notPermitted
  case timedOut(milliseconds: Int)
  /// A recorded machine runs nothing.
  case recorded
  /// In the words of the system.
  case failed(String)

  /// The reason as half a sentence.
  public var explanation: String {
    switch self {
    case .notFound: "is not there"
    case .notPermitted: "permission denied: needs root"
    case .timedOut(let milliseconds): "did not end within \(milliseconds) ms"
    case .recorded: "is on a recorded machine"
    case .failed(let words): words
    }
  }
}
