internal import InfiniBandWire
internal import Vocabulary

extension FabricSession {
  /// Reads the counters of the ports of a swept fabric, by the LIDs that a subnet manager gave them: without one nothing
  /// can be asked, and every node is in ``CounterSurvey/unanswered``.
  public func counters(of fabric: Fabric, _ scope: CounterScope = CounterScope()) throws(SessionFailure)
    -> CounterSurvey
  {
    var reader = CounterReader(fabric, scope)
    try perform(reader.first()) { tag, outcome, queue in reader.take(tag, outcome, &queue) }
    return reader.survey()
  }
}

/// Takes one answer after the other and says what to ask next.
struct CounterReader {
  enum Tag: Hashable {
    case capabilities(node: Int)
    case sum(node: Int)
    case sumExtended(node: Int)
    case counters(PortReference)
    case extended(PortReference)
    case receiveDetails(PortReference)
    case transmitDetails(PortReference)
  }

  typealias Question = (Tag, FabricRequest)

  let fabric: Fabric
  let scope: CounterScope
  private var capabilities: [Int: PerformanceClassPortInfo.Capabilities] = [:]
  private var values: [PortReference: PortCounterValues] = [:]
  private var unanswered: [Unanswered] = []
  private var quiet: [Int] = []

  init(_ fabric: Fabric, _ scope: CounterScope) {
    self.fabric = fabric
    self.scope = scope
  }

  /// The capabilities of every node that has a LID to ask by.
  mutating func first() -> [Question] {
    var questions: [Question] = []
    for node in fabric.nodes.indices where scope.nodes?.contains(node) ?? true {
      let ports = ports(of: node, all: false)
      guard !ports.isEmpty else { continue }
      // The ports of an adapter have a LID each, and one of them may not.
      guard let destination = ports.lazy.compactMap(fabric.performanceDestination).first else {
        unanswered.append(fabric.unanswered("performance counters", node: node, .noLID))
        continue
      }
      questions.append((.capabilities(node: node), FabricRequest(.performance(.classPortInfo), to: destination)))
    }
    return questions
  }

  /// The ports with counters that are wanted. Port 0 of a switch counts only where it is an enhanced one.
  private func ports(of node: Int, all: Bool) -> [PortReference] {
    let facts = fabric.nodes[node]
    return facts.ports.compactMap { port in
      guard scope.ports?.contains(PortReference(node: node, port: port.number)) ?? true else { return nil }
      if facts.type == .switchNode, port.number == 0 {
        return facts.switchInfo?.enhancedPort0 == true ? PortReference(node: node, port: 0) : nil
      }
      let isWanted = all || scope.includesUnlinkedPorts || port.peer != nil || port.info?.hasLink == true
      return isWanted ? PortReference(node: node, port: port.number) : nil
    }
  }

  mutating func take(_ tag: Tag, _ outcome: RequestOutcome, _ queue: inout RequestQueue<Tag>) {
    guard case .answer(let datagram) = outcome else { return refuse(tag, outcome, &queue) }
    switch tag {
    case .capabilities(let node): capable(node, .init(datagram.attribute) ?? .init(), &queue)
    case .sum(let node): sum(node, PortCounter.ofPortCounters, datagram.attribute, &queue)
    case .sumExtended(let node): sum(node, PortCounter.ofExtendedErrors, datagram.attribute, &queue)
    case .counters(let port):
      read(PortCounter.ofPortCounters, of: port, from: datagram.attribute)
      // What a port does not count is not zero but unknown.
      if capabilities[port.node]?.transmitWait != true { values[port]?[.transmitWait] = nil }
      if capabilities[port.node]?.extendedErrors != true { askForDetails(port, &queue) }
    case .extended(let port):
      let can = capabilities[port.node] ?? .init()
      read(
        can.extendedWidth ? PortCounter.ofExtendedTraffic : Array(PortCounter.ofExtendedTraffic.prefix(4)),
        of: port, from: datagram.attribute)
      if can.extendedErrors {
        read(PortCounter.ofExtendedErrors, of: port, from: datagram.attribute)
        if !can.transmitWait { values[port]?[.transmitWait] = nil }
        askForDetails(port, &queue)
      }
    case .receiveDetails(let port): read(PortCounter.ofReceiveErrorDetails, of: port, from: datagram.attribute)
    case .transmitDetails(let port): read(PortCounter.ofTransmitDiscardDetails, of: port, from: datagram.attribute)
    }
  }

  private mutating func capable(
    _ node: Int, _ can: PerformanceClassPortInfo.Capabilities, _ queue: inout RequestQueue<Tag>
  ) {
    capabilities[node] = can
    let isSummed = scope.ports == nil && scope.skipsSwitchesWithoutErrors && !scope.includesTraffic && can.allPortSelect
    guard isSummed, fabric.nodes[node].type == .switchNode else { return askPorts(of: node, all: false, &queue) }
    ask(can.extendedErrors ? .sumExtended(node: node) : .sum(node: node), &queue)
  }

  private mutating func sum(
    _ node: Int, _ fields: PortCounter.Fields, _ attribute: ArraySlice<UInt8>, _ queue: inout RequestQueue<Tag>
  ) {
    var sum = PortCounterValues()
    sum.read(fields, from: attribute)
    if capabilities[node]?.transmitWait != true { sum[.transmitWait] = nil }
    let isShort = PortCounter.errors.contains { $0 != .transmitWait && sum[$0] == nil }
    let hasErrors = PortCounter.errors.contains { (sum[$0] ?? 0) > 0 }
    if isShort || hasErrors { return askPorts(of: node, all: true, &queue) }
    quiet.append(node)
  }

