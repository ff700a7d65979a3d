internal import HostAccess
internal import InfiniBandWire
internal import Vocabulary

/// What a sweep asks.
enum SweepQuestion {
  case origin
  case description(node: Int)
  case switchInfo(node: Int)
  case portInfo(PortReference, DirectedRoute)
  /// Whether a lane of 10 Gb/s is FDR10.
  case extendedPortInfo(PortReference)
  /// NodeInfo of whatever is at the other end of a port's cable. `blind`: nobody knows whether it has one.
  case neighbor(PortReference, blind: Bool)
  /// Who is behind the node that a claim found, by a port behind which its namesake has a known neighbour.
  case identity(Claim, port: UInt8)
  /// Whether that port of the claim's node has a link.
  case identityPort(Claim)
  /// The same question as the claim's, once more.
  case again(Claim)
}

/// What a port's neighbour said of itself, where it cannot be taken at its word.
struct Claim {
  var port: PortReference
  var neighbor: NodeAnswer
}

/// The state of a sweep: takes outcomes, and knows the next questions.
final class Sweeper {
  /// A subnet has no more unicast LIDs, and each node needs one. Source: InfiniBand specification vol. 1, 4.1.1.
  private let mostNodes: Int
  /// No subnet has more: what has is an endless one that somebody makes up as we go.
  private let mostPorts: Int
  static let mostRounds = 500

  var fabric = Fabric()
  private(set) var answered = 0
  private var asked = 0
  /// Why the local port could not be asked.
  private(set) var localFailure: ManagementError?

  var byGUID: [GUID: Int] = [:]
  /// GUIDs of which more than one node may be there: only what is asked from their own side tells their links.
  var contested: Set<GUID> = []
  var claims: [Claim] = []
  /// Switches whose links have all been asked from their own side.
  var verified: Set<Int> = []
  /// Ports whose neighbour says to be the same node, and what it says.
  private var loops: [PortReference: NodeAnswer] = [:]
  /// One port of each switch whose link another node told of, which is asked all the same: whether it is this switch
  /// that the other node has met, and not a second one of its GUID.
  private var samples: [Int: PortReference] = [:]
  private var ports = 0
  private var isTooLarge = false
  private var next: [(SweepQuestion, FabricRequest)] = []

  init(mostNodes: Int = 0xbfff, mostPorts: Int = 1_000_000) {
    self.mostNodes = mostNodes
    self.mostPorts = mostPorts
  }

  var progress: SweepProgress { SweepProgress(nodes: fabric.nodes.count, answered: answered, asked: asked) }

  func origin() -> (SweepQuestion, FabricRequest) {
    asked += 1
    return (.origin, FabricRequest(.subnet(.nodeInfo), to: .directedRoute(.local)))
  }

  // MARK: Asking

  func ask(
    _ question: SweepQuestion, _ attribute: ManagementDatagram.SubnetAttribute, _ route: DirectedRoute,
    modifier: UInt32 = 0
  ) {
    asked += 1
    next.append((question, FabricRequest(.subnet(attribute), modifier: modifier, to: .directedRoute(route))))
  }

  func askNeighbor(of port: PortReference, blind: Bool = false) {
    guard let route = fabric.nodes[port.node].route.extended(by: port.port) else {
      return missed("NodeInfo", beyond: port, fabric.nodes[port.node].route, .tooFar)
    }
    ask(.neighbor(port, blind: blind), .nodeInfo, route)
  }

  /// The questions that have come up since the last call.
  func takeQuestions() -> [(SweepQuestion, FabricRequest)] {
    defer { next = [] }
    return next
  }

  func hand(to queue: inout RequestQueue<SweepQuestion>) {
    for (question, request) in next { queue.add(request, tag: question) }
    next.removeAll(keepingCapacity: true)
  }

  /// A cable has two ends: when the other one has told of it, this one need not be asked.
  func wants(_ question: SweepQuestion) -> Bool {
    guard case .neighbor(let port, _) = question, fabric[port]?.peer != nil, samples[port.node] != port else {
      return true
    }
    asked -= 1
    return false
  }

  // MARK: Outcomes

  func take(_ outcome: RequestOutcome, of question: SweepQuestion) {
    answered += 1
    let attribute: ArraySlice<UInt8>
    switch outcome {
    case .answer(let datagram): attribute = datagram.attribute
    case .refused(let datagram): return failed(question, .refused(datagram.statusMeaning))
    case .silent(let attempts): return failed(question, .silent(attempts: attempts))
    }
    switch question {
    case .origin:
      takeOrigin(attribute)
    case .description(let node):
      fabric.nodes[node].description = NodeDescription.text(attribute)
    case .switchInfo(let node):
      fabric.nodes[node].switchInfo = SwitchFacts(attribute)
    case .portInfo(let port, _):
      if let facts = PortFacts(attribute) { take(facts, of: port) }
    case .extendedPortInfo(let port):
      take(MellanoxExtendedPortInfo.speeds(attribute), of: port)
    case .neighbor(let port, _):
      if let neighbor = NodeAnswer(attribute) { take(neighbor, beyond: port) }
    case .identity(let claim, _):
      if let neighbor = NodeAnswer(attribute) { decide(claim, by: neighbor) }
    case .identityPort(let claim):
      if let facts = PortFacts(attribute) { decide(claim, byPort: facts) }
    case .again(let claim):
      if let neighbor = NodeAnswer(attribute) { decide(claim, again: neighbor) }
    }
  }

