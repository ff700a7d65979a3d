internal import BinaryLayout
internal import HostAccess
public import InfiniBandWire

/// A subnet manager that a test has put on a port: what SMInfo tells of it, and how it takes to orders.
public struct LabManager: Sendable, Equatable {
  public let end: Topology.End
  public var priority: Int
  public var state: SMInfo.State
  /// How fast its activity count moves: one in so many milliseconds; 0 for one that hangs.
  public var activityPeriod = 100
  var activityBase: UInt32 = 1
}

extension InMemoryFabric {
  /// Puts a subnet manager on a port, which then has IsSM set.
  public func addManager(
    at end: Topology.End, priority: Int = 0, state: SMInfo.State = .master, activityPeriod: Int = 100
  ) {
    managers.append(LabManager(end: end, priority: priority, state: state, activityPeriod: activityPeriod))
    self[end][PortInfo.Layout.capabilityMask] |= 1 << 1
  }

  /// Kills a subnet manager: IsSM goes with it, and nobody takes over by himself.
  public func removeManager(at end: Topology.End) {
    managers.removeAll { $0.end == end }
    self[end][PortInfo.Layout.capabilityMask] &= ~UInt64(1 << 1)
  }

  public func setState(_ state: SMInfo.State, ofManagerAt end: Topology.End) {
    for index in managers.indices where managers[index].end == end { managers[index].state = state }
  }

  /// What managers were going to do by now.
  func settleManagers() {
    while let plan = plans.take(at: clock.milliseconds) {
      setState(plan.state, ofManagerAt: plan.end)
    }
  }

  /// - Returns: `nil` where no subnet manager runs: the kernel has nobody to hand the request to.
  func subnetManagerInfo(
    _ modifier: UInt32, isSet: Bool, at end: Topology.End, _ data: inout [UInt8]
  ) -> UInt16? {
    let own = managementEnd(end)
    guard let index = managers.firstIndex(where: { $0.end == own }) else { return nil }
    var status: UInt16 = 0
    if isSet {
      let sender = SMInfo.Layout.state.read(data).flatMap { SMInfo.State(rawValue: UInt8($0)) }
      // opensm's 7 is in the byte order of its machine.
      status = obey(index, SMInfo.Control(rawValue: modifier), from: sender) ? 0 : 0x0700
    }
    let manager = managers[index]
    data = [UInt8](repeating: 0, count: 64)
    let node = topology.nodes[own.node]
    let moved = manager.activityPeriod > 0 ? clock.milliseconds / manager.activityPeriod : 0
    SMInfo.Layout.guid.write(node.portGUID(own.port), into: &data)
    SMInfo.Layout.activityCount.write(UInt64(manager.activityBase) + UInt64(moved), into: &data)
    SMInfo.Layout.priority.write(UInt64(manager.priority), into: &data)
    SMInfo.Layout.state.write(UInt64(manager.state.rawValue), into: &data)
    return status
  }

  /// The port where a manager of this node is: of a switch port 0.
  private func managementEnd(_ end: Topology.End) -> Topology.End {
    topology.nodes[end.node].kind == .switchNode ? Topology.End(end.node, 0) : end
  }

  /// Does as opensm 3.3.23 does. - Returns: whether it obeys.
  private func obey(_ index: Int, _ order: SMInfo.Control?, from sender: SMInfo.State?) -> Bool {
    guard let order, sender == (order == .acknowledge ? .standby : .master) else { return false }
    switch (managers[index].state, order) {
    case (.standby, .handover):
      takeOver(index)
      return true
    case (.standby, .acknowledge), (.master, .handover): return true
    case (.standby, .disable):
      managers[index].state = .notActive
      return true
    case (.standby, .discover):
      managers[index].state = .discovering
      plans.add((managers[index].end, .standby), due: clock.milliseconds + 1000)
      return true
    case (.notActive, .standby):
      managers[index].state = .standby
      return true
    default: return false
    }
  }

  /// A standby becomes master; when its sweep finds a higher manager it hands the mastership over to that one.
  private func takeOver(_ index: Int) {
    let before = managers.firstIndex { $0.state == .master }
    managers[index].state = .master
    guard let before else { return }
    let higher = [before, index].max { left, right in
      let (a, b) = (managers[left], managers[right])
      let (guidA, guidB) = (guid(a), guid(b))
      return (a.priority, guidB) < (b.priority, guidA)
    }
    let handBack = 10
    let lower = higher == before ? index : before
    plans.add((managers[lower].end, .standby), due: clock.milliseconds + handBack)
  }

  private func guid(_ manager: LabManager) -> UInt64 { topology.nodes[manager.end.node].portGUID(manager.end.port) }
}
