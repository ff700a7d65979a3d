package import PortStatus
package import Vocabulary

/// Which entry of a port's GID table to use, and why not the others.
package struct GIDChoice: Sendable, Equatable {
  package struct Candidate: Sendable, Equatable {
    package let entry: GIDEntry
    /// Why it is not the best; `nil` of the best itself.
    package var whyNot: String?
  }

  /// `nil` where no entry can be used.
  package private(set) var best: GIDEntry?
  /// All entries, the best first, then those that could be used, then the others.
  package private(set) var candidates: [Candidate]

  /// - Parameters:
  ///   - entries: the tables of one port, or of several among which the route decides.
  ///   - route: the way to the peer, where there is one.
  ///   - type: the only type to use.
  package init(_ entries: [GIDEntry], peer: IPAddress? = nil, route: PeerRoute? = nil, type: GIDType? = nil) {
    let rules = GIDRules(entries: entries, peer: peer, route: route, type: type)
    let judged = entries.map { (entry: $0, obstacle: rules.obstacle(to: $0)) }
    let usable = judged.filter { $0.obstacle == nil }.map(\.entry).sorted(by: rules.precedes)
    best = usable.first
    candidates = usable.map { Candidate(entry: $0, whyNot: nil) }
    if let best {
      for index in candidates.indices.dropFirst() {
        candidates[index].whyNot = rules.preference(for: best, over: candidates[index].entry)
      }
    }
    candidates += judged.filter { $0.obstacle != nil }.map { Candidate(entry: $0.entry, whyNot: $0.obstacle) }
  }

  /// The best is an address of its link only: it works between hosts on one subnet, and no router forwards it.
  package var isLinkLocalOnly: Bool { best.map { $0.linkLayer == .ethernet && $0.gid.isLinkLocal } ?? false }
}

/// What rules an entry out, and which of two is better.
struct GIDRules {
  let entries: [GIDEntry]
  let peer: IPAddress?
  let route: PeerRoute?
  let type: GIDType?

  /// - Returns: why an entry cannot be used, as half a sentence.
  func obstacle(to entry: GIDEntry) -> String? {
    let gid = entry.gid
    guard entry.portIsActive else { return "the port is not active" }
    if let type, gid.type != type { return "not \(type.words)" }
    guard entry.linkLayer == .ethernet else { return nil }
    let interface = gid.netdev ?? "its network interface"
    if entry.isHere == false { return "\(interface) is in another network name space" }
    if entry.isUp == false { return "\(interface) is switched off" }
    if let master = entry.master, entries.contains(where: { $0.place == entry.place && $0.gid.netdev == master }) {
      return "\(interface) is a member of \(master), which has GIDs of its own"
    }
    guard let peer else { return nil }
    if peer.needsScope != gid.isLinkLocal {
      return gid.isLinkLocal ? "link-local: it does not reach \(peer)" : "\(peer) is link-local"
    }
    guard let route, !route.isLocal else { return nil }
    if (gid.address?.ipv4 == nil) != (peer.ipv4 == nil) {
      return peer.ipv4 == nil ? "IPv4, and \(peer) is IPv6" : "IPv6, and \(peer) is IPv4"
    }
    if let index = entry.interfaceIndex, index != route.interfaceIndex {
      return "the route to \(peer) does not leave by \(interface)"
    }
    return nil
  }

  /// The order of preference, the greatest part first.
  private enum Quality: CaseIterable {
    case source, type, scope, family, interface
  }

  /// A smaller number is better.
  private func rank(_ quality: Quality, _ entry: GIDEntry) -> Int {
    switch quality {
    case .source: route?.isLocal == false && route?.source != nil && route?.source != entry.gid.address ? 1 : 0
    case .type: entry.gid.type == .roceV1 ? 1 : 0
    case .scope: entry.gid.isLinkLocal || entry.gid.address?.isLinkLocal == true ? 1 : 0
    case .family: entry.gid.address?.ipv4 == nil ? 1 : 0
    case .interface: entry.isOwnInterface ? 0 : 1
    }
  }

  func precedes(_ left: GIDEntry, _ right: GIDEntry) -> Bool {
    for quality in Quality.allCases {
      let (first, second) = (rank(quality, left), rank(quality, right))
      if first != second { return first < second }
    }
    return (left.adapter, left.port, left.gid.index) < (right.adapter, right.port, right.gid.index)
  }

  /// Why the best is better than one that could be used too.
  func preference(for best: GIDEntry, over other: GIDEntry) -> String {
    switch Quality.allCases.first(where: { rank($0, best) != rank($0, other) }) {
    case .source?:
      "the kernel sends to \(peer?.description ?? "the peer") from \(route?.source?.description ?? "another address")"
    case .type?: "RoCE v1: no router forwards it"
    case .scope?: "link-local: no router forwards it"
    case .family?: "IPv6, and index \(best.gid.index) has an IPv4 address"
    case .interface?:
      "on \(other.gid.netdev ?? "another interface"), which is on top of the port's own interface"
        + (other.vlan.map { " (VLAN \($0))" } ?? "")
    case nil: "as good as index \(best.gid.index), which comes first"
    }
  }
}

extension GIDType {
  package var words: String {
    switch self {
    case .infiniband: "InfiniBand"
    case .roceV1: "RoCE v1"
    case .roceV2: "RoCE v2"
    }
  }
}
