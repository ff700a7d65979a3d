/// What a counter of a port counts: the one table for `rdmactl counters` and `rdmactl explain`.
package struct CounterKind: Sendable, Equatable {
  package enum Group: String, CaseIterable, Sendable {
    case link, congestion, transport, congestionControl = "congestion_control", drops, traffic, other

    /// For a table's heading.
    package var words: String {
      switch self {
      case .link: "link"
      case .congestion: "congestion"
      case .transport: "transport"
      case .congestionControl: "congestion control"
      case .drops: "drops"
      case .traffic: "traffic"
      case .other: "other"
      }
    }
  }

  package enum Unit: String, Sendable {
    case events, packets
    /// Words of four bytes. Source: InfiniBand specification vol. 1, 16.1.3.5 (PortXmitData).
    case words
    case bytes, microseconds, ticks
  }

  package let name: String
  package let group: Group
  package let unit: Unit
  /// In half a sentence.
  package let meaning: String
  /// The finding that it leads to.
  package let problem: CounterProblem?

  init(_ name: String, _ group: Group, _ unit: Unit, _ meaning: String, _ problem: CounterProblem? = nil) {
    self.name = name
    self.group = group
    self.unit = unit
    self.meaning = meaning
    self.problem = problem
  }

  /// The kind of a counter; of a name that the table does not have one without a meaning. Numbers in the names of ethtool's
  /// counters are priorities: `rx_prio3_pause` is `rx_prioN_pause`.
  package static func find(_ name: String) -> CounterKind {
    byName[name] ?? byName[general(name)] ?? CounterKind(name, .other, "")
  }

  init(_ name: String, _ group: Group, _ meaning: String, _ problem: CounterProblem? = nil) {
    self.init(name, group, .events, meaning, problem)
  }

  /// Whether the driver's ethtool counter is one of these.
  static func isKnown(_ name: String) -> Bool { byName[name] != nil || byName[general(name)] != nil }

  private static func general(_ name: String) -> String {
    var result = ""
    for (position, part) in name.split(separator: "_", omittingEmptySubsequences: false).enumerated() {
      let isPriority = part.hasPrefix("prio") && part.dropFirst(4).allSatisfy(\.isNumber)
      result += (position == 0 ? "" : "_") + (isPriority ? "prioN" : String(part))
    }
    return result
  }

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
}
