internal import FabricDiscovery
internal import InfiniBandWire

/// A block as SVG: a row for each upper switch, a column for each lower one, a cell for each cable; under a leaf its hosts.
///
/// Cells without a fault are one path of dashes, so that the page of a large fabric stays small.
struct MatrixDrawing {
  private let map: FabricMap
  private let block: Block
  /// Of a cell and its gap.
  private let stripe: Int
  private let pitch: Int
  private let left: Int
  private let top: Int
  /// Whether cells without a fault tell their ends when they are pointed at.
  private let isDetailed: Bool

  private static let row = 12
  private static let host = 5

  init(_ block: Block, in map: FabricMap, isDetailed: Bool) {
    (self.map, self.block, self.isDetailed) = (map, block, isDetailed)
    let widest = max(block.widest, block.bundle)
    stripe = max(4, Self.row / widest)
    pitch = max(Self.row, stripe * widest)
    left = (block.upper.map { Label(map.names.name(ofNode: $0)).width }.max() ?? 0) + 6
    top = (block.lower.map { Label(map.names.name(ofNode: $0)).width }.max() ?? 0) + 6
  }

  private var hostTop: Int { top + block.upper.count * Self.row + (block.upper.isEmpty ? 0 : 4) }

  func write(to page: inout String) {
    let slots = block.tier == 0 ? hostSlots : []
    let deepest = slots.map(\.count).max() ?? 0
    let width = left + block.lower.count * pitch + 2
    let height = (deepest == 0 ? top + block.upper.count * Self.row : hostTop + deepest * Self.host) + 2
    page += "<svg width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" role=\"img\">"
    writeLabels(to: &page)
    writeCells(to: &page)
    writeHosts(slots, to: &page)
    page += "</svg>"
  }

  private func writeLabels(to page: inout String) {
    for (row, node) in block.upper.enumerated() {
      page += label(node, "x=\"\(left - 4)\" y=\"\(top + row * Self.row + 9)\" text-anchor=\"end\"")
    }
    for (column, node) in block.lower.enumerated() {
      let (x, y) = (left + column * pitch + pitch / 2 + 3, top - 4)
      page += label(node, "transform=\"translate(\(x) \(y)) rotate(-90)\"")
    }
  }

  private func label(_ node: Int, _ place: String) -> String {
    let name = map.names.name(ofNode: node)
    let label = Label(name)
    let title = label.text == name ? "" : "<title>\(Markup.escaped(name))</title>"
    return "<text \(place)>\(title)\(Markup.escaped(label.text))</text>"
  }

  private func writeCells(to page: inout String) {
    var well = DashedPath(isVertical: false)
    var odd = ""
    for (row, upper) in block.upper.enumerated() {
      let y = top + row * Self.row
      for (column, lower) in block.lower.enumerated() {
        let x = left + column * pitch
        let cables = block.cables[.init(upper: upper, lower: lower)] ?? []
        for (index, cable) in cables.enumerated() {
          let cell = Cell(x: x + index * stripe, y: y, width: stripe - 1, height: Self.row - 1)
          if map.cables[cable].faults.isEmpty, !isDetailed {
            well.add(x: cell.x, y: y + Self.row / 2, length: stripe)
          } else {
            odd += cell.drawn(map.cables[cable], map.names)
          }
        }
        for index in cables.count..<max(block.bundle, cables.count) {
          let cell = Cell(x: x + index * stripe, y: y, width: stripe - 1, height: Self.row - 1)
          odd += cell.hole("missing: \(map.names.name(ofNode: upper)) – \(map.names.name(ofNode: lower))")
        }
      }
    }
    page += well.drawn(width: Self.row - 1, dash: stripe - 1, gap: 1) + odd
  }

  // MARK: Hosts

  private enum Slot {
    case cable(Int)
    case gap(PortReference)
  }

