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
  case smSilent = "port.sm_silent"
  case armed = "port.armed"
  case activeDefer = "port.active_defer"
  case notVirtualized = "port.vf_not_virtualized"
  case virtualDisabled = "port.vf_disabled"
  case netdevDown = "port.netdev_down"
  case noCarrier = "port.no_carrier"
  case down = "port.down"
  case interfaceElsewhere = "port.netdev_elsewhere"
  case noGID = "port.gid_table_empty"
  case linkLocalOnly = "port.gid_link_local_only"
  case ipoibNoCarrier = "port.ipoib_no_carrier"
  case narrowLink = "port.link_narrow"
  case legDown = "port.lag_leg_down"
  case legsDiffer = "port.lag_mtu_differs"
  case backupPromiscuous = "port.lag_backup_promiscuous"
  case flapping = "port.flapping"
  case saturated = "port.counter_saturated"
  case ethernet = "port.ethernet"
  case rateOfDownPort = "port.rate_while_down"
  case unreadable = "adapter.unreadable"
  case noDriver = "adapter.no_driver"
  case noRDMADevice = "adapter.no_rdma_device"
  case inAnotherNamespace = "adapter.in_another_netns"
  case flashRecovery = "adapter.flash_recovery"
  case virtualGUIDMissing = "adapter.vf_guid_missing"
  case duplicateGUID = "adapter.guid_duplicate"
  case planarManagement = "adapter.planar_management"
  case pcieDegraded = "adapter.pcie_degraded"
  case slowSlot = "adapter.pcie_slot_slow"
  case firmwarePending = "adapter.firmware_pending"
  case pcieUnknown = "adapter.pcie_unknown"
  case oldFirmware = "adapter.firmware_old"
  case sharedSubnet = "host.shared_subnet"
  case oneCardBond = "host.bond_of_one_card"
  case mixedDrivers = "host.mixed_drivers"
  case noManagementDevices = "host.no_umad"
  case noDeviceNodes = "host.no_device_nodes"
  case lockedMemory = "host.memlock_low"

  public var severity: Severity {
    switch self {
    case .noLink, .disabled, .sleeping, .noSM, .smLost, .smSilent, .notVirtualized, .virtualDisabled, .netdevDown,
      .noCarrier, .down, .noGID, .unreadable, .noDriver, .flashRecovery, .virtualGUIDMissing, .duplicateGUID,
      .noDeviceNodes:
      .error
    case .training, .linkRecovery, .physicalTest, .armed, .activeDefer, .interfaceElsewhere, .linkLocalOnly,
      .ipoibNoCarrier, .narrowLink, .legDown, .legsDiffer, .backupPromiscuous, .oldFirmware, .sharedSubnet,
      .mixedDrivers, .flapping, .saturated, .noRDMADevice, .inAnotherNamespace, .pcieDegraded,
      .firmwarePending, .noManagementDevices:
      .warning
    case .ethernet, .rateOfDownPort, .planarManagement, .slowSlot, .pcieUnknown, .lockedMemory, .oneCardBond: .info
    }
  }

  /// The cause, in one sentence (without its full stop): what status prints, and what the manual page lists.
  public var meaning: String {
    switch self {
    case .noLink: "no link: the cable is unplugged, or the port at the other end is off"
    case .disabled: "the port is administratively disabled, here or on the switch"
    case .sleeping: "the link is in sleep mode"
    case .training: "the link is training; if this lasts, the cable or the other end is faulty"
    case .linkRecovery: "the link recovers from errors again and again: check cable, connector and module"
    case .physicalTest: "the port is in a physical test mode and carries no traffic"
    case .noSM: "the link is up, but no subnet manager has configured the port"
    case .smLost:
      "the subnet manager that configured this port has stopped: it died, does not sweep, or uses another M_Key"
    case .smSilent: "the subnet manager of this port does not answer: changes of the subnet are not handled"
    case .armed: "the subnet manager has not finished: the port is armed but not yet active"
    case .activeDefer: "the link dropped a moment ago; the port waits for it to return"
    case .notVirtualized:
      "this virtual function has no LID: the subnet manager does not support virtualization, or its GUID is not set"
    case .virtualDisabled:
      "this virtual function is down: its physical function has no link, or the policy for it does not follow that link"
    case .netdevDown: "the network interface of this port is down (administratively), and the RDMA port with it"
    case .noCarrier: "no carrier: the cable is unplugged, or the port at the other end is off"
    case .down: "the port is down, and the driver reports no reason"
    case .interfaceElsewhere:
      "its network interface is in another network name space: sockets and rdma_cm cannot use the port here"
    case .noGID: "the GID table is empty, so RoCE cannot work on this port"
    case .linkLocalOnly: "only link-local GIDs: the network interface has no IP address, so RoCE cannot be routed"
    case .ipoibNoCarrier: "its IPoIB interface has no carrier: it has not joined the broadcast group of its partition"
    case .narrowLink: "the link runs with fewer lanes than its ends have"
    case .legDown: "a leg of the bond is down, and the rate with it"
    case .legsDiffer: "the members of the bond differ in MTU: packets that one carries are dropped by another"
    case .backupPromiscuous:
      "a backup member of the bond takes every packet (promiscuous): a capture there can break the bond; capture on the bond"
    case .flapping: "the link went down often since its counters were cleared"
    case .saturated: "counters have reached their greatest value and count no further"
    case .ethernet: "an Ethernet port: it has no LID and no subnet manager"
    case .rateOfDownPort: "the rate of a port that is down is its configured minimum, not the rate of the link"
    case .unreadable: "some values of this adapter cannot be read; what is shown may be wrong"
    case .noDriver: "no driver is bound: the module is not loaded, or its probe failed"
    case .noRDMADevice: "a driver is bound, but there is no RDMA device"
    case .inAnotherNamespace: "its RDMA device is in another network name space"
    case .flashRecovery: "the card is in flash recovery mode: its firmware is missing or damaged"
    case .virtualGUIDMissing: "this virtual function has no node GUID and cannot work"
    case .duplicateGUID: "more than one card has this node GUID: a fabric cannot distinguish them"
    case .planarManagement: "the management device of a planar adapter; not an adapter to count"
    case .pcieDegraded: "a PCI Express link runs below what both ends support"
    case .firmwarePending: "new firmware is on the flash, and the old firmware runs until the card is reset"
    case .slowSlot: "the PCI Express slot carries less than the port"
    case .pcieUnknown: "the PCI Express link of this adapter cannot be read"
    case .oldFirmware: "the firmware is older than the least that its driver package asked for"
    case .sharedSubnet:
      "ports of this machine have addresses in the same IP subnet: replies may leave by the wrong one"
    case .oneCardBond: "every member of the bond is a port of one card: the bond survives a cable, not the card"
    case .mixedDrivers: "modules of the kernel and of another driver package are loaded side by side"
    case .noManagementDevices:
      "the module ib_umad is not loaded: subnet managers and diagnostics cannot work on this machine"
    case .noDeviceNodes:
      "RDMA devices are in sysfs but not in /dev/infiniband: a container without access to them?"
    case .lockedMemory: "this user may lock little memory: RDMA programs that register more fail (ENOMEM)"
    }
  }

  /// For the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  package func at(
    _ subject: String, evidence: [String] = [], detail: String? = nil, fix: [String] = [], hint: [String] = []
  ) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: subject, message: meaning + (detail.map { " (\($0))" } ?? ""),
      evidence: evidence, fix: fix, hint: hint)
  }
}
