public import ArgumentParser
public import HostAccess
public import Presentation
public import Vocabulary

/// A command that does something. It parses, calls a library and renders; the machine is handed to it.
public protocol HostCommand: ParsableCommand {
  var common: CommonOptions { get }
  /// - Returns: how it ended, when it did not throw a `Failure`.
  func run(on host: Host, output: Output) throws -> ExitStatus
}

/// The options that every command has, also before its name: `rdmactl --json status`.
public struct CommonOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON object.")
  public var json = false

  @Flag(name: .shortAndLong, help: "Print bare values only, one a line.")
  public var quiet = false

  @Option(
    name: .long, help: ArgumentHelp("Read a recorded machine below this directory.", valueName: "dir"),
    completion: .directory)
  public var root: String?

  @Option(
    name: .customLong("sim"),
    help: ArgumentHelp("Use the simulated adapters of this directory (rdmactl sim create).", valueName: "dir"),
    completion: .directory)
  public var simulation: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Append each access to the machine to this file (also RDMACTL_DEBUG).", valueName: "file"),
    completion: .file())
  public var debug: String?

  public init() {}

  public func validate() throws {
    if json && quiet { throw ValidationError("--json and --quiet exclude each other.") }
    if root?.isEmpty == true { throw ValidationError("--root needs a directory.") }
    if simulation?.isEmpty == true { throw ValidationError("--sim needs a directory.") }
    if root != nil && simulation != nil { throw ValidationError("--root and --sim exclude each other.") }
  }

  var format: OutputFormat { json ? .json : quiet ? .quiet : .text }
}

extension ProgressMode: ExpressibleByArgument {}

/// The user pressed Ctrl-C, or somebody sent SIGTERM, before there was an answer.
struct Interrupted: Failure {
  let id = "interrupted"
  let message = "interrupted"
  let subject: String? = nil
  let fix: [String] = []
  let exitStatus = ExitStatus.interrupted
}
