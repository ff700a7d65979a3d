internal import FabricDiscovery
internal import InfiniBandWire
internal import Vocabulary

/// A fabric as `fabric discover --json` printed it.
struct SavedFabric: SavedAnswer {
  static let schema = DiscoverAnswer.schema
  static let command = "rdmactl fabric discover"

  let fabric: Fabric
  /// Whether all of it had answered when it was saved.
  let isComplete: Bool

  private struct Node: Decodable {
    let guid: String
    let type: String
    let description: String?
    let systemImageGUID: String?
    let vendorID: UInt32?
    let deviceID: UInt16?
    let revision: UInt32?
    let portCount: Int?
    let route: String?
    let ports: [Port]

    enum CodingKeys: String, CodingKey {
      case guid, type, description, revision, route, ports
      case systemImageGUID = "system_image_guid"
      case vendorID = "vendor_id"
      case deviceID = "device_id"
      case portCount = "num_ports"
    }
  }

  private struct Port: Decodable {
    let number: UInt8
    let guid: String?
    let state: String?
    let physicalState: String?
    let lid: UInt16?
    let smLID: UInt16?
    let lmc: UInt8?
    let peerGUID: String?
    let peerPort: UInt8?
    let width: String?
    let speed: String?
    let widthSupported: String?
    let speedSupported: String?
    let widthEnabled: String?
    let speedEnabled: String?
    let mtu: Int?
    let maxMTU: Int?
    let vls: Int?
    let maxVLs: Int?

    enum CodingKeys: String, CodingKey {
      case guid, state, lid, lmc, width, speed, mtu, vls
      case maxMTU = "max_mtu"
      case maxVLs = "max_vls"
      case number = "port"
      case physicalState = "physical_state"
      case smLID = "sm_lid"
      case widthSupported = "width_supported"
      case speedSupported = "speed_supported"
      case widthEnabled = "width_enabled"
      case speedEnabled = "speed_enabled"
      case peerGUID = "peer_guid"
      case peerPort = "peer_port"
    }
  }

  private struct Missing: Decodable {
    let what: String
    let node: String?
    let beyond: String?
    let beyondPort: UInt8?
    let route: String?
    let reason: String?
    let detail: String?

    enum CodingKeys: String, CodingKey {
      case what, route, reason, detail
      case node = "node_guid"
      case beyond = "beyond_guid"
      case beyondPort = "beyond_port"
    }
  }

  private struct Strange: Decodable {
    let kind: String
    let node: String?
    let route: String?
    let detail: String

    enum CodingKeys: String, CodingKey {
      case kind, route, detail
      case node = "node_guid"
    }
  }

