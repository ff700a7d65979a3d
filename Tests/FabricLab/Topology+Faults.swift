public import InfiniBandWire

/// What is wrong with a fabric.
extension Topology {
  /// Pulls cables at random, such that what the switches hold together stays together and the first host keeps its own.
  /// - Returns: their positions in ``links``; fewer than wanted when no more can go.
  @discardableResult public mutating func pullCables(_ wanted: Int, seed: UInt64) -> [Int] {
    var pulled: [Int] = []
    let attachment = hosts.first
    for link in shuffledLinks(seed) where pulled.count < wanted {
      let ends = [links[link].first.node, links[link].second.node]
      guard links[link].isUp, !ends.contains(where: { $0 == attachment }) else { continue }
      links[link].isUp = false
      if switchesHoldTogether { pulled.append(link) } else { links[link].isUp = true }
    }
    return pulled.sorted()
  }

  /// Lets cables that are up come up narrower or slower.
  /// - Returns: their positions in ``links``.
  @discardableResult public mutating func degradeCables(
    _ wanted: Int, width: LinkWidth? = nil, speed: LinkSpeed? = nil, seed: UInt64
  ) -> [Int] {
    let chosen = shuffledLinks(seed).filter { links[$0].isUp }.prefix(wanted).sorted()
    for link in chosen {
      if let width { links[link].width = width }
      if let speed { links[link].speed = speed }
    }
    return chosen
  }

  /// Sets an error counter on each of some ports that are up.
  public mutating func setErrors(_ wanted: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let ends = links.filter(\.isUp).flatMap { [$0.first, $0.second] }.shuffled(using: &random)
    let choices = [
      Counter(.portCounters, "SymbolErrorCounter"), Counter(.portCounters, "LinkErrorRecoveryCounter"),
      Counter(.portCounters, "LinkDownedCounter"), Counter(.portCounters, "PortRcvErrors"),
      Counter(.portCounters, "PortXmitDiscards"), Counter(.portCounters, "VL15Dropped"),
    ].compactMap(\.self)
    for end in ends.prefix(wanted) {
      guard let counter = choices.randomElement(using: &random) else { return }
      let value = UInt64.random(in: 1...min(counter.limit, 2000), using: &random)
      counters.append(CounterSetting(end: end, counter: counter, value: value))
    }
  }

  /// Gives `node` the node GUID of `other`, as a badly flashed adapter has it.
  public mutating func duplicateGUID(of other: Int, at node: Int) { nodes[node].guid = nodes[other].guid }

  /// Whether two nodes have one GUID: then ibsim must be told to bear it.
  public var hasDuplicateGUIDs: Bool { Set(nodes.map(\.guid)).count < nodes.count }

  private func shuffledLinks(_ seed: UInt64) -> [Int] {
    var random = SeededGenerator(seed: seed)
    return links.indices.shuffled(using: &random)
  }

  private var switchesHoldTogether: Bool {
    let switches = switches
    guard let start = switches.first else { return true }
    let reached = distances(from: start)
    return switches.allSatisfy { reached[$0] != nil }
  }
}

/// Ways through a fabric.
extension Topology {
  /// For each node the cables that are up at it: own port, and the other end.
  public var neighbours: [[(port: Int, peer: End)]] {
    var found = [[(port: Int, peer: End)]](repeating: [], count: nodes.count)
    for link in links where link.isUp {
      found[link.first.node].append((link.first.port, link.second))
      found[link.second.node].append((link.second.port, link.first))
    }
    return found.map { $0.sorted { $0.port < $1.port } }
  }

  /// The number of hops to each node that can be reached: only switches lead on.
  public func distances(from start: Int) -> [Int: Int] { ways(from: start).mapValues(\.count) }

  /// A shortest directed route to each node that can be reached from `start`, out of any of its ports.
  public func routes(from start: Int) -> [Int: DirectedRoute] {
    ways(from: start).compactMapValues { DirectedRoute($0) }
  }

  private func ways(from start: Int) -> [Int: [UInt8]] {
    let neighbours = neighbours
    var ways: [Int: [UInt8]] = [start: []]
    var front = [start]
    while !front.isEmpty {
      var next: [Int] = []
      for node in front where node == start || nodes[node].kind == .switchNode {
        for (port, peer) in neighbours[node] where ways[peer.node] == nil {
          ways[peer.node] = (ways[node] ?? []) + [UInt8(port)]
          next.append(peer.node)
        }
      }
      front = next
    }
    return ways
  }
}
