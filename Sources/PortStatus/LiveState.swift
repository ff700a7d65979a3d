public import HostAccess
internal import InfiniBandWire
internal import Vocabulary

/// The states of ports at this very moment, by asking their management agents, for those who wait and watch.
///
/// On a real kernel sysfs says the same; the simulator's sysfs is a picture taken when the process began.
public final class LiveState {
  private let host: Host
  private var agents: [String: LocalAgent] = [:]
  private var refused: Set<String> = []

  public init(host: Host) { self.host = host }

  /// Puts the present state, LIDs and LMC in the InfiniBand ports whose agents may be asked.
  public func refresh(_ inventory: inout Inventory) {
    for index in inventory.adapters.indices {
      guard let name = inventory.adapters[index].name else { continue }
      for position in inventory.adapters[index].ports.indices
      where inventory.adapters[index].ports[position].linkLayer == .infiniband {
        refresh(&inventory.adapters[index].ports[position], of: name)
      }
    }
  }

  private func refresh(_ port: inout Port, of device: String) {
    let key = "\(device)/\(port.number)"
    guard !refused.contains(key) else { return }
    do {
      let agent = try agents[key] ?? LocalAgent(host.management, device: device, port: port.number)
      agents[key] = agent
      let info = try agent.portInfo(port.number)
      port.state = PortState(code: Int(info[PortInfo.Layout.portState]))
      port.physicalState = PhysicalState(code: Int(info[PortInfo.Layout.portPhysicalState]))
      port.lid = Int(info[PortInfo.Layout.lid])
      port.smLID = Int(info[PortInfo.Layout.masterSMLID])
      port.smSL = Int(info[PortInfo.Layout.masterSMSL])
      port.lmc = Int(info[PortInfo.Layout.lmc])
      port.capabilityMask = UInt32(info[PortInfo.Layout.capabilityMask])
    } catch {
      // Sysfs has to do: a user without the right, a port that is no longer there.
      refused.insert(key)
      agents[key] = nil
    }
  }
}
