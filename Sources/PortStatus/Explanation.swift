internal import AdapterChips
internal import InfiniBandWire
public import Vocabulary

/// Why a port is not active, and other faults: the rules over an inventory.
public enum Explanation {
  /// Problems of the machine first, then adapter by adapter. The commands in them can be run on the machine that was read.
  public static func problems(of inventory: Inventory) -> [Problem] {
    let found =
      MachineExplanation(inventory: inventory).problems
      + inventory.adapters.flatMap { adapter in
        AdapterExplanation(
          adapter: adapter, machine: inventory.machine,
          hasSibling: inventory.adapters.contains { $0.name != nil && $0.driver == adapter.driver }
        ).problems
      }
    return found.map { $0.checked(by: inventory.machine.toolbox) }
  }
}

extension Problem {
  /// Without the commands whose program is not installed; what to install instead.
  func checked(by toolbox: Toolbox) -> Problem {
    let (fix, more) = toolbox.check(fix)
    return Problem(
      id: id, severity: severity, subject: subject, message: message, evidence: evidence, fix: fix, hint: hint + more)
  }
}

/// The rules for the machine, and for what several of its adapters have in common.
private struct MachineExplanation {
  let inventory: Inventory

  private static let subject = "host"

  var problems: [Problem] {
    var problems: [Problem] = []
    let machine = inventory.machine
    if machine.lacksDeviceNodes {
      problems.append(
        PortProblem.noDeviceNodes.at(
          Self.subject, fix: ["ls -l /dev/infiniband"], hint: ["start the container with --device=/dev/infiniband"]))
    }
    let talksMAD = inventory.devices.contains { adapter in
      adapter.transport == .infiniband && adapter.ports.contains { $0.linkLayer == .infiniband }
    }
    if talksMAD && !machine.hasManagementClass {
      // A container cannot load a module into the kernel of its host.
      problems.append(
        PortProblem.noManagementDevices.at(
          Self.subject, fix: machine.lacksDeviceNodes ? [] : ["modprobe ib_umad"],
          hint: machine.lacksDeviceNodes ? ["load it outside of the container: modprobe ib_umad"] : []))
    }
    if let limit = machine.lockableMemory, limit < Self.ampleMemory, !inventory.devices.isEmpty {
      problems.append(
        PortProblem.lockedMemory.at(
          Self.subject, evidence: ["memlock_bytes=\(limit)"],
          hint: [
            "raise it: memlock in /etc/security/limits.d for logins, LimitMEMLOCK=infinity for services, "
              + "--ulimit memlock=-1 for containers"
          ]))
    }
    return problems + duplicates + subnets + bonds + mixture
  }

  /// Interfaces of ports that have addresses in one subnet. Where ARP is answered by the interface of the address alone, it is
  /// meant to be so.
  private var subnets: [Problem] {
    var owners: [String: Set<String>] = [:]
    let names = inventory.devices.flatMap(\.ports).flatMap(\.netdevs).map(\.name)
    for name in names {
      for subnet in inventory.machine.subnets[name] ?? [] { owners[subnet, default: []].insert(name) }
    }
    return owners.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { subnet, names in
      PortProblem.sharedSubnet.at(
        Self.subject, evidence: ["subnet=\(subnet)"] + names.sorted().map { "netdev=\($0)" },
        fix: ["ip -4 route show \(subnet)"],
        hint: [
          "give each port a subnet of its own, or set arp_ignore=1, arp_announce=2 and a route per source address"
        ])
    }
  }

  /// A bond of interfaces that have an RDMA device each, all of one card. Where the card itself makes one device of the
  /// bond (RoCE LAG), its ports are meant to be of one card.
  private var bonds: [Problem] {
    var legs: [String: [(name: String, card: PCIAddress, device: String)]] = [:]
    for adapter in inventory.devices {
      guard let address = adapter.pciAddress else { continue }
      for port in adapter.ports where port.bond == nil {
        for netdev in port.netdevs {
          if let master = netdev.master { legs[master, default: []].append((netdev.name, address, adapter.label)) }
        }
      }
    }
    return legs.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.compactMap { master, legs in
      guard Set(legs.map { [$0.card.domain, UInt32($0.card.bus), UInt32($0.card.device)] }).count == 1 else {
        return nil
      }
      return PortProblem.oneCardBond.at(
        Self.subject, evidence: ["bond=\(master)"] + legs.map { "member=\($0.name)" }.sorted(),
        hint: ["for a bond that survives the loss of a card, use ports of two cards"])
    }
  }

  private var mixture: [Problem] {
    let (own, foreign) = (inventory.machine.kernelModules, inventory.machine.foreignModules)
    guard !own.isEmpty, !foreign.isEmpty else { return [] }
    return [
      PortProblem.mixedDrivers.at(
        Self.subject, evidence: own.map { "kernel=\($0)" } + foreign.map { "package=\($0)" },
        fix: ["modinfo -F filename \(own[0])", "modinfo -F filename \(foreign[0])"],
        hint: ["load all of them from one source: the kernel's, or those of the driver package"])
    ]
  }

  /// What a middleware registers at its start runs to hundreds of megabytes.
  private static let ampleMemory: UInt64 = 1 << 30

  /// Cards that were flashed with one image, GUIDs and all.
  private var duplicates: [Problem] {
    let cards = inventory.adapters.filter { $0.name != nil && $0.pciAddress != nil && !$0.isPlanarManagement }
    let groups = Dictionary(grouping: cards.filter { ($0.nodeGUID?.rawValue ?? 0) != 0 }) { $0.nodeGUID }
    return groups.values.filter { Set($0.compactMap(\.pciAddress)).count > 1 }
      .sorted { $0[0].label < $1[0].label }
      .map { same in
        PortProblem.duplicateGUID.at(
          same[0].label, evidence: ["node_guid=\(same[0].nodeGUID?.description ?? "")"],
          detail: "also \(same.dropFirst().map(\.label).joined(separator: ", "))",
          fix: same.compactMap { $0.pciAddress.map { "rdmactl fw query -d \($0)" } },
          hint: ["write each card its own GUIDs with rdmactl fw set-guids"])
      }
  }
}

