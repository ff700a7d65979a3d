internal import FabricDiscovery
internal import InfiniBandWire
internal import Presentation
internal import Vocabulary

/// A fabric as the fields of a JSON object: what `fabric discover --json` prints, and what `fabric diff` reads again.
struct FabricPayload {
  let fabric: Fabric

  func write(to json: inout JSONWriter) {
    json.array("nodes", fabric.nodes) { json, node in json.object { write(node, to: &$0) } }
    json.object("counts") { json in
      let counts = FabricCounts(fabric)
      json.field("nodes", counts.nodes)
      json.field("switches", counts.switches)
      json.field("adapters", counts.adapters)
      json.field("aggregation_nodes", counts.aggregationNodes)
      json.field("routers", counts.routers)
      json.field("ports", counts.ports)
      json.field("links", counts.links)
    }
    json.object("origin") { json in
      json.field("guid", fabric.nodes.isEmpty ? nil : fabric.nodes[fabric.origin.node].guid.description)
      json.field("port", fabric.origin.port)
    }
    json.field("complete", fabric.isComplete)
    json.array("unanswered", fabric.unanswered) { json, missing in json.object { write(missing, to: &$0) } }
    json.array("anomalies", fabric.anomalies) { json, anomaly in
      json.object { json in
        json.field("kind", anomaly.kind.rawValue)
        json.field("node_guid", guid(of: anomaly.node))
        json.field("route", anomaly.route.description)
        json.field("detail", anomaly.detail)
      }
    }
    json.object("traffic") { write(fabric.traffic, to: &$0) }
  }

  private func write(_ node: FabricNode, to json: inout JSONWriter) {
    json.field("guid", node.guid.description)
    json.field("type", node.type.spelled)
    json.field("description", node.description)
    json.field("lid", node.lid)
    json.field("system_image_guid", node.systemImageGUID.description)
    json.field("vendor_id", node.vendorID)
    json.field("device_id", node.deviceID)
    json.field("revision", node.revision)
    json.field("num_ports", node.portCount)
    json.field("route", node.route.description)
    json.array("ports", node.ports) { json, port in json.object { write(port, to: &$0) } }
  }

  private func write(_ port: FabricPort, to json: inout JSONWriter) {
    let peer = port.peer
    json.field("port", port.number)
    json.field("guid", port.guid?.description)
    json.field("state", port.info?.state.rawValue)
    json.field("physical_state", port.info?.physicalState.rawValue)
    json.field("lid", port.info.flatMap { $0.lid == 0 ? nil : $0.lid })
    json.field("sm_lid", port.info.flatMap { $0.masterSMLID == 0 ? nil : $0.masterSMLID })
    json.field("lmc", port.info?.lmc)
    json.field("peer_guid", peer.flatMap { guid(of: $0.node) })
    json.field("peer_port", peer?.port)
    json.field("width", port.info?.width?.description)
    json.field("speed", port.info?.speed?.rawValue)
    json.field("rate_gbps", port.info?.rate)
    json.field("signal_gbps", port.info?.signal)
    json.field("width_supported", port.info.flatMap { LinkWidth.widest(in: $0.widthsSupported)?.description })
    json.field("speed_supported", port.info?.fastestSupported?.rawValue)
    json.field("width_enabled", port.info.flatMap { LinkWidth.widest(in: $0.widthsEnabled)?.description })
    json.field("speed_enabled", port.info?.fastestEnabled?.rawValue)
    json.field("mtu", port.info.flatMap { PortInfo.mtuBytes(code: UInt64($0.neighborMTU)) })
    json.field("max_mtu", port.info.flatMap { PortInfo.mtuBytes(code: UInt64($0.mtuCap)) })
    json.field("vls", port.info.flatMap { PortInfo.virtualLanes(code: UInt64($0.operationalVLs)) })
    json.field("max_vls", port.info.flatMap { PortInfo.virtualLanes(code: UInt64($0.vlCap)) })
  }

  private func write(_ missing: Unanswered, to json: inout JSONWriter) {
    json.field("what", missing.what)
    json.field("node_guid", guid(of: missing.node))
    json.field("beyond_guid", guid(of: missing.beyond?.node))
    json.field("beyond_port", missing.beyond?.port)
    json.field("route", missing.route.description)
    json.field("reason", missing.reason.word)
    json.field("detail", missing.reason.words)
  }

  private func write(_ traffic: Traffic, to json: inout JSONWriter) {
    json.field("sent", traffic.sent)
    json.field("answers", traffic.answers)
    json.field("retries", traffic.retries)
    json.field("timeouts", traffic.timeouts)
    json.field("repeated", traffic.repeated)
    json.field("unknown", traffic.unknown)
    json.field("widest_window", traffic.widestWindow)
  }

  private func guid(of node: Int?) -> String? {
    node.flatMap { fabric.nodes.indices.contains($0) ? fabric.nodes[$0].guid.description : nil }
  }
}

extension JSONWriter {
  /// What every answer says of a port, whatever else it says.
  mutating func fields(of port: PortReference, in fabric: Fabric) {
    let node = fabric.nodes[port.node]
    fields(of: NodePort(node: node.guid, port: port.port))
    field("description", node.description)
  }

  mutating func fields(of port: NodePort) {
    field("guid", port.node.description)
    field("port", port.port)
  }
}

extension Unanswered.Reason {
  var word: String {
    switch self {
    case .silent: "silent"
    case .refused: "refused"
    case .tooFar: "too_far"
    case .noLID: "no_lid"
    }
  }
}

/// What there is of each kind.
struct FabricCounts {
  let nodes: Int
  let switches: Int
  /// Without aggregation nodes.
  let adapters: Int
  let aggregationNodes: Int
  let routers: Int
  let ports: Int
  let links: Int

  init(_ fabric: Fabric) {
    nodes = fabric.nodes.count
    switches = fabric.nodes.count { $0.type == .switchNode }
    aggregationNodes = fabric.nodes.count { $0.isAggregationNode }
    adapters = fabric.nodes.count { $0.type == .channelAdapter } - aggregationNodes
    routers = fabric.nodes.count { $0.type == .router }
    ports = fabric.nodes.reduce(0) { $0 + $1.ports.count }
    links = fabric.links.count
  }
}
