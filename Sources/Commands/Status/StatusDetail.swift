internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// `rdmactl status -v`: all details of an adapter as text.
struct StatusDetail {
  let adapter: Adapter

  func write(to page: inout Page) {
    page.gap()
    page.line(adapter.label, tone: .heading)
    page.fields(identity)
    if let limits = adapter.limits {
      page.line("  limits", tone: .heading)
      page.fields(limits.sorted { $0.key < $1.key }.map { ($0.key, String($0.value)) }, indent: 4)
    }
    for port in adapter.ports {
      page.line("  port \(port.number)", tone: .heading)
      page.fields(fields(of: port), indent: 4)
    }
  }

  private var identity: [(String, String?)] {
    [
      ("model", adapter.model), ("board (PSID)", adapter.psid ?? adapter.board), ("firmware", adapter.firmwareVersion),
      ("hardware revision", adapter.hardwareRevision), ("type", adapter.hcaType),
      ("vendor id", adapter.vendorID.map { "0x" + $0.hexadecimal(digits: 4) }),
      ("part id", adapter.partID.map { String($0) }), ("node GUID", adapter.nodeGUID?.description),
      ("system image GUID", adapter.systemImageGUID?.description), ("node type", adapter.nodeType?.rawValue),
      ("transport", adapter.transport?.rawValue), ("description", adapter.nodeDescription),
      ("driver", adapter.driver), ("PCI address", adapter.pciAddress?.description),
      ("virtual function of", adapter.virtualFunction?.physicalFunction.description),
      ("PCI Express", adapter.pcie.map(pcie)), ("NUMA node", adapter.numaNode.map { String($0) }),
      ("MSI-X", adapter.msix.map(interrupts)),
    ]
  }

  private func pcie(_ path: PCIePath) -> String {
    var text = "\(path.current.description) of \(path.maximum.description)"
    if let hop = path.degraded {
      text += "; degraded at \(hop.upper) to \(hop.lower)"
    } else if path.current != path.maximum, let hop = path.narrowest {
      text += "; limited by \(hop.upper)"
    }
    return text
  }

  private func interrupts(_ msix: MSIX) -> String {
    let granted = msix.granted.map { ", \($0) granted" } ?? ""
    return "\(msix.enabled ? "enabled" : "disabled"), \(msix.supported) supported\(granted)"
      + (msix.allMasked ? ", all masked" : "")
  }

  private func fields(of port: Port) -> [(String, String?)] {
    let detail = port.detail
    let isInfiniBand = port.linkLayer != .ethernet
    let meaningful = port.state == .down ? " (configured minimum while down)" : ""
    return [
      ("state", port.state.rawValue), ("physical state", port.physicalState.rawValue),
      ("link layer", port.linkLayer?.rawValue), ("protocol", port.fabric(of: adapter)),
      ("rate", port.rate.map { "\(StatusReport.number($0)) Gb/s\(meaningful)" }),
      ("speed", isInfiniBand ? StatusReport.speed(port) : nil), ("port GUID", port.guid?.description),
      ("GID 0", port.gids?.first { $0.index == 0 }?.text),
      ("LID", isInfiniBand ? port.lid.map { String($0) } : nil),
      ("LMC", isInfiniBand ? port.lmc.map { String($0) } : nil),
      ("SM LID", isInfiniBand ? port.smLID.map { String($0) } : nil),
      ("SM service level", isInfiniBand ? port.smSL.map { String($0) } : nil),
      ("maximum MTU", port.maxMTU.map { String($0) }), ("active MTU", port.activeMTU.map { String($0) }),
      ("network interfaces", netdevs(of: port)),
      ("capabilities", port.capabilityMask.map { CapabilityName.list($0).joined(separator: " ") }),
      ("maximum message size", detail?.maxMessageSize.map { "\($0) bytes" }),
      ("virtual lanes", detail?.maxVLs.map { String($0) }),
      ("P_Key table", detail?.pkeyTableLength.map { "\($0) entries" }),
      ("GID table", detail?.gidTableLength.map { "\($0) entries" }),
      ("P_Key violations", detail?.badPKeyCounter.map { String($0) }),
      ("Q_Key violations", detail?.qkeyViolationCounter.map { String($0) }),
      ("subnet timeout", detail?.subnetTimeout.map { String($0) }),
      ("init type reply", detail?.initTypeReply.map { String($0) }),
    ]
  }

  private func netdevs(of port: Port) -> String? {
    guard !port.netdevs.isEmpty else { return nil }
    return port.netdevs.map { netdev in
      var facts = [netdev.mac.map(\.description)].compactMap { $0 }
      if netdev.isHere == false { facts.append("in another network name space") }
      if let up = netdev.isAdminUp {
        facts.append(up ? netdev.hasCarrier == false ? "up, no carrier" : "up" : "administratively down")
      }
      if let key = netdev.partitionKey { facts.append("P_Key 0x\(UInt64(key).hexadecimal(digits: 4))") }
      if let mode = netdev.mode { facts.append(mode) }
      if let mtu = netdev.mtu { facts.append("MTU \(mtu)") }
      if let master = netdev.master { facts.append("in \(master)") }
      return netdev.name + (facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))")
    }.joined(separator: "; ")
  }
}

/// The bits of PortInfo's CapabilityMask, in vstat's words. Source: InfiniBand specification vol. 1, 14.2.5.6.
enum CapabilityName {
  private static let names: [(bit: Int, name: String)] = [
    (1, "SM"), (2, "NOTICE"), (3, "TRAP"), (4, "OPT_IPD"), (5, "APM"), (6, "SL_MAP"), (7, "MKEY_NVRAM"),
    (8, "PKEY_NVRAM"), (9, "LED_INFO"), (10, "SM_DISABLED"), (11, "SYSGUID"), (12, "PKEY_SW_EXT_PORT_TRAP"),
    (14, "EXT_SPEEDS"), (16, "CM"), (17, "SNMP_TUNNEL"), (18, "REINIT"), (19, "DEVICE_MGMT"), (20, "VENDOR_CLASS"),
    (21, "DR_NOTICE"), (22, "CAP_MASK_NOTICE"), (23, "BOOT_MGMT"), (24, "LINK_LATENCY"), (25, "CLIENT_REG"),
  ]

  static func list(_ mask: UInt32) -> [String] {
    names.filter { mask >> UInt32($0.bit) & 1 == 1 }.map(\.name)
  }
}
