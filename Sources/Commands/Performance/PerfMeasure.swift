public import ArgumentParser
public import HostAccess
internal import Performance
public import Presentation
public import Vocabulary

/// `rdmactl perf bw`
public struct PerfBandwidth: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "bw",
    abstract: "Measure the bandwidth to a peer.",
    discussion: """
      On the peer, rdmactl perf listen (or the program of perftest with the same options) must wait, or --ssh starts it there. \
      Rates are in Gb/s of 10^9 bits. With --expect, exit status 2 says that the average is below this share of the link.

      Examples:
        rdmactl perf bw 192.0.2.7
        rdmactl perf bw 192.0.2.7 --op read --size 1048576 --expect 90%
        rdmactl perf bw --ssh node2 --json
        rdmactl perf bw --loopback --from mlx5_0
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Address or name of the peer.", valueName: "peer"))
  public var peer: String?

  @OptionGroup var options: PerfOptions
  @OptionGroup var place: PerfPlace
  @OptionGroup var way: PerfWay

  @Option(help: ArgumentHelp("Least share of the link, as in 90%.", valueName: "share"))
  var expect: String?

  public init() {}

  public func validate() throws {
    try options.check(.bandwidth)
    try way.check(peer)
    if let expect, PerfTask.share(expect) == nil { throw ValidationError("--expect is a percentage, as in 90%") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try PerfTask(host: host, output: output, place: place, way: way).run(
      options.test(.bandwidth), peer, expected: expect.flatMap(PerfTask.share))
  }
}

/// `rdmactl perf lat`
public struct PerfLatency: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "lat",
    abstract: "Measure the latency to a peer.",
    discussion: """
      Times are in microseconds: half of a round trip, as perftest prints them; of read, the whole. Percentiles need --count.

      Examples:
        rdmactl perf lat 192.0.2.7
        rdmactl perf lat 192.0.2.7 --op send --transport ud --count 10000
        rdmactl perf lat --ssh node2
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Address or name of the peer.", valueName: "peer"))
  public var peer: String?

  @OptionGroup var options: PerfOptions
  @OptionGroup var place: PerfPlace
  @OptionGroup var way: PerfWay

  public init() {}

  public func validate() throws {
    try options.check(.latency)
    try way.check(peer)
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try PerfTask(host: host, output: output, place: place, way: way).run(options.test(.latency), peer, expected: nil)
  }
}

/// Where the other side is.
struct PerfWay: ParsableArguments {
  @Option(help: ArgumentHelp("Start the other side on this host by ssh.", valueName: "host"))
  var ssh: String?

  @Flag(help: "Measure this host with itself: adapter and PCI, not the network.")
  var loopback = false

  func check(_ peer: String?) throws {
    if loopback && (peer != nil || ssh != nil) { throw ValidationError("--loopback needs no peer") }
    if !loopback && peer == nil && ssh == nil {
      throw ValidationError("name the peer: an address, --ssh HOST, or --loopback")
    }
    if let word = [peer, ssh].compactMap({ $0 }).first(where: { $0.isEmpty || $0.hasPrefix("-") }) {
      throw ValidationError("\(word): not a host")
    }
  }
}

/// Chooses the local end, runs the test and shows the figures.
struct PerfTask {
  let host: Host
  let output: Output
  let place: PerfPlace
  let way: PerfWay

  /// `90%`
  static func share(_ text: String) -> Double? {
    guard text.hasSuffix("%"), let number = Double(text.dropLast()), number > 0, number <= 100 else { return nil }
    return number / 100
  }

  func run(_ wish: PerfTest, _ peer: String?, expected: Double?) throws -> ExitStatus {
    var test = wish
    guard !(host.processes is AbsentProcesses) else { throw PerfObstacle.recorded }
    guard host.processes.find(test.program) != nil else { throw PerfObstacle.missing(program: test.program) }
    let chooser = PerfEndpointChooser(host)
    let name = peer ?? way.ssh.map { String($0.split(separator: "@").last ?? "") }
    var address = name.flatMap { chooser.address(of: $0) }
    if let name, address == nil {
      // A name that resolves to nothing is perftest's to refuse, unless the route must choose the port.
      guard place.from != nil else {
        throw PerfFailure(.unknownPeer, subject: name, fix: ["getent ahosts \(ShellWord.quoted(name))"])
      }
      address = nil
    }
    let endpoint = try chooser.choose(place.from, peer: address, gid: place.gid)
    if way.loopback, test.controlPort == PerfTest.usualControlPort { test.controlPort = PerfRun.freePort(host) }
    let target: PerfPeer =
      way.loopback ? .loopback : way.ssh.map { .ssh($0, address: name ?? $0) } ?? .listening(name ?? "")
    let run = PerfRun(host, test, endpoint, limit: place.timeout?.milliseconds)
    let figures: PerfText
    do { figures = try run.measure(target) } catch is PerfRun.Interruption { throw Interrupted() }
    let answer = PerfAnswer(
      test: test, endpoint: endpoint, peer: way.loopback ? nil : name, isLocal: way.loopback, figures: figures,
      expected: expected)
    try output.show(answer)
    return answer.status
  }
}
