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

  /// Only switches lead on; of an adapter that the sweep began at only its own port.
  private static func reach(_ fabric: Fabric, without cut: PortReference?) -> [Bool] {
    var reached = [Bool](repeating: false, count: fabric.nodes.count)
    guard reached.indices.contains(fabric.origin.node) else { return reached }
    let other = cut.flatMap { fabric[$0]?.peer }
    reached[fabric.origin.node] = true
    var front = [fabric.origin.node]
    while let node = front.popLast() {
      let isSwitch = fabric.nodes[node].type == .switchNode
      guard isSwitch || node == fabric.origin.node else { continue }
      for port in fabric.nodes[node].ports where isSwitch || port.number == fabric.origin.port {
        let here = PortReference(node: node, port: port.number)
        guard let peer = port.peer, here != cut, here != other, reached.indices.contains(peer.node),
          !reached[peer.node]
        else { continue }
        reached[peer.node] = true
        front.append(peer.node)
      }
    }
    return reached
  }
}
