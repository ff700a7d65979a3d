internal import ArgumentParser
internal import Performance

/// The options that must be the same on both sides.
struct PerfOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What the messages do: write, read or send.", valueName: "operation"))
  var op = PerfTest.Operation.write

  @Option(help: ArgumentHelp("Transport: rc, uc or ud.", valueName: "transport"))
  var transport: PerfTest.Transport?

  @Option(help: ArgumentHelp("Bytes of a message (default: 65536 for bw, 8 for lat).", valueName: "bytes"))
  var size: Int?

  @Flag(help: "Measure each power of two up to 8 MiB.")
  var all = false

  @Option(help: ArgumentHelp("Measure for this time (default: 3s for bw).", valueName: "time"))
  var duration: DurationArgument?

  @Option(help: ArgumentHelp("Measure this many messages (default: 1000 for lat and --all).", valueName: "number"))
  var count: Int?

  @Option(help: ArgumentHelp("Bytes of a packet: 256, 512, 1024, 2048 or 4096.", valueName: "bytes"))
  var mtu: Int?

  @Option(help: ArgumentHelp("Traffic class (ToS) of the packets.", valueName: "number"))
  var tc: UInt8?

  @Option(help: ArgumentHelp("Queue pairs at a time.", valueName: "number"))
  var qps = 1

  @Option(help: ArgumentHelp("TCP port on which the sides exchange addresses.", valueName: "port"))
  var controlPort = PerfTest.usualControlPort

  func test(_ kind: PerfTest.Kind) -> PerfTest {
    var test = PerfTest(kind)
    test.operation = op
    test.transport = transport ?? .rc
    // A datagram must fit the MTU.
    if test.transport == .ud, kind == .bandwidth { test.size = mtu ?? 1024 }
    if all { test.size = nil } else if let size { test.size = size }
    test.duration = duration.map { max(1, ($0.milliseconds + 999) / 1000) }
    test.count = count
    test.mtu = mtu
    test.trafficClass = tc.map { Int($0) }
    test.queuePairs = qps
    test.controlPort = controlPort
    return test
  }

  func check(_ kind: PerfTest.Kind) throws {
    if all && size != nil { throw ValidationError("--all does not go with --size") }
    if let size, !(1...(1 << 30)).contains(size) { throw ValidationError("--size is a number from 1 to \(1 << 30)") }
    if let mtu, ![256, 512, 1024, 2048, 4096].contains(mtu) {
      throw ValidationError("--mtu is 256, 512, 1024, 2048 or 4096")
    }
    // perftest's limits: MIN_ITER, MAX_ITER, MAX_QP_NUM.
    if let count, !(5...100_000_000).contains(count) {
      throw ValidationError("--count is a number from 5 to 100000000")
    }
    if !(1...16384).contains(qps) { throw ValidationError("--qps is a number from 1 to 16384") }
    if !(1...65535).contains(controlPort) { throw ValidationError("--control-port is a number from 1 to 65535") }
    if let reason = test(kind).contradiction { throw ValidationError(reason) }
  }
}

extension PerfTest.Operation: ExpressibleByArgument {}
extension PerfTest.Transport: ExpressibleByArgument {}
extension PerfTest.Kind: ExpressibleByArgument {}

/// The local end of a test.
struct PerfPlace: ParsableArguments {
  @Option(
    help: ArgumentHelp("Local adapter or port (default: the one with the route to the peer).", valueName: "name"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  var from: String?

  @Option(help: ArgumentHelp("GID index (default: as rdmactl gid best chooses).", valueName: "index"))
  var gid: Int?

  @Option(help: ArgumentHelp("Give up after this time.", valueName: "time"))
  var timeout: DurationArgument?
}
