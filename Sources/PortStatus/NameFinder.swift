internal import HostAccess
internal import Vocabulary

/// What a name stands for that is neither a device nor an interface of a port.
enum OtherName: Sendable, Equatable {
  /// A network interface that a port's interface is below.
  case interface(String)
  /// The GID at an index of a port.
  case gid(adapter: String, port: Int)
}

/// Looks up names that the inventory itself does not know: an IPoIB child (`ib0.8001`), a VLAN or a bridge on a port's
/// interface, an IP address, a GID. It reads nothing for names that are known.
struct NameFinder {
  let host: Host

  func find(_ names: [String], in inventory: Inventory) -> [String: OtherName] {
    var found: [String: OtherName] = [:]
    for name in names where found[name] == nil && !inventory.knows(name) {
      if let address = IPAddress(name) {
        found[name] = gid(address, in: inventory) ?? interface(with: address).flatMap { base(of: $0, in: inventory) }
      } else {
        found[name] = base(of: name, in: inventory)
      }
    }
    return found
  }

  /// The interface of a port below `name`, over as many steps as it takes.
  private func base(of name: String, in inventory: Inventory) -> OtherName? {
    let known = Set(inventory.adapters.flatMap(\.ports).flatMap(\.netdevs).map(\.name))
    var names = [name]
    var seen: Set<String> = []
    while let next = names.popLast() {
      guard !next.isEmpty, !next.contains("/"), seen.insert(next).inserted, seen.count < 64 else { continue }
      if known.contains(next) { return .interface(next) }
      let directory = "\(Sysfs.net)/\(next)"
      // An IPoIB child names its parent; VLANs, bridges and bonds have a link to each interface below.
      if let parent = (try? host.files.text("\(directory)/parent")) ?? parent(below: directory) { names.append(parent) }
      let entries = (try? host.files.list(directory)) ?? []
      names += entries.filter { $0.hasPrefix("lower_") }.map { String($0.dropFirst("lower_".count)) }.reversed()
    }
    return nil
  }

  /// A child that `ip link add` made has no file `parent`, only its parent's number. Source: the kernel's
  /// drivers/infiniband/ulp/ipoib, ipoib_get_iflink() and __ipoib_vlan_add().
  private func parent(below directory: String) -> String? {
    func text(_ file: String) -> String? { try? host.files.text("\(directory)/\(file)") }
    guard text("type") == "32", let parent = text("iflink"), parent != text("ifindex") else { return nil }
    return interface(numbered: parent)
  }

  private func interface(numbered index: String) -> String? {
    ((try? host.files.list(Sysfs.net)) ?? []).first { (try? host.files.text("\(Sysfs.net)/\($0)/ifindex")) == index }
  }

  private func gid(_ address: IPAddress, in inventory: Inventory) -> OtherName? {
    for adapter in inventory.adapters {
      guard let device = adapter.name else { continue }
      for port in adapter.ports {
        let directory = "\(Sysfs.rdma)/\(device)/ports/\(port.number)/gids"
        let texts =
          port.gids?.map(\.text)
          ?? ((try? host.files.list(directory)) ?? []).compactMap { try? host.files.text("\(directory)/\($0)") }
        if texts.contains(where: { IPAddress($0) == address }) { return .gid(adapter: device, port: port.number) }
      }
    }
    return nil
  }

  /// The interface that has an IP address. Source: `rtnetlink(7)`, RTM_GETADDR.
  private func interface(with address: IPAddress) -> String? {
    let request = NetlinkRequest(.route, 22, isDump: true, header: [UInt8](repeating: 0, count: 8))
    guard let answer = try? host.network.ask(request) else { return nil }
    for message in answer.messages {
      // Of a point-to-point link IFA_ADDRESS (1) is the other end; IFA_LOCAL (2) is ours.
      let own = message.attributes.bytes(2) ?? message.attributes.bytes(1)
      guard own.flatMap({ IPAddress(bytes: $0) }) == address, message.header.count >= 8 else { continue }
      let index = message.header[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      return interface(numbered: String(index))
    }
    return nil
  }
}

extension Inventory {
  fileprivate func knows(_ name: String) -> Bool { !selections(for: name).isEmpty }
}