  /// By leaf: its hosts and gaps, by port.
  private var hostSlots: [[Slot]] {
    block.lower.map { leaf in
      let cables = (map.hosts[leaf] ?? []).map { (port: map.cables[$0].upper.port, slot: Slot.cable($0)) }
      let gaps = map.hostGaps.filter { $0.node == leaf }.map { (port: $0.port, slot: Slot.gap($0)) }
      return (cables + gaps).sorted { $0.port < $1.port }.map(\.slot)
    }
  }

  private func writeHosts(_ slots: [[Slot]], to page: inout String) {
    var well = DashedPath(isVertical: true)
    var odd = ""
    for (column, slots) in slots.enumerated() {
      let x = left + column * pitch
      for (row, slot) in slots.enumerated() {
        let cell = Cell(x: x, y: hostTop + row * Self.host, width: pitch - 1, height: Self.host - 1)
        switch slot {
        case .gap(let port): odd += cell.hole("missing: a host at \(map.names.name(of: port))")
        case .cable(let cable) where map.cables[cable].faults.isEmpty && !isDetailed:
          well.add(x: x + pitch / 2, y: cell.y, length: Self.host)
        case .cable(let cable): odd += cell.drawn(map.cables[cable], map.names)
        }
      }
    }
    page += well.drawn(width: pitch - 1, dash: Self.host - 1, gap: 1) + odd
  }
}

/// Cells of equal size as one path: each run of them is a line of dashes.
struct DashedPath {
  private let isVertical: Bool
  private var runs: [(x: Int, y: Int, length: Int)] = []
  private var cells = 0

  init(isVertical: Bool) { self.isVertical = isVertical }

  mutating func add(x: Int, y: Int, length: Int) {
    cells += 1
    if let last = runs.last,
      isVertical ? last.x == x && last.y + last.length == y : last.y == y && last.x + last.length == x
    {
      runs[runs.count - 1].length += length
    } else {
      runs.append((x, y, length))
    }
  }

  func drawn(width: Int, dash: Int, gap: Int) -> String {
    guard cells > 0 else { return "" }
    let path = runs.map { "M\($0.x) \($0.y)\(isVertical ? "v" : "h")\($0.length)" }.joined()
    return
      "<path class=\"k\" data-n=\"\(cells)\" stroke-width=\"\(width)\" stroke-dasharray=\"\(dash) \(gap)\" d=\"\(path)\"/>"
  }
}

/// A cable as a small box. What is wrong has a shape beside its colour: down is a cross, slow is half a box, errors are a
/// dot, a hole is a dashed frame.
struct Cell {
  let x: Int
  let y: Int
  let width: Int
  let height: Int

  func drawn(_ cable: Cable, _ names: FabricNames, extra: String = "") -> String {
    let speed = LinkStatus.spelled(cable.link.width, cable.link.speed)
    let words = [(CableFaults.down, "not active"), (.slow, "slow"), (.errors, "errors")].filter {
      cable.faults.contains($0.0)
    }.map(\.1)
    let title =
      "\(names.name(of: cable.upper)) – \(names.name(of: cable.lower)): \(speed)"
      + words.map { ", \($0)" }.joined()
    var shapes = "<rect\(box)/>"
    let (right, bottom) = (x + width, y + height)
    if cable.faults.contains(.slow) { shapes += "<path class=\"h\" d=\"M\(x) \(y)V\(bottom)H\(right)z\"/>" }
    if cable.faults.contains(.down) {
      shapes += "<path class=\"x\" d=\"M\(x) \(y)L\(right) \(bottom)M\(right) \(y)L\(x) \(bottom)\"/>"
    }
    if cable.faults.contains(.errors) {
      let radius = Double(min(width, height)) / 3
      shapes += "<circle cx=\"\(x + width / 2)\" cy=\"\(y + height / 2)\" r=\"\(Markup.number(max(radius, 1.5)))\"/>"
    }
    return "<g class=\"\(cable.faults.classes)\(extra)\"><title>\(Markup.escaped(title))</title>\(shapes)</g>"
  }

  func hole(_ title: String) -> String {
    "<g class=\"m\"><title>\(Markup.escaped(title))</title><rect\(box)/></g>"
  }

  private var box: String { " x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\"" }
}
