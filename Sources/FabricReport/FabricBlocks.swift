/// A group of switches of one tier and the switches below that each of them meets: a pod, or a plane of the top tier. Drawn
/// as a matrix of which nearly every place has a cable.
package struct Block: Sendable {
  /// The tier of ``lower``: 0 are the leaves.
  package let tier: Int
  /// By name.
  package internal(set) var upper: [Int]
  package internal(set) var lower: [Int]
  /// Cables by upper and lower switch: their positions in ``FabricMap/cables``, by port.
  package internal(set) var cables: [Pair: [Int]] = [:]
  /// Cables between two switches, as most pairs have them; 0 where too few pairs have any for a pattern.
  package internal(set) var bundle = 0
  /// The most cables between two switches.
  package internal(set) var widest = 1

  package struct Pair: Hashable, Sendable {
    package let upper: Int
    package let lower: Int
  }

  /// Cables that the pattern has and the fabric does not.
  package var missing: Int {
    guard bundle > 0 else { return 0 }
    let present = cables.values.reduce(0) { $0 + min($1.count, bundle) }
    return upper.count * lower.count * bundle - present
  }

  /// The part of the places that have a cable.
  var density: Double {
    upper.isEmpty || lower.isEmpty ? 1 : Double(cables.count) / Double(upper.count * lower.count)
  }

  /// Sets ``bundle`` and ``widest``.
  mutating func findPattern() {
    var counts: [Int: Int] = [:]
    for bundle in cables.values { counts[bundle.count, default: 0] += 1 }
    widest = counts.keys.max() ?? 1
    // A hole is only one where the rest is full.
    guard density >= 0.75, let usual = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return }
    bundle = usual.key
  }
}

/// Switches of neighbouring tiers, grouped by whom they meet.
///
/// Upper switches that meet mostly the same lower switches are one group: a few wrong or missing cables move no switch.
struct BlockBuilder {
  private var groups: [[Int]] = []
  /// By lower switch: how many switches of each group meet it.
  private var claims: [Int: [Int: Int]] = [:]

  /// - Parameter meets: by upper switch, in the order in which they are to be read: the lower switches at its cables.
  init(_ upper: [Int], meets: [Int: Set<Int>]) {
    for node in upper {
      let lower = meets[node] ?? []
      var votes: [Int: Int] = [:]
      for neighbour in lower { for group in (claims[neighbour] ?? [:]).keys { votes[group, default: 0] += 1 } }
      let best = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }
      let group: Int
      if let best, best.value * 2 >= lower.count {
        group = best.key
        groups[group].append(node)
      } else {
        group = groups.count
        groups.append([node])
      }
      for neighbour in lower { claims[neighbour, default: [:]][group, default: 0] += 1 }
    }
  }

  func blocks(tier: Int) -> [Block] {
    var lower = [[Int]](repeating: [], count: groups.count)
    for (node, groups) in claims {
      if let best = groups.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) { lower[best.key].append(node) }
    }
    return groups.indices.map { Block(tier: tier, upper: groups[$0], lower: lower[$0]) }
  }
}
