/// Metrics as text for Prometheus.
///
/// Sources: Prometheus' text-based format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), and the OpenMetrics
/// specification 1.0.
package struct Exposition: Sendable {
  package enum Format: Sendable {
    case prometheus, openMetrics

    /// For HTTP.
    package var contentType: String {
      switch self {
      case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
      case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
      }
    }
  }

  private let format: Format
  private var bytes: [UInt8] = []

  package init(_ format: Format = .prometheus, reserving capacity: Int = 0) {
    self.format = format
    bytes.reserveCapacity(capacity)
  }

  /// Writes a family; one without a sample is left out.
  package mutating func add(_ family: MetricFamily) {
    guard !family.samples.isEmpty else { return }
    guard family.kind != .stateset || format == .openMetrics else { return }
    let name = family.sampleName
    let announced = format == .openMetrics ? family.name : name
    line("# HELP ", announced, " ", family.help.replacing("\\", with: "\\\\"))
    line("# TYPE ", announced, " ", format == .openMetrics ? family.kind.rawValue : family.kind.plain)
    if format == .openMetrics, let unit = family.unit { line("# UNIT ", announced, " ", unit) }
    for sample in family.samples {
      bytes += name.utf8
      write(sample.labels)
      bytes.append(0x20)
      bytes += sample.value.text.utf8
      bytes.append(0x0a)
    }
  }

  /// The whole text.
  package consuming func finish() -> [UInt8] {
    if format == .openMetrics { line("# EOF") }
    return bytes
  }

  private mutating func line(_ words: String...) {
    for word in words { bytes += word.utf8 }
    bytes.append(0x0a)
  }

  private mutating func write(_ labels: [MetricLabel]) {
    guard !labels.isEmpty else { return }
    var mark = UInt8(ascii: "{")
    for label in labels {
      bytes.append(mark)
      bytes += label.name.utf8
      bytes += "=\"".utf8
      for byte in label.value.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0x0a: bytes += "\\n".utf8
        default: bytes.append(byte)
        }
      }
      bytes.append(UInt8(ascii: "\""))
      mark = UInt8(ascii: ",")
    }
    bytes.append(UInt8(ascii: "}"))
  }
}

package struct MetricLabel: Sendable, Equatable {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

package enum MetricValue: Sendable, Equatable {
  case whole(UInt64)
  case real(Double)

  /// A name has no spelling of its own: `true` is 1.
  package init(_ truth: Bool) { self = .whole(truth ? 1 : 0) }

  package var text: String {
    switch self {
    case .whole(let number): String(number)
    case .real(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
    }
  }
}

/// What is measured, and its samples.
package struct MetricFamily: Sendable {
  package enum Kind: String, Sendable {
    case gauge, counter, info, stateset

    /// What the older format has for it.
    var plain: String { self == .counter ? "counter" : "gauge" }
  }

  package struct Sample: Sendable, Equatable {
    package let labels: [MetricLabel]
    package let value: MetricValue
  }

  /// Without the ending of its kind; it ends with the unit.
  package let name: String
  package let kind: Kind
  package let unit: String?
  package let help: String
  package private(set) var samples: [Sample] = []

  package init(_ name: String, _ kind: Kind = .gauge, unit: String? = nil, help: String) {
    self.name = unit.map { "\(name)_\($0)" } ?? name
    self.kind = kind
    self.unit = unit
    self.help = help
  }

  /// What is not known has no sample.
  package mutating func add(_ labels: [MetricLabel], _ value: MetricValue?) {
    if let value { samples.append(Sample(labels: labels, value: value)) }
  }

  package mutating func add(_ labels: [MetricLabel], _ number: UInt64?) { add(labels, number.map { .whole($0) }) }

  package mutating func add(_ labels: [MetricLabel], _ number: Double?) { add(labels, number.map { .real($0) }) }

  package var sampleName: String {
    switch kind {
    case .gauge, .stateset: name
    case .counter: "\(name)_total"
    case .info: "\(name)_info"
    }
  }
}

extension MetricLabel {
  /// Labels of names that are known.
  static func known(_ values: KeyValuePairs<String, String?>) -> [MetricLabel] {
    values.compactMap { name, value in value.map { MetricLabel(name, $0) } }
  }
}