  private func failed(_ question: SweepQuestion, _ reason: Unanswered.Reason) {
    switch question {
    case .origin:
      let words =
        if case .refused(let words) = reason { "refused: \(words)" } else { "did not answer" }
      localFailure = .failed("the management agent of the local port \(words)")
    case .description(let node):
      missed("NodeDescription", of: node, fabric.nodes[node].route, reason)
    case .switchInfo(let node):
      missed("SwitchInfo", of: node, fabric.nodes[node].route, reason)
    case .portInfo(let port, let route):
      missed("PortInfo of port \(port.port)", of: port.node, route, reason)
      // Whether there is a link is not known: the way to what lies behind it is to try.
      if canForward(port), fabric[port]?.peer == nil { askNeighbor(of: port, blind: true) }
    case .extendedPortInfo:
      // An attribute of one vendor's: who does not know it may be silent about it.
      break
    case .neighbor(let port, let blind):
      if fabric[port]?.peer != nil { return doubt(port) }
      guard !blind, let route = fabric.nodes[port.node].route.extended(by: port.port) else { return }
      missed("NodeInfo", beyond: port, route, reason)
    case .identity(let claim, let port):
      ask(.identityPort(claim), .portInfo, route(beyond: claim.port), modifier: UInt32(port))
    case .identityPort(let claim), .again(let claim):
      strange(.contradictoryLink, claim, "the node that said to be \(claim.neighbor.guid) is gone")
    }
  }

  private func missed(_ what: String, of node: Int, _ route: DirectedRoute, _ reason: Unanswered.Reason) {
    fabric.unanswered.append(Unanswered(what: what, node: node, beyond: nil, route: route, reason: reason))
  }

  private func missed(
    _ what: String, beyond port: PortReference, _ route: DirectedRoute, _ reason: Unanswered.Reason
  ) {
    fabric.unanswered.append(Unanswered(what: what, node: nil, beyond: port, route: route, reason: reason))
  }

  // MARK: Nodes

  private func takeOrigin(_ attribute: ArraySlice<UInt8>) {
    guard let answer = NodeAnswer(attribute) else { return }
    if let flaw = answer.flaw(isOrigin: true) {
      localFailure = .failed("the management agent of the local port cannot be believed: \(flaw)")
      return
    }
    guard let node = add(answer, route: .local) else { return }
    fabric.origin = PortReference(node: node, port: answer.localPort)
    reach(fabric.origin, answer, route: .local)
  }

  /// A node that nobody knew.
  func add(_ answer: NodeAnswer, route: DirectedRoute) -> Int? {
    guard let type = FabricNodeType(rawValue: answer.type) else { return nil }
    let added = type == .switchNode ? answer.portCount + 1 : 1
    guard fabric.nodes.count < mostNodes, ports + added <= mostPorts else {
      if !isTooLarge {
        let detail = "there are more nodes or ports than a subnet can have: what lies further is left out"
        fabric.anomalies.append(Anomaly(kind: .impossibleValue, node: nil, route: route, detail: detail))
      }
      isTooLarge = true
      return nil
    }
    ports += added
    let index = fabric.nodes.count
    var node = FabricNode(
      guid: answer.guid, type: type, systemImageGUID: answer.systemImageGUID, vendorID: answer.vendorID,
      deviceID: answer.deviceID, revision: answer.revision, portCount: answer.portCount, route: route)
    node.partitionCap = answer.partitionCap
    if type == .switchNode {
      node.ports = (0...answer.portCount).map { FabricPort(number: UInt8(truncatingIfNeeded: $0)) }
      node.ports[0].guid = answer.portGUID
    }
    fabric.nodes.append(node)
    if byGUID[answer.guid] == nil { byGUID[answer.guid] = index }
    ask(.description(node: index), .nodeDescription, route)
    guard type == .switchNode else { return index }
    ask(.switchInfo(node: index), .switchInfo, route)
    for port in node.ports {
      let reference = PortReference(node: index, port: port.number)
      ask(.portInfo(reference, route), .portInfo, route, modifier: UInt32(port.number))
    }
    return index
  }

  /// The port of a channel adapter or router by which it was reached: those that were not may lie in another subnet.
  func reach(_ port: PortReference, _ answer: NodeAnswer, route: DirectedRoute) {
    guard fabric.nodes[port.node].type != .switchNode, fabric[port] == nil else { return }
    var reached = FabricPort(number: port.port)
    reached.guid = answer.portGUID
    let position = fabric.nodes[port.node].ports.firstIndex { $0.number > port.port }
    fabric.nodes[port.node].ports.insert(reached, at: position ?? fabric.nodes[port.node].ports.count)
    ask(.portInfo(port, route), .portInfo, route, modifier: UInt32(port.port))
  }

  // MARK: Ports

