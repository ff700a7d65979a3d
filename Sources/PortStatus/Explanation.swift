internal import AdapterChips
internal import InfiniBandWire
public import Vocabulary

/// Why a port is not active, and other faults: the rules over an inventory.
public enum Explanation {
  /// Problems of the machine first, then adapter by adapter.
  public static func problems(of inventory: Inventory) -> [Problem] {
    var problems: [Problem] = []
    if inventory.machine.lacksDeviceNodes {
      problems.append(
        PortProblem.noDeviceNodes.at(
          "host", fix: ["ls -l /dev/infiniband"], hint: ["start the container with --device=/dev/infiniband"]))
    }
    let talksMAD = inventory.devices.contains { adapter in
      adapter.transport == .infiniband && adapter.ports.contains { $0.linkLayer == .infiniband }
    }
    if talksMAD && !inventory.machine.hasManagementClass {
      problems.append(PortProblem.noManagementDevices.at("host", fix: ["modprobe ib_umad"]))
    }
    return problems + inventory.adapters.flatMap(problems(of:))
  }

  private static func problems(of adapter: Adapter) -> [Problem] {
    if adapter.isPlanarManagement { return [PortProblem.planarManagement.at(adapter.label)] }
    guard adapter.name != nil else { return [missing(adapter)] }
    var problems = adapter.unreadable.map { file in
      PortProblem.unreadable.at(
        adapter.label, evidence: ["\(file.path) \(file.reason)"], fix: ["dmesg --level=err,warn"])
    }
    if let problem = virtualGUID(adapter) { problems.append(problem) }
    if let problem = pcie(adapter) { problems.append(problem) }
    return problems + adapter.ports.flatMap { PortExplanation(adapter: adapter, port: $0).problems }
  }

  /// An adapter on the bus that is not an RDMA device.
  private static func missing(_ adapter: Adapter) -> Problem {
    let known = adapter.pciID?.known
    let kernel = known?.chip.driver
    var evidence = ["device=\(identity(adapter))", "driver=\(adapter.driver ?? "none")"]
    if let name = adapter.model { evidence.insert("model=\(name)", at: 0) }
    if known?.role == .flashRecovery {
      return PortProblem.flashRecovery.at(
        adapter.label, evidence: evidence, fix: ["rdmactl fw query -d \(adapter.label)"])
    }
    let driver = kernel?.module ?? "its driver"
    guard let bound = adapter.driver else {
      return PortProblem.noDriver.at(
        adapter.label, evidence: evidence,
        detail: "its driver is \(kernel?.module ?? "unknown")",
        fix: kernel == nil
          ? ["dmesg | grep \(adapter.label)"] : ["modprobe \(driver)", "dmesg | grep \(adapter.label)"])
    }
    guard bound == kernel?.module else {
      return PortProblem.noRDMADevice.at(
        adapter.label, evidence: evidence, detail: "bound to \(bound), not to \(driver)",
        fix: ["lspci -k -s \(adapter.label)"])
    }
    return PortProblem.noRDMADevice.at(
      adapter.label, evidence: evidence,
      fix: (kernel.map { ["modprobe \($0.rdmaModule)"] } ?? []) + ["dmesg | grep \(adapter.label)"])
  }

  private static func identity(_ adapter: Adapter) -> String {
    adapter.pciID.map { "\($0.vendor.hexadecimal(digits: 4)):\($0.device.hexadecimal(digits: 4))" } ?? "unknown"
  }

  private static func virtualGUID(_ adapter: Adapter) -> Problem? {
    guard let function = adapter.virtualFunction, adapter.nodeGUID?.rawValue == 0 else { return nil }
    var fix: [String] = []
    var hint: [String] = []
    if let index = function.index, let netdev = function.physicalNetdevs.first {
      fix.append("ip link show dev \(netdev)")
      hint = [
        "set node_guid and port_guid with \"ip link set dev \(netdev) vf \(index)\", then bind the function again"
      ]
    }
    if let driver = adapter.driver, let address = adapter.pciAddress {
      fix.append("echo \(address) > /sys/bus/pci/drivers/\(driver)/unbind")
      fix.append("echo \(address) > /sys/bus/pci/drivers/\(driver)/bind")
    }
    return PortProblem.virtualGUIDMissing.at(
      adapter.label, evidence: ["node_guid=0", "physical_function=\(function.physicalFunction)"],
      fix: fix, hint: hint)
  }

  private static func pcie(_ adapter: Adapter) -> Problem? {
    guard adapter.pciAddress != nil, adapter.virtualFunction == nil else { return nil }
    guard let path = adapter.pcie else { return PortProblem.pcieUnknown.at(adapter.label) }
    guard let hop = path.degraded else { return nil }
    return PortProblem.pcieDegraded.at(
      adapter.label, evidence: ["now=\(hop.current.description)", "possible=\(hop.possible.description)"],
      detail: "\(hop.upper) to \(hop.lower)", fix: ["lspci -vv -s \(hop.lower)", "dmesg | grep -i pcie"])
  }
}

/// The rules for one port.
private struct PortExplanation {
  let adapter: Adapter
  let port: Port

