internal import BinaryLayout
internal import InfiniBandWire
internal import Vocabulary

/// What a sweep does where a node says to be another one: two nodes of one GUID, or one that is wrong about its port.
///
/// A route leads to one and the same node whatever that says of itself. So the links of the node that was there first
/// are asked once more from its own side; a claim that then still stands belongs to a second node.
extension Sweeper {
  /// More questions, when the answers so far leave something open.
  func doubts() -> [(SweepQuestion, FabricRequest)] {
    takeLoops()
    doubtLinksOfDownPorts()
    for guid in contested.sorted() {
      if let node = byGUID[guid] { verifyLinks(of: node) }
    }
    let questions = takeQuestions()
    if !questions.isEmpty { return questions }
    settleClaims()
    return takeQuestions()
  }

  /// A port without a link is nobody's neighbour.
  private func doubtLinksOfDownPorts() {
    for index in fabric.nodes.indices where !verified.contains(index) && fabric.nodes[index].type == .switchNode {
      let node = fabric.nodes[index]
      guard node.ports.contains(where: { $0.peer != nil && $0.info?.hasLink == false }) else { continue }
      contested.insert(node.guid)
    }
  }

  /// Asks what is behind every linked port of a switch but the one that its route comes in by.
  private func verifyLinks(of index: Int) {
    guard fabric.nodes[index].type == .switchNode, verified.insert(index).inserted else { return }
    for port in fabric.nodes[index].ports {
      let near = PortReference(node: index, port: port.number)
      guard let far = port.peer, route(beyond: far) != fabric.nodes[index].route else { continue }
      // The way to the other node is no less sure than that to this one.
      guard fabric.nodes[far.node].route != route(beyond: near) else { continue }
      unlink(near)
      askNeighbor(of: near)
      if canForward(far) { askNeighbor(of: far) }
    }
  }

  /// Claims that the verified links leave over.
  private func settleClaims() {
    let standing = claims.filter { claim in
      guard let peer = fabric[claim.port]?.peer else { return true }
      let isSame = fabric.nodes[peer.node].guid == claim.neighbor.guid && peer.port == claim.neighbor.localPort
      if !isSame {
        strange(.contradictoryLink, claim, "the node there says to be \(claim.neighbor.guid), and says otherwise later")
      }
      return false
    }
    claims = []
    var examined: [GUID: UInt8] = [:]
    // By what a claim says: one at a time would take a fabric of adapters that all have one GUID for ever.
    let byEnds = Dictionary(grouping: standing) { Ends(here: end($0.port), there: end($0.neighbor)) }
    for claim in standing where fabric[claim.port]?.peer == nil {
      let mutual = byEnds[Ends(here: end(claim.neighbor), there: end(claim.port))] ?? []
      if let other = mutual.first(where: { $0.port != claim.port }), fabric[other.port]?.peer == nil {
        link(claim.port, other.port)
      } else if examined[claim.neighbor.guid, default: claim.neighbor.localPort] == claim.neighbor.localPort {
        examined[claim.neighbor.guid] = claim.neighbor.localPort
        examine(claim)
      } else {
        // Later: another port may be one of the same node, while the same port is surely another node's.
        claims.append(claim)
      }
    }
  }

  /// The two ends of a cable as a claim has them.
  private struct Ends: Hashable {
    var here: NodePort
    var there: NodePort
  }

  private func end(_ port: PortReference) -> NodePort {
    NodePort(node: fabric.nodes[port.node].guid, port: port.port)
  }

  private func end(_ neighbor: NodeAnswer) -> NodePort { NodePort(node: neighbor.guid, port: neighbor.localPort) }

  /// Finds out whether the node of a claim is one that is known, or a second one of its GUID.
  private func examine(_ claim: Claim) {
    let beyond = route(beyond: claim.port)
    if claim.neighbor.type == FabricNodeType.switchNode.rawValue, let known = byGUID[claim.neighbor.guid],
      fabric.nodes[known].portCount == claim.neighbor.portCount, let way = surestPort(of: known),
      let route = beyond.extended(by: way.number)
    {
      ask(.identity(claim, port: way.number), .nodeInfo, route)
    } else {
      ask(.again(claim), .nodeInfo, beyond)
    }
  }

  /// The port by which a switch was found first; of the one that the sweep began at any that is linked.
  private func surestPort(of index: Int) -> FabricPort? {
    let linked = fabric.nodes[index].ports.filter { $0.peer != nil }
    return linked.first { $0.peer.map { route(beyond: $0) == fabric.nodes[index].route } ?? false } ?? linked.first
  }

