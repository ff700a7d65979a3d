/// What is measured, and how: the options that must be the same on both sides.
package struct PerfTest: Sendable, Equatable {
  package enum Kind: String, CaseIterable, Sendable { case bandwidth = "bw", latency = "lat" }
  package enum Operation: String, CaseIterable, Sendable { case write, read, send }
  package enum Transport: String, CaseIterable, Sendable { case rc, uc, ud }

  package var kind: Kind
  package var operation = Operation.write
  package var transport = Transport.rc
  /// Bytes of a message; `nil` for every power of two up to 8 MiB.
  package var size: Int?
  /// Seconds; `nil` where messages are counted.
  package var duration: Int?
  package var count: Int?
  package var mtu: Int?
  package var queuePairs = 1
  package var trafficClass: Int?
  /// The TCP port on which both sides exchange addresses.
  package var controlPort = usualControlPort

  package static let usualControlPort = 18515
  package static let usualSizes: [Kind: Int] = [.bandwidth: 65536, .latency: 8]
  package static let usualDuration = 3
  package static let usualCount = 1000
  package static let package = "perftest"

  package init(_ kind: Kind) {
    self.kind = kind
    size = Self.usualSizes[kind]
  }

  /// `ib_write_bw`
  package var program: String { "ib_\(operation.rawValue)_\(kind.rawValue)" }

  /// Counted where no time was given: latency has its percentiles only of a count, and all sizes are measured by count only.
  package var messages: Int? {
    count ?? (duration == nil && (kind == .latency || size == nil) ? Self.usualCount : nil)
  }

  /// perftest's options, without those that name a device.
  package var options: [String] {
    var words = ["-F", "-p", String(controlPort)]
    if operation != .read { words += ["-c", transport.rawValue.uppercased()] }
    words += size.map { ["-s", String($0)] } ?? ["-a"]
    words += messages.map { ["-n", String($0)] } ?? ["-D", String(duration ?? Self.usualDuration)]
    if let mtu { words += ["-m", String(mtu)] }
    if let trafficClass { words += ["--tclass", String(trafficClass)] }
    if kind == .bandwidth {
      words.append("--report_gbits")
      if queuePairs > 1 { words += ["-q", String(queuePairs)] }
    }
    return words
  }

  /// The options of `rdmactl perf` that say the same.
  package var words: [String] {
    var words = ["--op", operation.rawValue, "--transport", transport.rawValue]
    words += size.map { ["--size", String($0)] } ?? ["--all"]
    words += messages.map { ["--count", String($0)] } ?? ["--duration", "\(duration ?? Self.usualDuration)s"]
    if let mtu { words += ["--mtu", String(mtu)] }
    if let trafficClass { words += ["--tc", String(trafficClass)] }
    if queuePairs > 1 { words += ["--qps", String(queuePairs)] }
    if controlPort != Self.usualControlPort { words += ["--control-port", String(controlPort)] }
    return words
  }

  /// Milliseconds that a run may take. Two sides of different transport wait for each other for ever.
  package var limit: Int {
    let grace = 8000
    if let messages { return grace + (size == nil ? 112_000 : max(2000, messages * 4)) }
    return grace + (duration ?? Self.usualDuration) * 1000
  }

  /// Why these options cannot be together, or `nil`.
  package var contradiction: String? {
    if operation == .read && transport != .rc { return "read needs the transport rc" }
    if transport == .ud && operation != .send { return "the transport ud has send only" }
    if transport == .ud && size == nil { return "--all does not go with the transport ud: a message must fit the MTU" }
    if size == nil && duration != nil { return "--all is measured by --count, not by --duration" }
    if duration != nil && count != nil { return "--duration does not go with --count" }
    if kind == .latency && queuePairs > 1 { return "latency is measured with a single queue pair" }
    return nil
  }
}

/// A line of the result.
package struct PerfResult: Sendable, Equatable {
  package var bytes: Int
  package var iterations: Int
  /// Gb/s.
  package var peak: Double?
  package var average: Double?
  /// Million messages per second.
  package var messageRate: Double?
  /// Microseconds.
  package var minimum: Double?
  package var maximum: Double?
  package var typical: Double?
  package var mean: Double?
  package var deviation: Double?
  package var percentile99: Double?
  package var percentile999: Double?

  package init(bytes: Int, iterations: Int) {
    self.bytes = bytes
    self.iterations = iterations
  }
}
