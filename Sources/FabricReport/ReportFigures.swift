internal import FabricDiscovery

/// The eight figures at the top of the page.
package struct ReportFigures: Sendable, Equatable {
  package var hosts = 0
  package var switches = 0
  /// Cables that are drawn: without those to aggregation engines inside switches.
  package var links = 0
  package var notActive = 0
  package var slow = 0
  /// `nil` where the counters were not read.
  package var portsWithErrors: Int?
  /// Cables that the pattern of the fabric has and the fabric does not.
  package var missing = 0
  package var portsWithoutLink = 0

  init(_ map: FabricMap, findings: [CounterFinding]?) {
    for node in map.fabric.nodes {
      if node.type == .switchNode { switches += 1 } else if !node.isAggregationNode { hosts += 1 }
    }
    links = map.cables.count
    notActive = map.cables.count { $0.faults.contains(.down) }
    slow = map.cables.count { $0.faults.contains(.slow) }
    portsWithErrors = findings.map { Set($0.map(\.port)).count }
    missing = map.missing
    portsWithoutLink = LinkReport(map.fabric).unlinked.count { !map.fabric.nodes[$0.port.node].isAggregationNode }
  }

  package var named: [(name: String, value: Int?, isBad: Bool)] {
    [
      ("hosts", hosts, false), ("switches", switches, false), ("links", links, false),
      ("not active", notActive, true), ("slow", slow, true), ("ports with errors", portsWithErrors, true),
      ("missing in the pattern", missing, true), ("ports without link", portsWithoutLink, false),
    ]
  }
}
