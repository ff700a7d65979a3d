internal import InfiniBandWire

/// The way of a packet from a port to another, as the forwarding tables have it.
public struct FabricRoute: Sendable, Equatable {
  /// A node on the way.
  public struct Hop: Sendable, Equatable {
    public var node: Int
    /// `nil` at the beginning.
    public var inPort: UInt8?
    /// `nil` at the end.
    public var outPort: UInt8?

    public init(node: Int, inPort: UInt8?, outPort: UInt8?) {
      self.node = node
      self.inPort = inPort
      self.outPort = outPort
    }
  }

  /// Why a packet does not arrive.
  public enum Fault: Sendable, Equatable {
    /// The target has no LID to send to.
    case noTargetLID
    /// The switch has no entry for the LID, or the entry that means "nowhere".
    case noEntry(node: Int)
    /// The table of the switch could not be read.
    case tableUnread(node: Int)
    /// The port is not there, is down, or nothing that answers is behind it.
    case deadPort(PortReference)
    /// The packet comes back to a switch where it was.
    case loop(node: Int)
    /// It ends at a node it is not for.
    case wrongNode(Int)
  }

  public var source: PortReference
  public var target: PortReference
  /// The LID sent to; 0 when there is none.
  public var lid: UInt16
  /// From the node of the source on, as far as the packet goes.
  public var hops: [Hop] = []
  /// `nil` when it arrives.
  public var fault: Fault?

  public var isComplete: Bool { fault == nil }
}

extension ForwardingTables {
  /// Follows the way of a packet by tables that were read.
  /// - Parameter lidOffset: which of the LIDs of a target with an LMC, counted from its base LID.
  public func route(
    from source: PortReference, to target: PortReference, in fabric: Fabric, lidOffset: UInt16 = 0
  ) -> FabricRoute {
    FabricRoute.walk(from: source, to: target, lidOffset: lidOffset, in: fabric) { port($0, lid: $1) }
  }
}

extension FabricRoute {
  /// - Parameter entry: the output port of a switch for a LID; `nil` when it cannot be had.
  static func walk<Failure: Error>(
    from source: PortReference, to target: PortReference, lidOffset: UInt16, in fabric: Fabric,
    entry: (Int, UInt16) throws(Failure) -> UInt8?
  ) throws(Failure) -> FabricRoute {
    var route = FabricRoute(source: source, target: target, lid: 0)
    guard fabric.nodes.indices.contains(source.node), let lids = fabric.lids(of: target) else {
      route.fault = .noTargetLID
      return route
    }
    route.lid = min(lids.lowerBound + min(lidOffset, UInt16(lids.count - 1)), lids.upperBound)
    var node = source.node
    var inPort: UInt8?
    var visited: Set<Int> = []
    while true {
      if node == target.node, fabric.isOwn(target, inPort: inPort, source: source) {
        route.hops.append(Hop(node: node, inPort: inPort, outPort: nil))
        return route
      }
      let isSwitch = fabric.nodes[node].type == .switchNode
      var out: UInt8?
      if isSwitch, !visited.insert(node).inserted {
        route.fault = .loop(node: node)
      } else if isSwitch {
        out = try entry(node, route.lid)
        if out == nil { route.fault = .tableUnread(node: node) }
        if out == LinearForwardingTable.noPort { route.fault = .noEntry(node: node) }
        if out == 0 { route.fault = .wrongNode(node) }
      } else if inPort == nil {
        out = source.port
      } else {
        route.fault = .wrongNode(node)
      }
      guard route.fault == nil, let out else {
        route.hops.append(Hop(node: node, inPort: inPort, outPort: nil))
        return route
      }
      route.hops.append(Hop(node: node, inPort: inPort, outPort: out))
      let port = PortReference(node: node, port: out)
      guard let peer = fabric.open(port) else {
        route.fault = .deadPort(port)
        return route
      }
      (node, inPort) = (peer.node, peer.port)
    }
  }
}

extension Fabric {
  /// The LIDs of a port; of any port of a switch those of the switch.
  func lids(of port: PortReference) -> ClosedRange<UInt16>? {
    guard nodes.indices.contains(port.node) else { return nil }
    let node = nodes[port.node]
    let info = (node.type == .switchNode ? node.port(0) : node.port(port.port))?.info
    return info.flatMap(LIDOwners.lids)
  }

  /// What is at the other end of a port that can carry packets.
  func open(_ port: PortReference) -> PortReference? {
    guard let facts = self[port], let peer = facts.peer, nodes.indices.contains(peer.node) else { return nil }
    return facts.info?.state == .down ? nil : peer
  }

  /// Whether a packet that is at the target's node is at the target: a switch is one, an adapter has a port by which it
  /// came in or which it begins at.
  fileprivate func isOwn(_ target: PortReference, inPort: UInt8?, source: PortReference) -> Bool {
    nodes[target.node].type == .switchNode || (inPort ?? source.port) == target.port
  }
}
