internal import Counters

/// A counter of a port as a metric: `port_rcv_data` is `rdma_port_rcv_data_bytes_total`, `cnpSent` of a driver
/// `rdma_port_hw_cnp_sent_total`.
package struct CounterName: Sendable, Equatable {
  /// Without `_total`.
  package let metric: String
  /// What a value is multiplied with, to be in the unit.
  package let factor: UInt64
  private let unit: String?
  private let isGauge: Bool
  private let help: String

  /// - Parameter ofDriver: from the kernel's `hw_counters`.
  package init(_ name: String, ofDriver: Bool) {
    let kind = CounterKind.find(name)
    let words = Self.snakeCase(name)
    let stem =
      (ofDriver ? "rdma_port_hw_" : "rdma_port_") + (words.hasPrefix("port_") ? words.dropFirst(5) : words[...])
    switch kind.unit {
    case .words: (unit, factor) = ("bytes", 4)
    case .bytes: (unit, factor) = ("bytes", 1)
    case .ticks: (unit, factor) = ("ticks", 1)
    case .microseconds, .events, .packets: (unit, factor) = (nil, 1)
    }
    isGauge = ofDriver && Self.gauges.contains { words.hasPrefix($0) }
    var base = stem
    // The ending of a counter is the format's.
    if base.hasSuffix("_total") || base.hasSuffix("_count") { base += "ed" }
    metric = unit.map { base.hasSuffix("_\($0)") ? base : "\(base)_\($0)" } ?? base
    help =
      kind.meaning.isEmpty
      ? "The driver's counter \(name)." : "\(kind.meaning.prefix(1).uppercased())\(kind.meaning.dropFirst())."
  }

  package var family: MetricFamily {
    let stem = unit.map { String(metric.dropLast($0.count + 1)) } ?? metric
    return MetricFamily(stem, isGauge ? .gauge : .counter, unit: unit, help: help)
  }

  /// Beginnings of what drivers show beside counters. Source: the kernel's drivers/infiniband/hw/bnxt_re/hw_counters.c.
  private static let gauges = ["active_", "watermark_"]

  /// `RxECNMrkd` is `rx_ecn_mrkd`, `tcpRetransSegs` `tcp_retrans_segs`.
  static func snakeCase(_ name: String) -> String {
    let letters = Array(name)
    var result = ""
    for (index, letter) in letters.enumerated() {
      guard letter.isASCII, letter.isLetter || letter.isNumber else {
        result += "_"
        continue
      }
      if letter.isUppercase, index > 0, letters[index - 1] != "_" {
        let startsWord = letters[index - 1].isLowercase || letters[index - 1].isNumber
        let endsAcronym = index + 1 < letters.count && letters[index + 1].isLowercase
        if startsWord || endsAcronym { result += "_" }
      }
      result += letter.lowercased()
    }
    return result
  }
}
