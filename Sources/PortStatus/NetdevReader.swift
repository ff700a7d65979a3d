internal import HostAccess
internal import Vocabulary

/// Finds the network interfaces of a device's ports.
struct NetdevReader {
  private let files: any FileReading
  private let deviceDirectory: String
  /// Interfaces of the device's PCI function, or the one that a software device stands on.
  private let candidates: [String]
  /// Whether ``candidates`` stand below the device itself, where the kernel shows those of this network name space only.
  private let areItsOwn: Bool
  private let detail: Bool

  /// - Parameters:
  ///   - byFunction: the interfaces of every PCI function, for a device whose own directory names none.
  ///   - detail: also what a table has no room for.
  init(
    files: any FileReading, deviceDirectory: String, address: PCIAddress?, byFunction: NetdevIndex, detail: Bool
  ) {
    self.files = files
    self.deviceDirectory = deviceDirectory
    self.detail = detail
    if let names = try? files.list("\(deviceDirectory)/device/net") {
      (candidates, areItsOwn) = (names.sorted(by: naturalOrder), true)
    } else if let address {
      (candidates, areItsOwn) = (byFunction.names(of: address), true)
    } else if let parent = try? files.text("\(deviceDirectory)/parent"), !parent.isEmpty {
      (candidates, areItsOwn) = ([parent], false)  // soft RoCE names its interface
    } else {
      (candidates, areItsOwn) = ([], false)
    }
  }

  /// - Parameter alone: the device has one port only, so its interfaces need not be told apart.
  func netdevs(of port: Port, alone: Bool) -> [Netdev] {
    var names = candidates.filter { belongs($0, to: port, alone: alone) }
    guard port.linkLayer == .ethernet else {
      return names.map { name in
        var netdev = read(name)
        netdev.isHere = areItsOwn ? true : nil
        return netdev
      }
    }
    // Those that the RDMA stack names, whichever network name space they are in.
    var named = Set(areItsOwn ? [] : names)
    var first: String? = names.first
    // A bond stands in the GID table only: its interface is not the function's own.
    // Its first GIDs are enough: they are made when the interface is.
    for index in 0..<4 {
      let file = "\(deviceDirectory)/ports/\(port.number)/gid_attrs/ndevs/\(index)"
      guard let name = try? files.text(file), !name.isEmpty else { continue }
      if index == 0 { first = name }
      guard !names.contains(name) else { continue }
      // With the bond come its members, those of the card's other function too.
      let members = (try? files.text("\(Sysfs.net)/\(name)/bonding/slaves"))?.split(separator: " ") ?? []
      names += members.map(String.init).filter { !names.contains($0) } + [name]
      // The address of a bond follows its active member.
      if members.isEmpty { named.insert(name) }
    }
    if names.isEmpty, candidates.isEmpty, let name = nameByGID(of: port) { names = [name] }
    return names.map { name in
      var netdev = read(name)
      netdev.isHere = named.contains(name) ? isHere(netdev, guid: name == first ? port.guid : nil) : true
      return netdev
    }
  }

  /// `/sys/class/net` shows the interfaces of this network name space. One of the same name may be here too: then the MAC
  /// address in the port's first GID is not its own.
  private func isHere(_ netdev: Netdev, guid: GUID?) -> Bool? {
    guard netdev.mac != nil || netdev.isAdminUp != nil else { return files.directoryExists(Sysfs.net) ? false : nil }
    return guid.flatMap(Self.mac(eui64:)).map { $0 == netdev.mac } ?? true
  }

  /// Source: RFC 4291, appendix A: ff:fe in the middle, and the second lowest bit of the first byte turned over.
  private static func mac(eui64 guid: GUID) -> MACAddress? {
    let bytes = guid.bytes
    guard bytes[3] == 0xff, bytes[4] == 0xfe else { return nil }
    return MACAddress(bytes: [bytes[0] ^ 2, bytes[1], bytes[2], bytes[5], bytes[6], bytes[7]])
  }

  /// Gb/s that a bond has left while a leg of it is down.
  func bondRate(of port: Port) -> Double? {
    guard let bond = port.bond, !bond.legsDown.isEmpty else { return nil }
    return number("\(Sysfs.net)/\(bond.name)/speed").flatMap { $0 > 0 ? Double($0) / 1000 : nil }
  }

