public import ArgumentParser
public import HostAccess
internal import Performance
public import Presentation
public import Vocabulary

/// `rdmactl perf listen`
public struct PerfListen: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "listen",
    abstract: "Wait for one test, and print what to type on the other host.",
    discussion: """
      The options are those of perf bw and perf lat. The wait ends after 10 minutes (--timeout).

      Examples:
        rdmactl perf listen
        rdmactl perf listen lat --op send --from mlx5_0
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("What to measure: bw or lat.", valueName: "kind"))
  var kind = PerfTest.Kind.bandwidth

  @OptionGroup var options: PerfOptions
  @OptionGroup var place: PerfPlace

  public init() {}

  public func validate() throws { try options.check(kind) }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let test = options.test(kind)
    guard !(host.processes is AbsentProcesses) else { throw PerfObstacle.recorded }
    guard host.processes.find(test.program) != nil else { throw PerfObstacle.missing(program: test.program) }
    let endpoint = try PerfEndpointChooser(host).choose(place.from, peer: nil, gid: place.gid)
    let run = PerfRun(host, test, endpoint, limit: place.timeout?.milliseconds ?? PerfRun.listenLimit)
    let name = endpoint.address?.description ?? host.name ?? "localhost"
    let line = run.clientLine(name)
    if output.format == .text || output.format == .quiet {
      try output.write("\(output.format == .text ? "on the other host: " : "")\(line)\n")
    } else {
      output.talk("on the other host: \(line)")
    }
    let figures: PerfText
    do { figures = try run.listen(name) } catch is PerfRun.Interruption { throw Interrupted() }
    guard output.format != .quiet else { return .done }
    try output.show(PerfListenAnswer(endpoint: endpoint, line: line, figures: figures))
    return .done
  }
}

/// The answer of `rdmactl perf listen`, after the test.
struct PerfListenAnswer: Presentable {
  struct Payload: Encodable {
    let local: String
    @ExplicitNull var gidIndex: Int?
    @ExplicitNull var mtu: Int?
    let clientCommand: String
    let measured: Bool
  }

  static let schema = "rdmactl.perf.listen/1"
  let endpoint: PerfEndpoint
  let line: String
  let figures: PerfText

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { [] }

  var payload: Payload {
    Payload(
      local: endpoint.place, gidIndex: endpoint.gidIndex, mtu: figures.mtu, clientCommand: line,
      measured: figures.mtu != nil)
  }

  func write(to page: inout Page) { page.line("the test has ended; the figures are on the other host") }
}
