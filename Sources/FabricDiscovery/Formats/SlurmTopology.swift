public import Vocabulary

/// The switches of a fabric as a tree, for topology.conf of Slurm's topology/tree: leaf switches with their hosts, the
/// groups of switches above them, one root for each part that is connected. Source: Slurm, topology.conf(5).
public struct SlurmTopology: Sendable, Equatable {
  public struct Switch: Sendable, Equatable {
    public var name: String
    /// Of a leaf switch its hosts, of another one the switches below it.
    public var children: [String]
    public var isLeaf: Bool
    /// The switches of the fabric that this one stands for, where it is not exactly one.
    public var members: [String] = []
  }

  /// Leaf switches first, a root after what is below it.
  public private(set) var switches: [Switch] = []
  /// Nodes of ``Fabric/nodes`` that are no host's by their description: adapters of factory names.
  public private(set) var unnamed: [Int] = []
  /// Hosts with selected adapters at several leaf switches: each is listed once, by its first adapter.
  public private(set) var onSeveralLeaves: [String] = []

  /// - Parameters:
  ///   - adapters: the names of the adapters that count, `mlx5_0` of `host3 mlx5_0`; `nil` for all.
  ///   - leavesOnly: leaves out what is between the leaf switches and a root.
  public init(
    _ fabric: Fabric, map: NodeNameMap = NodeNameMap(), adapters: NamePattern? = nil, leavesOnly: Bool = false
  ) {
    let hosts = hostsByLeaf(fabric, map, adapters)
    guard !hosts.isEmpty else { return }
    let names = SwitchNames(fabric, map)
    var tree = SwitchTree(fabric, leaves: Set(hosts.keys))
    tree.climb()
    for leaf in hosts.keys.sorted(by: { HostList.isOrdered(names[$0], names[$1]) }) {
      switches.append(Switch(name: names[leaf], children: hosts[leaf] ?? [], isLeaf: true))
    }
    var used = Set(names.all)
    var unitNames: [Int: String] = [:]
    for (index, unit) in tree.units.enumerated() {
      guard case .group(let children, let top, let isRoot) = unit.kind else {
        unitNames[index] = names[unit.leaves[0]]
        continue
      }
      let members = top.map { names[$0] }.sorted(by: HostList.isOrdered)
      var name = members.first ?? "root"
      var number = 0
      while members.isEmpty, !used.insert(name + String(number)).inserted { number += 1 }
      if members.isEmpty { name += String(number) }
      unitNames[index] = name
      guard isRoot || !leavesOnly else { continue }
      let below = leavesOnly ? unit.leaves.map { names[$0] } : children.compactMap { unitNames[$0] }
      switches.append(
        Switch(
          name: name, children: below.sorted(by: HostList.isOrdered), isLeaf: false,
          members: members.count == 1 ? [] : members))
    }
  }

  /// The hosts of each leaf switch; each host at one of them.
  private mutating func hostsByLeaf(
    _ fabric: Fabric, _ map: NodeNameMap, _ adapters: NamePattern?
  ) -> [Int: [String]] {
    var places: [String: [(adapter: String, leaf: Int)]] = [:]
    for (index, node) in fabric.nodes.enumerated() where node.type == .channelAdapter && !node.isAggregationNode {
      let leaves = node.ports.compactMap { $0.peer?.node }.filter { fabric.nodes[$0].type == .switchNode }
      guard !leaves.isEmpty else { continue }
      guard let (host, adapter) = Self.host(of: node, map) else {
        unnamed.append(index)
        continue
      }
      guard adapters.map({ $0.matches(adapter) }) ?? true else { continue }
      for leaf in leaves { places[host, default: []].append((adapter, leaf)) }
    }
    var hosts: [Int: [String]] = [:]
    for (host, ends) in places {
      guard let first = ends.min(by: { HostList.isOrdered($0.adapter, $1.adapter) }) else { continue }
      hosts[first.leaf, default: []].append(host)
      if Set(ends.map(\.leaf)).count > 1 { onSeveralLeaves.append(host) }
    }
    onSeveralLeaves.sort(by: HostList.isOrdered)
    return hosts.mapValues { $0.sorted(by: HostList.isOrdered) }
  }

  /// `host3` and `mlx5_0` of `host3 mlx5_0`, as the drivers describe an adapter; of a bare name the adapter is empty.
  static func host(of node: FabricNode, _ map: NodeNameMap) -> (host: String, adapter: String)? {
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    let own = words(node.description.map(FabricNames.cleaned) ?? "")
    let named = map.names[node.guid].map(words) ?? own
    guard let host = named.first, named.count <= 2, host.utf8.allSatisfy(isPlain) else { return nil }
    // Of a factory name such as "ConnectX Mellanox" the second word does not end in a number.
    guard named.count == 1 || named[1].utf8.last.map({ (0x30...0x39).contains($0) }) == true else { return nil }
    return (host, own.count == 2 ? own[1] : named.count == 2 ? named[1] : "")
  }

