public import ArgumentParser
public import HostAccess
internal import Performance
public import Presentation
public import Vocabulary

/// `rdmactl perf sock`
public struct PerfSocket: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "sock",
    abstract: "Measure sockets over RDMA (rsockets), or over TCP for comparison.",
    discussion: """
      The program rstream of the package rdmacm-utils measures: each message goes there and back. On the peer, rdmactl perf \
      sock --listen must wait with the same options.

      Examples:
        rdmactl perf sock --listen
        rdmactl perf sock 192.0.2.7
        rdmactl perf sock 192.0.2.7 --tcp --size 1048576
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Address of the peer's RDMA interface.", valueName: "peer"))
  public var peer: String?

  @Flag(help: "Wait for one test, and print what to type on the other host.")
  var listen = false

  @Flag(help: "Measure this host with itself; PEER is an address of its own RDMA interface.")
  var loopback = false

  @Flag(help: "Use TCP sockets of the kernel.")
  var tcp = false

  @Option(help: ArgumentHelp("Bytes of a message.", valueName: "bytes"))
  var size = 65536

  @Option(help: ArgumentHelp("Measure this many messages.", valueName: "number"))
  var count = 100

  @Option(help: ArgumentHelp("Port to listen on and to connect to.", valueName: "port"))
  var controlPort = SocketTest.usualPort

  @Option(help: ArgumentHelp("Give up after this time (default: 30s; 10m with --listen).", valueName: "time"))
  var timeout: DurationArgument?

  public init() {}

  public func validate() throws {
    if listen == (peer != nil) { throw ValidationError("name the peer, or use --listen") }
    if listen && loopback { throw ValidationError("--loopback does not go with --listen") }
    if peer?.hasPrefix("-") == true { throw ValidationError("\(peer ?? ""): not a host") }
    if !(1...(1 << 30)).contains(size) { throw ValidationError("--size is a number from 1 to \(1 << 30)") }
    if !(1...100_000_000).contains(count) { throw ValidationError("--count is a number from 1 to 100000000") }
    if !(1...65535).contains(controlPort) { throw ValidationError("--control-port is a number from 1 to 65535") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard !(host.processes is AbsentProcesses) else { throw PerfObstacle.recorded }
    guard host.processes.find(SocketTest.program) != nil else {
      throw PerfObstacle.missing(program: SocketTest.program)
    }
    var test = SocketTest()
    (test.size, test.transfers, test.port, test.usesTCP) = (size, count, controlPort, tcp)
    var figures: SocketFigures?
    do {
      if let peer {
        figures = try test.measure(
          host, peer, startsServer: loopback, limit: timeout?.milliseconds ?? SocketTest.limit)
      } else {
        let endpoint = try PerfEndpointChooser(host).choose(nil, peer: nil, gid: nil)
        let line = test.clientLine(endpoint.address?.description ?? host.name ?? "localhost")
        if output.format == .text { try output.write("on the other host: \(line)\n") } else { output.talk(line) }
        try test.listen(host, limit: timeout?.milliseconds ?? PerfRun.listenLimit)
      }
    } catch is PerfRun.Interruption { throw Interrupted() }
    try output.show(PerfSocketAnswer(test: test, peer: peer, isLocal: loopback, figures: figures))
    return .done
  }
}

/// The answer of `rdmactl perf sock`.
struct PerfSocketAnswer: Presentable {
  struct Payload: Encodable {
    let transport: String
    @ExplicitNull var peer: String?
    let bytes: Int
    let messages: Int
    @ExplicitNull var seconds: Double?
    @ExplicitNull var bwAverageGbps: Double?
    @ExplicitNull var tAvgUs: Double?
  }

  static let schema = "rdmactl.perf.sock/1"
  let test: SocketTest
  let peer: String?
  let isLocal: Bool
  let figures: SocketFigures?

  var problems: [Problem] { isLocal ? [PerfProblem.loopback.at(peer ?? "host")] : [] }
  var notes: [Note] { [] }
  var quietLines: [String] { figures.map { [PerfAnswer.number($0.rate)] } ?? [] }

  private var transport: String { test.usesTCP ? "tcp" : "rsockets" }

  var payload: Payload {
    Payload(
      transport: transport, peer: peer, bytes: test.size, messages: test.transfers, seconds: figures?.seconds,
      bwAverageGbps: figures?.rate, tAvgUs: figures?.microseconds)
  }

  func write(to page: inout Page) {
    guard let figures else { return page.line("the test has ended; the figures are on the other host") }
    var table = Table([
      .init("VIA"), .init("BYTES", .right), .init("MESSAGES", .right), .init("AVERAGE", .right), .init("MEAN", .right),
    ])
    table.add([
      .init(transport), .init(test.size), .init(test.transfers),
      .init("\(PerfAnswer.number(figures.rate)) Gb/s", value: PerfAnswer.number(figures.rate)),
      .init("\(PerfAnswer.number(figures.microseconds)) us", value: PerfAnswer.number(figures.microseconds)),
    ])
    page.table(table)
    page.problems(problems)
  }
}
