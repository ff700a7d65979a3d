internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// The text of the Windows tool vstat, for scripts that still read it: fields, order, spelling and tabs as in
/// PortFacts.md#vstat. What is not known prints as `NA`, which is vstat's own word for it.
struct VStatText {
  let verbose: Bool
  let counters: Bool
  private var text = ""

  private init(verbose: Bool, counters: Bool) {
    self.verbose = verbose
    self.counters = counters
  }

  static func make(_ inventory: Inventory, verbose: Bool, counters: Bool) -> String {
    var writer = VStatText(verbose: verbose, counters: counters)
    for (index, adapter) in inventory.devices.enumerated() { writer.write(adapter, index: index) }
    return writer.text
  }

  private mutating func write(_ adapter: Adapter, index: Int) {
    text += "\n"
    card("hca_idx", String(index))
    if let uplink = Self.uplink(adapter) { card("uplink", uplink) }
    if let msix = adapter.msix, let granted = msix.granted {
      let masked = msix.allMasked ? "Y" : "N"
      card(
        "MSI-X",
        "{ENABLED=\(msix.enabled ? 1 : 0), SUPPORTED=\(msix.supported), GRANTED=\(granted), ALL_MASKED=\(masked)}")
    }
    card("vendor_id", adapter.vendorID.map { "0x" + $0.hexadecimal(digits: 4) })
    card("vendor_part_id", adapter.partID.map { String($0) })
    card("hw_ver", adapter.hardwareRevision.map { $0.hasPrefix("0x") ? $0 : "0x" + $0 })
    card("fw_ver", adapter.firmwareVersion.map(Self.firmware))
    if adapter.vendorID == nil || Self.boardVendors.contains(adapter.vendorID ?? 0) { card("PSID", adapter.psid) }
    card("node_guid", adapter.nodeGUID?.colonDescription)
    if verbose { card("sys_image_guid", adapter.systemImageGUID?.colonDescription) }
    card("num_phys_ports", String(adapter.portCount))
    if verbose { writeLimits(adapter) }
    for port in adapter.ports { write(port, of: adapter) }
  }

  private mutating func write(_ port: Port, of adapter: Adapter) {
    let isDown = port.state == .down
    let lane = port.speed.flatMap { LaneSpeed[$0] } ?? 0
    let width = port.width.flatMap { Int($0.dropLast()) }
    line("port", String(port.number))
    line("port_guid", port.guid?.colonDescription)
    line("port_state", Self.state(port.state))
    line("link_speed", isDown ? "NA" : "\(fixed(lane)) Gbps ")
    line("link_width", isDown ? "NA " : Self.width(width) + " ")
    line("rate", isDown ? "NA" : "\(fixed(lane * Double(width ?? 0))) Gbps")
    if !isDown, width == 4, let real = LaneSpeed.real[port.speed ?? ""] { line("real_rate", real) }
    line("port_phys_state", Self.physicalState(port.physicalState))
    line("active_speed", "\(fixed(lane)) Gbps")
    line("sm_lid", port.smLID.map { "0x" + $0.hexadecimal(digits: 4) })
    line("port_lid", port.lid.map { "0x" + $0.hexadecimal(digits: 4) })
    line("port_lmc", port.lmc.map { "0x" + $0.hexadecimal() })
    line("transport", port.fabric(of: adapter))
    line("max_mtu", Self.mtu(port.maxMTU))
    if verbose { writeDetail(port) }
    text += "\n"
    if counters { writeCounters(port) }
  }

  private mutating func writeLimits(_ adapter: Adapter) {
    for (name, source) in VStatField.limits {
      switch source {
      case .limit(let key):
        let value = adapter.limits?[key]
        card(name, key == "atomic_cap" ? value.map(VStatField.atomic) : value.map { String($0) })
      case .flag(let bit): card(name, adapter.limits?["device_cap_flags"].map { String($0 >> UInt64(bit) & 1) })
      }
    }
  }

