internal import Foundation

/// A program in a process of its own. Its streams are files, so that neither a full pipe nor a grandchild that keeps one
/// open can hold a test up, and so that a test may look while it runs. It never outlives its object.
public final class Spawned {
  private let child: ChildProcess
  private let scratch: Scratch
  public let name: String

  /// The rdmactl beside the test bundle.
  public static var rdmactl: String { beside("rdmactl") }

  /// A program of this package, built beside the test bundle.
  public static func beside(_ name: String) -> String {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// A copy of rdmactl in `scratch`: the build directory may be closed to other users. A process of its own makes it. A
  /// program that this process has open for writing cannot be run ("Text file busy") as long as any child lives that
  /// another test started at that moment, because it has inherited the open file.
  public static func rdmactlForEverybody(in scratch: Scratch) throws -> String {
    let copy = scratch("rdmactl")
    let result = try run("cp", [rdmactl, copy])
    guard result.status == 0 else { throw SpawnFailure(message: result.error) }
    return copy
  }

  /// The first of the directories of PATH and the administrator's that has `program`, or `nil`.
  public static func find(_ program: String) -> String? {
    func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }
    if program.contains("/") { return isExecutable(program) ? program : nil }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let directories = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/local/sbin"]
    return directories.map { "\($0)/\(program)" }.first(where: isExecutable)
  }

  /// Starts a program and returns at once.
  /// - Parameters:
  ///   - environment: beside PATH, HOME and LANG=C.UTF-8; backtraces are off.
  ///   - input: standard input; without it there is nothing to read.
  ///   - directory: where it runs; without it a directory that vanishes with the object.
  public init(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: String = "",
    directory: String? = nil
  ) throws {
    name = ([program] + arguments).joined(separator: " ")
    guard let path = Self.find(program) else { throw SpawnFailure(message: "\(program) is not installed") }
    scratch = try Scratch("spawn")
    try FileManager.default.createDirectory(atPath: scratch("cwd"), withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: scratch("cwd"))
    try scratch.write("in", input)
    try scratch.write("out", "")
    try scratch.write("err", "")
    let own = ProcessInfo.processInfo.environment
    let environment = [
      "PATH": (own["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin", "HOME": own["HOME"] ?? "/", "LANG": "C.UTF-8",
      "SWIFT_BACKTRACE": "enable=no",
    ].merging(environment) { $1 }
    child = try ChildProcess(
      path: path, arguments: arguments, environment: environment, directory: directory ?? scratch("cwd"),
      streams: (scratch("in"), scratch("out"), scratch("err")))
  }

  deinit { stop() }

  public var processIdentifier: Int32 { child.identifier }
  public var isRunning: Bool { child.isRunning }
  /// What it has written so far.
  public var output: String { text("out") }
  public var error: String { text("err") }

  /// Sends a signal to the program and all that it has started and that has not left its process group.
  public func signal(_ number: Int32) { child.signal(number) }

  /// Waits until the program ends; past `timeout` seconds it is killed, and the call throws with what it had written.
  public func wait(timeout: Double = 30) throws -> Consequences {
    guard child.ends(within: timeout) else {
      stop()
      throw SpawnFailure(message: "\(name) did not end within \(timeout) s; it wrote:\n\(output)\(error)")
    }
    return Consequences(status: child.exitStatus, output: output, error: error)
  }

  /// Waits until `condition` holds; throws past `timeout` seconds or when the program ends before.
  public func wait(timeout: Double = 30, until what: String, _ condition: () -> Bool) throws {
    let end = Date(timeIntervalSinceNow: timeout)
    while !condition() {
      guard child.isRunning else { throw SpawnFailure(message: "\(name) ended before \(what):\n\(output)\(error)") }
      guard Date() < end else {
        throw SpawnFailure(message: "\(name): not \(what) within \(timeout) s:\n\(output)\(error)")
      }
      usleep(5_000)
    }
  }

  /// Ends it, by SIGTERM and then by SIGKILL, and with it all of its process group.
  public func stop() {
    if child.isRunning {
      signal(SIGTERM)
      _ = child.ends(within: 2)
    }
    signal(SIGKILL)
    _ = child.ends(within: 5)
  }

  private func text(_ file: String) -> String {
    String(decoding: FileManager.default.contents(atPath: scratch(file)) ?? Data(), as: UTF8.self)
  }

  /// Runs a program to its end.
  public static func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: String = "",
    directory: String? = nil, timeout: Double = 30
  ) throws -> Consequences {
    try Spawned(program, arguments, environment: environment, input: input, directory: directory).wait(timeout: timeout)
  }

  /// Runs the rdmactl beside the test bundle to its end.
  public static func rdmactl(
    _ arguments: String..., environment: [String: String] = [:], input: String = "", directory: String? = nil,
    timeout: Double = 30
  ) throws -> Consequences {
    try run(
      rdmactl, arguments, environment: environment, input: input, directory: directory, timeout: timeout)
  }
}

/// A program that could not be started, or did not do what was waited for.
public struct SpawnFailure: Error, CustomStringConvertible {
  public let message: String
  public var description: String { message }

  public init(message: String) { self.message = message }
}
