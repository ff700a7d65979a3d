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
    /// Likewise. The session's port must have registered the class.
    case device(ManagementDatagram.DeviceAttribute)
  }

  public var destination: Destination
  public var attribute: Attribute
  public var modifier: UInt32
  public var method: ManagementDatagram.Method
  /// The attribute's bytes, for a Set and for a selection.
  public var data: [UInt8]

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
    case (.performance, .directedRoute), (.device, .directedRoute): false
    default: true
    }
  }

  func datagram(transactionID: UInt32, mKey: UInt64 = 0) -> (ManagementDatagram, ManagementAddress) {
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
      return (datagram, .generalServices(lid: lid))
    case (.device(let attribute), _):
      let datagram = ManagementDatagram.deviceManagement(attribute, modifier: modifier, transactionID: transactionID)
      return (datagram, .generalServices(lid: lid))
    }
  }

  private var lid: UInt16 { if case .lid(let lid) = destination { lid } else { 0 } }

  /// Whether `response` is of the class and the attribute that this asks for.
  func isAnswered(by response: ManagementDatagram) -> Bool {
    guard response.method == ManagementDatagram.Method.getResponse.rawValue else { return false }
    let (managementClass, identifier): (ManagementDatagram.Class, UInt16) =
      switch (attribute, destination) {
      case (.subnet(let attribute), .directedRoute): (.subnetDirectedRoute, attribute.rawValue)
      case (.subnet(let attribute), .lid): (.subnetLIDRouted, attribute.rawValue)
      case (.performance(let attribute), _): (.performance, attribute.rawValue)
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
