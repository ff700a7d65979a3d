/// What a program of perftest has printed. Its text is read, not its JSON: until 2024 that was not valid.
/// Source: perftest 4.5, src/perftest_parameters.h, RESULT_FMT and RESULT_FMT_LAT.
package struct PerfText: Sendable, Equatable {
  package private(set) var results: [PerfResult] = []
  /// Bytes of a packet: the smaller of what the two sides asked for.
  package private(set) var mtu: Int?
  package private(set) var gidIndex: Int?

  private enum Columns {
    case bandwidth(factor: Double)
    case latency
    case timedLatency
  }

  package init(_ text: String) {
    var columns: Columns?
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split { $0 == " " || $0 == "\t" }
      if line.contains("#bytes") {
        columns = Self.columns(of: line)
      } else if words.first == "Mtu", let value = words.last {
        mtu = Int(value.prefix { $0.isNumber })
      } else if words.starts(with: ["GID", "index"]), let value = words.last {
        gidIndex = Int(value)
      } else if let columns, let result = Self.result(words, columns) {
        results.append(result)
      }
    }
  }

  private static func columns(of line: Substring) -> Columns? {
    if line.contains("BW peak[Gb/sec]") { return .bandwidth(factor: 1) }
    // perftest's MB are 2^20 bytes.
    if line.contains("BW peak[MB/sec]") { return .bandwidth(factor: Double(8 << 20) / 1e9) }
    if line.contains("t_min[usec]") { return .latency }
    return line.contains("t_avg[usec]") ? .timedLatency : nil
  }

  private static func result(_ words: [Substring], _ columns: Columns) -> PerfResult? {
    guard words.count >= 4, let bytes = Int(words[0]), let iterations = Int(words[1]) else { return nil }
    let numbers = words.dropFirst(2).map { Double($0) }
    guard numbers.allSatisfy({ $0?.isFinite == true }) else { return nil }
    let values = numbers.compactMap { $0 }
    var result = PerfResult(bytes: bytes, iterations: iterations)
    switch columns {
    case .bandwidth(let factor):
      guard values.count >= 3 else { return nil }
      // With a duration there is no peak: 0.00.
      result.peak = values[0] > 0 ? values[0] * factor : nil
      result.average = values[1] * factor
      result.messageRate = values[2]
    case .latency:
      guard values.count >= 7 else { return nil }
      result.minimum = values[0]
      result.maximum = values[1]
      result.typical = values[2]
      result.mean = values[3]
      result.deviation = values[4]
      result.percentile99 = values[5]
      result.percentile999 = values[6]
    case .timedLatency:
      result.mean = values[0]
    }
    return result
  }

  /// Whether something was measured: a side whose peer went away prints zeros.
  package var hasFigures: Bool {
    !results.isEmpty && results.allSatisfy { ($0.average ?? $0.mean ?? 0) > 0 && $0.iterations > 0 }
  }
}
