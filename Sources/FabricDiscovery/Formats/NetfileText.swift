internal import InfiniBandWire

/// The topology as ibsim loads it, so that a fabric can be simulated. ibsim reads the format of ibnetdiscover; the node
/// that the sweep began at stands first, because a client without SIM_HOST is attached to the first node. Each cable comes
/// up as the remark behind it says: with ibsim's own lines for what all ports can do (`speed=`, `extspeed=`) before them
/// the slow ones would come up fast.
public enum NetfileText {
  /// Gives the text to `sink` in pieces.
  public static func write(_ fabric: Fabric, map: NodeNameMap = NodeNameMap(), into sink: (String) -> Void) {
    let text = TopologyText(fabric, map: map)
    let first = fabric.nodes.indices.filter { $0 == fabric.origin.node }
    let others = fabric.nodes.indices.filter { $0 != fabric.origin.node }
    // ibsim looks names up one after the other: switches, which are named most, come early.
    let switches = others.filter { fabric.nodes[$0].type == .switchNode }
    let rest = others.filter { fabric.nodes[$0].type != .switchNode }
    for index in first + switches + rest { sink(text.node(index)) }
  }
}
