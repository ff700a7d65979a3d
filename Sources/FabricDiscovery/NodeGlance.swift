internal import InfiniBandWire
internal import Vocabulary

/// Reads one node without the rest of its subnet: by its LID, or by a directed route, which also shows who is at the other
/// ends of its cables.
struct NodeGlance {
  enum Question {
    case node
    case description(Int)
    case switchInfo
    case port(UInt8)
    case neighbor(UInt8)
  }

  private let destination: FabricRequest.Destination
  private let only: UInt8?
  private(set) var fabric = Fabric()

  init(_ destination: FabricRequest.Destination, port: UInt8?) { (self.destination, only) = (destination, port) }

  private var route: DirectedRoute? { if case .directedRoute(let route) = destination { route } else { nil } }

  private func request(
    _ attribute: ManagementDatagram.SubnetAttribute, modifier: UInt8 = 0, beyond port: UInt8? = nil
  ) -> FabricRequest? {
    guard let port else { return FabricRequest(.subnet(attribute), modifier: UInt32(modifier), to: destination) }
    return route?.extended(by: port).map { FabricRequest(.subnet(attribute), to: .directedRoute($0)) }
  }

  var first: [(Question, FabricRequest)] { request(.nodeInfo).map { [(.node, $0)] } ?? [] }

  mutating func take(_ question: Question, _ outcome: RequestOutcome, _ queue: inout RequestQueue<Question>) {
    guard case .answer(let datagram) = outcome else {
      if case .node = question { return }
      if case .neighbor = question { return }
      return fabric.unanswered.append(fabric.unanswered("\(question)", node: 0, .init(outcome)))
    }
    let attribute = datagram.attribute
    switch question {
    case .node: takeNode(attribute, &queue)
    case .description(let node): fabric.nodes[node].description = NodeDescription.text(attribute)
    case .switchInfo: fabric.nodes[0].switchInfo = SwitchFacts(attribute)
    case .port(let number): takePort(number, attribute, &queue)
    case .neighbor(let number): takeNeighbor(number, attribute, &queue)
    }
  }

  private mutating func add(_ answer: NodeAnswer, route: DirectedRoute) -> Int? {
    guard answer.flaw(isOrigin: true) == nil, let type = FabricNodeType(rawValue: answer.type) else { return nil }
    fabric.nodes.append(
      FabricNode(
        guid: answer.guid, type: type, systemImageGUID: answer.systemImageGUID, vendorID: answer.vendorID,
        deviceID: answer.deviceID, revision: answer.revision, portCount: answer.portCount, route: route))
    return fabric.nodes.count - 1
  }

  private mutating func takeNode(_ attribute: ArraySlice<UInt8>, _ queue: inout RequestQueue<Question>) {
    guard let answer = NodeAnswer(attribute), add(answer, route: route ?? .local) != nil else { return }
    let isSwitch = fabric.nodes[0].type == .switchNode
    let numbers = isSwitch ? (0...answer.portCount).map { UInt8(clamping: $0) } : [answer.localPort]
    fabric.nodes[0].ports = numbers.map { FabricPort(number: $0) }
    fabric.nodes[0].ports[0].guid = answer.portGUID
    fabric.origin = PortReference(node: 0, port: numbers[0])
    request(.nodeDescription).map { queue.add($0, tag: .description(0)) }
    if isSwitch { request(.switchInfo).map { queue.add($0, tag: .switchInfo) } }
    for number in numbers where only == nil || number == only || number == 0 || !isSwitch {
      request(.portInfo, modifier: number).map { queue.add($0, tag: .port(number)) }
    }
  }

  private mutating func takePort(
    _ number: UInt8, _ attribute: ArraySlice<UInt8>, _ queue: inout RequestQueue<Question>
  ) {
    guard let facts = PortFacts(attribute), let place = fabric.nodes[0].ports.firstIndex(where: { $0.number == number })
    else { return }
    fabric.nodes[0].ports[place].info = facts
    // A directed route leads through switches, and out of the local port.
    let leads = fabric.nodes[0].type == .switchNode ? number > 0 : route == .local
    if facts.hasLink, leads { request(.nodeInfo, beyond: number).map { queue.add($0, tag: .neighbor(number)) } }
  }

  private mutating func takeNeighbor(
    _ number: UInt8, _ attribute: ArraySlice<UInt8>, _ queue: inout RequestQueue<Question>
  ) {
    guard let answer = NodeAnswer(attribute), let route = route?.extended(by: number) else { return }
    let known = fabric.nodes.firstIndex { $0.guid == answer.guid }
    guard let node = known ?? add(answer, route: route) else { return }
    let far = PortReference(node: node, port: answer.localPort)
    if fabric[far] == nil {
      let place = fabric.nodes[node].ports.firstIndex { $0.number > far.port } ?? fabric.nodes[node].ports.count
      fabric.nodes[node].ports.insert(FabricPort(number: far.port), at: place)
    }
    link(PortReference(node: 0, port: number), far)
    if known == nil { request(.nodeDescription, beyond: number).map { queue.add($0, tag: .description(node)) } }
  }

  private mutating func link(_ one: PortReference, _ other: PortReference) {
    for (here, there) in [(one, other), (other, one)] {
      if let place = fabric.nodes[here.node].ports.firstIndex(where: { $0.number == here.port }) {
        fabric.nodes[here.node].ports[place].peer = there
      }
    }
  }
}

extension FabricSession {
  /// The node at `destination` as a fabric of its own, the first of its nodes; `nil` when nobody answers there.
  /// - Parameter port: only this port of a switch, and its management port.
  public func glance(at destination: FabricRequest.Destination, port: UInt8? = nil) throws(SessionFailure) -> Fabric? {
    var glance = NodeGlance(destination, port: port)
    try perform(glance.first) { question, outcome, queue in glance.take(question, outcome, &queue) }
    return glance.fabric.nodes.isEmpty ? nil : glance.fabric
  }
}