  /// Nobody was met behind the claim's node, where its namesake has a neighbour: a port without a link is proof of a second
  /// node, an answer that was lost is none.
  func decide(_ claim: Claim, byPort facts: PortFacts) {
    if facts.hasLink {
      strange(.contradictoryLink, claim, "who says to be \(claim.neighbor.guid) there could not be found out")
    } else {
      ask(.again(claim), .nodeInfo, route(beyond: claim.port))
    }
  }

  /// `neighbor` is behind the claim's node, by a port behind which its namesake has a known neighbour.
  func decide(_ claim: Claim, by neighbor: NodeAnswer) {
    guard let known = byGUID[claim.neighbor.guid],
      let peer = surestPort(of: known)?.peer,
      fabric.nodes[peer.node].guid == neighbor.guid, peer.port == neighbor.localPort
    else { return ask(.again(claim), .nodeInfo, route(beyond: claim.port)) }
    // The same neighbour at the same port of it: the same switch.
    let far = PortReference(node: known, port: claim.neighbor.localPort)
    if fabric[claim.port]?.peer == nil, let port = fabric[far], port.peer == nil { return link(claim.port, far) }
    strange(
      .contradictoryLink, claim,
      "port \(claim.port.port) leads to \(claim.neighbor.guid), which does not know that by its port "
        + "\(claim.neighbor.localPort)")
  }

  /// The claim's question was asked once more.
  func decide(_ claim: Claim, again neighbor: NodeAnswer) {
    guard fabric[claim.port]?.peer == nil else { return }
    guard neighbor == claim.neighbor else {
      return strange(.contradictoryLink, claim, "the node there says to be \(claim.neighbor.guid) and then another one")
    }
    let guid = neighbor.guid
    if neighbor.type != FabricNodeType.switchNode.rawValue, let known = byGUID[guid],
      fabric.nodes[known].type.rawValue == neighbor.type, fabric.nodes[known].portCount == neighbor.portCount,
      fabric[PortReference(node: known, port: neighbor.localPort)] == nil
    {
      // Another port of an adapter that is known.
      return attach(claim, to: known)
    }
    guard let node = add(neighbor, route: route(beyond: claim.port)) else { return }
    strange(.duplicateGUID, claim, "a second node has the GUID \(guid), which \(name(byGUID[guid])) has already")
    verified.insert(node)
    attach(claim, to: node)
  }

  private func attach(_ claim: Claim, to node: Int) {
    let far = PortReference(node: node, port: claim.neighbor.localPort)
    reach(far, claim.neighbor, route: route(beyond: claim.port))
    link(claim.port, far)
  }

  private func name(_ node: Int?) -> String {
    guard let node else { return "another node" }
    return fabric.nodes[node].description.map { "\"\($0)\"" } ?? "the node at \(fabric.nodes[node].route)"
  }

  /// What is left to say when there is nothing left to ask.
  func finish() {
    for claim in claims {
      strange(.contradictoryLink, claim, "the node there says to be \(claim.neighbor.guid), which is elsewhere")
    }
    claims = []
    for (index, node) in fabric.nodes.enumerated() {
      for port in node.ports where port.peer != nil && port.info?.hasLink == false {
        let detail = "PortInfo of port \(port.number) says that it has no link, and it has one"
        fabric.anomalies.append(
          Anomaly(kind: .contradictoryLink, node: index, route: node.route, detail: detail))
      }
    }
    // What was silent and is known from its other end after all.
    let missed = fabric.unanswered
    fabric.unanswered = missed.filter { missing in
      missing.node != nil || missing.beyond.map { fabric[$0]?.peer == nil } ?? true
    }
  }
}

extension MellanoxExtendedPortInfo {
  /// Mellanox's own number, and that of Voltaire, whose switches are Mellanox's.
  static func isSpoken(by vendorID: UInt32) -> Bool { vendorID == 0x2c9 || vendorID == 0x8f1 }

  /// Whether a lane runs at FDR10, can, and may.
  struct Lane {
    var isFDR10: Bool
    var canFDR10: Bool
    var mayFDR10: Bool
  }

  static func speeds(_ attribute: ArraySlice<UInt8>) -> Lane {
    func has(_ field: LayoutField) -> Bool { (field.read(attribute) ?? 0) & fdr10 != 0 }
    return Lane(
      isFDR10: has(Layout.linkSpeedActive), canFDR10: has(Layout.linkSpeedSupported),
      mayFDR10: has(Layout.linkSpeedEnabled))
  }
}
