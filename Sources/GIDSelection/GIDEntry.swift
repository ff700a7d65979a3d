package import PortStatus
package import Vocabulary

/// An entry of a port's GID table with what decides whether it can be used.
package struct GIDEntry: Sendable, Equatable {
  /// The RDMA device.
  package var adapter: String
  package var port: Int
  package var gid: GID
  package var linkLayer: LinkLayer?
  package var portIsActive: Bool
  /// Of the interface that it belongs to; `nil` where that cannot be read.
  package var interfaceIndex: Int?
  /// Whether that interface is in this network name space.
  package var isHere: Bool?
  package var isUp: Bool?
  /// It is the port's own interface, or the bond that this is in, and not one that stands on it (VLAN, macvlan, VXLAN).
  package var isOwnInterface: Bool
  /// The bond or bridge that its interface is in.
  package var master: String?
  /// The VLAN id of its interface.
  package var vlan: Int?

  package init(
    adapter: String, port: Int, gid: GID, linkLayer: LinkLayer? = .ethernet, portIsActive: Bool = true,
    interfaceIndex: Int? = nil, isHere: Bool? = true, isUp: Bool? = true, isOwnInterface: Bool = true,
    master: String? = nil, vlan: Int? = nil
  ) {
    self.adapter = adapter
    self.port = port
    self.gid = gid
    self.linkLayer = linkLayer
    self.portIsActive = portIsActive
    self.interfaceIndex = interfaceIndex
    self.isHere = isHere
    self.isUp = isUp
    self.isOwnInterface = isOwnInterface
    self.master = master
    self.vlan = vlan
  }

  /// `mlx5_0/1`
  package var place: String { "\(adapter)/\(port)" }
}

/// How the kernel sends to a peer. Source: `rtnetlink(7)`, RTM_GETROUTE.
package struct PeerRoute: Sendable, Equatable {
  package var interfaceIndex: Int
  /// The address that it sends from.
  package var source: IPAddress?
  /// The peer is this host itself: any entry reaches it, which proves nothing of the network.
  package var isLocal: Bool

  package init(interfaceIndex: Int, source: IPAddress?, isLocal: Bool = false) {
    self.interfaceIndex = interfaceIndex
    self.source = source
    self.isLocal = isLocal
  }
}
