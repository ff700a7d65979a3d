import FabricDiscovery
import FabricLab
import HostAccess
import InfiniBandWire
import Testing
import Vocabulary

/// What a sweep should find, by the cables and not by the GUIDs, which may be there twice.
struct MapTruth {
  private let topology: Topology
  private let attachment: Topology.End
  private var peers: [Topology.End: Topology.End] = [:]
  /// The nodes that can be reached.
  private(set) var nodes: Set<Int> = []

  init(_ fabric: InMemoryFabric, without silent: Set<Int> = []) {
    topology = fabric.topology
    attachment = fabric.attachment
    for link in topology.links where link.isUp {
      peers[link.first] = link.second
      peers[link.second] = link.first
    }
    var front = [attachment.node]
    nodes = [attachment.node]
    while let node = front.popLast() {
      for port in forwardingPorts(of: node) {
        guard let peer = peers[port]?.node, !silent.contains(peer), nodes.insert(peer).inserted else { continue }
        front.append(peer)
      }
    }
  }

  private func forwardingPorts(of node: Int) -> [Topology.End] {
    if topology.nodes[node].kind == .switchNode {
      return (1...topology.nodes[node].portCount).map { Topology.End(node, $0) }
    }
    return node == attachment.node ? [attachment] : []
  }

  /// Every cable that a directed route can take, by its lower end.
  var links: Set<[Topology.End]> {
    var found: Set<[Topology.End]> = []
    for node in nodes {
      for end in forwardingPorts(of: node) {
        if let peer = peers[end], nodes.contains(peer.node) { found.insert([min(end, peer), max(end, peer)]) }
      }
    }
    return found
  }

  /// 1 + a NodeInfo for each link, NodeDescription for each node, SwitchInfo for each switch, PortInfo for each port.
  var fewestRequests: Int {
    let switches = nodes.filter { topology.nodes[$0].kind == .switchNode }
    let ports = switches.reduce(0) { $0 + topology.nodes[$1].portCount + 1 }
    let adapterPorts = Set(links.joined()).filter { topology.nodes[$0.node].kind != .switchNode }
    return 1 + links.count + nodes.count + switches.count + ports + adapterPorts.count
  }

  /// The node that a route leads to.
  private func node(at route: DirectedRoute) -> Int? {
    var node = attachment.node
    for hop in route.hops {
      guard let peer = peers[Topology.End(node, Int(hop))] else { return nil }
      node = peer.node
    }
    return node
  }

  /// What is wrong with a map; empty when nothing is.
  func faults(of map: Fabric) -> [String] {
    var faults: [String] = []
    let places = map.nodes.map { node(at: $0.route) }
    if Set(places) != Set(nodes) || places.count != nodes.count {
      faults.append("\(places.count) nodes, not \(nodes.count)")
    }
    for (node, place) in zip(map.nodes, places) {
      guard let place else {
        faults.append("nobody at \(node.route)")
        continue
      }
      let truth = topology.nodes[place]
      if node.guid.rawValue != truth.guid || node.portCount != truth.portCount { faults.append("\(truth.name)") }
      if node.description != truth.description { faults.append("\(truth.name) is called \(node.description ?? "-")") }
      if (node.type == .switchNode) != (truth.kind == .switchNode) { faults.append("type of \(truth.name)") }
      if (node.switchInfo != nil) != (truth.kind == .switchNode) { faults.append("SwitchInfo of \(truth.name)") }
      for port in node.ports where port.info == nil { faults.append("PortInfo of \(truth.name) port \(port.number)") }
    }
    var found: Set<[Topology.End]> = []
    for (index, node) in map.nodes.enumerated() {
      for port in node.ports {
        guard let peer = port.peer, let near = places[index], let far = places[peer.node] else { continue }
        let ends = [Topology.End(near, Int(port.number)), Topology.End(far, Int(peer.port))]
        found.insert([min(ends[0], ends[1]), max(ends[0], ends[1])])
        if map[peer]?.peer != PortReference(node: index, port: port.number) { faults.append("one-sided link \(ends)") }
      }
    }
    for link in found.subtracting(links) { faults.append("link that is none: \(link)") }
    for link in links.subtracting(found) { faults.append("link not found: \(link)") }
    return faults
  }
}

extension InMemoryFabric {
  func swept(
    through port: (any ManagementPort)? = nil, policy: RequestPolicy = RequestPolicy()
  ) throws -> (map: Fabric, session: FabricSession) {
    let session = FabricSession(port: port ?? self, clock: clock, policy: policy)
    return (try session.sweep(), session)
  }
}
