internal import HostAccess
public import InfiniBandWire

/// One question to one agent.
public struct FabricRequest: Sendable, Equatable {
  public enum Destination: Sendable, Equatable {
    case directedRoute(DirectedRoute)
    case lid(UInt16)
  }

  public enum Attribute: Sendable, Equatable {
    case subnet(ManagementDatagram.SubnetAttribute)
    /// Only by LID: a directed route leads to no other agent than that of subnet management.
    case performance(ManagementDatagram.PerformanceAttribute)
    /// Records that match the components of `data`, from the subnet administration at a LID.
    case administration(ManagementDatagram.AdministrationAttribute, components: UInt64, key: UInt64 = 0)
    /// Likewise. The session's port must have registered the class.
    case device(ManagementDatagram.DeviceAttribute)
  }

  public var destination: Destination
  public var attribute: Attribute
  public var modifier: UInt32
  public var method: ManagementDatagram.Method
  /// The attribute's bytes, for a Set and for a selection.
  public var data: [UInt8]
  /// Of general services; subnet management has none.
  public var serviceLevel: UInt8 = 0
  /// How often nothing may come in place of an answer, where that is less than the policy's limit.
  public var mostSilences: Int?

  public init(
    _ attribute: Attribute, modifier: UInt32 = 0, to destination: Destination,
    method: ManagementDatagram.Method = .get, data: [UInt8] = []
  ) {
    self.destination = destination
    self.attribute = attribute
    self.modifier = modifier
    self.method = method
    self.data = data
  }

  /// A directed route leads to the agent of subnet management alone.
  var isPossible: Bool {
    switch (attribute, destination) {
    case (.performance, .directedRoute), (.administration, .directedRoute), (.device, .directedRoute): false
    default: true
    }
  }

  func datagram(transactionID: UInt32, policy: RequestPolicy = RequestPolicy()) -> (
    ManagementDatagram, ManagementAddress
  ) {
    let mKey = policy.mKey
    let lid: UInt16 = if case .lid(let lid) = destination { lid } else { 0 }
    switch (attribute, destination) {
    case (.subnet(let attribute), .directedRoute(let route)):
      let datagram = ManagementDatagram.directedRoute(
        attribute, method: method, modifier: modifier, route: route, transactionID: transactionID, data: data)
      return (mKey == 0 ? datagram : datagram.with(mKey: mKey), .directedRoute)
    case (.subnet(let attribute), .lid(let lid)):
      let datagram = ManagementDatagram.lidRouted(
        attribute, method: method, modifier: modifier, transactionID: transactionID, data: data)
      return (mKey == 0 ? datagram : datagram.with(mKey: mKey), .subnetManagement(lid: lid))
    case (.performance(let attribute), _):
      let datagram = ManagementDatagram.performance(
        attribute, method: method, modifier: modifier, transactionID: transactionID, data: data)
      return (datagram, .generalServices(lid: lid, keyIndex: policy.keyIndex))
    case (.administration(let attribute, let components, let key), _):
      let datagram = ManagementDatagram.administration(
        attribute, method: method, components: components, transactionID: transactionID, data: data, key: key)
      return (datagram, .generalServices(lid: lid, serviceLevel: serviceLevel, keyIndex: policy.keyIndex))
    case (.device(let attribute), _):
      let datagram = ManagementDatagram.deviceManagement(attribute, modifier: modifier, transactionID: transactionID)
      return (datagram, .generalServices(lid: lid, keyIndex: policy.keyIndex))
    }
  }

  private var lid: UInt16 { if case .lid(let lid) = destination { lid } else { 0 } }

  /// Whether `response` is of the class and the attribute that this asks for.
  func isAnswered(by response: ManagementDatagram) -> Bool {
    let answer: ManagementDatagram.Method = method == .getTable ? .getTableResponse : .getResponse
    guard response.method == answer.rawValue else { return false }
    let (managementClass, identifier): (ManagementDatagram.Class, UInt16) =
      switch (attribute, destination) {
      case (.subnet(let attribute), .directedRoute): (.subnetDirectedRoute, attribute.rawValue)
      case (.subnet(let attribute), .lid): (.subnetLIDRouted, attribute.rawValue)
      case (.performance(let attribute), _): (.performance, attribute.rawValue)
      case (.administration(let attribute, _, _), _): (.subnetAdministration, attribute.rawValue)
      case (.device(let attribute), _): (.deviceManagement, attribute.rawValue)
      }
    return response.managementClass == managementClass.rawValue && response.attributeID == identifier
  }
}

/// What became of a request.
public enum RequestOutcome: Sendable, Equatable {
  /// A response with status 0; its attribute has the length of the class, not that of the layout.
  case answer(ManagementDatagram)
  /// A response with a status: busy ones are tried again first.
  case refused(ManagementDatagram)
  case silent(attempts: Int)
}

extension Fabric {
  /// The route to a port rather than to its node: a subnet manager answers at the port it runs on, an adapter's agent for
  /// the port that a request came in by, and the adapter was perhaps reached through another.
  package func route(to port: PortReference) -> DirectedRoute? {
    guard nodes.indices.contains(port.node) else { return nil }
    if port == origin { return .local }
    let node = nodes[port.node]
    guard node.type != .switchNode, let peer = self[port]?.peer, nodes.indices.contains(peer.node) else {
      return node.route
    }
    // What hangs on the other end of our own cable is reached by our own port.
    return nodes[peer.node].route.extended(by: peer.port)
  }
}
