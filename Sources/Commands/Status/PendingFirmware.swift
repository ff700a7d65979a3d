internal import Devlink
internal import HostAccess
internal import PortStatus
internal import Vocabulary

/// Firmware that was written and does not run yet: the driver reports both versions through devlink, without a lock.
struct PendingFirmware {
  let host: Host

  /// Nothing where there is no devlink, or the driver reports one version only.
  func problems(of inventory: Inventory) -> [Problem] {
    inventory.shown.compactMap(problem)
  }

  private func problem(_ adapter: Adapter) -> Problem? {
    guard adapter.name != nil, adapter.driver == Self.driver, !adapter.isVirtual, let address = adapter.pciAddress,
      let facts = try? DevlinkClient(host).information(of: DevlinkHandle(bus: "pci", device: "\(address)")),
      let running = facts.version(.running), let stored = facts.version(.stored), running != stored
    else { return nil }
    return PortProblem.firmwarePending.at(
      adapter.label, evidence: ["running=\(running)", "pending=\(stored)"],
      fix: ["rdmactl fw activate \(adapter.label) --dry-run"])
  }

  /// Others report versions of several components, which need not be equal.
  private static let driver = "mlx5_core"
}
