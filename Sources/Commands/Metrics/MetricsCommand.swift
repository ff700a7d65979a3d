public import ArgumentParser
public import HostAccess
internal import Metrics
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl metrics`
public struct MetricsCommand: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Print this machine's ports and counters for Prometheus.",
    discussion: """
      With -o, the file is replaced as a whole: a reader sees the old text or the new one. It is meant for the text file \
      collector of node_exporter, and for a timer; rdmactl-metrics.timer is such a timer. No rights are needed. A machine \
      without RDMA device has metrics too: rdma_problem says why.

      Examples:
        rdmactl metrics
        rdmactl metrics -o /var/lib/prometheus/node-exporter/rdma.prom
      """)

  @OptionGroup public var common: CommonOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write to this file (default: standard output).", valueName: "file"),
    completion: .file())
  public var output = "-"

  @Flag(name: .customLong("openmetrics"), help: "Use the OpenMetrics format.")
  public var openMetrics = false

  public init() {}

  public func validate() throws {
    if common.format != .text && (output != "-" || openMetrics) {
      throw ValidationError("-o and --openmetrics cannot be combined with --json, --csv or --quiet.")
    }
  }

  public func run(on host: Host, output page: Output) throws -> ExitStatus {
    let start = host.clock.milliseconds
    let inventory = InventoryReader(host: host).read(InventoryRequest(forMetrics: true))
    let problems = NoDevice.problem(of: inventory).map { [$0] } ?? []
    let metrics = HostMetrics(
      inventory, problems: problems + Explanation.problems(of: inventory), version: Rdmactl.version,
      seconds: Double(host.clock.milliseconds - start) / 1000)
    guard common.format == .text else {
      try page.show(MetricsAnswer(metrics.families))
      return .done
    }
    try MetricsFile(output, host: host, output: page).write(metrics.text(openMetrics ? .openMetrics : .prometheus))
    return .done
  }
}

/// Where metrics go.
struct MetricsFile {
  private let path: String
  private let host: Host
  private let output: Output

  init(_ path: String, host: Host, output: Output) {
    self.path = path
    self.host = host
    self.output = output
  }

  /// - Throws: `UserFileFailure` when the file cannot be written.
  func write(_ text: [UInt8]) throws {
    guard path != "-" else { return try output.write(String(decoding: text, as: UTF8.self)) }
    guard !path.isEmpty else { throw UserFileFailure.nameless("the file of metrics") }
    do throws(FileError) {
      try host.store.replace(path, with: text)
    } catch {
      if case .notDurable = error.reason { return }
      throw UserFileFailure.unwritable("the file of metrics", error)
    }
  }
}
