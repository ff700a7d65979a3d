internal import Foundation
internal import GuestLab

/// What Debian's tools and sysfs say of the RDMA devices of a guest: all that `rdmactl status --json --counters` must say.
struct KernelAnswers {
  private let devices: [[String: String]]
  private let links: [JSONValue]
  private let names: [JSONValue]
  private let interfaces: [JSONValue]
  private let sysfs: [String: String]

  /// sysfs of the devices: each file's first line. rxe has 1024 GIDs; the first four must do.
  private static let files = """
    cd /sys/class/infiniband && grep -m 1 '' */node_desc */fw_ver */hw_rev */hca_type */board_id */ports/1/rate \
      */ports/1/counters/* */ports/1/hw_counters/* */ports/1/gids/[0-3] */ports/1/gid_attrs/*/[0-3] 2>/dev/null
    true
    """

  init(_ guest: Guest) throws {
    let separator = "\n=====\n"
    let text = try guest.check(
      "ibv_devinfo -v; echo =====; rdma -j link; echo; echo =====; rdma -j dev; echo; echo =====; "
        + "ip -j -d addr; echo; echo =====; \(Self.files)")
    let parts = text.components(separatedBy: separator)
    guard parts.count == 5 else { throw GuestSurprise("not five answers:\n\(text)") }
    devices = Self.devices(parts[0])
    links = try JSONValue(parts[1]).elements
    names = try JSONValue(parts[2]).elements
    interfaces = try JSONValue(parts[3]).elements
    sysfs = Self.lines(parts[4])
  }

