internal import FabricDiscovery

/// The groups of leaves at a glance. Up to 14 of them hang from the top tier by lines as thick as their cables; more are
/// boxes only, for lines would run through them.
struct OverviewDrawing {
  private struct Pod {
    var name: String
    var switches: Int
    var hosts: Int
    var up = 0
    var gigabits = 0.0
    var missing: Int
    var counts: [(Int, String)]
  }

  private let pods: [Pod]
  private let top: Int
  private static let mostLines = 14
  private static let width = 1180

  init(_ map: FabricMap) {
    var podOfSwitch: [Int: Int] = [:]
    let blocks = map.blocks.filter { $0.tier == 0 }
    for (index, block) in blocks.enumerated() { for node in block.upper + block.lower { podOfSwitch[node] = index } }
    var pods = blocks.enumerated().map { index, block in
      let hosts = block.lower.flatMap { map.hosts[$0] ?? [] }
      let cables = block.cables.values.flatMap(\.self) + hosts
      func count(_ fault: CableFaults) -> Int { cables.count { map.cables[$0].faults.contains(fault) } }
      let gaps = map.hostGaps.count { block.lower.contains($0.node) }
      return Pod(
        name: BlockTitle.name(block, number: index + 1), switches: block.upper.count + block.lower.count,
        hosts: hosts.count, missing: 0,
        counts: [
          (count(.down), "down"), (count(.slow), "slow"), (count(.errors), "err"), (block.missing + gaps, "missing"),
        ])
    }
    for block in map.blocks where block.tier > 0 {
      for (pair, bundle) in block.cables {
        guard let pod = podOfSwitch[pair.lower] else { continue }
        pods[pod].up += bundle.count
        pods[pod].gigabits += bundle.reduce(0) { $0 + (map.cables[$1].link.rate ?? 0) }
        pods[pod].missing += max(block.bundle - bundle.count, 0)
      }
      guard block.bundle > 0 else { continue }
      for lower in block.lower {
        let empty = block.upper.count { block.cables[.init(upper: $0, lower: lower)] == nil }
        if let pod = podOfSwitch[lower] { pods[pod].missing += empty * block.bundle }
      }
    }
    self.pods = pods
    top = Set(map.blocks.filter { $0.tier == map.tiers - 2 }.flatMap(\.upper)).count
  }

  /// Nothing to see where all leaves are in one group.
  var isEmpty: Bool { pods.count < 2 || pods.allSatisfy { $0.up == 0 } }

  func write(to page: inout String) {
    let hasLines = pods.count <= Self.mostLines
    let columns = min(pods.count, 7)
    let rows = (pods.count + columns - 1) / columns
    let pitch = Self.width / columns
    let (first, step) = (hasLines ? 76 : 34, 72)
    let height = first + rows * step
    page += "<svg class=\"over\" viewBox=\"0 0 \(Self.width) \(height)\" role=\"img\">"
    page += "<rect class=\"bar\" x=\"1\" y=\"1\" width=\"\(Self.width - 2)\" height=\"22\"/>"
    page +=
      "<text x=\"\(Self.width / 2)\" y=\"16\" text-anchor=\"middle\">top tier: \(Markup.count(top, "switch", "switches"))</text>"
    let most = pods.map(\.up).max() ?? 1
    for (index, pod) in pods.enumerated() {
      let (x, y) = (index % columns * pitch + 4, first + index / columns * step)
      // In a second row the lines would cross the first one's boxes.
      if hasLines, index < columns, pod.up > 0 {
        let thickness = max(1, pod.up * 16 / max(most, 1))
        page += "<path class=\"up\" stroke-width=\"\(thickness)\" d=\"M\(x + (pitch - 8) / 2) 23V\(y)\"/>"
      }
      write(pod, x: x, y: y, width: pitch - 8, to: &page)
    }
    page += "</svg>"
  }

  private func write(_ pod: Pod, x: Int, y: Int, width: Int, to page: inout String) {
    let bad = pod.missing + pod.counts.reduce(0) { $0 + $1.0 }
    let lines = [
      pod.name, "\(Markup.count(pod.switches, "switch", "switches")), \(Markup.count(pod.hosts, "host"))",
      pod.missing > 0
        ? "\(Markup.number(pod.up)) of \(Markup.number(pod.up + pod.missing)) up"
        : "\(Markup.number(pod.up)) up, \(Markup.number(pod.gigabits / 1000)) Tb/s",
      pod.counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " "),
    ]
    page += "<g class=\"pod\(bad > 0 ? " bad" : "")\"><rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"64\"/>"
    for (index, line) in lines.enumerated() where !line.isEmpty {
      let weight = index == 0 ? " class=\"t\"" : ""
      page += "<text\(weight) x=\"\(x + 6)\" y=\"\(y + 15 + index * 14)\">\(line)</text>"
    }
    page += "</g>"
  }
}

/// The words above a block.
enum BlockTitle {
  static func name(_ block: Block, number: Int) -> String { block.tier == 0 ? "Pod \(number)" : "Plane \(number)" }
}
