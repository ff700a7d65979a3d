internal import InfiniBandWire

/// What the local port cannot reach any more when a link goes down.
public struct LinkLoss: Sendable, Equatable {
  /// Why a link should stay up.
  public enum Danger: Sendable, Equatable {
    /// The port itself would be out of reach: nobody here could enable it again.
    case ownPath
    /// No subnet manager would be left on this side.
    case lastManager
    /// A switch has no other link towards this side.
    case switchCutOff(node: Int)
  }

  /// In the order of the fabric.
  public let nodes: [Int]
  public let danger: Danger?

  /// - Parameter port: one of the two ends.
  public init(of port: PortReference, in fabric: Fabric) {
    let before = Self.reach(fabric, without: nil)
    let after = Self.reach(fabric, without: port)
    let lost = fabric.nodes.indices.filter { before[$0] && !after[$0] }
    nodes = lost
    func managers(_ reached: [Bool]) -> Int {
      fabric.nodes.indices.count { node in
        reached[node] && fabric.nodes[node].ports.contains { $0.info?.isSubnetManager == true }
      }
    }
    if lost.contains(port.node) {
      danger = .ownPath
    } else if managers(before) > 0, managers(after) == 0 {
      danger = .lastManager
    } else {
      danger = lost.first { fabric.nodes[$0].type == .switchNode }.map { .switchCutOff(node: $0) }
    }
  }

  private static func reach(_ fabric: Fabric, without cut: PortReference?) -> [Bool] {
    fabric.routes(without: cut).map { $0 != nil }
  }
}

extension Fabric {
  /// A shortest route from the local port to each node, `nil` where none leads there.
  /// - Parameter cut: an end of a link that no route takes.
  func routes(without cut: PortReference?) -> [DirectedRoute?] {
    var routes = [DirectedRoute?](repeating: nil, count: nodes.count)
    guard routes.indices.contains(origin.node) else { return routes }
    let other = cut.flatMap { self[$0]?.peer }
    routes[origin.node] = .local
    var queue = [origin.node]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      // Only switches lead on; of an adapter that the sweep began at only its own port.
      let isSwitch = nodes[node].type == .switchNode
      guard isSwitch || node == origin.node else { continue }
      for port in nodes[node].ports where isSwitch || port.number == origin.port {
        let here = PortReference(node: node, port: port.number)
        guard let peer = port.peer, here != cut, here != other, routes.indices.contains(peer.node),
          routes[peer.node] == nil
        else { continue }
        routes[peer.node] = routes[node]?.extended(by: port.number)
        queue.append(peer.node)
      }
    }
    return routes
  }
}
