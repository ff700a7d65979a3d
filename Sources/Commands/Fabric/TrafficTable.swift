internal import FabricDiscovery
internal import Presentation
internal import Vocabulary

/// What ports sent and received, for `fabric errors --data`: since a time where two answers are compared, else all of it.
struct TrafficTable {
  let survey: CounterSurvey
  let comparison: CounterComparison?
  let fabric: Fabric
  let names: FabricNames

  /// Counters of data are in units of four bytes. Source: InfiniBand specification vol. 1, 16.1.3.5.
  private static let unit: UInt64 = 4

  private struct Row {
    let port: PortReference
    let values: [PortCounter: UInt64]
  }

  private var rows: [Row] {
    guard let comparison else {
      return survey.readings.map { reading in
        Row(
          port: reading.port,
          values: Dictionary(
            uniqueKeysWithValues: reading.values.counters.compactMap { counter in
              reading.values[counter].map { (counter, $0) }
            }))
      }
    }
    return Dictionary(grouping: comparison.deltas, by: \.port).sorted { $0.key < $1.key }.map { port, deltas in
      Row(
        port: port,
        values: Dictionary(
          deltas.map { delta in
            switch delta.change {
            case .increased(let by), .cleared(let by), .saturated(let by): (delta.counter, by)
            }
          }, uniquingKeysWith: { first, _ in first }))
    }
  }

  func write(to page: inout Page) {
    typealias Field = Table.Field<Row>
    func data(_ title: String, _ counter: PortCounter) -> Field {
      Field(title, .right) { row in
        let bytes = row.values[counter]?.multipliedReportingOverflow(by: Self.unit).partialValue
        return .init(bytes.map(Self.size), value: bytes.map { String($0) })
      }
    }
    func rate(_ title: String, _ counter: PortCounter) -> Field {
      Field(title, .right) { row in
        guard let seconds = comparison?.seconds, let units = row.values[counter] else { return .init(nil as String?) }
        let number = StatusReport.number((Double(units) * 32 / seconds / 1e7).rounded() / 100)
        return .init("\(number) Gb/s", value: number)
      }
    }
    func count(_ title: String, _ counter: PortCounter) -> Field {
      Field(title, .right) { row in .init(row.values[counter].map { String($0) }) }
    }
    page.table(
      Table(
        [
          Field("PORT", text: { names.name(of: $0.port) }),
          Field("TO", rank: 1, text: { fabric[$0.port]?.peer.map { names.name(of: $0) } }),
          Field("LINK", rank: 1, text: { fabric[$0.port]?.info?.rateText }), data("SENT", .transmitData),
          rate("SENT RATE", .transmitData), data("RECEIVED", .receiveData), rate("RECEIVED RATE", .receiveData),
          count("PACKETS SENT", .transmitPackets), count("PACKETS RECEIVED", .receivePackets),
          count("WAIT", .transmitWait),
        ], rows: rows))
  }

  /// `1.5 GiB`
  static func size(_ bytes: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var (value, unit) = (Double(bytes), 0)
    while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
    return "\(StatusReport.number((value * 10).rounded() / 10)) \(units[unit])"
  }
}
