internal import GUIDMapping
internal import HostAccess
internal import PortStatus
internal import Vocabulary

/// The ports of the inventory as the checker wants them.
struct LocalPorts {
  let inventory: Inventory

  init(_ host: Host) {
    inventory = InventoryReader(host: host).read(InventoryRequest(gids: true))
  }

  /// Ports whose GUID is known.
  static func ports(of inventory: Inventory) -> [LocalPort] {
    inventory.devices.flatMap { adapter in
      adapter.ports.compactMap { port in port.guid.map { LocalPort(port, of: adapter, guid: $0) } }
    }
  }

  /// The port GUIDs of the adapter or port of this name; `nil` where the name is not known, or has no port GUID.
  func guids(of name: String) -> [String]? {
    guard let here = try? inventory.limited(to: [name]) else { return nil }
    let guids = Self.ports(of: here).map(\.guid.description)
    return guids.isEmpty ? nil : guids
  }

  /// Whether something of these adapters could not be read, so that a port may be missing.
  static func isPartial(_ inventory: Inventory) -> Bool {
    inventory.devices.contains { !$0.unreadable.isEmpty || $0.ports.contains(where: isUnchecked) }
  }

  /// An iWARP port has no port GUID and needs none.
  static func isUnchecked(_ port: Port) -> Bool { port.guid == nil && port.linkLayer != .ethernet }

  /// Node and port GUIDs by the names of their adapters and ports.
  var known: [KnownGUID] {
    inventory.devices.flatMap { adapter in
      adapter.ports.compactMap { port in
        port.guid.map { KnownGUID(name: "\(adapter.label)/\(port.number)", guid: $0) }
      } + (adapter.nodeGUID.map { [KnownGUID(name: adapter.label, guid: $0)] } ?? [])
    }
  }
}

extension LocalPort {
  fileprivate init(_ port: Port, of adapter: Adapter, guid: GUID) {
    self.init(
      name: "\(adapter.label)/\(port.number)", guid: guid, isEthernet: port.linkLayer == .ethernet,
      netdevs: port.netdevs.map { Netdev(name: $0.name, mac: $0.mac) },
      ipoibHardwareAddress: port.netdevs.lazy.compactMap(\.ipoibAddress).first,
      gid0: port.gids?.first { $0.index == 0 }.flatMap { Self.bytes(ofGID: $0.text) },
      // The GUIDs of virtual functions are given by whoever made them: no order to expect.
      nodeGUID: adapter.virtualFunction == nil ? adapter.nodeGUID : nil, number: port.number)
  }

  /// The 16 bytes of a GID as sysfs spells it, `fe80:0000:…`.
  private static func bytes(ofGID text: String) -> [UInt8]? {
    let groups = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0, radix: 16) }
    guard groups.count == 8, !groups.contains(nil) else { return nil }
    return groups.compactMap { $0 }.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
  }
}
