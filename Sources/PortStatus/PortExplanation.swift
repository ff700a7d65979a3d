internal import InfiniBandWire
internal import Vocabulary

/// The rules for one port.
struct PortExplanation {
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
      result += [elsewhere ?? gids, bond].compactMap { $0 } + legs
      result.append(PortProblem.ethernet.at(subject))
    } else {
      result += [ipoib, narrow].compactMap { $0 }
    }
    return result + CounterExplanation(subject: subject, adapter: adapter, port: port).problems
  }

  // MARK: InfiniBand

  private var infinibandState: Problem? {
    switch port.state {
    case .active: return nil
    case .unknown: return nil  // an unreadable state is told as such
    case .initialized:
      if adapter.isOmniPath {
        return PortProblem.noSM.at(
          subject, evidence: evidence, detail: "Omni-Path needs its fabric manager, opafm; opensm cannot run it",
          fix: ["opainfo", "systemctl status opafm"])
      }
      guard (port.smLID ?? 0) != 0 else {
        return PortProblem.noSM.at(
          subject, evidence: evidence, fix: ["rdmactl sm list \(subject)", "rdmactl sm start \(subject) --wait"])
      }
      return PortProblem.smLost.at(
        subject, evidence: evidence, fix: ["rdmactl sm list \(subject)", "rdmactl sm status \(subject)"])
    case .armed:
      return PortProblem.armed.at(
        subject, evidence: evidence,
        fix: ["rdmactl status \(subject) --wait active"]
          + (adapter.isOmniPath ? ["opainfo"] : ["rdmactl sm list \(subject)"]))
    case .activeDefer:
      return PortProblem.activeDefer.at(subject, evidence: evidence, fix: ["rdmactl status \(subject) --watch"])
    case .down: return downState
    }
  }

  /// What knows more of a link: only those that can open this card.
  private var inspection: [String] {
    if adapter.isOmniPath { return ["opainfo"] }
    guard adapter.isKnownToMellanoxTools, let address = adapter.pciAddress else { return [] }
    return ["mstlink -d \(address) -p \(port.number)"]
  }

  private var downState: Problem? {
    let wait = "rdmactl status \(subject) --wait up"
    switch port.physicalState {
    case .polling: return PortProblem.noLink.at(subject, evidence: evidence, fix: [wait] + inspection)
    case .disabled where adapter.isVirtual: return virtualDisabled
    case .disabled: return disabled(wait)
    case .linkUp where adapter.isVirtual && adapter.nodeGUID?.rawValue == 0:
      return nil  // told of the adapter: without a GUID it gets no LID
    case .linkUp where adapter.isVirtual && port.lid == 0xffff:
      let advice = VirtualFunctionAdvice(adapter: adapter)
      let (fix, hint) = advice.virtualize
      return PortProblem.notVirtualized.at(subject, evidence: evidence + advice.evidence, fix: fix, hint: hint)
    case .sleep: return PortProblem.sleeping.at(subject, evidence: evidence, fix: [wait])
    case .training: return PortProblem.training.at(subject, evidence: evidence, fix: [wait] + inspection)
    case .recovery:
      return PortProblem.linkRecovery.at(subject, evidence: evidence, fix: inspection.isEmpty ? [wait] : inspection)
    case .test:
      return PortProblem.physicalTest.at(subject, evidence: evidence, fix: inspection.isEmpty ? [wait] : inspection)
    case .linkUp, .unknown: return down
    }
  }

  private var down: Problem {
    PortProblem.down.at(
      subject, evidence: evidence, fix: ["dmesg --level=err,warn", "rdmactl status \(subject) -v"])
  }

  /// Some firmware switches the port off with its network interface (mlxconfig's KEEP_IB_LINK_UP).
  private func disabled(_ wait: String) -> Problem {
    if adapter.isOmniPath {
      return PortProblem.disabled.at(subject, evidence: evidence, fix: ["opainfo", wait])
    }
    let enable = "ibportstate -C \(adapter.name ?? "") -P \(port.number) -D 0 \(port.number) enable"
    guard let off = port.netdevs.first(where: { $0.isAdminUp == false }) else {
      return PortProblem.disabled.at(subject, evidence: evidence, fix: [enable, wait])
    }
    return PortProblem.disabled.at(
      subject, evidence: evidence + ["netdev=\(off.name)"], detail: "its network interface \(off.name) is switched off",
      fix: ["ip link set dev \(off.name) up", enable, wait])
  }

  private var virtualDisabled: Problem {
    let advice = VirtualFunctionAdvice(adapter: adapter)
    let (fix, hint) = advice.follow
    return PortProblem.virtualDisabled.at(subject, evidence: evidence + advice.evidence, fix: fix, hint: hint)
  }

  /// IPoIB has a carrier when it has joined the broadcast group of its partition. Source: RFC 4391, 4.
  private var ipoib: Problem? {
    guard port.state == .active,
      let netdev = port.netdevs.first(where: {
        $0.isAdminUp == true && $0.hasCarrier == false && $0.ipoibAddress != nil
      })
    else { return nil }
    var evidence = ["netdev=\(netdev.name)"]
    var partition = "its partition"
    if let key = netdev.partitionKey {
      // The group's P_Key is the full member's.
      let full = UInt64(key | 0x8000)
      partition = "partition 0x\(UInt64(key & 0x7fff).hexadecimal(digits: 4))"
      evidence += [
        "p_key=0x\(UInt64(key).hexadecimal(digits: 4))",
        "group=ff12:401b:\(full.hexadecimal(digits: 4)):0000:0000:0000:ffff:ffff",
      ]
    }
    return PortProblem.ipoibNoCarrier.at(
      subject, evidence: evidence, fix: ["dmesg | grep -i multicast", "rdmactl sm list \(subject)"],
      hint: [
        "\(partition) has no such group, or this port may not join it: in opensm's partitions.conf the partition needs the "
          + "flag ipoib and this port as a member"
      ])
  }

  private var narrow: Problem? {
    guard port.state == .active, let width = port.width, let lanes = Int(width.dropLast()), !port.lanesAreAsSet,
      lanes < port.possibleLanes ?? (lanes == 1 ? 4 : 0)
    else { return nil }
    return PortProblem.narrowLink.at(
      subject, evidence: ["width=\(width)"] + (port.possibleLanes.map { ["possible=\($0)x"] } ?? []),
      fix: inspection + ["rdmactl fabric links"])
  }

  // MARK: Ethernet

  /// RoCE and iWARP ports follow their network interface.
  private var ethernetState: Problem? {
    switch port.state {
    case .active, .unknown: return nil
    case .down, .initialized, .armed, .activeDefer: break
    }
    if adapter.isVirtual, adapter.nodeGUID?.rawValue == 0 { return nil }  // told of the adapter
    if let off = port.netdevs.first(where: { $0.isAdminUp == false }) {
      return PortProblem.netdevDown.at(
        subject, evidence: evidence + ["netdev=\(off.name)"], fix: ["ip link set dev \(off.name) up"])
    }
    if adapter.isVirtual { return virtualDisabled }
    if let netdev = port.netdevs.first(where: { $0.hasCarrier == false }) {
      return PortProblem.noCarrier.at(
        subject, evidence: evidence + ["netdev=\(netdev.name)"],
        fix: ["ethtool \(netdev.name)", "ethtool -m \(netdev.name)"])
    }
    let wait = "rdmactl status \(subject) --wait up"
    switch port.physicalState {
    case .polling: return PortProblem.noCarrier.at(subject, evidence: evidence, fix: [wait])
    case .disabled:
      return PortProblem.disabled.at(subject, evidence: evidence, fix: ["rdma link show \(subject)", wait])
    default: return down
    }
  }

  /// Sockets and rdma_cm cannot use it; verbs can.
  private var elsewhere: Problem? {
    guard let netdev = port.netdevs.first(where: { $0.isHere == false }) else { return nil }
    return PortProblem.interfaceElsewhere.at(
      subject, evidence: ["netdev=\(netdev.name)"], fix: ["rdma system show"],
      hint: [
        "run in the network name space of \(netdev.name) (a container: host network), or have the container runtime move the "
          + "interface here"
      ])
  }

  private var gids: Problem? {
    guard adapter.transport == .infiniband, port.state == .active else { return nil }
    let netdev = port.netdevs.first
    let evidence = netdev.map { ["netdev=\($0.name)"] } ?? []
    switch port.gidTable {
    case .empty:
      let address = adapter.driver == "mlx5_core" ? adapter.pciAddress : nil
      return PortProblem.noGID.at(
        subject, evidence: evidence, fix: address.map { ["devlink dev param show pci/\($0) name enable_roce"] } ?? [],
        hint: [
          "RoCE may be switched off for this device, the device may be in switchdev mode, or its network interface may be gone "
            + "or in another network name space"
        ])
    case .linkLocalOnly:
      return PortProblem.linkLocalOnly.at(
        subject, evidence: evidence, fix: netdev.map { ["ip address show dev \($0.name)"] } ?? [],
        hint: ["give \(netdev?.name ?? "its network interface") an IP address"])
    case .routable, nil: return nil
    }
  }

  /// Members that are not alike, or that are listened on.
  private var legs: [Problem] {
    guard let bond = port.bond else { return [] }
    var problems: [Problem] = []
    let sizes = bond.legs.compactMap(\.mtu)
    if Set(sizes).count > 1 {
      problems.append(
        PortProblem.legsDiffer.at(
          subject,
          evidence: ["bond=\(bond.name)"] + bond.legs.map { "\($0.name)=\($0.mtu.map(String.init) ?? "unknown")" },
          fix: ["rdmactl offload show \(bond.legs[0].name) --diff \(bond.legs[1].name)"],
          hint: ["an MTU set on \(bond.name) reaches every member"]))
    }
    if let active = port.activeLeg {
      let sniffed = bond.legs.filter { $0.isPromiscuous && $0.name != active }
      if !sniffed.isEmpty {
        problems.append(
          PortProblem.backupPromiscuous.at(
            subject, evidence: ["bond=\(bond.name)", "active=\(active)"] + sniffed.map { "promiscuous=\($0.name)" },
            fix: ["ip -d link show dev \(sniffed[0].name)"], hint: ["end the capture on \(sniffed[0].name)"]))
      }
    }
    return problems
  }

  private var bond: Problem? {
    guard port.state == .active, let bond = port.bond, let first = bond.legsDown.first else { return nil }
    let up = bond.legs.count - bond.legsDown.count
    return PortProblem.legDown.at(
      subject,
      evidence: ["bond=\(bond.name)"] + bond.legsDown.map { "down=\($0.name)" }
        + (port.bondRate.map { ["bond_gbps=\($0)"] } ?? []),
      detail: "\(up) of \(bond.legs.count) up",
      fix: (first.isAdminUp == false ? ["ip link set dev \(first.name) up"] : ["ethtool \(first.name)"])
        + ["cat /proc/net/bonding/\(bond.name)"])
  }
}

