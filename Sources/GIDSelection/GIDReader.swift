package import HostAccess
internal import InfiniBandWire
package import PortStatus
package import Vocabulary

/// Reads GID tables with what is known of their interfaces, and asks the kernel for routes.
package struct GIDReader {
  private let host: Host

  package init(host: Host) { self.host = host }

  /// The entries of all ports of an inventory that was read with GIDs.
  package func entries(of inventory: Inventory) -> [GIDEntry] {
    var interfaces: [String: Interface] = [:]
    let vlans = self.vlans
    return inventory.devices.flatMap { adapter in
      adapter.ports.flatMap { port in
        (port.gids ?? []).map { gid in
          let name = gid.netdev
          let known = name.flatMap { name in port.netdevs.first { $0.name == name } }
          let interface = name.map { name in
            let interface = interfaces[name] ?? read(name)
            interfaces[name] = interface
            return interface
          }
          return GIDEntry(
            adapter: adapter.label, port: port.number, gid: gid, linkLayer: port.linkLayer,
            portIsActive: port.state == .active || port.state == .unknown, interfaceIndex: interface?.index,
            isHere: known?.isHere ?? interface?.isHere, isUp: known?.isAdminUp ?? interface?.isUp,
            isOwnInterface: name == nil || known != nil, master: known?.master ?? interface?.master,
            vlan: name.flatMap { vlans[$0] })
        }
      }
    }
  }

  private struct Interface {
    var index: Int?
    var isHere: Bool?
    var isUp: Bool?
    var master: String?
  }

  private func read(_ name: String) -> Interface {
    let directory = "/sys/class/net/\(name)"
    var interface = Interface()
    interface.index = (try? host.files.text("\(directory)/ifindex")).flatMap { Int($0) }
    let flags = try? host.files.text("\(directory)/flags")
    interface.isUp = flags.flatMap { Int($0.dropFirst(2), radix: 16) }.map { $0 & 1 != 0 }
    // What is nowhere in this name space is in another, unless there is nothing to look at.
    interface.isHere =
      flags != nil || interface.index != nil ? true : host.files.directoryExists("/sys/class/net") ? false : nil
    interface.master = (try? host.files.link("\(directory)/master"))?.split(separator: "/").last.map(String.init)
    return interface
  }

  /// VLAN ids by interface. Source: the kernel's net/8021q/vlanproc.c.
  private var vlans: [String: Int] {
    var found: [String: Int] = [:]
    for line in (try? host.files.lines("/proc/net/vlan/config", limit: 1 << 16)) ?? [] {
      let parts = line.split(separator: "|").map { $0.filter { $0 != " " } }
      if parts.count == 3, let id = Int(parts[1]) { found[parts[0]] = id }
    }
    return found
  }

  /// - Throws: ``PeerFailure`` where the kernel knows no way.
  package func route(to peer: IPAddress) throws(PeerFailure) -> PeerRoute {
    let address = peer.ipv4 ?? peer.bytes
    let family: UInt8 = peer.ipv4 == nil ? 10 : 2
    let header = [family, UInt8(address.count * 8)] + [UInt8](repeating: 0, count: 10)
    let answer: NetlinkAnswer
    do {
      answer = try host.network.ask(NetlinkRequest(.route, 26, header: header, [NetlinkAttribute(1, .bytes(address))]))
    } catch {
      switch error {
      case .recorded: throw .recorded(peer)
      case .refused(let refusal): throw .noRoute(peer, refusal.explanation)
      case .noFamily(let words), .failed(let words): throw .noRoute(peer, words)
      }
    }
    guard let message = answer.messages.first, let index = message.attributes.number(4) else {
      throw .noRoute(peer, "the answer names no interface")
    }
    let isLocal = message.header.count >= 8 && message.header[7] == 2
    return PeerRoute(
      interfaceIndex: Int(index), source: message.attributes.bytes(7).flatMap { IPAddress(bytes: $0) }, isLocal: isLocal
    )
  }
}

/// Why the way to a peer is not known.
package enum PeerFailure: Failure, Equatable {
  case notAnAddress(String)
  case noRoute(IPAddress, String)
  /// A recorded machine has no routes to ask for.
  case recorded(IPAddress)

  package var id: String {
    switch self {
    case .notAnAddress: "usage"
    case .noRoute: "gid.no_route"
    case .recorded: "gid.recorded"
    }
  }

  package var subject: String? {
    switch self {
    case .notAnAddress(let text): text
    case .noRoute(let peer, _), .recorded(let peer): peer.description
    }
  }

  package var message: String {
    switch self {
    case .notAnAddress: "not an IP address or a GID"
    case .noRoute(_, let words): "no route to this peer: \(words)"
    case .recorded: "the route to a peer can be asked for on a live machine only"
    }
  }

  package var fix: [String] {
    switch self {
    case .notAnAddress: []
    case .noRoute(let peer, _): ["ip route get \(peer)"]
    case .recorded: ["rdmactl gid list"]
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .notAnAddress: .usage
    case .noRoute: .notFound
    case .recorded: .unsupported
    }
  }
}
