package import Vocabulary

/// The counters of some ports at one moment.
package struct CounterSample: Sendable, Equatable {
  package struct Place: Hashable, Sendable, Comparable {
    package let adapter: String
    package let port: Int

    package init(adapter: String, port: Int) {
      self.adapter = adapter
      self.port = port
    }

    /// `mlx5_0/1`
    package var label: String { "\(adapter)/\(port)" }

    package static func < (left: Place, right: Place) -> Bool {
      (left.adapter, left.port) < (right.adapter, right.port)
    }
  }

  /// Seconds since 1970.
  package var time: Double
  /// The ports in the order in which they were read.
  package var places: [Place]
  package var values: [Place: [String: UInt64]]

  package init(time: Double, places: [Place] = [], values: [Place: [String: UInt64]] = [:]) {
    self.time = time
    self.places = places
    self.values = values
  }
}

/// A counter, and how it moved since an earlier sample.
package struct CounterReading: Sendable, Equatable {
  package let place: CounterSample.Place
  package let name: String
  package let kind: CounterKind
  package let value: UInt64
  /// `nil` without an earlier sample, for a counter that this has not, and for one that was cleared meanwhile.
  package let delta: UInt64?
  package let perSecond: Double?
}

package struct CounterComparison: Sendable {
  package let readings: [CounterReading]
  /// Seconds; `nil` without an earlier sample.
  package let interval: Double?

  package init(_ sample: CounterSample, since older: CounterSample? = nil) {
    let seconds = older.map { sample.time - $0.time }.flatMap { $0 > 0 ? $0 : nil }
    interval = seconds
    readings = sample.places.flatMap { place in
      (sample.values[place] ?? [:]).map { name, value in
        let before = older?.values[place]?[name]
        let delta = before.flatMap { value >= $0 ? value - $0 : nil }
        let rate = delta.flatMap { delta in seconds.map { Double(delta) / $0 } }
        return CounterReading(
          place: place, name: name, kind: .find(name), value: value, delta: delta, perSecond: rate)
      }.sorted { (Self.order($0), $0.name) < (Self.order($1), $1.name) }
    }
  }

  private static func order(_ reading: CounterReading) -> Int {
    CounterKind.Group.allCases.firstIndex(of: reading.kind.group) ?? CounterKind.Group.allCases.count
  }

  /// Over an interval what moved fast enough; without one what has come together since the counters were cleared.
  package var problems: [Problem] {
    var problems: [Problem] = []
    var places: [CounterSample.Place] = []
    for reading in readings where places.last != reading.place { places.append(reading.place) }
    for place in places {
      let mine = readings.filter { $0.place == place }
      for problem in CounterProblem.allCases {
        let causes = mine.filter { $0.kind.problem == problem && isBad($0, problem) }
        guard !causes.isEmpty else { continue }
        problems.append(
          Problem(
            id: problem.rawValue, severity: problem.severity, subject: place.label, message: problem.meaning,
            evidence: causes.map { "\($0.name)=\(interval == nil ? $0.value : $0.delta ?? $0.value)" },
            fix: ["rdmactl counters \(place.label) --watch"], hint: [problem.advice]))
      }
    }
    return problems
  }

  private func isBad(_ reading: CounterReading, _ problem: CounterProblem) -> Bool {
    guard interval != nil else { return problem.total.map { reading.value >= $0 } ?? false }
    return reading.perSecond.map { $0 > problem.perSecond } ?? false
  }
}
