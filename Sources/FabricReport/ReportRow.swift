package import FabricDiscovery
internal import InfiniBandWire
package import Vocabulary

/// A line of "What is wrong".
package struct ReportRow: Sendable {
  package var severity: Severity
  /// `not active`, `slow`, a counter, a problem id.
  package var what: String
  package var place: String
  package var other: String?
  package var detail: String
  package var value: UInt64?
  package var perHour: Double?
}

/// What the page is made of: one sweep.
package struct ReportInput: Sendable {
  package var fabric: Fabric
  package var names: FabricNames
  /// `nil`: the counters were not read.
  package var counters: CounterSurvey?
  package var thresholds: CounterThresholds
  /// What moved since an earlier reading of the counters; with it only what moved counts.
  package var since: CounterComparison?
  /// The names of nodes in that reading.
  package var olderNames: [GUID: String]
  /// `2026-11-30T08:24:10Z`
  package var timestamp: String
  /// The local port that sent the requests, or the file that the fabric was saved in.
  package var source: String
  package var host: String?
  package var version: String

  package init(
    fabric: Fabric, names: FabricNames, counters: CounterSurvey?, thresholds: CounterThresholds,
    since: CounterComparison?, olderNames: [GUID: String] = [:], timestamp: String, source: String, host: String?,
    version: String
  ) {
    (self.fabric, self.names, self.counters, self.thresholds) = (fabric, names, counters, thresholds)
    (self.since, self.olderNames, self.timestamp, self.source) = (since, olderNames, timestamp, source)
    (self.host, self.version) = (host, version)
  }

  /// Error counters above their thresholds, or that moved. PortXmitWait is load, not a fault: with it every busy cable would
  /// be marked.
  var findings: [CounterFinding] {
    guard let counters else { return [] }
    let moved = since.map { Set($0.deltas.map { Moved(port: $0.port, counter: $0.counter) }) }
    return counters.findings(thresholds).filter {
      $0.counter != .transmitWait && moved?.contains(Moved(port: $0.port, counter: $0.counter)) != false
    }
  }

  private struct Moved: Hashable {
    let port: PortReference
    let counter: PortCounter
  }
}

extension ReportRow {
  /// Every line: what is down, missing, slow and erring, then what the check of the map finds besides.
  static func all(_ input: ReportInput, _ map: FabricMap, _ findings: [CounterFinding]) -> [ReportRow] {
    let names = input.names
    var rows: [ReportRow] = []
    func link(_ cable: Cable, _ what: String, _ detail: String) -> ReportRow {
      ReportRow(
        severity: .warning, what: what, place: names.name(of: cable.upper), other: names.name(of: cable.lower),
        detail: detail)
    }
    let down = map.cables.filter { $0.faults.contains(.down) }
    rows += down.prefix(mostOfAKind).map {
      link($0, "not active", $0.link.states.map { $0?.rawValue ?? "unknown" }.joined(separator: " / "))
    }
    rows += more(down.count, "not active")
    rows += missing(map)
    let slow = map.cables.filter { $0.faults.contains(.slow) }
    rows += slow.prefix(mostOfAKind).map { cable in
      let now = LinkStatus.spelled(cable.link.width, cable.link.speed)
      let best = LinkStatus.spelled(cable.link.possibleWidth, cable.link.possibleSpeed)
      return link(
        cable, "slow", "\(now), possible \(best)" + (cable.link.isDegraded ? "" : ", limited by a setting"))
    }
    rows += more(slow.count, "slow")
    rows += errors(input, findings)
    rows += vanished(input)
    let told: Set<String> = [
      "fabric.port_not_active", "fabric.degraded_width", "fabric.degraded_speed", "fabric.restricted_link",
      "fabric.unanswered",
    ]
    let problems = FabricCheck.problems(input.fabric, names: names)
    // A saved fabric need not tell LIDs.
    for problem in input.counters == nil ? FabricCheck.withoutManager(problems) : problems
    where !told.contains(problem.id) {
      rows.append(
        ReportRow(severity: problem.severity, what: problem.id, place: problem.subject, detail: problem.message))
    }
    return rows
  }

  /// Maximum number of rows for one fault that the whole fabric has.
  static let mostOfAKind = 1000

  private static func more(_ count: Int, _ what: String) -> [ReportRow] {
    guard count > mostOfAKind else { return [] }
    let words = "\(Markup.number(count - mostOfAKind)) more cables"
    return [ReportRow(severity: .warning, what: what, place: words, detail: "not listed")]
  }

  private static func missing(_ map: FabricMap) -> [ReportRow] {
    var rows: [ReportRow] = []
    for block in map.blocks where block.missing > 0 {
      for upper in block.upper {
        for lower in block.lower {
          let present = block.cables[.init(upper: upper, lower: lower)]?.count ?? 0
          guard present < block.bundle else { continue }
          rows.append(
            ReportRow(
              severity: .warning, what: "missing", place: map.names.name(ofNode: upper),
              other: map.names.name(ofNode: lower),
              detail:
                "\(Markup.count(block.bundle - present, "cable")) of the pattern missing, \(present) of \(block.bundle) present"
            ))
        }
      }
    }
    return rows
      + map.hostGaps.map {
        ReportRow(
          severity: .warning, what: "missing", place: map.names.name(of: $0),
          detail: "no host at this port; the other leaves have one")
      }
  }

  private static func errors(_ input: ReportInput, _ findings: [CounterFinding]) -> [ReportRow] {
    findings.map { finding in
      let delta = input.since?.deltas.first { $0.port == finding.port && $0.counter == finding.counter }
      return ReportRow(
        severity: .warning, what: finding.counter.rawValue, place: input.names.name(of: finding.port),
        other: input.fabric[finding.port]?.peer.map { input.names.name(of: $0) },
        detail: finding.counter.explanation.meaning + (finding.isSaturated ? " (at its maximum: more than shown)" : ""),
        value: finding.value, perHour: delta?.perSecond.map { $0 * 3600 })
    }
  }

  private static func vanished(_ input: ReportInput) -> [ReportRow] {
    guard let since = input.since else { return [] }
    func name(_ port: NodePort) -> String { "\(input.olderNames[port.node] ?? port.node.description)/\(port.port)" }
    return since.missing.map {
      ReportRow(
        severity: .warning, what: "vanished", place: name($0),
        detail: "had a link at the earlier reading, and has none now")
    }
      + since.newPorts.map {
        ReportRow(
          severity: .info, what: "appeared", place: input.names.name(of: $0),
          other: input.fabric[$0]?.peer.map { input.names.name(of: $0) }, detail: "no link at the earlier reading")
      }
  }
}
