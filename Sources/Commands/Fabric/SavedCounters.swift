internal import FabricDiscovery
internal import Vocabulary

/// The counters of a fabric as `fabric errors --json` printed them.
struct SavedCounters: SavedAnswer {
  static let schema = CountersAnswer.schema
  static let command = "rdmactl fabric errors"

  let snapshot: CounterSnapshot
  /// Descriptions of the nodes, for what is gone.
  let names: [GUID: String]

  private struct Port: Decodable {
    let guid: String
    let port: UInt8
    let description: String?
    let counters: [String: UInt64]
    let saturated: [String]?
  }

  private enum CodingKeys: String, CodingKey {
    case ports
    case time = "seconds_since_1970"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    var snapshot = CounterSnapshot(time: try container.decodeIfPresent(Double.self, forKey: .time))
    var names: [GUID: String] = [:]
    for port in try container.decode([Port].self, forKey: .ports) {
      guard let guid = GUID(port.guid) else {
        throw DecodingError.dataCorruptedError(
          forKey: .ports, in: container, debugDescription: "\(port.guid) is no GUID")
      }
      if let description = port.description { names[guid] = FabricNames.cleaned(description) }
      var values = PortCounterValues()
      for (name, value) in port.counters { if let counter = PortCounter(rawValue: name) { values[counter] = value } }
      for counter in (port.saturated ?? []).compactMap(PortCounter.init(rawValue:)) { values.setSaturated(counter) }
      snapshot.values[NodePort(node: guid, port: port.port)] = values
    }
    self.snapshot = snapshot
    self.names = names
  }
}
