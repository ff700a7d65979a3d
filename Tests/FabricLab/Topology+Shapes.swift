public import InfiniBandWire

/// Grids, groups and nets without order. Switches are `sw…`, hosts `host0`….
extension Topology {
  /// A grid of switches that closes in every dimension. A dimension of 2 has one link, not two.
  public static func torus(_ sizes: [Int], hostsPerSwitch: Int, speed: LinkSpeed = .hdr) -> Topology {
    precondition(!sizes.isEmpty && sizes.allSatisfy { $0 > 0 }, "a torus has sizes above 0")
    var net = Topology(speed: speed)
    var cells: [[Int]] = [[]]
    for size in sizes { cells = cells.flatMap { cell in (0..<size).map { cell + [$0] } } }
    let ports = hostsPerSwitch + 2 * sizes.count
    let nodes = cells.map { cell in net.addSwitch("sw" + cell.map(String.init).joined(separator: "-"), ports: ports) }
    for (index, cell) in cells.enumerated() {
      for (axis, size) in sizes.enumerated() where size > 2 || (size == 2 && cell[axis] == 0) {
        var next = cell
        next[axis] = (cell[axis] + 1) % size
        let position = zip(next, sizes).reduce(0) { $0 * $1.1 + $1.0 }
        net.connect(
          End(nodes[index], hostsPerSwitch + 1 + 2 * axis), End(nodes[position], hostsPerSwitch + 2 + 2 * axis))
      }
    }
    net.addHosts(on: nodes, each: hostsPerSwitch)
    return net
  }

  /// Groups whose routers all know each other, and between each two groups one link.
  public static func dragonfly(
    groups: Int, routersPerGroup: Int, hostsPerRouter: Int, speed: LinkSpeed = .hdr
  ) -> Topology {
    var net = Topology(speed: speed)
    let globalPorts = (max(groups - 1, 0) + routersPerGroup - 1) / routersPerGroup
    let firstGlobal = hostsPerRouter + routersPerGroup
    let routers = (0..<groups).map { group in
      (0..<routersPerGroup).map { net.addSwitch("sw\(group)-\($0)", ports: max(1, firstGlobal - 1 + globalPorts)) }
    }
    for group in routers {
      for (a, first) in group.enumerated() {
        for b in group.indices where b > a {
          net.connect(End(first, hostsPerRouter + b), End(group[b], hostsPerRouter + a + 1))
        }
      }
    }
    // The link to the group `distance` further leaves by the router and port of that number.
    for a in 0..<groups {
      for b in 0..<groups where b > a {
        let (there, back) = (b - 1, a)
        net.connect(
          End(routers[a][there % routersPerGroup], firstGlobal + there / routersPerGroup),
          End(routers[b][back % routersPerGroup], firstGlobal + back / routersPerGroup))
      }
    }
    net.addHosts(on: routers.flatMap(\.self), each: hostsPerRouter)
    return net
  }

  /// Switches that each have `degree` neighbours, chosen at random; connected, for a ring is in it.
  public static func randomRegular(
    switches: Int, degree: Int, hostsPerSwitch: Int, seed: UInt64, speed: LinkSpeed = .hdr
  ) -> Topology {
    precondition(switches > degree && degree >= 2, "more switches than neighbours, and at least two of these")
    var random = SeededGenerator(seed: seed)
    var net = Topology(speed: speed)
    let nodes = (0..<switches).map { net.addSwitch("sw\($0)", ports: hostsPerSwitch + degree) }
    let ring = nodes.shuffled(using: &random)
    var neighbours = [Set<Int>](repeating: [], count: net.nodes.count)
    func join(_ a: Int, _ b: Int, _ net: inout Topology) {
      net.connect(
        End(a, hostsPerSwitch + neighbours[a].count + 1), End(b, hostsPerSwitch + neighbours[b].count + 1))
      neighbours[a].insert(b)
      neighbours[b].insert(a)
    }
    for (position, node) in ring.enumerated() {
      let next = ring[(position + 1) % ring.count]
      if !neighbours[node].contains(next) { join(node, next, &net) }
    }
    // One neighbour more for those that have the fewest, until nobody can have more. A few stay below the degree when
    // the last ones already know each other.
    while true {
      let open = nodes.shuffled(using: &random).filter { neighbours[$0].count < degree }
        .sorted { neighbours[$0].count < neighbours[$1].count }
      let pair = open.lazy.compactMap { a in
        open.first { $0 != a && !neighbours[a].contains($0) }.map { (a, $0) }
      }.first
      guard let (a, b) = pair else { break }
      join(a, b, &net)
    }
    net.addHosts(on: nodes, each: hostsPerSwitch)
    return net
  }

  /// A random tree with cables added: switches with different numbers of ports, two cables between the same switches,
  /// hosts with two ports.
  /// - Parameters:
  ///   - extraCables: beside those of the tree.
  ///   - backToBack: two more hosts, cabled to each other and to nothing else: a subnet of its own.
  public static func irregular(
    switches: Int, hosts: Int, extraCables: Int, backToBack: Bool = false, seed: UInt64, speed: LinkSpeed = .edr
  ) -> Topology {
    var random = SeededGenerator(seed: seed)
    var cables: [(Int, Int)] = (1..<max(switches, 1)).map { (Int.random(in: 0..<$0, using: &random), $0) }
    for extra in 0..<(switches > 1 ? extraCables : 0) {
      // Every third doubles a cable that is there.
      if extra % 3 == 0, let cable = cables.randomElement(using: &random) {
        cables.append(cable)
      } else {
        let a = Int.random(in: 0..<switches, using: &random)
        cables.append((a, (a + Int.random(in: 1..<switches, using: &random)) % switches))
      }
    }
    // Every fourth host has two ports, both cabled.
    let plugs = (0..<hosts).flatMap { host in
      (1...(host % 4 == 3 ? 2 : 1)).map { (host, $0, Int.random(in: 0..<switches, using: &random)) }
    }
    var wanted = [Int](repeating: 0, count: switches)
    for (a, b) in cables { (wanted[a], wanted[b]) = (wanted[a] + 1, wanted[b] + 1) }
    for plug in plugs { wanted[plug.2] += 1 }

    var net = Topology(speed: speed)
    // Some ports more than there are cables: they are down.
    let nodes = wanted.enumerated().map { net.addSwitch("sw\($0)", ports: $1 + Int.random(in: 0...5, using: &random)) }
    var free = nodes.map { Array(1...max(1, net.nodes[$0].portCount)).shuffled(using: &random) }
    for (a, b) in cables { net.connect(End(nodes[a], free[a].removeLast()), End(nodes[b], free[b].removeLast())) }
    let hostNodes = (0..<hosts).map { net.addHost("host\($0)", ports: $0 % 4 == 3 ? 2 : 1) }
    for (host, port, place) in plugs {
      net.connect(End(hostNodes[host], port), End(nodes[place], free[place].removeLast()))
    }
    if backToBack {
      let pair = [hosts, hosts + 1].map { net.addHost("host\($0)") }
      net.connect(End(pair[0], 1), End(pair[1], 1))
    }
    return net
  }

  /// Hosts by the first ports of every switch, in the order of the switches.
  private mutating func addHosts(on switches: [Int], each: Int) {
    for (position, node) in switches.enumerated() {
      for port in 0..<each { connect(End(node, port + 1), End(addHost("host\(position * each + port)"), 1)) }
    }
  }
}