  /// Directed routes lead through switches, and out of the local port.
  func canForward(_ port: PortReference) -> Bool {
    fabric.nodes[port.node].type == .switchNode ? port.port > 0 : port == fabric.origin
  }

  func change(_ port: PortReference, _ body: (inout FabricPort) -> Void) {
    let number = Int(port.port)
    if fabric.nodes[port.node].type == .switchNode {
      guard fabric.nodes[port.node].ports.indices.contains(number) else { return }
      body(&fabric.nodes[port.node].ports[number])
    } else if let position = fabric.nodes[port.node].ports.firstIndex(where: { $0.number == port.port }) {
      body(&fabric.nodes[port.node].ports[position])
    }
  }

  private func take(_ facts: PortFacts, of port: PortReference) {
    change(port) { $0.info = facts }
    guard facts.hasLink else { return }
    if facts.speed == .qdr, MellanoxExtendedPortInfo.isSpoken(by: fabric.nodes[port.node].vendorID) {
      let route = fabric.nodes[port.node].route
      ask(.extendedPortInfo(port), .mellanoxExtendedPortInfo, route, modifier: UInt32(port.port))
    }
    if canForward(port), fabric[port]?.peer == nil || samples[port.node] == port { askNeighbor(of: port) }
  }

  private func take(_ lane: MellanoxExtendedPortInfo.Lane, of port: PortReference) {
    change(port) { port in
      if lane.isFDR10 { port.info?.speed = .fdr10 }
      // PortInfo knows FDR10 as QDR; what is faster yet it names.
      if lane.canFDR10, port.info?.fastestSupported == .qdr { port.info?.fastestSupported = .fdr10 }
      if lane.mayFDR10, port.info?.fastestEnabled == .qdr { port.info?.fastestEnabled = .fdr10 }
    }
  }

  // MARK: Links

  private func take(_ neighbor: NodeAnswer, beyond port: PortReference) {
    let route = route(beyond: port)
    if let flaw = neighbor.flaw(isOrigin: false) {
      fabric.anomalies.append(Anomaly(kind: .impossibleValue, node: port.node, route: route, detail: flaw))
      return
    }
    if let peer = fabric[port]?.peer {
      if fabric.nodes[peer.node].guid == neighbor.guid && peer.port == neighbor.localPort { return }
      // What is asked through this port is sure; who told of the link has met another node.
      doubt(port)
    }
    guard let known = byGUID[neighbor.guid] else {
      guard let node = add(neighbor, route: route) else { return }
      let far = PortReference(node: node, port: neighbor.localPort)
      reach(far, neighbor, route: route)
      return link(port, far)
    }
    let far = PortReference(node: known, port: neighbor.localPort)
    let claim = Claim(port: port, neighbor: neighbor)
    guard !contested.contains(neighbor.guid), isPlausible(claim, as: known) else { return contest(claim) }
    guard known != port.node || far == port || loops[far]?.localPort == port.port else {
      // A cable from a node to itself is rarer than two nodes of one GUID: both ends have to say so.
      loops[port] = neighbor
      return
    }
    if canForward(far), samples[known] == nil { samples[known] = far }
    reach(far, neighbor, route: route)
    link(port, far)
  }

  /// A port whose link another node told of has nobody or another one behind it: that node has met a second one of its
  /// GUID.
  private func doubt(_ port: PortReference) {
    guard let peer = fabric[port]?.peer else { return }
    contested.insert(fabric.nodes[port.node].guid)
    unlink(port)
    if canForward(peer) { askNeighbor(of: peer) }
  }

  /// Whether the neighbour may be the node that has its GUID already.
  private func isPlausible(_ claim: Claim, as known: Int) -> Bool {
    let node = fabric.nodes[known]
    guard node.type.rawValue == claim.neighbor.type, node.portCount == claim.neighbor.portCount else { return false }
    let far = fabric[PortReference(node: known, port: claim.neighbor.localPort)]
    return (far?.peer == nil || far?.peer == claim.port) && far?.info?.hasLink != false
  }

  private func contest(_ claim: Claim) {
    contested.insert(claim.neighbor.guid)
    claims.append(claim)
  }

  func link(_ one: PortReference, _ other: PortReference) {
    change(one) { $0.peer = other }
    change(other) { $0.peer = one }
  }

  func unlink(_ port: PortReference) {
    guard let peer = fabric[port]?.peer else { return }
    change(port) { $0.peer = nil }
    change(peer) { $0.peer = nil }
  }

  /// Loops that only one end tells of become claims.
  func takeLoops() {
    for (port, neighbor) in loops.sorted(by: { $0.key < $1.key }) where fabric[port]?.peer == nil {
      contest(Claim(port: port, neighbor: neighbor))
    }
    loops = [:]
  }

  func route(beyond port: PortReference) -> DirectedRoute {
    let route = fabric.nodes[port.node].route
    return route.extended(by: port.port) ?? route
  }

  func strange(_ kind: Anomaly.Kind, _ claim: Claim, _ detail: String) {
    fabric.anomalies.append(
      Anomaly(kind: kind, node: claim.port.node, route: route(beyond: claim.port), detail: detail))
  }
}