  private enum CodingKeys: String, CodingKey { case nodes, complete, unanswered, anomalies }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let nodes = try container.decode([Node].self, forKey: .nodes)
    isComplete = try container.decodeIfPresent(Bool.self, forKey: .complete) ?? true
    var fabric = Fabric()
    var places: [GUID: Int] = [:]
    for (index, node) in nodes.enumerated() {
      guard let guid = GUID(node.guid), let type = FabricNodeType(word: node.type) else {
        throw DecodingError.dataCorruptedError(
          forKey: .nodes, in: container, debugDescription: "node \(index) has no GUID or no type that is known")
      }
      if places[guid] == nil { places[guid] = index }
      fabric.nodes.append(Self.node(node, guid: guid, type: type))
    }
    for (index, node) in nodes.enumerated() {
      for (position, port) in node.ports.enumerated() {
        guard let number = port.peerPort, let guid = port.peerGUID.flatMap({ GUID($0) }), let peer = places[guid] else {
          continue
        }
        fabric.nodes[index].ports[position].peer = PortReference(node: peer, port: number)
      }
    }
    func place(_ guid: String?) -> Int? { guid.flatMap { GUID($0) }.flatMap { places[$0] } }
    fabric.unanswered = (try container.decodeIfPresent([Missing].self, forKey: .unanswered) ?? []).map { missing in
      Unanswered(
        what: missing.what, node: place(missing.node),
        beyond: place(missing.beyond).flatMap { node in missing.beyondPort.map { .init(node: node, port: $0) } },
        route: Self.route(missing.route) ?? .local, reason: .init(word: missing.reason, words: missing.detail ?? ""))
    }
    fabric.anomalies = (try container.decodeIfPresent([Strange].self, forKey: .anomalies) ?? []).compactMap { strange in
      Anomaly.Kind(rawValue: strange.kind).map {
        Anomaly(kind: $0, node: place(strange.node), route: Self.route(strange.route) ?? .local, detail: strange.detail)
      }
    }
    self.fabric = fabric
  }

  private static func node(_ saved: Node, guid: GUID, type: FabricNodeType) -> FabricNode {
    var node = FabricNode(
      guid: guid, type: type, systemImageGUID: saved.systemImageGUID.flatMap { GUID($0) } ?? GUID(0),
      vendorID: saved.vendorID ?? 0, deviceID: saved.deviceID ?? 0, revision: saved.revision ?? 0,
      portCount: saved.portCount ?? saved.ports.count, route: route(saved.route) ?? .local)
    node.description = saved.description
    node.ports = saved.ports.map { saved in
      var port = FabricPort(number: saved.number)
      port.guid = saved.guid.flatMap { GUID($0) }
      port.info = facts(saved)
      return port
    }
    return node
  }

  private static func facts(_ saved: Port) -> PortFacts? {
    guard let state = saved.state.flatMap(PortState.init(rawValue:)) else { return nil }
    var facts = PortFacts()
    facts.state = state
    facts.physicalState = saved.physicalState.flatMap(PhysicalState.init(rawValue:)) ?? .unknown
    facts.lid = saved.lid ?? 0
    facts.masterSMLID = saved.smLID ?? 0
    facts.lmc = saved.lmc ?? 0
    facts.width = width(saved.width)
    facts.widthsSupported = widths(upTo: saved.widthSupported)
    facts.widthsEnabled = saved.widthEnabled == nil ? facts.widthsSupported : widths(upTo: saved.widthEnabled)
    facts.fastestSupported = saved.speedSupported.flatMap(LinkSpeed.init(rawValue:))
    facts.fastestEnabled = saved.speedEnabled.flatMap(LinkSpeed.init(rawValue:)) ?? facts.fastestSupported
    facts.speed = saved.speed.flatMap(LinkSpeed.init(rawValue:))
    (facts.neighborMTU, facts.mtuCap) = (mtuCode(saved.mtu), mtuCode(saved.maxMTU))
    (facts.operationalVLs, facts.vlCap) = (laneCode(saved.vls), laneCode(saved.maxVLs))
    return facts
  }

  /// 0 for what no code has.
  private static func mtuCode(_ bytes: Int?) -> UInt8 {
    (1...5).first { PortInfo.mtuBytes(code: $0) == bytes }.map { UInt8($0) } ?? 0
  }

  private static func laneCode(_ lanes: Int?) -> UInt8 {
    (1...5).first { PortInfo.virtualLanes(code: $0) == lanes }.map { UInt8($0) } ?? 0
  }

  private static func width(_ text: String?) -> LinkWidth? {
    LinkWidth.allCases.first { $0.description == text }
  }

  /// The widest is what was saved; a port that can do more lanes can do fewer.
  private static func widths(upTo text: String?) -> UInt8 {
    let lanes = width(text)?.lanes ?? 0
    return LinkWidth.allCases.filter { $0.lanes <= lanes }.reduce(0) { $0 | $1.rawValue }
  }

  private static func route(_ text: String?) -> DirectedRoute? {
    guard let hops = text?.split(separator: ",").map({ UInt8($0) }), !hops.contains(nil) else { return nil }
    return DirectedRoute(hops.dropFirst().compactMap { $0 })
  }
}

extension FabricNodeType {
  fileprivate init?(word: String) {
    guard let type = [Self.channelAdapter, .switchNode, .router].first(where: { $0.spelled == word }) else {
      return nil
    }
    self = type
  }
}

extension Unanswered.Reason {
  /// As ``word`` and ``words`` spell it.
  fileprivate init(word: String?, words: String) {
    switch word {
    case "too_far": self = .tooFar
    case "no_lid": self = .noLID
    case "refused": self = .refused(words.hasPrefix("refused: ") ? String(words.dropFirst(9)) : words)
    default: self = .silent(attempts: words.split(separator: " ").lazy.compactMap { Int($0) }.first ?? 0)
    }
  }
}
