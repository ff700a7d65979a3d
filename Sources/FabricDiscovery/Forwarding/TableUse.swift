internal import InfiniBandWire

/// How a switch spreads its routes over its ports.
public struct TableBalance: Sendable, Equatable {
  public struct Share: Sendable, Equatable {
    public var port: UInt8
    /// LIDs of adapters and routers that leave by the port, as check_lft_balance counts them.
    public var adapterLIDs = 0
    public var switchLIDs = 0
    /// LIDs that no port of the fabric has.
    public var otherLIDs = 0
  }

  /// Of every port with a link or a route, ascending.
  public let shares: [Share]

  /// `nil` when the table of the switch could not be read.
  public init?(_ node: Int, _ fabric: Fabric, _ tables: ForwardingTables) {
    guard let routes = tables.routes(node) else { return nil }
    var shares: [UInt8: Share] = [:]
    for port in fabric.nodes[node].ports where port.peer != nil {
      shares[port.number] = Share(port: port.number)
    }
    let owners = LIDOwners(fabric).table
    for (lid, port) in routes {
      let owner = owners.indices.contains(Int(lid)) ? owners[Int(lid)] : nil
      switch owner.map({ fabric.nodes[$0.node].type }) {
      case .switchNode: shares[port, default: Share(port: port)].switchLIDs += 1
      case .channelAdapter, .router: shares[port, default: Share(port: port)].adapterLIDs += 1
      case nil: shares[port, default: Share(port: port)].otherLIDs += 1
      }
    }
    self.shares = shares.values.sorted { $0.port < $1.port }
  }
}

/// What goes through a cable, in one direction, by the forwarding tables.
public struct LinkUse: Sendable, Equatable {
  public struct Destination: Sendable, Equatable {
    public var lid: UInt16
    public var owner: PortReference
    /// How many ports of adapters reach the LID through this cable.
    public var sources: Int
  }

  /// Where it leaves.
  public let port: PortReference
  /// By LID; without those that no source reaches through it.
  public let destinations: [Destination]

  /// Pairs of a source port and a destination LID.
  public var pairs: Int { destinations.reduce(0) { $0 + $1.sources } }

  /// For each LID the switches form a tree, and the sources are added up from its leaves: steps of switches times LIDs,
  /// not of pairs.
  public init(_ port: PortReference, _ fabric: Fabric, _ tables: ForwardingTables) {
    self.port = port
    let owners = LIDOwners(fabric).table
    var found: [Destination] = []
    if fabric.nodes[port.node].type == .switchNode {
      let graph = SwitchGraph(fabric, tables)
      let own = graph.number(of: port.node) ?? 0
      for (lid, owner) in owners.enumerated() {
        guard let owner, owner.node != port.node || port.port == 0, graph.port(own, lid) == port.port else { continue }
        let sources = graph.sources(of: lid, owner: owner)[own]
        if sources > 0 { found.append(Destination(lid: UInt16(clamping: lid), owner: owner, sources: sources)) }
      }
    } else {
      // What an adapter sends leaves by its port, whatever it is for.
      for (lid, owner) in owners.enumerated() {
        guard let owner, owner != port else { continue }
        found.append(Destination(lid: UInt16(clamping: lid), owner: owner, sources: 1))
      }
    }
    destinations = found
  }
}

extension SwitchGraph {
  /// By switch: how many ports of adapters send to a LID through it, its own hosts among them.
  func sources(of lid: Int, owner: PortReference) -> [Int] {
    let home = number(of: owner.node)
    var sources = hosts
    var arrivals = [Int](repeating: 0, count: nodes.count)
    let following = nodes.indices.map { $0 == home ? nil : next($0, lid) }
    for next in following { if let next { arrivals[next] += 1 } }
    var waiting = nodes.indices.filter { arrivals[$0] == 0 }
    while let number = waiting.popLast() {
      guard let next = following[number] else {
        // Nobody sends to itself: the owner hangs on the last switch of the tree.
        if behind(number, port(number, lid)) == adapter(owner) { sources[number] -= 1 }
        continue
      }
      sources[next] += sources[number]
      arrivals[next] -= 1
      if arrivals[next] == 0 { waiting.append(next) }
    }
    return sources
  }
}
