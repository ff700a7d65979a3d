internal import GIDSelection
package import HostAccess
internal import InfiniBandWire
internal import PortStatus
package import Vocabulary

/// The local end of a test: a port and its GID index.
package struct PerfEndpoint: Sendable, Equatable {
  package let adapter: String
  package let port: Int
  /// `nil` of InfiniBand, where the LID does it.
  package let gidIndex: Int?
  /// By which the other side can name this host.
  package let address: IPAddress?
  /// Gb/s.
  package let linkRate: Double?

  /// `mlx5_0/1`
  package var place: String { "\(adapter)/\(port)" }

  /// perftest's options for it.
  package var options: [String] {
    ["-d", adapter, "-i", String(port)] + (gidIndex.map { ["-x", String($0)] } ?? [])
  }
}

/// Chooses the local end of a test by the rules of `rdmactl gid best`.
package struct PerfEndpointChooser {
  private let host: Host

  package init(_ host: Host) { self.host = host }

  /// - Parameters:
  ///   - name: the port of `--from`; `nil` to let the route to the peer decide.
  ///   - peer: its address, where there is one.
  ///   - gid: the index of `--gid`.
  package func choose(_ name: String?, peer: IPAddress?, gid: Int?) throws -> PerfEndpoint {
    let inventory = InventoryReader(host: host).read(InventoryRequest(gids: true, names: name.map { [$0] } ?? []))
    guard inventory.machine.rdmaClassFailure == nil, !inventory.devices.isEmpty else { throw NoDevice(inventory) }
    let limited = try inventory.limited(to: name.map { [$0] } ?? [])
    let ports = limited.devices.flatMap { adapter in adapter.ports.map { (adapter, $0) } }
    let subject = name ?? peer?.description ?? "host"
    guard ports.contains(where: { $0.1.state == .active }) else {
      throw PerfFailure(
        .portDown, subject: ports.first.map { "\($0.0.label)/\($0.1.number)" } ?? subject, fix: ["rdmactl status"])
    }
    let reader = GIDReader(host: host)
    let entries = reader.entries(of: limited).filter { $0.portIsActive && (gid == nil || $0.gid.index == gid) }
    let route = try peer.flatMap { $0.needsScope || $0.isLoopback ? nil : try reader.route(to: $0) }
    let choice = GIDChoice(entries, peer: peer?.isLoopback == true ? nil : peer, route: route)
    // Of a peer on this host, the entry that has the peer's address is the likeliest.
    let own = route?.isLocal == true ? entries.first { $0.gid.address == peer } : nil
    guard let best = own ?? choice.best ?? (gid == nil ? nil : entries.first) else {
      throw PerfObstacle.noGID(subject, Array(Set(choice.candidates.compactMap(\.whyNot))).sorted())
    }
    let port = ports.first { $0.0.label == best.adapter && $0.1.number == best.port }?.1
    let isEthernet = best.linkLayer == .ethernet
    return PerfEndpoint(
      adapter: best.adapter, port: best.port, gidIndex: isEthernet || gid != nil ? best.gid.index : nil,
      address: isEthernet && !best.gid.isLinkLocal ? best.gid.address : nil, linkRate: port?.rate)
  }

  /// The address behind a name, as the system resolves it; `nil` where it does not.
  package func address(of peer: String) -> IPAddress? {
    if let address = IPAddress(peer) { return address }
    guard let found = try? host.processes.run("getent", ["ahosts", peer], timeoutMilliseconds: 5000),
      found.end == .exited(0)
    else { return nil }
    return String(decoding: found.output, as: UTF8.self).split(separator: " ").first.flatMap { IPAddress($0) }
  }
}