  private var subject: String { "\(adapter.label)/\(port.number)" }

  private var evidence: [String] {
    var values = ["state=\(port.state.rawValue)", "physical_state=\(port.physicalState.rawValue)"]
    if port.linkLayer == .infiniband {
      if let lid = port.lid { values.append("lid=\(lid)") }
      if let lid = port.smLID { values.append("sm_lid=\(lid)") }
    }
    return values
  }

  var problems: [Problem] {
    var result = [port.linkLayer == .ethernet ? ethernetState : infinibandState].compactMap { $0 }
    if port.state == .down, let rate = port.rate {
      result.append(PortProblem.rateOfDownPort.at(subject, evidence: ["rate_gbps=\(rate)"]))
    }
    if port.linkLayer == .ethernet {
      if adapter.transport == .infiniband, port.hasRoutableGID == false, port.state == .active {
        let interface = port.netdevs.first?.name
        result.append(
          PortProblem.linkLocalOnly.at(
            subject, evidence: interface.map { ["netdev=\($0)"] } ?? [],
            fix: interface.map { ["ip address show dev \($0)"] } ?? [], hint: ["give the interface an IP address"]))
      }
      result.append(PortProblem.ethernet.at(subject))
    }
    return result
  }

  private var tools: (device: String, subnet: String) {
    let name = adapter.name ?? ""
    return (name, "-C \(name) -P \(port.number)")
  }

  private var infinibandState: Problem? {
    switch port.state {
    case .active: return nil
    case .unknown: return nil  // an unreadable state is told as such
    case .initialized:
      guard (port.smLID ?? 0) != 0 else {
        return PortProblem.noSM.at(
          subject, evidence: evidence, fix: ["rdmactl sm list \(subject)", "rdmactl sm start \(subject) --wait"])
      }
      return PortProblem.smLost.at(
        subject, evidence: evidence, fix: ["rdmactl sm list \(subject)", "rdmactl sm status \(subject)"])
    case .armed:
      return PortProblem.armed.at(
        subject, evidence: evidence, fix: ["rdmactl status \(subject) --wait active", "rdmactl sm list \(subject)"])
    case .activeDefer:
      return PortProblem.activeDefer.at(subject, evidence: evidence, fix: ["rdmactl status \(subject) --watch"])
    case .down: return downState
    }
  }

  private var downState: Problem? {
    let wait = "rdmactl status \(subject) --wait up"
    let look = adapter.pciAddress.map { "mstlink -d \($0) -p \(port.number)" }
    switch port.physicalState {
    case .polling: return PortProblem.noLink.at(subject, evidence: evidence, fix: [wait, look].compactMap { $0 })
    case .disabled:
      return PortProblem.disabled.at(
        subject, evidence: evidence, fix: ["ibportstate \(tools.subnet) -D 0 \(port.number) enable", wait])
    case .linkUp where adapter.virtualFunction != nil && adapter.nodeGUID?.rawValue == 0:
      return nil  // told of the adapter: without a GUID it gets no LID
    case .linkUp where adapter.virtualFunction != nil && port.lid == 0xffff:
      return PortProblem.notVirtualized.at(
        subject, evidence: evidence,
        fix: ["grep virt_enabled /etc/opensm/opensm.conf", "rdmactl status \(subject) -v"])
    case .sleep: return PortProblem.sleeping.at(subject, evidence: evidence, fix: [wait])
    case .training: return PortProblem.training.at(subject, evidence: evidence, fix: [wait] + (look.map { [$0] } ?? []))
    case .recovery: return PortProblem.linkRecovery.at(subject, evidence: evidence, fix: [look ?? wait])
    case .test: return PortProblem.physicalTest.at(subject, evidence: evidence, fix: [look ?? wait])
    case .linkUp, .unknown: return PortProblem.down.at(subject, evidence: evidence, fix: ["dmesg --level=err,warn"])
    }
  }

  /// RoCE and iWARP ports follow their network interface.
  private var ethernetState: Problem? {
    switch port.state {
    case .active, .unknown: return nil
    case .down, .initialized, .armed, .activeDefer: break
    }
    if let off = port.netdevs.first(where: { $0.isAdminUp == false }) {
      return PortProblem.netdevDown.at(
        subject, evidence: evidence + ["netdev=\(off.name)"], fix: ["ip link set dev \(off.name) up"])
    }
    if let netdev = port.netdevs.first(where: { $0.hasCarrier == false }) {
      return PortProblem.noCarrier.at(
        subject, evidence: evidence + ["netdev=\(netdev.name)"],
        fix: ["ethtool \(netdev.name)", "ethtool -m \(netdev.name)"])
    }
    let wait = "rdmactl status \(subject) --wait up"
    switch port.physicalState {
    case .polling: return PortProblem.noCarrier.at(subject, evidence: evidence, fix: [wait])
    case .disabled: return PortProblem.disabled.at(subject, evidence: evidence, fix: ["ip link show", wait])
    default: return PortProblem.down.at(subject, evidence: evidence, fix: ["dmesg --level=err,warn"])
    }
  }
}
