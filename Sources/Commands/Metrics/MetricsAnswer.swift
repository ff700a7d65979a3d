internal import Metrics
internal import Presentation
internal import Vocabulary

/// Metrics for other readers than Prometheus: `--json`, `--csv`, `--quiet`.
struct MetricsAnswer: Presentable {
  struct Payload: Encodable {
    let metrics: [Family]
  }

  struct Family: Encodable {
    let name: String
    let type: String
    let help: String
    let samples: [Sample]
  }

  struct Sample: Encodable {
    let labels: [String: String]
    let value: Double
  }

  static let schema = "rdmactl.metrics/1"
  /// Those with samples; states have none in Prometheus' own text either.
  let families: [MetricFamily]

  init(_ families: [MetricFamily]) {
    self.families = families.filter { !$0.samples.isEmpty && $0.kind != .stateset }
  }

  var payload: Payload {
    Payload(
      metrics: families.map { family in
        Family(
          name: family.sampleName, type: family.kind.rawValue, help: family.help,
          samples: family.samples.map { sample in
            Sample(
              labels: Dictionary(sample.labels.map { ($0.name, $0.value) }) { first, _ in first },
              value: Double(sample.value.text) ?? 0)
          })
      })
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { families.map(\.sampleName) }

  func write(to page: inout Page) {
    var table = Table([.init("METRIC"), .init("LABELS"), .init("VALUE", .right)])
    for family in families {
      for sample in family.samples {
        let labels = sample.labels.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        table.add([.init(family.sampleName), .init(labels.isEmpty ? nil : labels), .init(sample.value.text)])
      }
    }
    page.table(table)
  }
}
