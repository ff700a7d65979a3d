internal import Counters
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl counters`.
struct PortCountersAnswer: Presentable {
  struct Payload: Encodable {
    let time: String
    let secondsSince1970: Double
    @ExplicitNull var intervalSeconds: Double?
    let ports: [Port]

    /// Where the encoder would cut the name in the wrong place.
    private enum CodingKeys: String, CodingKey {
      case time, intervalSeconds, ports
      case secondsSince1970 = "seconds_since_1970"
    }
  }

  struct Port: Encodable {
    let adapter: String
    let port: Int
    let counters: [Counter]
  }

  struct Counter: Encodable {
    let name: String
    let group: String
    let unit: String
    let value: UInt64
    @ExplicitNull var delta: UInt64?
    @ExplicitNull var perSecond: Double?
    @ExplicitNull var gbps: Double?
    @ExplicitNull var meaning: String?

    init(_ reading: CounterReading) {
      name = reading.name
      group = reading.kind.group.rawValue
      unit = reading.kind.unit.rawValue
      value = reading.value
      delta = reading.delta
      perSecond = reading.perSecond
      gbps = reading.gigabits
      meaning = reading.kind.meaning.isEmpty ? nil : reading.kind.meaning
    }
  }

  static let schema = "rdmactl.counters/1"
  let sample: CounterSample
  let timestamp: String
  let notes: [Note]
  let problems: [Problem]
  private let comparison: CounterComparison
  private let showsZero: Bool
  /// What moves fastest comes first, instead of group by group.
  var isByRate = false

  init(_ sample: CounterSample, since older: CounterSample?, showsZero: Bool, timestamp: String, notes: [Note]) {
    self.sample = sample
    self.timestamp = timestamp
    self.notes = notes
    self.showsZero = showsZero
    comparison = CounterComparison(sample, since: older)
    problems = comparison.problems
  }

  var decisive: [Problem] { problems }

  var payload: Payload {
    Payload(
      time: timestamp, secondsSince1970: sample.time, intervalSeconds: comparison.interval,
      ports: sample.places.map { place in
        Port(
          adapter: place.adapter, port: place.port,
          counters: comparison.readings.filter { $0.place == place }.map(Counter.init))
      })
  }

  var quietLines: [String] {
    shown.map { "\($0.place.label) \($0.name) \($0.value)" }
  }

  private var shown: [CounterReading] {
    let readings = comparison.readings.filter {
      showsZero || (comparison.interval == nil ? $0.value != 0 : ($0.delta ?? 1) != 0)
    }
    return isByRate ? readings.sorted { ($0.perSecond ?? 0) > ($1.perSecond ?? 0) } : readings
  }

  func write(to page: inout Page) {
    var table = Table([
      .init("PORT"), .init("GROUP"), .init("COUNTER"), .init("VALUE", .right), .init("MOVED", .right),
      .init("RATE", .right),
      .init("MEANING", rank: 1),
    ])
    for reading in shown {
      let isTroubling = problems.contains { problem in
        problem.subject == reading.place.label && problem.id == reading.kind.problem?.rawValue
      }
      table.add([
        .init(reading.place.label), .init(reading.kind.group.words),
        .init(reading.name, tone: isTroubling ? .caution : .plain), .init(String(reading.value)),
        .init(reading.delta.map { "+\($0)" }, value: reading.delta.map { "\($0)" }), .init(reading.rateWords),
        .init(reading.kind.meaning),
      ])
    }
    page.table(table)
    if table.isEmpty { page.line(comparison.interval == nil ? "every counter is 0" : "no counter has moved") }
    page.problems(problems)
  }
}

extension CounterReading {
  /// Gb/s of a counter of data.
  var gigabits: Double? {
    switch kind.unit {
    case .words: perSecond.map { $0 * 32 / 1e9 }
    case .bytes: perSecond.map { $0 * 8 / 1e9 }
    case .events, .packets, .microseconds, .ticks: nil
    }
  }

  var rateWords: String? {
    if let gigabits { return "\(Self.short(gigabits)) Gb/s" }
    guard let perSecond else { return nil }
    switch kind.unit {
    case .microseconds: return "\(Self.short(perSecond / 10_000)) %"
    case .words, .bytes, .events, .packets, .ticks: return "\(Self.short(perSecond))/s"
    }
  }

  /// Three figures are enough.
  private static func short(_ value: Double) -> String {
    if value >= 100 { return String(Int(min(value, 1e15).rounded())) }
    let tenths = value >= 10 ? 10.0 : 100.0
    return StatusReport.number((value * tenths).rounded() / tenths)
  }
}

/// The counters of ports as `rdmactl counters --json` printed them.
struct SavedSample: SavedAnswer {
  static let schema = PortCountersAnswer.schema
  static let command = "rdmactl counters"

  let sample: CounterSample

  private struct Port: Decodable {
    let adapter: String
    let port: Int
    let counters: [Counter]
  }

  private struct Counter: Decodable {
    let name: String
    let value: UInt64
  }

  private enum CodingKeys: String, CodingKey {
    case ports
    case time = "seconds_since_1970"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    var sample = CounterSample(time: try container.decode(Double.self, forKey: .time))
    for port in try container.decode([Port].self, forKey: .ports) {
      let place = CounterSample.Place(adapter: port.adapter, port: port.port)
      sample.places.append(place)
      for counter in port.counters { sample.values[place, default: [:]][counter.name] = counter.value }
    }
    self.sample = sample
  }
}
