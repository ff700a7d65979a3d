public import Vocabulary

/// Which counters are wanted, of which ports.
public struct CounterScope: Sendable, Equatable {
  /// Where a switch can sum its ports, one question tells whether any of them has an error at all; only then are they
  /// asked one by one. Off: every port is read, as snapshots and rates need it.
  public var skipsSwitchesWithoutErrors = true
  /// PortCountersExtended: traffic with 64 bits. The error counters of 64 bits are read wherever a port has them.
  public var includesTraffic = false
  /// Ports without a link too. A switch whose sum shows an error is asked for all of its ports in any case.
  public var includesUnlinkedPorts = false
  /// What PortRcvErrors and PortXmitDiscards are made of, where those are not zero.
  public var includesDetails = true
  /// Only these nodes; `nil` for all.
  public var nodes: Set<Int>?
  /// Only these ports; `nil` for all. No sum of a switch is asked for then.
  public var ports: Set<PortReference>?

  public init() {}

  /// Every counter of every port with a link: what a snapshot holds.
  public static let everything: CounterScope = {
    var scope = CounterScope()
    scope.skipsSwitchesWithoutErrors = false
    scope.includesTraffic = true
    return scope
  }()
}

/// The counters of a port.
public struct CounterReading: Sendable, Equatable {
  public var port: PortReference
  public var values: PortCounterValues

  public init(port: PortReference, values: PortCounterValues) {
    self.port = port
    self.values = values
  }
}

/// The counters of a fabric.
public struct CounterSurvey: Sendable, Equatable {
  /// By node and port.
  public var readings: [CounterReading] = []
  /// Switches whose ports have no error together, so that they were not asked one by one.
  public var switchesWithoutErrors: [Int] = []
  /// Ports that are known to be read or to have no error.
  public var portsChecked = 0
  /// What could not be asked.
  public var unanswered: [Unanswered] = []

  public init() {}
}

/// An error counter beyond its threshold.
public struct CounterFinding: Sendable, Equatable {
  public var port: PortReference
  public var counter: PortCounter
  public var value: UInt64
  public var isSaturated: Bool
  /// What it is made of, where the port tells: those that are not zero.
  public var details: [(counter: PortCounter, value: UInt64)]

  public static func == (left: Self, right: Self) -> Bool {
    left.port == right.port && left.counter == right.counter && left.value == right.value
      && left.isSaturated == right.isSaturated && left.details.elementsEqual(right.details, by: ==)
  }
}

extension CounterSurvey {
  /// The error counters beyond their thresholds, by port.
  public func findings(_ thresholds: CounterThresholds = CounterThresholds()) -> [CounterFinding] {
    readings.flatMap { reading in
      PortCounter.errors.compactMap { counter -> CounterFinding? in
        guard let value = reading.values[counter], value > thresholds[counter] else { return nil }
        return CounterFinding(
          port: reading.port, counter: counter, value: value, isSaturated: reading.values.isSaturated(counter),
          details: counter.details.compactMap { detail in
            reading.values[detail].flatMap { $0 > 0 ? (detail, $0) : nil }
          })
      }
    }
  }

}

extension CounterFinding {
  /// Findings, those of a port together, as problems: one for each port.
  public static func problems(_ findings: [CounterFinding], names: FabricNames) -> [Problem] {
    var problems: [Problem] = []
    var findings = findings[...]
    while let port = findings.first?.port {
      let own = findings.prefix { $0.port == port }
      findings = findings.dropFirst(own.count)
      let full = own.filter(\.isSaturated).map(\.counter.rawValue)
      let means = own.map { "\($0.counter.rawValue): \($0.counter.explanation.meaning)" }.joined(separator: "; ")
      let evidence = own.flatMap { finding in
        ["\(finding.counter.rawValue)=\(finding.value)"] + finding.details.map { "\($0.counter.rawValue)=\($0.value)" }
      }
      problems.append(
        FabricProblem.errorCounters.at(
          names.name(of: port),
          detail: means
            + (full.isEmpty ? "" : "; at their maximum, so more than shown: " + full.joined(separator: ", ")),
          evidence: evidence,
          fix: ["rdmactl fabric errors --clear \(ShellWord.quoted(names.name(of: port)))"],
          hint: own.map(\.counter.explanation.advice).filter { !$0.isEmpty }.prefix(1).map { $0 }))
    }
    return problems
  }
}

extension PortCounter {
  /// The counters that tell what this one is made of.
  var details: [PortCounter] {
    switch self {
    case .receiveErrors: Self.ofReceiveErrorDetails.map(\.counter)
    case .transmitDiscards: Self.ofTransmitDiscardDetails.map(\.counter)
    default: []
    }
  }
}