  private mutating func askPorts(of node: Int, all: Bool, _ queue: inout RequestQueue<Tag>) {
    let can = capabilities[node] ?? .init()
    for port in ports(of: node, all: all) {
      guard fabric.performanceDestination(of: port) != nil else {
        missed("PortCounters", port, .noLID)
        continue
      }
      // With 64-bit errors the narrow attribute adds nothing, except where the wide one has none of something.
      if !can.extendedErrors { ask(.counters(port), &queue) }
      if can.extendedErrors || (scope.includesTraffic && can.hasExtended) { ask(.extended(port), &queue) }
    }
  }

  private func askForDetails(_ port: PortReference, _ queue: inout RequestQueue<Tag>) {
    guard scope.includesDetails, let values = values[port] else { return }
    if values[.receiveErrors] ?? 0 > 0 { ask(.receiveDetails(port), &queue) }
    if values[.transmitDiscards] ?? 0 > 0 { ask(.transmitDetails(port), &queue) }
  }

  private func ask(_ tag: Tag, _ queue: inout RequestQueue<Tag>) {
    let attribute: ManagementDatagram.PerformanceAttribute
    let port: PortReference
    var select: UInt8?
    switch tag {
    case .capabilities: return
    case .sum(let node), .sumExtended(let node):
      (attribute, port) = (tag == .sum(node: node) ? .portCounters : .portCountersExtended, .init(node: node, port: 0))
      select = PerformanceClassPortInfo.allPorts
    case .counters(let reference): (attribute, port) = (.portCounters, reference)
    case .extended(let reference): (attribute, port) = (.portCountersExtended, reference)
    case .receiveDetails(let reference): (attribute, port) = (.portReceiveErrorDetails, reference)
    case .transmitDetails(let reference): (attribute, port) = (.portTransmitDiscardDetails, reference)
    }
    guard let destination = fabric.performanceDestination(of: port) else { return }
    queue.add(
      FabricRequest(
        .performance(attribute), to: destination, data: PortCounters.selecting(port: select ?? port.port)), tag: tag)
  }

  private mutating func read(_ fields: PortCounter.Fields, of port: PortReference, from attribute: ArraySlice<UInt8>) {
    values[port, default: PortCounterValues()].read(fields, from: attribute)
  }

  /// A node that is silent is not asked again; one that refuses its capabilities or a sum is asked port by port.
  private mutating func refuse(_ tag: Tag, _ outcome: RequestOutcome, _ queue: inout RequestQueue<Tag>) {
    let reason = Unanswered.Reason(outcome)
    switch tag {
    case .capabilities(let node):
      if case .refused = outcome { return capable(node, .init(), &queue) }
      unanswered.append(fabric.unanswered("ClassPortInfo of performance management", node: node, reason))
    case .sum(let node), .sumExtended(let node):
      if case .refused = outcome { return askPorts(of: node, all: false, &queue) }
      unanswered.append(fabric.unanswered("PortCounters of all ports", node: node, reason))
    case .counters(let port): missed("PortCounters", port, reason)
    case .extended(let port): missed("PortCountersExtended", port, reason)
    // Details are optional, and a refusal says that there are none.
    case .receiveDetails(let port): if case .silent = outcome { missed("PortRcvErrorDetails", port, reason) }
    case .transmitDetails(let port): if case .silent = outcome { missed("PortXmitDiscardDetails", port, reason) }
    }
  }

  private mutating func missed(_ what: String, _ port: PortReference, _ reason: Unanswered.Reason) {
    unanswered.append(fabric.unanswered("\(what) of port \(port.port)", node: port.node, reason))
  }

  func survey() -> CounterSurvey {
    var survey = CounterSurvey()
    survey.readings = values.keys.sorted().compactMap { port in values[port].map { .init(port: port, values: $0) } }
    survey.switchesWithoutErrors = quiet.sorted()
    survey.portsChecked = values.count + quiet.reduce(0) { $0 + ports(of: $1, all: false).count }
    survey.unanswered = unanswered.sorted { ($0.node ?? 0, $0.what) < ($1.node ?? 0, $1.what) }
    return survey
  }
}

extension Fabric {
  /// Where the performance management agent of a port answers: of a switch its base LID.
  func performanceDestination(of port: PortReference) -> FabricRequest.Destination? {
    guard nodes.indices.contains(port.node) else { return nil }
    let node = nodes[port.node]
    let lid = (node.type == .switchNode ? node.port(0) : node.port(port.port))?.info?.lid ?? 0
    return LIDOwners.isUnicast(lid) ? .lid(lid) : nil
  }

  func unanswered(_ what: String, node: Int, _ reason: Unanswered.Reason) -> Unanswered {
    Unanswered(what: what, node: node, beyond: nil, route: nodes[node].route, reason: reason)
  }
}

extension Unanswered.Reason {
  /// What an outcome that is no answer says.
  init(_ outcome: RequestOutcome) {
    switch outcome {
    case .answer(let datagram), .refused(let datagram): self = .refused(datagram.statusMeaning)
    case .silent(let attempts): self = .silent(attempts: attempts)
    }
  }
}