  /// `hca_id:⇥rxe0` begins a device, `port:⇥1` its port; `name:⇥value` lines. All devices here have one port.
  private static func devices(_ text: String) -> [[String: String]] {
    var devices: [[String: String]] = []
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = line[..<colon].trimmingCharacters(in: .whitespaces)
      if name == "hca_id" { devices.append([:]) }
      guard !devices.isEmpty, !name.hasPrefix("GID[") else { continue }
      devices[devices.count - 1][name] = line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
    }
    return devices
  }

  private static func lines(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      values[String(line[..<colon])] = line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
    }
    return values
  }

  /// The counters of sysfs at this moment: those of a port that is in use move between two readings.
  static func counters(_ guest: Guest) throws -> [String: String] {
    lines(try guest.check("cd /sys/class/infiniband && grep -m 1 '' */ports/1/*counters/*"))
  }

  /// Of the counters of a device, those that rdmactl has read higher than they are now or lower than they were `before`.
  func wrong(_ ours: [String: String], of name: String, since before: [String: String]) -> [String] {
    ours.keys.sorted().filter { key in
      let path =
        "\(name)/ports/1/"
        + key.dropFirst("ports[0].".count + 1).replacing(".", with: "/").replacing("vl15", with: "VL15")
      guard let read = ours[key].flatMap({ UInt64($0) }), let first = before[path].flatMap({ UInt64($0) }),
        let last = sysfs[path].flatMap({ UInt64($0) })
      else { return true }
      return read < first || read > last
    }
  }

  var deviceNames: [String] { devices.compactMap { $0["hca_id"] } }

  /// The leaves of `adapters[]` for one device.
  func adapter(_ name: String) -> [String: String] {
    guard let verbs = devices.first(where: { $0["hca_id"] == name }),
      let device = names.first(where: { $0["ifname"]?.text == name }),
      let link = links.first(where: { $0["ifname"]?.text == name })
    else { return [:] }
    var facts: [String: String] = [
      ".name": name,
      ".node_guid": guid(device["node_guid"]?.text), ".system_image_guid": guid(device["sys_image_guid"]?.text),
      ".node_type": device["node_type"]?.text ?? "null",
      ".transport": verbs["transport"]?.split(separator: " ").first?.lowercased() ?? "null",
      ".firmware_version": text(sysfs["\(name)/fw_ver"]), ".hardware_revision": text(sysfs["\(name)/hw_rev"]),
      ".hca_type": text(sysfs["\(name)/hca_type"]), ".board": text(sysfs["\(name)/board_id"]),
      // A PSID is what Mellanox adapters have there; the guest has none.
      ".psid": text(nil),
      ".node_description": text(sysfs["\(name)/node_desc"]),
      ".vendor_id": number(verbs["vendor_id"]), ".part_id": number(verbs["vendor_part_id"]),
      ".port_count": number(verbs["phys_port_cnt"]),
    ]
    // Software has no PCI function.
    for key in ["driver", "model", "msix", "numa_node", "pci_address", "pcie", "virtual_function_of"] {
      facts[".\(key)"] = "null"
    }
    for limit in Self.limits { facts[".limits.\(limit)"] = number(verbs[limit]) }
    // What ibv_devinfo leaves out where there are no shared receive queues and no fast memory regions.
    if verbs["max_srq"] == "0" { (facts[".limits.max_srq_wr"], facts[".limits.max_srq_sge"]) = ("0", "0") }
    if verbs["max_fmr"] == "0" { facts[".limits.max_map_per_fmr"] = "0" }
    for (key, value) in port(name, verbs, link) { facts[".ports[0]" + key] = value }
    return facts
  }

  /// All that ibv_devinfo calls max_… of a device, but the one that nobody has (max_total_mcast_qp_attach), and some.
  private static let limits = [
    "atomic_cap", "device_cap_flags", "local_ca_ack_delay", "max_ah", "max_cq", "max_cqe", "max_ee",
    "max_ee_init_rd_atom", "max_ee_rd_atom", "max_fmr", "max_map_per_fmr", "max_mcast_grp", "max_mcast_qp_attach",
    "max_mr", "max_mr_size", "max_mw", "max_pd", "max_pkeys", "max_qp", "max_qp_init_rd_atom", "max_qp_rd_atom",
    "max_qp_wr", "max_raw_ethy_qp", "max_raw_ipv6_qp", "max_rdd", "max_res_rd_atom", "max_sge", "max_sge_rd", "max_srq",
    "max_srq_sge", "max_srq_wr", "page_size_cap",
  ]

  private func port(_ name: String, _ verbs: [String: String], _ link: JSONValue) -> [String: String] {
    let numbers = [
      "max_mtu": "max_mtu", "active_mtu": "active_mtu", "sm_lid": "sm_lid", "lid": "port_lid", "lmc": "port_lmc",
      "max_message_size": "max_msg_sz", "capability_mask": "port_cap_flags", "max_vls": "max_vl_num",
      "bad_pkey_counter": "bad_pkey_cntr", "qkey_violation_counter": "qkey_viol_cntr", "sm_sl": "sm_sl",
      "pkey_table_length": "pkey_tbl_len", "gid_table_length": "gid_tbl_len", "subnet_timeout": "subnet_timeout",
      "init_type_reply": "init_type_reply",
    ]
    var facts: [String: String] = [
      ".port": "1", ".state": link["state"]?.text?.lowercased() ?? "null",
      ".physical_state": link["physical_state"]?.text?.lowercased() ?? "null",
      ".link_layer": verbs["link_layer"]?.lowercased() ?? "null",
      ".width": verbs["active_width"]?.split(separator: " ").first?.lowercased() ?? "null",
      ".speed": ["1": "sdr", "4": "qdr"][inBrackets(verbs["active_speed"]) ?? ""] ?? "null",
      ".rate_gbps": sysfs["\(name)/ports/1/rate"]?.split(separator: " ").first.map(String.init) ?? "null",
    ]
    for (ours, theirs) in numbers { facts[".\(ours)"] = number(verbs[theirs]) }
    for (key, value) in counters(name) { facts[key] = value }
    // Of iWARP the GID is a MAC address: the kernel calls it a RoCE GID for want of a third kind.
    let isIWARP = verbs["transport"]?.hasPrefix("iWARP") == true
    let gids = gids(name, typed: !isIWARP)
    for (key, value) in gids.leaves { facts[key] = value }
    // The port's GUID is the interface part of its first GID.
    let portGUID = isIWARP ? "null" : guid(gids.first.map { String($0.suffix(19)) })
    facts[".port_guid"] = portGUID
    for (key, value) in netdevs(link, portGUID) { facts[key] = value }
    return facts
  }

  private func counters(_ name: String) -> [String: String] {
    var facts: [String: String] = [:]
    for folder in ["counters", "hw_counters"] {
      let place = "\(name)/ports/1/\(folder)/"
      // "lifespan" is how long the kernel keeps what it has read, no counter.
      let here = sysfs.filter { $0.key.hasPrefix(place) && !$0.key.hasSuffix("/lifespan") }
      if here.isEmpty { facts[".\(folder)"] = "null" }
      for (path, value) in here { facts[".\(folder).\(path.dropFirst(place.count).lowercased())"] = value }
    }
    return facts
  }

  private func gids(_ name: String, typed: Bool) -> (leaves: [String: String], first: String?) {
    let place = "\(name)/ports/1"
    var facts: [String: String] = [:]
    var used = 0
    for index in 0..<4 {
      guard let gid = sysfs["\(place)/gids/\(index)"], gid.contains(where: { $0 != "0" && $0 != ":" }) else { continue }
      let type = sysfs["\(place)/gid_attrs/types/\(index)"]
      facts[".gids[\(used)].index"] = "\(index)"
      facts[".gids[\(used)].gid"] = gid
      facts[".gids[\(used)].netdev"] = text(sysfs["\(place)/gid_attrs/ndevs/\(index)"])
      facts[".gids[\(used)].type"] =
        typed ? type.map { ["RoCE v2": "roce_v2", "IB/RoCE v1": "ib"][$0] ?? $0 } ?? "null" : "null"
      // The C library is the judge of how an address is written.
      let isAddress = typed && type == "RoCE v2"
      facts[".gids[\(used)].address"] = isAddress ? Self.address(gid) : "null"
      facts[".gids[\(used)].link_local"] = "\(typed && Self.isLinkLocal(gid))"
      used += 1
    }
    if used == 0 { facts[".gids"] = "[]" }
    return (facts, sysfs["\(place)/gids/0"])
  }

  private static func bytes(_ gid: String) -> [UInt8] {
    gid.split(separator: ":").compactMap { UInt16($0, radix: 16) }.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
  }

  private static func address(_ gid: String) -> String {
    var bytes = bytes(gid)
    guard bytes.count == 16 else { return "null" }
    let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10...11] == [0xff, 0xff]
    if isMapped { bytes.removeFirst(12) }
    var text = [CChar](repeating: 0, count: 64)
    guard unsafe inet_ntop(isMapped ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else {
      return "null"
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// fe80::/10 of RFC 4291; the subnet prefix of InfiniBand begins in the same way.
  private static func isLinkLocal(_ gid: String) -> Bool {
    let bytes = bytes(gid)
    return bytes.count == 16 && bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
  }

  /// The network device that the RDMA device has, or the IPoIB ones whose hardware address ends with the port's GUID.
  private func netdevs(_ link: JSONValue, _ portGUID: String) -> [String: String] {
    let mine = interfaces.filter { interface in
      if let netdev = link["netdev"]?.text { return interface["ifname"]?.text == netdev }
      let address = interface["address"]?.text ?? ""
      return interface["link_type"]?.text == "infiniband" && guid(String(address.suffix(23))) == portGUID
    }
    var facts: [String: String] = mine.isEmpty ? [".netdevs": "[]", ".interfaces": "[]"] : [:]
    for (index, interface) in mine.enumerated() {
      let flags = interface["flags"]?.elements.compactMap(\.text) ?? []
      let isUp = flags.contains("UP")
      let place = ".interfaces[\(index)]"
      facts[".netdevs[\(index)]"] = interface["ifname"]?.text
      facts["\(place).name"] = interface["ifname"]?.text
      facts["\(place).admin_up"] = "\(isUp)"
      // The kernel tells of a carrier only where the interface is up.
      facts["\(place).carrier"] = isUp ? "\(flags.contains("LOWER_UP"))" : "null"
      // Twenty bytes are no MAC address.
      facts["\(place).mac"] = interface["link_type"]?.text == "ether" ? interface["address"]?.text : "null"
      facts["\(place).master"] = interface["master"]?.text ?? "null"
      facts["\(place).mtu"] = interface["mtu"]?.leaves[""]
      // ip lists what is in this network name space.
      facts["\(place).here"] = "true"
      let ipoib = interface["linkinfo"]?["info_data"]
      facts["\(place).mode"] = ipoib?["mode"]?.text ?? "null"
      facts["\(place).pkey"] = (ipoib?["key"] ?? ipoib?["pkey"])?.text.map(number) ?? "null"
    }
    return facts
  }

  // MARK: their notation and ours

  private func text(_ value: String?) -> String { value.map { $0.isEmpty ? "null" : $0 } ?? "null" }

  private func guid(_ value: String?) -> String {
    let digits = (value ?? "").filter { $0 != ":" }
    return digits.isEmpty ? "null" : digits
  }

  /// `0x1f`, `4096 (5)`, `ATOMIC_HCA (1)`; `invalid value (0)` is none.
  private func number(_ value: String?) -> String {
    guard let value, !value.hasPrefix("invalid") else { return "null" }
    let word = value.first?.isNumber == true ? value.split(separator: " ").first.map(String.init) : inBrackets(value)
    guard let word else { return "null" }
    return word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16).map(String.init) ?? word : word
  }

  private func inBrackets(_ value: String?) -> String? {
    value?.split(separator: "(").last?.split(separator: ")").first.map(String.init)
  }
}

/// A guest whose tools answer what nobody has foreseen.
struct GuestSurprise: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
