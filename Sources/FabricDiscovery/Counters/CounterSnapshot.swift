/// The counters of a fabric at a time, to compare with those of another time. Ports are known by the GUID of their node,
/// because the order of nodes may change.
public struct CounterSnapshot: Sendable, Equatable {
  /// Seconds since 1970; `nil` when it is not known, and then there are no rates.
  public var time: Double?
  public var values: [NodePort: PortCounterValues] = [:]

  public init(time: Double?) { self.time = time }

  public init(_ survey: CounterSurvey, of fabric: Fabric, time: Double?) {
    self.time = time
    for reading in survey.readings where fabric.nodes.indices.contains(reading.port.node) {
      values[NodePort(node: fabric.nodes[reading.port.node].guid, port: reading.port.port)] = reading.values
    }
  }
}

/// How a counter moved between two snapshots.
public struct CounterDelta: Sendable, Equatable {
  public enum Change: Sendable, Equatable {
    case increased(UInt64)
    /// It went back: cleared in between, or the port was reset. What it counted since then is at least this.
    case cleared(now: UInt64)
    /// It stands at its maximum: at least this much.
    case saturated(atLeast: UInt64)
  }

  public var port: PortReference
  public var counter: PortCounter
  public var change: Change
  /// By how much a second; `nil` after a clearing, at the maximum, and when the time is not known or has not passed.
  public var perSecond: Double?
}

/// What changed between two snapshots.
public struct CounterComparison: Sendable, Equatable {
  /// Counters that moved, by port.
  public var deltas: [CounterDelta] = []
  /// Seconds between the two; `nil` when either time is not known or the older one is not the earlier.
  public var seconds: Double?
  /// Ports that the older snapshot does not have.
  public var newPorts: [PortReference] = []
  /// Ports that only the older snapshot has.
  public var missing: [NodePort] = []

  /// Compares a survey of `fabric` at `time` with an older snapshot.
  public init(of survey: CounterSurvey, in fabric: Fabric, time: Double?, since older: CounterSnapshot) {
    if let time, let then = older.time, time > then { seconds = time - then }
    var seen: Set<NodePort> = []
    for reading in survey.readings where fabric.nodes.indices.contains(reading.port.node) {
      let key = NodePort(node: fabric.nodes[reading.port.node].guid, port: reading.port.port)
      seen.insert(key)
      guard let before = older.values[key] else {
        newPorts.append(reading.port)
        continue
      }
      for counter in PortCounter.allCases {
        guard let old = before[counter], let new = reading.values[counter] else { continue }
        guard let change = Self.change(old, new, isFull: reading.values.isSaturated(counter)) else { continue }
        var delta = CounterDelta(port: reading.port, counter: counter, change: change, perSecond: nil)
        if case .increased(let by) = change, let seconds { delta.perSecond = Double(by) / seconds }
        deltas.append(delta)
      }
    }
    // A switch without any error was not read port by port: its ports are not missing.
    let quiet = Set(
      survey.switchesWithoutErrors.lazy.filter(fabric.nodes.indices.contains).map { fabric.nodes[$0].guid })
    missing = older.values.keys.filter { !seen.contains($0) && !quiet.contains($0.node) }.sorted()
  }

  private static func change(_ old: UInt64, _ new: UInt64, isFull: Bool) -> CounterDelta.Change? {
    if new < old { return .cleared(now: new) }
    if isFull { return .saturated(atLeast: new - old) }
    return new > old ? .increased(new - old) : nil
  }
}