extension Port {
  /// Gb/s after line coding: 8b/10b up to QDR; what is above loses 3 % at most.
  var dataRate: Double? {
    guard let rate else { return nil }
    return ["sdr", "ddr", "qdr"].contains(speed) && linkLayer == .infiniband ? rate * 0.8 : rate
  }
}

/// The rules for counters, where they were asked for.
struct CounterExplanation {
  let subject: String
  let adapter: Adapter
  let port: Port

  /// Counters of PortCounters stop at their greatest value. Source: InfiniBand specification vol. 1, 16.1.3.5. Where the kernel
  /// has wider ones it shows those under the same names, and a value beyond the limit says so.
  private static let limits: [(name: String, limit: UInt64)] = [
    ("symbol_error", 0xffff), ("link_error_recovery", 0xff), ("link_downed", 0xff), ("port_rcv_errors", 0xffff),
    ("port_rcv_remote_physical_errors", 0xffff), ("port_rcv_switch_relay_errors", 0xffff),
    ("port_xmit_discards", 0xffff), ("port_xmit_constraint_errors", 0xff), ("port_rcv_constraint_errors", 0xff),
    ("local_link_integrity_errors", 0xf), ("excessive_buffer_overrun_errors", 0xf), ("vl15_dropped", 0xffff),
  ]

  /// Times that a healthy link is taken down by maintenance. More is a cable, a module or a machine that restarts.
  private static let downs: UInt64 = 10

  var problems: [Problem] {
    guard let counters = port.counters, port.linkLayer == .infiniband else { return [] }
    var result: [Problem] = []
    if let downs = counters["link_downed"], downs >= Self.downs {
      result.append(
        PortProblem.flapping.at(
          subject,
          evidence: ["link_downed=\(downs)"]
            + (counters["link_error_recovery"].map { ["link_error_recovery=\($0)"] } ?? []),
          fix: ["rdmactl status \(subject) --counters --watch"]))
    }
    let full = Self.limits.filter { counters[$0.name] == $0.limit }
    if !full.isEmpty {
      result.append(
        PortProblem.saturated.at(
          subject, evidence: full.map { "\($0.name)=\($0.limit)" },
          fix: adapter.nodeGUID.map { ["rdmactl fabric errors \($0)/\(port.number) --clear"] } ?? []))
    }
    return result
  }
}