  private mutating func writeDetail(_ port: Port) {
    let detail = port.detail
    line("max_msg_sz", detail?.maxMessageSize.map { "0x" + $0.hexadecimal() })
    line("capabilities", port.capabilityMask.map { CapabilityName.list($0).joined(separator: ", ") })
    line("max_vl_num", detail?.maxVLs.map { String($0) })
    line("bad_pkey_counter", detail?.badPKeyCounter.map { "0x" + $0.hexadecimal() })
    line("qkey_viol_counter", detail?.qkeyViolationCounter.map { "0x" + $0.hexadecimal() })
    line("sm_sl", port.smSL.map { "0x" + $0.hexadecimal() })
    line("pkey_tbl_len", detail?.pkeyTableLength.map { "0x" + $0.hexadecimal() })
    line("gid_tbl_len", detail?.gidTableLength.map { "0x" + $0.hexadecimal() })
    line("subnet_timeout", detail?.subnetTimeout.map { "0x" + $0.hexadecimal() })
    line("initTypeReply", detail?.initTypeReply.map { "0x" + $0.hexadecimal() })
    line("GID[0]", port.gids?.first { $0.index == 0 }?.text)
  }

  private mutating func writeCounters(_ port: Port) {
    text += "\t\tport counters for port \(port.number)\n"
    for (name, key) in VStatField.counters {
      line(name, port.counters?[key].map { "0x" + $0.hexadecimal() })
    }
    text += "\n"
  }

  /// With -v the card's fields have spaces around the sign.
  private mutating func card(_ name: String, _ value: String?) {
    text += "\t\(name)\(verbose ? " = " : "=")\(Page.clean(value ?? "NA"))\n"
  }

  private mutating func line(_ name: String, _ value: String?) {
    text += "\t\t\(name)=\(Page.clean(value ?? "NA"))\n"
  }

  /// Vendors whose boards have a PSID: Mellanox and Voltaire.
  private static let boardVendors: Set<UInt32> = [0x02c9, 0x08f1]

  private static func uplink(_ adapter: Adapter) -> String? {
    guard adapter.pciAddress != nil else { return nil }
    guard let path = adapter.pcie else { return "{BUS=PCI_E, SPEED=unknown, WIDTH=NA, CAPS=NA}" }
    let most = path.maximum.speed == 5 ? "5" : String(path.maximum.speed)
    return "{BUS=PCI_E, SPEED=\(path.current.speed) Gbps, WIDTH=x\(path.current.width), "
      + "CAPS=\(most)*x\(path.maximum.width)}"
  }

  /// `2.42.5000` as `2.42.5000`, `2.9.1000` as `2.09.1000`: the second part has two digits, the third four.
  private static func firmware(_ version: String) -> String {
    let parts = version.split(separator: ".").map { Int($0) }
    guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2] else { return version }
    func padded(_ number: Int, _ digits: Int) -> String {
      String(repeating: "0", count: max(0, digits - String(number).count)) + String(number)
    }
    return "\(major).\(padded(minor, 2)).\(padded(patch, 4))"
  }

  private static func state(_ state: PortState) -> String {
    switch state {
    case .down: "PORT_DOWN (1)"
    case .initialized: "PORT_INITIALIZE (2)"
    case .armed: "PORT_ARMED (3)"
    case .active: "PORT_ACTIVE (4)"
    case .activeDefer: "PORT_ACTDEFER (5)"
    case .unknown: "UNKNOWN (0)"
    }
  }

  private static func physicalState(_ state: PhysicalState) -> String {
    let name =
      switch state {
      case .sleep: "SLEEP"
      case .polling: "POLLING"
      case .disabled: "DISABLED"
      case .training: "CFG_TRAINING"
      case .linkUp: "LINK_UP"
      case .recovery: "LINK_ERROR_RECOVERY"
      case .test: "PHY_TEST"
      case .unknown: "UNKNOWN"
      }
    return "\(name) (\(state.code))"
  }

  /// The number in brackets is the LinkWidthActive code.
  private static func width(_ lanes: Int?) -> String {
    switch lanes {
    case 1?: "1x (1)"
    case 4?: "4x (2)"
    case 8?: "8x (4)"
    case 12?: "12x (8)"
    default: "UNKNOWN (\(lanes ?? 0))"
    }
  }

  private static func mtu(_ bytes: Int?) -> String {
    guard let bytes, let code = [256: 1, 512: 2, 1024: 3, 2048: 4, 4096: 5][bytes] else { return "UNKNOWN (0)" }
    return "\(bytes) (\(code))"
  }
}

