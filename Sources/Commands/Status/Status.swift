public import ArgumentParser
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl status`
public struct Status: HostCommand {
  static let name = "status"

  public static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Adapters and ports: their state, and why one is not active.",
    discussion: """
      NAME is an RDMA name (mlx5_0), a port (mlx5_0/1), a network interface, a PCI address, a node or port GUID, a MAC \
      address, or flint's mt4119_pciconf0. Without one, every adapter is shown.

      Examples:
        rdmactl status                        every port; why it is not active
        rdmactl status mlx5_0/1 -v            all that is known of a port
        rdmactl status --wait active --timeout 30
        rdmactl status --expect ports=2,state=active,rate=100
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Adapters, ports, interfaces, addresses or GUIDs.", valueName: "name"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var names: [String] = []

  @Flag(name: .shortAndLong, help: "Everything that is known of each adapter and port.")
  public var verbose = false

  @Flag(help: "Show each virtual function in a line of its own.")
  public var all = false

  @Flag(help: "The counters of each port.")
  public var counters = false

  @Flag(help: "The GID table of each port, with types and interfaces.")
  public var gids = false

  @Option(help: "The text's form: rdmactl's own, or that of the Windows tool vstat.")
  public var format = StatusFormat.text

  @Option(help: ArgumentHelp("Wait until every port is so: active, up or down.", valueName: "state"))
  public var wait: WaitTarget?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How long --wait waits; 60 where it is not given.", valueName: "seconds"))
  public var timeout: Double?

  @Option(
    defaultAsFlag: "2",
    help: ArgumentHelp("Show it again every so many seconds; objects, one a line, when piped.", valueName: "seconds"))
  public var watch: String?

  @Option(help: ArgumentHelp("End with 2 unless every port is so: ports=2,state=active,…", valueName: "conditions"))
  public var expect: String?

  @Option(help: ArgumentHelp("Tell of the waiting on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  public init() {}

  public func validate() throws {
    if let timeout {
      guard timeout.isFinite, timeout >= 0, timeout <= 1e6 else {
        throw ValidationError("--timeout is a number of seconds, 0 or more.")
      }
      if wait == nil { throw ValidationError("--timeout goes with --wait.") }
    }
    if wait != nil && watch != nil { throw ValidationError("--wait and --watch exclude each other.") }
    if format != .text && (common.json || common.quiet || watch != nil) {
      throw ValidationError("--format \(format.rawValue) excludes --json, --quiet and --watch.")
    }
    if format.isForMonitoring && wait != nil {
      throw ValidationError("--format \(format.rawValue) and --wait exclude each other.")
    }
    if watch != nil && common.quiet { throw ValidationError("--watch and --quiet exclude each other.") }
    if let seconds = interval, !(seconds.isFinite && seconds >= 0.1 && seconds <= 86400) {
      throw ValidationError("--watch takes 0.1 to 86400 seconds.")
    }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let expectation = try expect.map { try Expectation($0) }
    let task = StatusTask(host: host, output: output, options: options, expectation: expectation)
    if let interval { return try StatusLoop(task: task).watch(every: interval) }
    if let wait { return try StatusLoop(task: task).wait(for: wait, timeout: timeout ?? 60, progress: progress) }
    guard format.isForMonitoring else { return try task.show(try task.read()) }
    do {
      return try task.show(try task.read())
    } catch let failure as any Failure {
      try output.write(MonitoringText.unknown(failure, format: format))
      return format == .local ? .done : .notFound
    }
  }

  /// `--watch mlx5_0` watches that adapter: what is no number is a name.
  private var interval: Double? { watch.map { Double($0) ?? 2 } }

  private var options: StatusTask.Options {
    var names = names
    if let watch, Double(watch) == nil { names.insert(watch, at: 0) }
    return StatusTask.Options(
      names: names,
      sections: .init(verbose: verbose, gids: gids, counters: counters, folds: !all && !verbose && names.isEmpty),
      format: format)
  }
}

public enum StatusFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case text, vstat, nagios, local

  public static var allValueDescriptions: [String: String] {
    [
      "text": "rdmactl's own table", "vstat": "as the Windows tool vstat",
      "nagios": "one line and exit status 0, 1, 2 or 3, as a monitoring plugin",
      "local": "lines of a Checkmk local check",
    ]
  }

  /// For a monitoring system: it has no place for an error.
  var isForMonitoring: Bool { self == .nagios || self == .local }
}

public enum WaitTarget: String, ExpressibleByArgument, CaseIterable, Sendable {
  case active, up, down
}
