package import FabricDiscovery
internal import InfiniBandWire

/// A fabric sorted for its picture: every cable is in a block, under a leaf, or among the others.
package struct FabricMap: Sendable {
  package let fabric: Fabric
  package let names: FabricNames
  package private(set) var cables: [Cable] = []
  /// From the leaves up; none where the fabric has no tiers.
  package private(set) var blocks: [Block] = []
  package private(set) var tiers = 0
  /// By leaf: cables to hosts, by port of the leaf.
  package private(set) var hosts: [Int: [Int]] = [:]
  /// Ports of leaves where the other leaves have a host, between ports that have one.
  package private(set) var hostGaps: [PortReference] = []
  /// Cables that belong to no block and to no leaf.
  package private(set) var others: [Int] = []
  /// Cables between switches and the aggregation engines inside them, which are not drawn.
  package private(set) var inner = 0

  /// Whether there are tiers; else the page lists each switch with its neighbours.
  package var isTiered: Bool { tiers > 1 }
  /// Cables that the pattern has and the fabric does not.
  package var missing: Int { blocks.reduce(0) { $0 + $1.missing } + hostGaps.count }

  /// - Parameter erring: ports with errors.
  package init(_ fabric: Fabric, names: FabricNames, erring: Set<PortReference>) {
    (self.fabric, self.names) = (fabric, names)
    for link in LinkReport(fabric).links {
      if [link.link.first, link.link.second].contains(where: { fabric.nodes[$0.node].isAggregationNode }) {
        inner += 1
        continue
      }
      var faults: CableFaults = []
      if link.states.contains(where: { $0 != nil && $0 != .active }) { faults.insert(.down) }
      if link.isDegraded || !link.limitingEnds.isEmpty { faults.insert(.slow) }
      if erring.contains(link.link.first) || erring.contains(link.link.second) { faults.insert(.errors) }
      cables.append(Cable(upper: link.link.first, lower: link.link.second, faults: faults, link: link))
    }
    sort()
  }

  private func isSwitch(_ port: PortReference) -> Bool { fabric.nodes[port.node].type == .switchNode }

  private mutating func sort() {
    var hostLinks: [Int: Int] = [:]
    var neighbours: [Int: [Int]] = [:]
    for cable in cables {
      switch (isSwitch(cable.upper), isSwitch(cable.lower)) {
      case (true, true):
        neighbours[cable.upper.node, default: []].append(cable.lower.node)
        neighbours[cable.lower.node, default: []].append(cable.upper.node)
      case (true, false): hostLinks[cable.upper.node, default: 0] += 1
      case (false, true): hostLinks[cable.lower.node, default: 0] += 1
      case (false, false): break
      }
    }
    let tiers = FabricTiers(nodes: fabric.nodes.count, hostLinks: hostLinks, neighbours: neighbours)
    for index in cables.indices {
      let (first, second) = (cables[index].upper, cables[index].lower)
      let isTurned =
        isSwitch(first) && isSwitch(second)
        ? (tiers.tier[first.node] ?? 0) < (tiers.tier[second.node] ?? 0) : !isSwitch(first) && isSwitch(second)
      if isTurned { (cables[index].upper, cables[index].lower) = (second, first) }
    }
    placeInBlocks(tiers)
    if isTiered { findHostGaps() }
  }

  private mutating func placeInBlocks(_ tiers: FabricTiers) {
    var meets: [Int: [Int: Set<Int>]] = [:]
    for cable in cables where isSwitch(cable.lower) {
      guard let upper = tiers.tier[cable.upper.node], let lower = tiers.tier[cable.lower.node], upper == lower + 1
      else { continue }
      meets[lower, default: [:]][cable.upper.node, default: []].insert(cable.lower.node)
    }
    var found: [Block] = []
    var place: [Block.Pair: Int] = [:]
    let order = NaturalOrder(names, count: fabric.nodes.count)
    for tier in 0..<max(tiers.count - 1, 0) {
      let upper = order.sorted((meets[tier] ?? [:]).keys)
      for var block in BlockBuilder(upper, meets: meets[tier] ?? [:]).blocks(tier: tier) {
        block.upper = order.sorted(block.upper)
        block.lower = order.sorted(block.lower)
        for upper in block.upper { for lower in block.lower { place[.init(upper: upper, lower: lower)] = found.count } }
        found.append(block)
      }
    }
    // Leaves that no switch above meets.
    let met = Set(found.filter { $0.tier == 0 }.flatMap(\.lower))
    let alone = order.sorted(fabric.nodes.indices.filter { tiers.tier[$0] == 0 && !met.contains($0) })
    if !alone.isEmpty, !found.isEmpty { found.append(Block(tier: 0, upper: [], lower: alone)) }
    for (index, cable) in cables.enumerated() {
      if !isSwitch(cable.lower), tiers.tier[cable.upper.node] == 0 {
        hosts[cable.upper.node, default: []].append(index)
      } else if let block = place[.init(upper: cable.upper.node, lower: cable.lower.node)] {
        found[block].cables[.init(upper: cable.upper.node, lower: cable.lower.node), default: []].append(index)
      } else {
        others.append(index)
      }
    }
    sortByPort(&found)
    accept(found, of: tiers, order)
  }

  private mutating func sortByPort(_ found: inout [Block]) {
    let cables = cables
    for index in found.indices {
      found[index].cables = found[index].cables.mapValues { $0.sorted { cables[$0].upper < cables[$1].upper } }
      found[index].findPattern()
    }
    hosts = hosts.mapValues { $0.sorted { cables[$0].upper < cables[$1].upper } }
  }

  /// Takes the blocks where they are a picture of the fabric: mostly full, and with most of the cables.
  private mutating func accept(_ found: [Block], of tiers: FabricTiers, _ order: NaturalOrder) {
    let inside = found.reduce(0) { $0 + $1.cables.values.reduce(0) { $0 + $1.count } }
    let outside = others.count { isSwitch(cables[$0].lower) }
    let places = found.reduce(0) { $0 + $1.upper.count * $1.lower.count }
    let filled = found.reduce(0) { $0 + $1.cables.count }
    guard inside > 0, outside * 3 <= inside, filled * 2 >= places else {
      others = Array(cables.indices)
      hosts = [:]
      return
    }
    // In the order of what is below, so that the pods stand as the hosts do.
    blocks = found.sorted { ($0.tier, order.rank($0.lower.first)) < ($1.tier, order.rank($1.lower.first)) }
    self.tiers = tiers.count
  }

  /// A port without a host counts as a gap where three of four leaves have a host at that port, and this leaf has one
  /// further on.
  private mutating func findHostGaps() {
    guard hosts.count >= 4 else { return }
    var usual: [UInt8: Int] = [:]
    for cables in hosts.values {
      for port in Set(cables.map { self.cables[$0].upper.port }) { usual[port, default: 0] += 1 }
    }
    let pattern = usual.filter { $0.value * 4 >= hosts.count * 3 }.keys.sorted()
    for (leaf, cables) in hosts {
      let own = Set(cables.map { self.cables[$0].upper.port })
      guard let last = own.max() else { continue }
      for port in pattern where port < last && !own.contains(port) && fabric[.init(node: leaf, port: port)]?.peer == nil
      {
        hostGaps.append(PortReference(node: leaf, port: port))
      }
    }
    hostGaps.sort()
  }
}
