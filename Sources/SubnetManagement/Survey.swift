public import FabricDiscovery
internal import InfiniBandWire
internal import Vocabulary

extension FabricSession {
  /// Asks every port of a swept fabric that says a subnet manager runs there (IsSM in its capability mask), the local one
  /// among them, for its SMInfo.
  public func subnetManagers(of fabric: Fabric) throws(SessionFailure) -> SubnetManagerSurvey {
    var survey = SubnetManagerSurvey(managers: [], unanswered: [])
    let requests = fabric.managerPorts.compactMap { port in
      fabric.route(to: port).map { ((port, $0), FabricRequest(.subnet(.smInfo), to: .directedRoute($0))) }
    }
    try perform(requests) { place, outcome, _ in
      let (port, route) = place
      let reason: Unanswered.Reason
      switch SMInfoOutcome(outcome) {
      case .reading(let reading):
        survey.managers.append(SubnetManager(reading, at: port, of: fabric))
        return
      case .refused(let words, _): reason = .refused(words)
      case .silent(let attempts): reason = .silent(attempts: attempts)
      }
      let node = fabric.nodes[port.node]
      survey.unanswered.append(
        Unanswered(
          what: "SMInfo of port \(port.port) of \(node.description ?? node.guid.description)", node: port.node,
          beyond: nil, route: route, reason: reason))
    }
    survey.managers.sort { $0.precedes($1) }
    return survey
  }
}

extension Fabric {
  /// The ports where a subnet manager says it runs: of a switch only port 0 can be one.
  fileprivate var managerPorts: [PortReference] {
    nodes.indices.flatMap { index in
      nodes[index].ports.filter { port in
        port.info?.isSubnetManager == true && (nodes[index].type != .switchNode || port.number == 0)
      }.map { PortReference(node: index, port: $0.number) }
    }
  }
}

extension SubnetManager {
  fileprivate init(_ reading: SMInfoReading, at port: PortReference, of fabric: Fabric) {
    self.init(
      guid: reading.guid, lid: fabric[port]?.info?.lid ?? 0, priority: reading.priority, state: reading.state,
      activityCount: reading.activityCount, port: port, nodeDescription: fabric.nodes[port.node].description)
  }

  /// Master first, then in the order in which they would become it. Source: InfiniBand specification vol. 1, 14.4.1.
  fileprivate func precedes(_ other: SubnetManager) -> Bool {
    if (state == .master) != (other.state == .master) { return state == .master }
    return (-priority, guid, port) < (-other.priority, other.guid, other.port)
  }
}
