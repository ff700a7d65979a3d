internal import FabricDiscovery
internal import InfiniBandWire
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl fabric errors`.
struct CountersAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.errors/1"
  let fabric: Fabric
  let names: FabricNames
  let survey: CounterSurvey
  let thresholds: CounterThresholds
  /// When the counters were read, in seconds since 1970.
  let time: Double
  private let comparison: CounterComparison?
  /// Whether the text is of traffic.
  private let showsTraffic: Bool
  private let wasComplete: Bool
  /// With an older answer only what moved since then counts.
  private let findings: [CounterFinding]
  private let incompleteness: [Problem]
  private let counterProblems: [Problem]

  init(
    fabric: Fabric, names: FabricNames, survey: CounterSurvey, thresholds: CounterThresholds, time: Double,
    older: CounterSnapshot?, showsTraffic: Bool = false, wasComplete: Bool = true
  ) {
    (self.showsTraffic, self.wasComplete) = (showsTraffic, wasComplete)
    (self.fabric, self.names, self.survey, self.thresholds) = (fabric, names, survey, thresholds)
    self.time = time
    let comparison = older.map { CounterComparison(of: survey, in: fabric, time: time, since: $0) }
    let moved = comparison.map { Set($0.deltas.map { CounterPlace(port: $0.port, counter: $0.counter) }) }
    findings = survey.findings(thresholds).filter {
      moved?.contains(CounterPlace(port: $0.port, counter: $0.counter)) ?? true
    }
    self.comparison = comparison
    counterProblems = CounterFinding.problems(findings, names: names)
    incompleteness = FabricCheck.incompleteness(fabric, names) + FabricCheck.unanswered(survey.unanswered, names)
  }

  var isComplete: Bool { wasComplete && fabric.isComplete && survey.unanswered.isEmpty }

  /// Whether a counter is beyond its threshold; what could not be asked has an exit status of its own.
  var isBad: Bool { !findings.isEmpty }
  var problems: [Problem] { counterProblems + incompleteness }
  var decisive: [Problem] { problems.filter { $0.severity != .info } }
  var notes: [Note] { [] }
  var quietLines: [String] {
    findings.map { "\(names.name(of: $0.port)) \($0.counter.rawValue)=\($0.value)" }
  }
}

/// A counter of a port.
private struct CounterPlace: Hashable {
  let port: PortReference
  let counter: PortCounter
}

// MARK: JSON

extension CountersAnswer {
  func write(to json: inout JSONWriter) {
    json.field("seconds_since_1970", time)
    json.array("ports", survey.readings) { json, reading in json.object { write(reading, to: &$0) } }
    json.array("findings", findings) { json, finding in
      json.object { json in
        json.fields(of: finding.port, in: fabric)
        json.field("counter", finding.counter.rawValue)
        json.field("value", finding.value)
        json.field("threshold", thresholds[finding.counter])
        json.field("saturated", finding.isSaturated)
        json.field("meaning", finding.counter.explanation.meaning)
      }
    }
    if let comparison { write(comparison, to: &json) } else { json.field("since", String?.none) }
    json.field("ports_checked", survey.portsChecked)
    json.field("complete", isComplete)
  }

  private func write(_ reading: CounterReading, to json: inout JSONWriter) {
    json.fields(of: reading.port, in: fabric)
    let node = fabric.nodes[reading.port.node]
    let port = fabric[reading.port]
    json.field("node_type", node.isAggregationNode ? "aggregation" : node.type.spelled)
    json.field("lid", port?.info.flatMap { $0.lid == 0 ? nil : $0.lid } ?? node.lid)
    json.field("state", port?.info?.state.rawValue)
    json.field("width", port?.info?.width?.description)
    json.field("speed", port?.info?.speed?.rawValue)
    json.field("rate_gbps", port?.info?.rate)
    json.field("peer_guid", port?.peer.map { fabric.nodes[$0.node].guid.description })
    json.field("peer_port", port?.peer?.port)
    json.field("peer_description", port?.peer.flatMap { fabric.nodes[$0.node].description })
    json.object("counters") { json in
      for counter in reading.values.counters { json.field(counter.rawValue, reading.values[counter]) }
    }
    json.field(
      "saturated", reading.values.counters.filter { reading.values.isSaturated($0) }.map(\.rawValue))
  }

  private func write(_ comparison: CounterComparison, to json: inout JSONWriter) {
    json.object("since") { json in
      json.field("seconds", comparison.seconds)
      json.array("deltas", comparison.deltas) { json, delta in
        json.object { json in
          json.fields(of: delta.port, in: fabric)
          json.field("counter", delta.counter.rawValue)
          switch delta.change {
          case .increased(let by):
            json.field("change", "increased")
            json.field("by", by)
          case .cleared(let now):
            json.field("change", "cleared")
            json.field("by", now)
          case .saturated(let least):
            json.field("change", "saturated")
            json.field("by", least)
          }
          json.field("per_second", delta.perSecond)
        }
      }
      json.array("missing", comparison.missing) { json, key in
        json.object { $0.fields(of: key) }
      }
    }
  }
}

// MARK: Text

extension CountersAnswer {
  func write(to page: inout Page) {
    if showsTraffic {
      TrafficTable(survey: survey, comparison: comparison, fabric: fabric, names: names).write(to: &page)
    } else if let comparison {
      write(comparison, to: &page)
    } else {
      writeFindings(to: &page)
    }
    page.problems(incompleteness)
  }

  private func writeFindings(to page: inout Page) {
    var table = Table([.init("PORT"), .init("COUNTER"), .init("VALUE", .right), .init("TO"), .init("MEANING", rank: 1)])
    for finding in findings {
      table.add([
        .init(names.name(of: finding.port)), .init(finding.counter.rawValue),
        .init("\(finding.value)\(finding.isSaturated ? "+" : "")", value: "\(finding.value)", tone: .caution),
        .init(fabric[finding.port]?.peer.map { names.name(of: $0) }),
        .init(finding.counter.explanation.meaning),
      ])
      for (counter, value) in finding.details {
        table.add([
          .init("", value: names.name(of: finding.port)), .init("  \(counter.rawValue)", value: counter.rawValue),
          .init("\(value)"), "", .init(counter.explanation.meaning),
        ])
      }
    }
    page.table(table)
    page.gap()
    page.sentence(conclusion(findings), indent: 2, tone: findings.isEmpty && survey.portsChecked > 0 ? .good : .caution)
    var told: Set<String> = []
    for finding in findings {
      let advice = finding.counter.explanation.advice
      if !advice.isEmpty, told.insert(finding.counter.rawValue).inserted {
        page.steps([], ["\(finding.counter.rawValue): \(advice)"])
      }
    }
  }

  private func conclusion(_ findings: [CounterFinding]) -> String {
    let checked = "\(survey.portsChecked) port\(survey.portsChecked == 1 ? "" : "s")"
    // No ground for "all is well".
    guard survey.portsChecked > 0 else { return "no counter could be read" }
    guard !findings.isEmpty else { return "no counter above its threshold on \(checked)" }
    let ports = Set(findings.map(\.port)).count
    return findings.count == 1
      ? "1 counter above its threshold on 1 of \(checked)"
      : "\(findings.count) counters above their thresholds on \(ports) of \(checked)"
  }

  private func write(_ comparison: CounterComparison, to page: inout Page) {
    var table = Table([
      .init("PORT"), .init("COUNTER"), .init("CHANGE", .right), .init("A SECOND", .right), .init("NOTE"),
    ])
    for delta in comparison.deltas {
      let (change, value, note): (String, String, String?) =
        switch delta.change {
        case .increased(let by): ("+\(by)", "\(by)", nil)
        case .cleared(let now): ("\(now)", "\(now)", "cleared in between")
        case .saturated(let least): ("+\(least)", "\(least)", "at its maximum: more than shown")
        }
      table.add([
        .init(names.name(of: delta.port)), .init(delta.counter.rawValue),
        .init(change, value: value, tone: delta.counter.kind == .error ? .caution : .plain),
        .init(delta.perSecond.map { StatusReport.number(($0 * 100).rounded() / 100) }), .init(note),
      ])
    }
    page.table(table)
    page.gap()
    let time = comparison.seconds.map { " in \(StatusReport.number($0.rounded())) s" } ?? ""
    page.line("\(comparison.deltas.count) counter\(comparison.deltas.count == 1 ? "" : "s") moved\(time)")
  }
}
