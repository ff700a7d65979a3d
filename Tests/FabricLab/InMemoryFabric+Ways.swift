internal import BinaryLayout
public import HostAccess
internal import InfiniBandWire

/// How packets go.
extension InMemoryFabric {
  /// The port that a request reaches, silent or not; `nil` when it is lost on the way.
  public func target(of datagram: [UInt8], to address: ManagementAddress) -> Topology.End? {
    guard let request = ManagementDatagram(datagram) else { return nil }
    return way(of: request, to: address)?.last
  }

  /// The ports by which a request enters each node, the attachment first.
  func way(of request: ManagementDatagram, to address: ManagementAddress) -> [Topology.End]? {
    let managementClass = ManagementDatagram.Layout.managementClass.read(request.bytes) ?? 0
    if managementClass == UInt64(ManagementDatagram.Class.subnetDirectedRoute.rawValue) { return directedWay(request) }
    let needsActive = managementClass != UInt64(ManagementDatagram.Class.subnetLIDRouted.rawValue)
    guard let there = lidWay(from: attachment, to: address.lid, needsActive: needsActive), let end = there.last else {
      return nil
    }
    // The answer goes the way of the requester's LID, which may be another.
    guard end.node == attachment.node || lidWay(from: end, to: self[attachment].lid, needsActive: needsActive) != nil
    else { return nil }
    return there
  }

  private func directedWay(_ request: ManagementDatagram) -> [Topology.End]? {
    typealias Layout = ManagementDatagram.Layout
    let hops = Int(Layout.hopCount.read(request.bytes) ?? 0)
    // What is not a pure directed route at its beginning is nobody's.
    guard hops <= DirectedRoute.longest, Layout.hopPointer.read(request.bytes) == 0,
      Layout.directedSourceLID.read(request.bytes) == 0xffff,
      Layout.directedDestinationLID.read(request.bytes) == 0xffff
    else { return nil }
    var way = [attachment]
    var here = attachment
    for hop in 0..<hops {
      let isSwitch = topology.nodes[here.node].kind == .switchNode
      guard hop == 0 || isSwitch, hop == 0 || !isDeaf(here.node) else { return nil }
      let out = Int(request.bytes[LabDatagram.initialPath.lowerBound + 1 + hop])
      // An adapter sends by the port that was opened.
      guard isSwitch || out == here.port, let next = step(from: here.node, by: out) else { return nil }
      way.append(next)
      here = next
    }
    return way
  }

  /// A dead agent also forwards no directed route.
  private func isDeaf(_ node: Int) -> Bool {
    switch silence[node] {
    case .entirely, .answers(attributes: []): true
    default: false
    }
  }

  private func step(from node: Int, by port: Int) -> Topology.End? {
    guard port > 0, port < ports[node].count, ports[node][port].isUp, let peer = ports[node][port].peer,
      self[peer].isUp
    else { return nil }
    return peer
  }

  /// The way by the forwarding tables; `nil` when they lead nowhere, in a circle, or through ports that are not active.
  func lidWay(from start: Topology.End, to lid: UInt16, needsActive: Bool) -> [Topology.End]? {
    guard lid != 0, lid < 0xc000 else { return nil }
    var way = [start]
    var here = start
    while way.count <= topology.nodes.count + 2 {
      let isSwitch = topology.nodes[here.node].kind == .switchNode
      let own = isSwitch ? ports[here.node][0] : self[here]
      if own.has(lid: lid) { return way }
      guard isSwitch || way.count == 1 else { return nil }
      if silence[here.node] == .entirely { return nil }
      let out = isSwitch ? Int(entry(here.node, lid)) : here.port
      guard let next = step(from: here.node, by: out),
        !needsActive || (ports[here.node][out].isActive && self[next].isActive)
      else { return nil }
      way.append(next)
      here = next
    }
    return nil
  }

  private func entry(_ node: Int, _ lid: UInt16) -> UInt8 {
    tables[node].indices.contains(Int(lid)) ? tables[node][Int(lid)] : LinearForwardingTable.noPort
  }
}

/// Where things stand in a datagram, beside what ``ManagementDatagram`` tells.
enum LabDatagram {
  static let subnetData = 64..<128
  static let performanceData = 64..<256
  static let initialPath = 128..<192
  static let returnPath = 192..<256
}
