internal import FabricDiscovery

/// A fabric without tiers, and cables outside the pattern: each node with a cell for each of its cables, and its neighbours
/// in words. A cable stands with both its ends; the cell at the second end has the class `b` too.
struct AdjacencyDrawing {
  private let map: FabricMap
  /// By node: its cables, as positions in ``FabricMap/cables``, by its port.
  private var cables: [Int: [(port: UInt8, cable: Int, isFirst: Bool)]] = [:]

  private static let cell = 12

  /// - Parameter chosen: the cables to show.
  init(_ map: FabricMap, cables chosen: [Int]) {
    self.map = map
    for index in chosen {
      let cable = map.cables[index]
      cables[cable.upper.node, default: []].append((cable.upper.port, index, true))
      if isShown(cable.lower.node, of: cable) {
        cables[cable.lower.node, default: []].append((cable.lower.port, index, false))
      }
    }
  }

  /// A host is a cell of its switch; it has a line of its own only where there is no switch.
  private func isShown(_ node: Int, of cable: Cable) -> Bool { map.fabric.nodes[node].type == .switchNode }

  func write(to page: inout String) {
    let order = NaturalOrder(map.names, count: map.fabric.nodes.count)
    page += "<table class=\"adj\"><thead><tr><th>Switch<th>Cables<th>Neighbours</thead><tbody>"
    for node in order.sorted(cables.keys) {
      let own = (cables[node] ?? []).sorted { $0.port < $1.port }
      let width = own.count * Self.cell + 1
      page += "<tr><td>\(Markup.escaped(map.names.name(ofNode: node)))<td>"
      page += "<svg width=\"\(width)\" height=\"13\" viewBox=\"0 0 \(width) 13\" role=\"img\">"
      for (index, end) in own.enumerated() {
        let cell = Cell(x: index * Self.cell, y: 1, width: Self.cell - 1, height: Self.cell - 1)
        page += cell.drawn(map.cables[end.cable], map.names, extra: end.isFirst ? "" : " b")
      }
      page += "</svg><td>\(Markup.escaped(neighbours(own)))"
    }
    page += "</tbody></table>"
  }

  /// `sw1, sw2 ×3, 4 hosts`
  private func neighbours(_ ends: [(port: UInt8, cable: Int, isFirst: Bool)]) -> String {
    var counts: [Int: Int] = [:]
    var order: [Int] = []
    var hosts = 0
    for end in ends {
      let cable = map.cables[end.cable]
      let other = end.isFirst ? cable.lower.node : cable.upper.node
      guard map.fabric.nodes[other].type == .switchNode else {
        hosts += 1
        continue
      }
      if counts[other] == nil { order.append(other) }
      counts[other, default: 0] += 1
    }
    var words = order.map { node in
      map.names.name(ofNode: node) + (counts[node] == 1 ? "" : " ×\(counts[node] ?? 0)")
    }
    if hosts > 0 { words.append(Markup.count(hosts, "host")) }
    return words.joined(separator: ", ")
  }
}