  /// The member that works, of a bond that has one at a time; looked up only where a member is promiscuous.
  func activeLeg(of port: Port) -> String? {
    guard let bond = port.bond, bond.legs.contains(where: \.isPromiscuous) else { return nil }
    return (try? files.text("\(Sysfs.net)/\(bond.name)/bonding/active_slave")).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// An iWARP device has its MAC address at the start of GID 0, and soft iWARP nothing else that names its interface.
  private func nameByGID(of port: Port) -> String? {
    guard let text = try? files.text("\(deviceDirectory)/ports/\(port.number)/gids/0"),
      let mac = MACAddress(text.filter { $0 != ":" }.prefix(12)), mac.rawValue != 0,
      let names = try? files.list(Sysfs.net)
    else { return nil }
    let bearers = names.filter { hardwareAddress($0) == mac.bytes }.sorted(by: naturalOrder)
    // A bridge, a bond and a VLAN take the address of the interface below them.
    let lowest = bearers.first { name in
      let entries = (try? files.list("\(Sysfs.net)/\(name)")) ?? []
      return !entries.contains { $0.hasPrefix("lower_") }
    }
    return lowest ?? bearers.first
  }

  private func belongs(_ name: String, to port: Port, alone: Bool) -> Bool {
    let kind = number("\(Sysfs.net)/\(name)/type")
    let isIPoIB = kind == HardwareType.infiniband
    if let layer = port.linkLayer, (layer == .infiniband) != isIPoIB { return false }
    if alone { return true }
    // An address that does not end in the port GUID is for `guid2mac --check` to find.
    if isIPoIB, let guid = port.guid, hardwareAddress(name)?.suffix(8).elementsEqual(guid.bytes) == true { return true }
    // dev_port is the way since 3.15; before that drivers used dev_id.
    let index = max(number("\(Sysfs.net)/\(name)/dev_port") ?? 0, number("\(Sysfs.net)/\(name)/dev_id") ?? 0)
    return index == port.number - 1
  }

  private func read(_ name: String) -> Netdev {
    let directory = "\(Sysfs.net)/\(name)"
    var netdev = Netdev(name: name)
    let address = hardwareAddress(name) ?? []
    netdev.mac = MACAddress(bytes: address)
    netdev.ipoibAddress = address.count == 20 ? address : nil
    let flags = number("\(directory)/flags")
    netdev.isAdminUp = flags.map { $0 & InterfaceFlag.up != 0 }
    netdev.isPromiscuous = flags.map { $0 & InterfaceFlag.promiscuous != 0 } ?? false
    // Of an interface that is down the kernel does not tell the carrier (EINVAL).
    netdev.hasCarrier = number("\(directory)/carrier").map { $0 == 1 }
    netdev.mtu = number("\(directory)/mtu")
    netdev.master = Uevent(files, of: "\(directory)/master").interface
    // The partition explains why there is no carrier.
    if netdev.ipoibAddress != nil, detail || netdev.isAdminUp == true && netdev.hasCarrier == false {
      netdev.partitionKey = number("\(directory)/pkey")
      netdev.mode = try? files.text("\(directory)/mode")
    }
    return netdev
  }

  private func hardwareAddress(_ name: String) -> [UInt8]? {
    guard let text = try? files.text("\(Sysfs.net)/\(name)/address") else { return nil }
    let bytes = text.split(separator: ":").map { $0.utf8.count == 2 ? UInt8($0, radix: 16) : nil }
    return bytes.contains(nil) ? nil : bytes.compactMap { $0 }
  }

  private func number(_ path: String) -> Int? { (try? files.text(path)).flatMap { Sysfs.number($0) } }
}

/// The network interfaces of the machine by their PCI function: made at the first question, and then kept.
final class NetdevIndex {
  private let files: any FileReading
  private lazy var names: [PCIAddress: [String]] = {
    var result: [PCIAddress: [String]] = [:]
    for name in (try? files.list(Sysfs.net)) ?? [] {
      guard let address = Uevent(files, of: "\(Sysfs.net)/\(name)/device").pciAddress else { continue }
      result[address, default: []].append(name)
    }
    return result.mapValues { $0.sorted(by: naturalOrder) }
  }()

  init(files: any FileReading) { self.files = files }

  func names(of address: PCIAddress) -> [String] { names[address] ?? [] }
}

/// Source: the kernel's `if_arp.h`.
private enum HardwareType {
  static let infiniband = 32
}

/// Source: the kernel's `if.h`.
private enum InterfaceFlag {
  static let up = 0x1
  static let promiscuous = 0x100
}