/// The rules for one adapter.
private struct AdapterExplanation {
  let adapter: Adapter
  let machine: Inventory.Machine
  /// An adapter of the same driver is an RDMA device: the module that makes them is loaded.
  let hasSibling: Bool

  var problems: [Problem] {
    if adapter.isPlanarManagement { return [PortProblem.planarManagement.at(adapter.label)] }
    guard adapter.name != nil else { return [missing] }
    return [unreadable, virtualGUID, pcie, oldFirmware].compactMap { $0 }
      + adapter.ports.flatMap { PortExplanation(adapter: adapter, port: $0).problems }
  }

  private var oldFirmware: Problem? {
    guard !adapter.isVirtual, let version = adapter.firmwareVersion,
      let least = FirmwareRequirement.least(of: adapter.pciID), FirmwareRequirement.isOlder(version, than: least)
    else { return nil }
    return PortProblem.oldFirmware.at(
      adapter.label, evidence: ["firmware=\(version)", "least=\(least)"], fix: ["rdmactl fw query -d \(adapter.label)"],
      hint: ["burn newer firmware of this board: rdmactl fw update"])
  }

  /// One problem, however many files: they have one cause.
  private var unreadable: Problem? {
    guard !adapter.unreadable.isEmpty else { return nil }
    return PortProblem.unreadable.at(
      adapter.label, evidence: adapter.unreadable.map { "\($0.path) \($0.reason)" },
      fix: ["dmesg --level=err,warn"],
      hint: machine.toolbox.isRecorded ? ["the recording may not be complete: record the machine again"] : [])
  }

  /// An adapter on the bus that is not an RDMA device.
  private var missing: Problem {
    let known = adapter.pciID?.known
    let kernel = known?.chip.driver
    var evidence = ["device=\(identity)", "driver=\(adapter.driver ?? "none")"]
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
        fix: (kernel.map { ["modprobe \($0.module)"] } ?? []) + ["dmesg | grep \(adapter.label)"])
    }
    guard bound == kernel?.module else {
      return PortProblem.noRDMADevice.at(
        adapter.label, evidence: evidence, detail: "bound to \(bound), not to \(driver)",
        fix: ["lspci -k -s \(adapter.label)"])
    }
    if machine.hasExclusiveNamespaces {
      return PortProblem.inAnotherNamespace.at(
        adapter.label, evidence: evidence + ["rdma_netns=exclusive"], fix: ["rdma system show"],
        hint: [NamespaceAdvice.move])
    }
    if hasSibling {
      return PortProblem.noRDMADevice.at(
        adapter.label, evidence: evidence,
        fix: ["rdma system show", "devlink dev param show pci/\(adapter.label) name enable_rdma"],
        hint: ["its RDMA device may be in another network name space, or RDMA is switched off for this adapter"])
    }
    return PortProblem.noRDMADevice.at(
      adapter.label, evidence: evidence,
      fix: (kernel.map { ["modprobe \($0.rdmaModule)"] } ?? []) + ["dmesg | grep \(adapter.label)"])
  }

  private var identity: String {
    adapter.pciID.map { "\($0.vendor.hexadecimal(digits: 4)):\($0.device.hexadecimal(digits: 4))" } ?? "unknown"
  }

  private var virtualGUID: Problem? {
    guard adapter.isVirtual, adapter.nodeGUID?.rawValue == 0 else { return nil }
    let advice = VirtualFunctionAdvice(adapter: adapter)
    let (fix, hint) = advice.giveIdentity
    return PortProblem.virtualGUIDMissing.at(
      adapter.label, evidence: ["node_guid=0"] + advice.evidence, fix: fix, hint: hint)
  }

  private var pcie: Problem? {
    guard adapter.pciAddress != nil, !adapter.isVirtual else { return nil }
    guard let path = adapter.pcie else { return PortProblem.pcieUnknown.at(adapter.label) }
    if let hop = path.degraded {
      return PortProblem.pcieDegraded.at(
        adapter.label, evidence: ["now=\(hop.current.description)", "possible=\(hop.possible.description)"],
        detail: "\(hop.upper) to \(hop.lower)", fix: ["lspci -vv -s \(hop.lower)", "dmesg | grep -i pcie"])
    }
    let narrowest = path.narrowest?.current ?? path.current
    guard let fastest = adapter.ports.filter(\.isUp).compactMap(\.dataRate).max(),
      narrowest.bandwidth < fastest * Self.tolerance
    else { return nil }
    return PortProblem.slowSlot.at(
      adapter.label,
      evidence: [
        "slot=\(narrowest.description)", "slot_gbps=\(tenths(narrowest.bandwidth))", "port_gbps=\(tenths(fastest))",
      ],
      hint: ["put the card into a slot with more lanes or a newer PCI Express generation, or expect the slot's rate"])
  }

  /// Rates are nominal: a slot that carries 98.5 Gb/s is not what holds up a port of 100.
  private static let tolerance = 0.95
}

private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

enum NamespaceAdvice {
  /// The commands need the name of a name space: it is the administrator's to know.
  static let move =
    "devices belong to one network name space each (exclusive mode): on the host, rdma dev set DEVICE netns NAME moves one "
    + "here, and rdma system set netns shared shares all of them"
}
