public import Vocabulary

/// What the check of local ports found: verdicts that do not hold, and values of the kernel that contradict each other.
public enum PortFindings {
  public static func problems(of verdicts: [PortVerdict]) -> [Problem] {
    let problems =
      verdicts.flatMap { unsettled($0) + crossCheck($0.port) }
      // What `unsettled` says of a port is not said a second time of its GUID.
      + MappingFindings.problems(of: verdicts.compactMap(\.mapping)).filter {
        $0.id != GUIDMappingProblem.macLocal.rawValue
      }
    return problems.sortedBySeverity()
  }

  private static func unsettled(_ verdict: PortVerdict) -> [Problem] {
    let port = verdict.port
    let mac = verdict.mac.map(\.description) ?? "none"
    switch verdict.kind {
    case .recognized, .stored, .ethernet: return []
    case .maskFound:
      let mask = verdict.maskToStore.map(\.description) ?? ""
      return [
        GUIDMappingProblem.maskNotStored.found(
          port.name, "the rules do not know GUID \(port.guid), but mask \(mask) gives \(mac)",
          fix: ["rdmactl guid2mac --check \(port.name) --apply"])
      ]
    case .unknown:
      guard port.guid.rawValue != 0 else { return [] }
      if let mask = verdict.mapping?.mask {
        return [
          GUIDMappingProblem.guidUnknown.found(
            port.name,
            "mask \(mask) does not work for GUID \(port.guid): \(mac) is taken, multicast or zero; "
              + "it is not stored", fix: ["rdmactl guid2mac --suggest \(port.guid)"])
        ]
      }
      let best = MaskAdvice.ranking(for: [port.guid]).first { $0.isUsable }
      return [
        GUIDMappingProblem.guidUnknown.found(
          port.name,
          "neither the rules nor the checker know GUID \(port.guid): choose a mask whose MAC is lawful and unique, "
            + "try it, then store it",
          fix: ["rdmactl guid2mac --suggest \(port.guid)"]
            + (best.map { ["rdmactl guid2mac --check \(port.name) --mask \($0.mask) --apply"] } ?? []))
      ]
    }
  }

  /// The GUID, the IPoIB hardware address, GID 0, the netdev's MAC and the node GUID say the same thing, or a card or
  /// its configuration is not what it seems. Source: GUIDToMAC.md#linux.
  static func crossCheck(_ port: LocalPort) -> [Problem] {
    hardwareAddress(port) + (port.isEthernet ? ethernetGID(port) : infiniBandGID(port)) + nodeSequence(port)
  }

  private static func hardwareAddress(_ port: LocalPort) -> [Problem] {
    guard let address = port.ipoibHardwareAddress, address.count == 20 else { return [] }
    let tail = guid(address.suffix(8))
    guard tail != port.guid else { return [] }
    return [
      GUIDMappingProblem.guidHardwareAddress.found(
        port.name, "the IPoIB interface carries GUID \(tail), the port has \(port.guid)",
        evidence: port.netdevs.map { "netdev=\($0.name)" }, fix: ["rdmactl status \(port.name)"])
    ]
  }

  private static func infiniBandGID(_ port: LocalPort) -> [Problem] {
    guard let gid = port.gid0, gid.count == 16, gid.contains(where: { $0 != 0 }) else { return [] }
    let tail = guid(gid.suffix(8))
    guard tail != port.guid else { return [] }
    return [
      GUIDMappingProblem.guidGID0.found(
        port.name, "GID 0 ends in \(tail), the port GUID is \(port.guid)", fix: ["rdmactl status \(port.name)"])
    ]
  }

  /// RoCE: GID 0 is fe80:: and the netdev's MAC as EUI-64. Where the middle is not ff:fe it holds a device or VLAN
  /// number, and only the MAC's own bytes are compared.
  private static func ethernetGID(_ port: LocalPort) -> [Problem] {
    let macs = port.netdevs.compactMap(\.mac)
    guard let gid = port.gid0, gid.count == 16, !macs.isEmpty, gid.starts(with: [0xfe, 0x80, 0, 0, 0, 0, 0, 0]) else {
      return []
    }
    let tail = guid(gid.suffix(8)).rawValue
    let mac = MACAddress((tail >> 40) << 24 | tail & 0xff_ffff)
    let flipped = MACAddress(mac.rawValue ^ 0x0200_0000_0000)
    let fits = tail >> 24 & 0xffff == 0xfffe ? [flipped] : [flipped, mac]
    guard !macs.contains(where: fits.contains) else { return [] }
    return [
      GUIDMappingProblem.guidGID0.found(
        port.name, "GID 0 was made of MAC \(flipped), which no netdev of the port has",
        evidence: port.netdevs.compactMap { netdev in netdev.mac.map { "\(netdev.name)=\($0)" } },
        fix: ["rdmactl status \(port.name)"])
    ]
  }

  /// Firmware numbers ports from the node GUID: the same (one function per port) or node GUID + port.
  private static func nodeSequence(_ port: LocalPort) -> [Problem] {
    guard !port.isEthernet, let node = port.nodeGUID, node.rawValue != 0, port.guid.rawValue != 0 else { return [] }
    let distance = port.guid.rawValue &- node.rawValue
    guard distance > UInt64(clamping: port.number) else { return [] }
    return [
      GUIDMappingProblem.guidNodeSequence.found(
        port.name, "the port GUID is not the node GUID plus the port number, as firmware counts by default",
        evidence: ["port_guid=\(port.guid)", "node_guid=\(node)"])
    ]
  }

  private static func guid(_ bytes: some Collection<UInt8>) -> GUID {
    GUID(bytes.reduce(0) { $0 << 8 | UInt64($1) })
  }
}