  /// What needs no quotation marks in a configuration of Slurm, and is no bracket.
  fileprivate static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Gives the text to `sink` in pieces.
  public func write(into sink: (String) -> Void) {
    sink("# topology.conf of Slurm (topology/tree), by rdmactl fabric discover --format slurm\n")
    for element in switches {
      if !element.members.isEmpty { sink("# \(element.name): \(HostList.folded(element.members))\n") }
      let key = element.isLeaf ? "Nodes" : "Switches"
      sink("SwitchName=\(element.name) \(key)=\(HostList.folded(element.children))\n")
    }
  }
}

/// A name for each switch that Slurm takes, and no name twice.
private struct SwitchNames {
  private let names: [Int: String]

  init(_ fabric: Fabric, _ map: NodeNameMap) {
    let switches = fabric.nodes.indices.filter { fabric.nodes[$0].type == .switchNode }
    let candidates = switches.map { index -> [String] in
      let node = fabric.nodes[index]
      let name = map.names[node.guid] ?? node.description.map(FabricNames.cleaned) ?? ""
      let host = name.hasPrefix("MF0;") ? name.dropFirst(4).prefix { $0 != ":" } : ""
      return [String(host), name].map(Self.plain) + ["S-\(node.guid)"]
    }
    var counts: [String: Int] = [:]
    for names in candidates { for name in Set(names) { counts[name, default: 0] += 1 } }
    var taken: Set<String> = []
    var names: [Int: String] = [:]
    for (index, own) in zip(switches, candidates) {
      let free = own.first { !$0.isEmpty && counts[$0] == 1 } ?? own[2]
      // Two switches of one GUID.
      names[index] = taken.insert(free).inserted ? free : "\(free)-\(index)"
    }
    self.names = names
  }

  subscript(node: Int) -> String { names[node] ?? "S-\(node)" }
  var all: [String] { Array(names.values) }

  private static func plain(_ text: String) -> String {
    var name = ""
    for byte in text.utf8 {
      if SlurmTopology.isPlain(byte) {
        name.unicodeScalars.append(Unicode.Scalar(byte))
      } else if name.last != "_" {
        name += "_"
      }
    }
    return name
  }
}

/// Switches put together level by level: what a level connects is a group.
private struct SwitchTree {
  struct Unit {
    enum Kind {
      case leaf
      /// `top`: the switches of the highest level in it.
      case group(children: [Int], top: [Int], isRoot: Bool)
    }
    var kind: Kind
    var leaves: [Int]
  }

  private(set) var units: [Unit] = []
  private let links: [(Int, Int)]
  /// Of each switch how far the next leaf switch is.
  private var levels: [Int: Int] = [:]
  private var parents: [Int: Int] = [:]

  init(_ fabric: Fabric, leaves: Set<Int>) {
    links = fabric.links.map { ($0.first.node, $0.second.node) }.filter { one, other in
      fabric.nodes[one].type == .switchNode && fabric.nodes[other].type == .switchNode
    }
    var neighbors: [Int: [Int]] = [:]
    for (one, other) in links {
      neighbors[one, default: []].append(other)
      neighbors[other, default: []].append(one)
    }
    var front = leaves.sorted()
    var level = 0
    for leaf in front { levels[leaf] = 0 }
    while !front.isEmpty {
      level += 1
      var next: [Int] = []
      for node in front {
        for neighbor in neighbors[node] ?? [] where levels[neighbor] == nil {
          levels[neighbor] = level
          next.append(neighbor)
        }
      }
      front = next
    }
    units = leaves.sorted().map { Unit(kind: .leaf, leaves: [$0]) }
  }

  private mutating func group(of node: Int) -> Int {
    var root = node
    while let parent = parents[root] { root = parent }
    var node = node
    while let parent = parents[node] {
      parents[node] = root
      node = parent
    }
    return root
  }

  mutating func climb() {
    var open = Array(units.indices)
    let highest = max(levels.values.max() ?? 0, 1)
    for level in 1...highest {
      for (one, other) in links where max(levels[one] ?? .max, levels[other] ?? .max) <= level {
        let (first, second) = (group(of: one), group(of: other))
        if first != second { parents[second] = first }
      }
      var byGroup: [Int: [Int]] = [:]
      for unit in open { byGroup[group(of: units[unit].leaves[0]), default: []].append(unit) }
      var tops: [Int: [Int]] = [:]
      for node in levels.keys where levels[node] == level { tops[group(of: node), default: []].append(node) }
      open = []
      for (group, children) in byGroup.sorted(by: { $0.value[0] < $1.value[0] }) {
        guard children.count > 1 else {
          open += children
          continue
        }
        open.append(units.count)
        let leaves = children.flatMap { units[$0].leaves }
        units.append(Unit(kind: .group(children: children, top: tops[group] ?? [], isRoot: false), leaves: leaves))
      }
    }
    for unit in open {
      guard case .group(let children, let top, _) = units[unit].kind else { continue }
      units[unit].kind = .group(children: children, top: top, isRoot: true)
    }
  }
}