/// Gb/s of one lane, signalling. Source: InfiniBand specification vol. 2, and PortFacts.md#vstat up to EDR.
private enum LaneSpeed {
  static subscript(name: String) -> Double? {
    switch name {
    case "sdr": 2.5
    case "ddr": 5
    case "qdr", "fdr10": 10
    case "fdr": 14.06
    case "edr": 25.78
    case "hdr": 53.12
    case "ndr": 106.25
    case "xdr": 212.5
    default: nil
    }
  }

  /// What four lanes carry after line coding; vstat told it for these only.
  static let real = ["qdr": "32.00 Gbps (QDR)", "fdr10": "38.57 Gbps (FDR10)"]
}

/// vstat's names for what verbs and the kernel call otherwise.
private enum VStatField {
  enum Source {
    /// A limit by its name in `ibv_query_device(3)`.
    case limit(String)
    /// A bit of `device_cap_flags`. Source: `enum ibv_device_cap_flags`.
    case flag(Int)
  }

  static let limits: [(name: String, source: Source)] = [
    ("max_num_qp", .limit("max_qp")), ("max_qp_ous_wr", .limit("max_qp_wr")), ("max_num_sg_ent", .limit("max_sge")),
    ("max_num_sg_ent_rd", .limit("max_sge_rd")), ("max_num_srq", .limit("max_srq")),
    ("max_wqe_per_srq", .limit("max_srq_wr")),
    ("max_srq_sentries", .limit("max_srq_sge")), ("srq_resize_supported", .flag(13)), ("max_num_cq", .limit("max_cq")),
    ("max_num_ent_cq", .limit("max_cqe")), ("max_num_mr", .limit("max_mr")), ("max_mr_size", .limit("max_mr_size")),
    ("max_pd_num", .limit("max_pd")),
    ("page_size_cap", .limit("page_size_cap")), ("local_ca_ack_delay", .limit("local_ca_ack_delay")),
    ("max_qp_ous_rd_atom", .limit("max_qp_rd_atom")), ("max_ee_ous_rd_atom", .limit("max_ee_rd_atom")),
    ("max_res_rd_atom", .limit("max_res_rd_atom")), ("max_qp_init_rd_atom", .limit("max_qp_init_rd_atom")),
    ("max_ee_init_rd_atom", .limit("max_ee_init_rd_atom")), ("atomic_cap", .limit("atomic_cap")),
    ("max_ee_num", .limit("max_ee")),
    ("max_rdd_num", .limit("max_rdd")), ("max_mw_num", .limit("max_mw")),
    ("max_raw_ipv6_qp", .limit("max_raw_ipv6_qp")),
    ("max_raw_ethy_qp", .limit("max_raw_ethy_qp")), ("max_mcast_grp_num", .limit("max_mcast_grp")),
    ("max_mcast_qp_attach_num", .limit("max_mcast_qp_attach")), ("max_ah_num", .limit("max_ah")),
    ("max_num_fmr", .limit("max_fmr")),
    ("max_num_map_per_fmr", .limit("max_map_per_fmr")), ("modify_wr_depth", .flag(0)),
    ("modify_srq_depth", .flag(13)), ("change_primary_port", .flag(5)),
    ("av_port_check", .flag(6)), ("init_type_support", .flag(9)), ("shutdown_port", .flag(8)),
  ]

  static let counters: [(name: String, key: String)] = [
    ("link_error_recovery_counter", "link_error_recovery"), ("link_down_counter", "link_downed"),
    ("port_rcv_errors", "port_rcv_errors"), ("port_rcv_remote_physical_errors", "port_rcv_remote_physical_errors"),
    ("port_rcv_switch_relay_errors", "port_rcv_switch_relay_errors"), ("port_xmit_discard", "port_xmit_discards"),
    ("port_xmit_constraint_errors", "port_xmit_constraint_errors"),
    ("port_rcv_constraint_errors", "port_rcv_constraint_errors"), ("vl15_dropped", "vl15_dropped"),
    ("port_rcv_data", "port_rcv_data"), ("port_xmit_data", "port_xmit_data"), ("port_rcv_pkts", "port_rcv_packets"),
    ("port_xmit_pkts", "port_xmit_packets"),
  ]

  /// Source: `enum ibv_atomic_cap`.
  static func atomic(_ code: UInt64) -> String {
    switch code {
    case 1: "LOCAL"
    case 2: "GLOBAL"
    default: "NORMAL"
    }
  }
}

/// A number with two decimals, as C's `%.2f`.
private func fixed(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let rest = hundredths % 100
  return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}
