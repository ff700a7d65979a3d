public import ArgumentParser
public import HostAccess
public import Presentation
internal import Sockets
public import Vocabulary

/// `rdmactl sock run`
public struct SocketRun: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a program with its TCP sockets carried over RDMA (rsockets), and check that they are.",
    discussion: """
      The program is started with librspreload loaded first. After 1 and 5 seconds its sockets are looked at, and standard \
      error says whether they are over RDMA. The exit status is the program's own, or 2 if --require ended it. Signals go on \
      to the program. With --compat (default: if this version of the library needs it), a small library of rdmactl lets it \
      carry sockets that are opened with SOCK_CLOEXEC or SOCK_NONBLOCK, and accept4().

      Examples:
        rdmactl sock run -- iperf -c 192.0.2.7
        rdmactl sock run --require -- python3 server.py
      """)

  @OptionGroup public var common: CommonOptions

  @Flag(help: "End the program if a connection falls back to TCP (exit status 2).")
  var require = false

  @Flag(inversion: .prefixedNo, help: "Load rdmactl's compatibility library as well (default: if needed).")
  var compat: Bool?

  @Flag(help: "Support programs that fork (RDMAV_FORK_SAFE=1).")
  var fork = false

  @Flag(help: "Print the connections and transferred bytes at the end, on standard error.")
  var report = false

  @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("The program and its arguments.", valueName: "command"))
  var command: [String] = []

  public init() {}

  /// Options of ours may stand before `--`.
  private var words: [String] { Array(command.first == "--" ? command.dropFirst() : command[...]) }

  public func validate() throws {
    if words.isEmpty { throw ValidationError("name a program: rdmactl sock run -- PROGRAM") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let library = try PreloadLibrary.find(host)
    let program = try PreloadedProgram(words[0], library, on: host)
    let useCompat = compat ?? (library.isOld && library.compatibility != nil)
    if useCompat, library.compatibility == nil { throw NoCompatibility() }
    let run = AttendedRun(
      host: host, output: output, library: library, usesCompatibility: useCompat, requires: require,
      reports: report || output.format == .json)
    if library.isOld, !useCompat {
      output.talk("\(library.words) leaves to TCP: \(library.gaps.joined(separator: "; "))")
      if library.compatibility == nil { output.talk("    hint: rdmactl's compatibility library is not installed") }
    }
    let status = try run.run(program.path, Array(words.dropFirst()), fork: fork)
    throw EndedProgram(status: status)
  }
}

/// The program of `sock run` has ended: its status is ours.
struct EndedProgram: Error {
  let status: Int32
}

struct NoCompatibility: Failure {
  let id = "sock.no_compat"
  let subject: String? = nil
  let message = "rdmactl's compatibility library (lib/rdmactl/librdmactl-compat.so) is not installed"
  let fix: [String] = []
  let exitStatus = ExitStatus.notFound
}

extension PreloadLibrary {
  var words: String { version.map { "librspreload of \($0)" } ?? "this librspreload" }
}
