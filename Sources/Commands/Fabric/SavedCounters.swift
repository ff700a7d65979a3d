internal import FabricDiscovery
internal import InfiniBandWire
internal import Vocabulary

/// The counters of a fabric as `fabric errors --json` printed them, and what it says of their ports.
struct SavedCounters: SavedAnswer {
  static let schema = CountersAnswer.schema
  static let command = "rdmactl fabric errors"

  let snapshot: CounterSnapshot
  /// The nodes of the ports and of their other ends: no more than that answer knew.
  let fabric: Fabric
  let survey: CounterSurvey
  let isComplete: Bool

  private struct Port: Decodable {
    let guid: String
    let port: UInt8
    let description: String?
    let nodeType: String?
    let lid: UInt16?
    let state: String?
    let width: String?
    let speed: String?
    let peerGUID: String?
    let peerPort: UInt8?
    let peerDescription: String?
    let counters: [String: UInt64]
    let saturated: [String]?

    enum CodingKeys: String, CodingKey {
      case guid, port, description, lid, state, width, speed, counters, saturated
      case nodeType = "node_type"
      case peerGUID = "peer_guid"
      case peerPort = "peer_port"
      case peerDescription = "peer_description"
    }

    var values: PortCounterValues {
      var values = PortCounterValues()
      for (name, value) in counters { if let counter = PortCounter(rawValue: name) { values[counter] = value } }
      for counter in (saturated ?? []).compactMap(PortCounter.init(rawValue:)) { values.setSaturated(counter) }
      return values
    }
  }

  /// Descriptions of the nodes, for what is gone.
  var names: [GUID: String] {
    fabric.nodes.reduce(into: [:]) { names, node in
      if let description = node.description { names[node.guid] = FabricNames.cleaned(description) }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case ports, complete
    case checked = "ports_checked"
    case time = "seconds_since_1970"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let ports = try container.decode([Port].self, forKey: .ports)
    var snapshot = CounterSnapshot(time: try container.decodeIfPresent(Double.self, forKey: .time))
    var survey = CounterSurvey()
    var builder = SavedPorts()
    for port in ports {
      guard let guid = GUID(port.guid) else {
        throw DecodingError.dataCorruptedError(
          forKey: .ports, in: container, debugDescription: "\(port.guid) is no GUID")
      }
      snapshot.values[NodePort(node: guid, port: port.port)] = port.values
      let node = builder.node(guid, type: port.nodeType, description: port.description)
      let reference = builder.port(port.port, of: node)
      var facts = PortFacts()
      facts.state = port.state.flatMap(PortState.init(rawValue:)) ?? .unknown
      facts.lid = port.lid ?? 0
      facts.width = LinkWidth.allCases.first { $0.description == port.width }
      facts.speed = port.speed.flatMap(LinkSpeed.init(rawValue:))
      builder.set(reference, facts)
      if let number = port.peerPort, let peer = port.peerGUID.flatMap({ GUID($0) }) {
        builder.connect(reference, builder.port(number, of: builder.node(peer, description: port.peerDescription)))
      }
      survey.readings.append(CounterReading(port: reference, values: port.values))
    }
    survey.portsChecked = try container.decodeIfPresent(Int.self, forKey: .checked) ?? ports.count
    isComplete = try container.decodeIfPresent(Bool.self, forKey: .complete) ?? true
    (self.snapshot, self.survey, fabric) = (snapshot, survey, builder.fabric)
  }
}

/// Nodes and ports put together as they are named.
private struct SavedPorts {
  private(set) var fabric = Fabric()
  private var places: [GUID: Int] = [:]

  /// A type and a description that are known go before none.
  mutating func node(_ guid: GUID, type: String? = nil, description: String?) -> Int {
    let known = type.flatMap(FabricNodeType.init(word:))
    guard let place = places[guid] else {
      var node = FabricNode(
        guid: guid, type: known ?? .channelAdapter, systemImageGUID: guid, vendorID: 0, deviceID: 0, revision: 0,
        portCount: 0, route: .local)
      node.description = description
      fabric.nodes.append(node)
      places[guid] = fabric.nodes.count - 1
      return fabric.nodes.count - 1
    }
    if let known { fabric.nodes[place].type = known }
    fabric.nodes[place].description = fabric.nodes[place].description ?? description
    return place
  }

  mutating func port(_ number: UInt8, of node: Int) -> PortReference {
    let reference = PortReference(node: node, port: number)
    guard fabric[reference] == nil else { return reference }
    let place = fabric.nodes[node].ports.firstIndex { $0.number > number } ?? fabric.nodes[node].ports.count
    fabric.nodes[node].ports.insert(FabricPort(number: number), at: place)
    fabric.nodes[node].portCount = max(fabric.nodes[node].portCount, Int(number))
    return reference
  }

  mutating func set(_ port: PortReference, _ facts: PortFacts) { change(port) { $0.info = facts } }

  mutating func connect(_ one: PortReference, _ other: PortReference) {
    change(one) { $0.peer = other }
    change(other) { $0.peer = one }
  }

  private mutating func change(_ port: PortReference, _ body: (inout FabricPort) -> Void) {
    guard let place = fabric.nodes[port.node].ports.firstIndex(where: { $0.number == port.port }) else { return }
    body(&fabric.nodes[port.node].ports[place])
  }
}
