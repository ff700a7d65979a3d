internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import PortStatus
internal import SubnetManagement
internal import Vocabulary

/// Whether the subnet managers of the local ports answer: a port stays active when its subnet manager has died, and its
/// own state never shows it.
struct SilentManagers {
  let host: Host

  /// Nothing about a port whose management device this user may not open.
  func problems(of inventory: Inventory) -> [Problem] {
    inventory.shown.flatMap { adapter in adapter.ports.compactMap { problem(adapter, $0) } }
  }

  /// A status must not take long; `sm status` asks with more patience.
  private static let policy: RequestPolicy = {
    var policy = RequestPolicy()
    policy.timeoutMilliseconds = 150
    policy.attempts = 3
    return policy
  }()

  private func problem(_ adapter: Adapter, _ port: Port) -> Problem? {
    guard let device = adapter.name, port.linkLayer == .infiniband, port.state == .active,
      let lid = port.smLID.flatMap({ UInt16(exactly: $0) }), lid != 0, lid != 0xffff,
      let session = try? FabricSession(
        host.management, device: device, port: port.number, clock: host.clock, policy: Self.policy),
      case .silent? = try? session.smInfo(at: .lid(lid))
    else { return nil }
    let name = "\(adapter.label)/\(port.number)"
    return PortProblem.smSilent.at(
      name, evidence: ["sm_lid=\(lid)"], fix: ["rdmactl sm status \(name)", "rdmactl sm list \(name)"])
  }
}
