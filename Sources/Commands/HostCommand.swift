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
  @Flag(name: .long, help: "Print one JSON object (also -o json).")
  public var json = false

  @Flag(name: .long, help: "Print the table as CSV (also -o csv).")
  public var csv = false

  @Flag(name: .shortAndLong, help: "Print values only, one per line.")
  public var quiet = false

  @Flag(name: .shortAndLong, help: "Show all columns, however wide.")
  public var wide = false

  @Option(
    name: .long, help: ArgumentHelp("Show these columns of the table, as in --columns port,state.", valueName: "names"))
  public var columns: ColumnNames?

  @Option(name: .long, help: ArgumentHelp("Use colour: auto, always or never.", valueName: "when"))
  public var color: ColourChoice?

  @Option(
    name: .long,
    help: ArgumentHelp("Read a recorded machine: a directory, a .tree file or a snapshot.", valueName: "dir"),
    completion: .file())
  public var root: String?

  @Option(
    name: .customLong("sim"),
    help: ArgumentHelp("Use the simulated adapters in this directory (see rdmactl sim create).", valueName: "dir"),
    completion: .directory)
  public var simulation: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Append each access to the machine to this file (also RDMACTL_DEBUG).", valueName: "file"),
    completion: .file())
  public var debug: String?

  public init() {}

  public func validate() throws {
    let forms = [(json, "--json"), (csv, "--csv"), (quiet, "--quiet")].filter(\.0).map(\.1)
    if forms.count > 1 { throw ValidationError("\(forms[0]) cannot be combined with \(forms[1]).") }
    if columns != nil && (json || quiet) { throw ValidationError("--columns cannot be combined with \(forms[0]).") }
    if root?.isEmpty == true { throw ValidationError("--root needs a directory.") }
    if simulation?.isEmpty == true { throw ValidationError("--sim needs a directory.") }
    if root != nil && simulation != nil { throw ValidationError("--root cannot be combined with --sim.") }
  }

  public var format: OutputFormat { json ? .json : csv ? .csv : quiet ? .quiet : .text }

  public var textChoice: TextChoice {
    TextChoice(colour: color ?? .auto, wide: wide, columns: columns?.names)
  }
}

/// `port,state`
public struct ColumnNames: ExpressibleByArgument, Sendable {
  public let names: [String]

  public init?(argument: String) {
    names = argument.split(separator: ",").map { String($0) }
    if names.isEmpty { return nil }
  }
}

extension ColourChoice: ExpressibleByArgument {}

extension ProgressMode: ExpressibleByArgument {}

/// The user pressed Ctrl-C, or somebody sent SIGTERM, before there was an answer.
struct Interrupted: Failure {
  let id = "interrupted"
  let message = "interrupted"
  let subject: String? = nil
  let fix: [String] = []
  let exitStatus = ExitStatus.interrupted
}
