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
    abstract: "Show adapters and ports, and why a port is not active.",
    discussion: """
      NAME is an RDMA name (mlx5_0), a port (mlx5_0/1), a network interface, a PCI address, a node or port GUID, a MAC \
      address, or flint's mt4119_pciconf0. Without NAME, all adapters are shown. A port that is down is an answer: the exit \
      status is 0 unless --check or --expect judges it.

      Examples:
        rdmactl status                        every port; why it is not active
        rdmactl status mlx5_0/1 -v            all details of a port
        rdmactl status --wait active --timeout 30s
        rdmactl status --check -q             exit with 2 if anything is wrong
        rdmactl status --expect ports=2,state=active,rate=100
        rdmactl status --brief              what equal hosts have in common, for clush -b
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Adapters, ports, interfaces, addresses or GUIDs.", valueName: "name"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var names: [String] = []

  @Flag(name: .shortAndLong, help: "Show all details of each adapter and port.")
  public var verbose = false

  @Flag(help: "Show only what equal hosts have in common, for clush -b and dshbak -c.")
  public var brief = false

  @Flag(help: "Show each virtual function in a line of its own.")
  public var all = false

  @Flag(help: "Show the counters of each port.")
  public var counters = false

  @Flag(help: "Show the GID table of each port, with types and interfaces.")
  public var gids = false

  @Option(help: "Choose the text format: text, or vstat for that of the Windows tool.")
  public var format = StatusFormat.text

  @Flag(help: "Exit with 2 if a problem is an error.")
  public var check = false

  @Option(
    help: ArgumentHelp("Exit with 2 unless every port matches, as in ports=2,state=active.", valueName: "conditions"))
  public var expect: String?

  @Option(help: ArgumentHelp("Wait until every port is active, up or down.", valueName: "state"))
  public var wait: WaitTarget?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Stop waiting after this time, as 30s or 250ms (default: 60s).", valueName: "time"))
  public var timeout: DurationArgument?

  @Option(
    defaultAsFlag: "2",
    help: ArgumentHelp("Refresh every N seconds (one JSON object per line when piped).", valueName: "seconds"))
  public var watch: String?

  @Option(help: ArgumentHelp("Show progress on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  public init() {}

  public func validate() throws {
    if timeout != nil && wait == nil { throw ValidationError("--timeout needs --wait.") }
    if brief && (verbose || gids || counters || format != .text) {
      throw ValidationError("--brief cannot be combined with --verbose, --gids, --counters or --format.")
    }
    if wait != nil && watch != nil { throw ValidationError("--wait cannot be combined with --watch.") }
    if format != .text && (common.format != .text || watch != nil) {
      throw ValidationError("--format \(format.rawValue) cannot be combined with --json, --csv, --quiet or --watch.")
    }
    if format.isForMonitoring && wait != nil {
      throw ValidationError("--format \(format.rawValue) cannot be combined with --wait.")
    }
    if watch != nil && (common.quiet || common.csv) {
      throw ValidationError("--watch cannot be combined with \(common.quiet ? "--quiet" : "--csv").")
    }
    if let seconds = interval, !(seconds.isFinite && seconds >= 0.1 && seconds <= 86400) {
      throw ValidationError("--watch needs 0.1 to 86400 seconds.")
    }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let expectation = try expect.map { try Expectation($0) }
    let task = StatusTask(host: host, output: output, options: options, expectation: expectation)
    if let interval { return try StatusLoop(task: task).watch(every: interval) }
    if let wait {
      return try StatusLoop(task: task).wait(
        for: wait, timeout: timeout.map { Double($0.milliseconds) / 1000 } ?? 60, progress: progress)
    }
    guard format.isForMonitoring else { return try task.show(try task.read()) }
    do {
      return try task.show(try task.read())
    } catch let failure as any Failure {
      try output.write(MonitoringText.unknown(failure, format: format))
      return format == .local ? .done : .notFound
    }
  }

  /// `--watch mlx5_0` watches that adapter: a value that is not a number is a name.
  private var interval: Double? { watch.map { Double($0) ?? 2 } }

  private var options: StatusTask.Options {
    var names = names
    if let watch, Double(watch) == nil { names.insert(watch, at: 0) }
    return StatusTask.Options(
      names: names,
      sections: .init(
        verbose: verbose, gids: gids, counters: counters, brief: brief, folds: !all && !verbose && names.isEmpty),
      format: format, isCheck: check)
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
