internal import FabricDiscovery

/// The tiers of a fabric: switches by their distance from the hosts.
struct FabricTiers {
  /// By node; `nil` for what is not a switch, and for a switch that no host is behind.
  private(set) var tier: [Int?]
  private(set) var count = 0

  /// - Parameters:
  ///   - hostLinks: by switch: how many cables lead to hosts.
  ///   - neighbours: by switch: the switches at its cables, with repetitions.
  init(nodes: Int, hostLinks: [Int: Int], neighbours: [Int: [Int]]) {
    tier = [Int?](repeating: nil, count: nodes)
    // A switch of an upper tier may have a few hosts: storage, the subnet manager. Leaves have a quarter of their cables.
    var front = hostLinks.keys.filter {
      (hostLinks[$0] ?? 0) * 4 >= (hostLinks[$0] ?? 0) + (neighbours[$0]?.count ?? 0)
    }
    if front.isEmpty { front = Array(hostLinks.keys) }
    var level = 0
    while !front.isEmpty {
      for node in front { tier[node] = level }
      front = Set(front.flatMap { neighbours[$0] ?? [] }).filter { tier[$0] == nil }
      level += 1
    }
    placeEmptyLeaves(neighbours)
    count = (tier.compactMap(\.self).max() ?? -1) + 1
  }

  /// A leaf without any host looks like a switch above the second tier; it has the neighbours that a leaf has.
  private mutating func placeEmptyLeaves(_ neighbours: [Int: [Int]]) {
    let above = neighbours.keys.filter { (tier[$0] ?? 0) == 2 }
    guard !above.isEmpty else { return }
    let leaves = Set(neighbours.filter { tier[$0.key] == 0 && $0.value.count > 1 }.map { Set($0.value) })
    for node in above where leaves.contains(Set(neighbours[node] ?? [])) { tier[node] = 0 }
  }
}
