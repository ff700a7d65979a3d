public import Vocabulary

/// Everything `rdmactl status` can find wrong, or worth knowing. The raw values are stable.
/// Source of the rules: PortFacts.md#rules.
public enum PortProblem: String, CaseIterable, Sendable {
  case noLink = "port.no_link"
  case disabled = "port.disabled"
  case sleeping = "port.sleep"
  case training = "port.training"
  case linkRecovery = "port.link_recovery"
  case physicalTest = "port.phy_test"
  case noSM = "port.no_sm"
  case smLost = "port.sm_lost"
  case armed = "port.armed"
  case activeDefer = "port.active_defer"
  case notVirtualized = "port.vf_not_virtualized"
  case netdevDown = "port.netdev_down"
  case noCarrier = "port.no_carrier"
  case down = "port.down"
  case linkLocalOnly = "port.gid_link_local_only"
  case ethernet = "port.ethernet"
  case rateOfDownPort = "port.rate_while_down"
  case unreadable = "adapter.unreadable"
  case noDriver = "adapter.no_driver"
  case noRDMADevice = "adapter.no_rdma_device"
  case flashRecovery = "adapter.flash_recovery"
  case virtualGUIDMissing = "adapter.vf_guid_missing"
  case planarManagement = "adapter.planar_management"
  case pcieDegraded = "adapter.pcie_degraded"
  case pcieUnknown = "adapter.pcie_unknown"
  case noManagementDevices = "host.no_umad"
  case noDeviceNodes = "host.no_device_nodes"

  public var severity: Severity {
    switch self {
    case .noLink, .disabled, .sleeping, .noSM, .smLost, .notVirtualized, .netdevDown, .noCarrier, .down, .unreadable,
      .noDriver, .flashRecovery, .virtualGUIDMissing, .noDeviceNodes:
      .error
    case .training, .linkRecovery, .physicalTest, .armed, .activeDefer, .linkLocalOnly, .noRDMADevice, .pcieDegraded,
      .noManagementDevices:
      .warning
    case .ethernet, .rateOfDownPort, .planarManagement, .pcieUnknown: .info
    }
  }

  /// The cause, in one sentence (without its full stop): what status prints, and what the manual page lists.
  public var meaning: String {
    switch self {
    case .noLink: "no link: the cable is out, or the port at its other end is off"
    case .disabled: "the port was switched off by an administrator, here or at the switch"
    case .sleeping: "the link sleeps; something must wake it"
    case .training: "the link is being trained; if it stays so, the cable or the other end is bad"
    case .linkRecovery: "the link keeps recovering from errors: cable, connector or module"
    case .physicalTest: "the port is in a physical test mode and carries no traffic"
    case .noSM: "the link is up but no subnet manager has configured the port: there is none on this subnet"
    case .smLost:
      "a subnet manager was there and does not finish the port: it is gone, does not sweep, or has another M_Key"
    case .armed: "the subnet manager has not finished: the port is armed but not yet active"
    case .activeDefer: "the link dropped a moment ago; the port waits for it to come back"
    case .notVirtualized:
      "this virtual function gets no LID: the subnet manager does not do virtualization, or its GUID was not set"
    case .netdevDown: "its network interface is switched off, and with it the RDMA port"
    case .noCarrier: "no carrier: the cable is out, or the port at its other end is off"
    case .down: "the port is down and the driver does not say why"
    case .linkLocalOnly: "only link-local GIDs: the network interface has no IP address, so RoCE cannot be routed"
    case .ethernet: "an Ethernet port: it has no LID, and subnet managers and MADs do not concern it"
    case .rateOfDownPort: "the rate of a port that is down is the least it is set up for, not what it will run at"
    case .unreadable: "the kernel does not tell all of this adapter; what is shown of it may be wrong"
    case .noDriver: "no driver has taken it from the PCI bus: the module is not loaded, or it gave up"
    case .noRDMADevice: "its driver runs but has made no RDMA device of it"
    case .flashRecovery: "the card is in flash recovery: its firmware is missing or broken"
    case .virtualGUIDMissing: "this virtual function has no node GUID, so it cannot work"
    case .planarManagement: "the management device of a planar adapter; not an adapter to count"
    case .pcieDegraded: "a PCI Express link runs below what both its ends can do"
    case .pcieUnknown: "the kernel does not tell the PCI Express link of this adapter"
    case .noManagementDevices:
      "the module ib_umad is not loaded: subnet managers and diagnostics cannot work on this machine"
    case .noDeviceNodes:
      "RDMA devices are in sysfs but their nodes are not in /dev/infiniband: a container that was not given them?"
    }
  }

  /// For the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func at(_ subject: String, evidence: [String] = [], detail: String? = nil, fix: [String] = []) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: subject, message: meaning + (detail.map { " (\($0))" } ?? ""),
      evidence: evidence, fix: fix)
  }
}
