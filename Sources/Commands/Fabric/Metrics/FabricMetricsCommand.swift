public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
internal import Metrics
public import Presentation
public import Vocabulary

/// `rdmactl fabric metrics`
public struct FabricMetricsCommand: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Print the links and counters of the subnet as Prometheus metrics.",
    discussion: """
      One sweep gives everything. The series are those of switch ports: hosts report their own with rdmactl metrics. A text \
      file of a large fabric slows node_exporter down; use --listen there, with rdmactl-fabric-metrics.socket. Exits with 8 \
      if a node did not answer; rdma_fabric_complete is 0 then.

      Examples:
        rdmactl fabric metrics
        rdmactl fabric metrics -o /var/lib/prometheus/node-exporter/fabric.prom
      """)

  @OptionGroup public var common: CommonOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write to this file (default: standard output).", valueName: "file"),
    completion: .file())
  public var output = "-"

  @Flag(name: .customLong("openmetrics"), help: "Use the OpenMetrics format.")
  public var openMetrics = false

  @Option(help: "Counters of each port: usual, or all.")
  public var counters = CounterChoice.usual

  @Flag(help: "Also write the ports of adapters.")
  public var hosts = false

  @Flag(help: "Serve HTTP on the socket of the service manager (LISTEN_FDS).")
  public var listen = false

  @Option(
    help: ArgumentHelp(
      "With --listen: sweep at most once in this time; answers in between repeat the last (default: 30s).",
      valueName: "time"))
  public var every: DurationArgument?

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func validate() throws {
    if common.format != .text && (output != "-" || openMetrics || listen) {
      throw ValidationError("-o, --openmetrics and --listen cannot be combined with --json, --csv or --quiet.")
    }
    if every != nil && !listen { throw ValidationError("--every needs --listen.") }
    if listen && (output != "-" || openMetrics) {
      throw ValidationError("--listen cannot be combined with -o or --openmetrics: the client chooses the format.")
    }
  }

  public func run(on host: Host, output page: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let choice = try fabric.choice()
    func sweep() throws -> FabricMetrics.Sweep {
      let start = host.clock.milliseconds
      let task = try FabricTask(choice, options: fabric, host: host, output: page)
      let found = try task.sweep()
      let scope = FabricMetrics.scope(options, of: found)
      let survey = try task.ask { () throws(SessionFailure) in try task.session.counters(of: found, scope) }
      return FabricMetrics.Sweep(
        found, names: FabricNames(found, map: map), survey: survey, time: host.clock.secondsSince1970,
        seconds: Double(host.clock.milliseconds - start) / 1000, requests: task.session.traffic.sent)
    }
    if listen {
      let service = FabricMetricsService(
        host: host, output: page, interval: every?.milliseconds ?? 30_000, options: options, sweep: sweep)
      return try service.run()
    }
    let found = try sweep()
    let metrics = FabricMetrics(found, options, version: Rdmactl.version)
    guard common.format == .text else {
      try page.show(MetricsAnswer(metrics.families))
      return found.isComplete ? .done : .partial
    }
    try MetricsFile(output, host: host, output: page).write(metrics.text(openMetrics ? .openMetrics : .prometheus))
    return found.isComplete ? .done : .partial
  }

  private var options: FabricMetrics.Options {
    var options = FabricMetrics.Options()
    options.includesHosts = hosts
    options.includesAllCounters = counters == .all
    return options
  }
}

public enum CounterChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  case usual, all
}
