internal import FabricDiscovery

/// Nodes by name, numbers in names as numbers: `leaf2` before `leaf10`.
struct NaturalOrder {
  /// By node.
  private let ranks: [Int]

  private enum Part: Comparable {
    case number(Int)
    case text(String)
  }

  init(_ names: FabricNames, count: Int) {
    let keys = (0..<count).map { Self.parts(names.name(ofNode: $0)) }
    var ranks = [Int](repeating: 0, count: count)
    for (rank, node) in (0..<count).sorted(by: { Self.isBefore($0, $1, keys) }).enumerated() { ranks[node] = rank }
    self.ranks = ranks
  }

  func sorted(_ nodes: some Sequence<Int>) -> [Int] { nodes.sorted { ranks[$0] < ranks[$1] } }

  func rank(_ node: Int?) -> Int { node.map { ranks[$0] } ?? ranks.count }

  private static func isBefore(_ one: Int, _ other: Int, _ keys: [[Part]]) -> Bool {
    for (left, right) in zip(keys[one], keys[other]) where left != right { return left < right }
    return keys[one].count == keys[other].count ? one < other : keys[one].count < keys[other].count
  }

  private static func parts(_ name: String) -> [Part] {
    var parts: [Part] = []
    var rest = name.utf8[...]
    while let first = rest.first {
      let isDigit = (0x30...0x39).contains(first)
      let run = rest.prefix { (0x30...0x39).contains($0) == isDigit }
      rest = rest.dropFirst(run.count)
      let text = String(decoding: run, as: UTF8.self)
      parts.append(isDigit ? Int(text).map(Part.number) ?? .text(text) : .text(text))
    }
    return parts
  }
}
