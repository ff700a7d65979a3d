internal import BinaryLayout
internal import HostAccess
internal import InfiniBandWire

/// The management agent of a local port, asked by datagram: what sysfs does not have, and what it is too slow to have.
final class LocalAgent {
  private let channel: any ManagementPort
  private var transaction: UInt32 = 0

  /// - Throws: when the port has no management device or the user may not open it.
  init(
    _ management: any ManagementAccess, device: String, port: Int,
    classes: [ManagementDatagram.Class] = [.subnetDirectedRoute, .performance]
  ) throws(ManagementError) {
    channel = try management.open(
      device: device, port: port,
      classes: classes.map {
        ManagementClass(identifier: $0.rawValue, version: 1)
      })
  }

  func nodeInfo() throws(ManagementError) -> LayoutRecord {
    try get(.nodeInfo, modifier: 0, length: NodeInfo.length)
  }

  func portInfo(_ port: Int) throws(ManagementError) -> LayoutRecord {
    try get(.portInfo, modifier: UInt32(port), length: PortInfo.length)
  }

  /// PortInfo of the port at the other end of the link of `port`.
  func neighbour(of port: Int) throws(ManagementError) -> LayoutRecord {
    guard let route = DirectedRoute.local.extended(by: UInt8(truncatingIfNeeded: port)) else {
      throw .failed("has no such port")
    }
    let node = try get(.nodeInfo, modifier: 0, length: NodeInfo.length, route: route)
    let number = UInt32(node[NodeInfo.Layout.localPortNum])
    return try get(.portInfo, modifier: number, length: PortInfo.length, route: route)
  }

  /// Whether the subnet manager at a LID answers: SubnGet(SMInfo).
  func managerAnswers(lid: Int) -> Bool {
    transaction += 1
    let request = ManagementDatagram.lidRouted(.smInfo, transactionID: transaction)
    let address = ManagementAddress.subnetManagement(lid: UInt16(truncatingIfNeeded: lid))
    return (try? exchange(request, address, length: SMInfo.length)) != nil
  }

  func portCounters(port: Int, lid: Int) throws(ManagementError) -> LayoutRecord {
    transaction += 1
    let request = ManagementDatagram.performance(
      .portCounters, transactionID: transaction,
      data: PortCounters.selecting(port: UInt8(truncatingIfNeeded: port)))
    let address = ManagementAddress.generalServices(lid: UInt16(truncatingIfNeeded: lid))
    return try exchange(request, address, length: PortCounters.length)
  }

  private func get(
    _ attribute: ManagementDatagram.SubnetAttribute, modifier: UInt32, length: Int, route: DirectedRoute = .local
  ) throws(ManagementError) -> LayoutRecord {
    transaction += 1
    let request = ManagementDatagram.directedRoute(
      attribute, modifier: modifier, route: route, transactionID: transaction)
    let address = ManagementAddress.directedRoute
    return try exchange(request, address, length: length)
  }

  private func exchange(
    _ request: ManagementDatagram, _ address: ManagementAddress, length: Int
  ) throws(ManagementError) -> LayoutRecord {
    try channel.send(request.bytes, to: address, timeoutMilliseconds: Patience.milliseconds)
    // Answers to earlier requests may still come in; they are not ours.
    for _ in 0..<Patience.strangers {
      // The kernel gives a request back when its time is over; ours is longer, so that it comes first.
      switch try channel.receive(timeoutMilliseconds: 2 * Patience.milliseconds) {
      case nil: throw .failed("no answer within \(2 * Patience.milliseconds) ms")
      case .timedOut(let bytes)?:
        guard let returned = ManagementDatagram(bytes), returned.transactionID == request.transactionID else {
          continue
        }
        throw .failed("its management agent did not answer")
      case .answer(let bytes)?:
        guard let answer = ManagementDatagram(bytes), answer.answers(request) else { continue }
        guard answer.status == 0 else { throw .failed("its management agent refused: \(answer.statusMeaning)") }
        guard let record = LayoutRecord(answer.attribute, length: length) else {
          throw .failed("the answer is too short")
        }
        return record
      }
    }
    throw .failed("only answers to other requests came in")
  }

  private enum Patience {
    static let milliseconds = 500
    static let strangers = 16
  }

}

/// The agents of the local ports, each opened once and kept: the simulator gives the answers of a class to whoever
/// registered it last, and to open a port again for every question would cost more than the question.
final class LocalAgents {
  private let management: any ManagementAccess
  private var open: [String: LocalAgent] = [:]

  init(_ management: any ManagementAccess) { self.management = management }

  /// - Throws: when the port has no management device or the user may not open it.
  func agent(of device: String, port: Int) throws(ManagementError) -> LocalAgent {
    let key = "\(device)/\(port)"
    if let agent = open[key] { return agent }
    let agent = try LocalAgent(management, device: device, port: port)
    open[key] = agent
    return agent
  }

  /// Lets go of a port that did not answer: the next question opens it anew.
  func forget(_ device: String, port: Int) { open["\(device)/\(port)"] = nil }
}
