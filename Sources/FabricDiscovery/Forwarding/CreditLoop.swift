internal import InfiniBandWire

/// A circle of links of which each can only empty its buffers into the next: under load none of them moves any more.
///
/// A route that comes into a switch by one port and leaves by another makes the link behind the second a dependency of
/// the first. The routes are free of deadlock when these dependencies have no circle. Source: W. Dally and C. Seitz,
/// "Deadlock-Free Message Routing in Multiprocessor Interconnection Networks", IEEE Trans. Comput. C-36 (1987).
public struct CreditLoop: Sendable, Equatable {
  /// A switch on the circle, and a route that makes the dependency there.
  public struct Step: Sendable, Equatable {
    public var node: Int
    public var inPort: UInt8
    public var outPort: UInt8
    /// A port of an adapter that sends, and the LID that it sends to.
    public var source: PortReference
    public var target: PortReference
    public var lid: UInt16
  }

  /// In the order of the packets; from the last it goes on at the first.
  public let steps: [Step]

  /// The first circle of the routes between adapters on one virtual lane; `nil` where there is none.
  ///
  /// Dependencies are taken from the tables, switch by switch and LID by LID: no pair of hosts is followed.
  public static func first(_ fabric: Fabric, _ tables: ForwardingTables) -> CreditLoop? {
    var search = DependencySearch(fabric, tables)
    search.collect()
    guard let circle = search.circle() else { return nil }
    let steps = search.witnesses(circle)
    return steps.count == circle.count ? CreditLoop(steps: steps) : nil
  }
}

/// The dependencies between the links among the switches. A link is named by the switch and the port that it leads to.
private struct DependencySearch {
  typealias Turn = (number: Int, inPort: UInt8, outPort: UInt8)

  private let fabric: Fabric
  private let graph: SwitchGraph
  private let owners: [(lid: Int, owner: PortReference)]
  /// By switch: a bit for each port in and port out.
  private var turns: [[UInt64]]
  private let strides: [Int]
  /// By switch, of the LID under way: the switch with hosts whose packets come by; -1 for none.
  private var origins: [Int]

  init(_ fabric: Fabric, _ tables: ForwardingTables) {
    self.fabric = fabric
    graph = SwitchGraph(fabric, tables)
    owners = LIDOwners(fabric).table.enumerated().compactMap { lid, owner in
      owner.flatMap { fabric.nodes[$0.node].type == .switchNode ? nil : (lid, $0) }
    }
    strides = graph.nodes.map { min(fabric.nodes[$0].portCount, 254) + 1 }
    turns = strides.map { Array(repeating: 0, count: ($0 * $0 + 63) / 64) }
    origins = Array(repeating: -1, count: graph.nodes.count)
  }

  /// Which switches the packets for a LID pass.
  private mutating func mark(_ lid: Int, _ owner: PortReference) {
    for number in origins.indices { origins[number] = -1 }
    for start in graph.starts.prefix(graph.withHosts) where source(on: start, but: owner) != nil {
      var number = start
      while origins[number] < 0 {
        origins[number] = start
        guard let next = graph.next(number, lid) else { break }
        number = next
      }
    }
  }

  /// A host of a switch that is not the owner.
  private func source(on number: Int, but owner: PortReference) -> PortReference? {
    let node = graph.nodes[number]
    return fabric.nodes[node].ports.lazy.compactMap { fabric.open(PortReference(node: node, port: $0.number)) }
      .first { fabric.nodes[$0.node].type != .switchNode && $0 != owner }
  }

  /// Calls `body` for each turn that the packets for a LID take, and the switch that they come from.
  private func forTurns(of lid: Int, _ body: (Turn, _ origin: Int) -> Void) {
    for number in origins.indices where origins[number] >= 0 {
      guard let next = graph.next(number, lid), graph.next(next, lid) != nil else { continue }
      body((next, graph.entry(number, graph.port(number, lid)), graph.port(next, lid)), origins[number])
    }
  }

  private func bit(_ turn: Turn) -> Int? {
    let stride = strides[turn.number]
    guard Int(turn.inPort) < stride, Int(turn.outPort) < stride else { return nil }
    return Int(turn.inPort) * stride + Int(turn.outPort)
  }

  mutating func collect() {
    for (lid, owner) in owners {
      mark(lid, owner)
      var found: [(Int, Int)] = []
      forTurns(of: lid) { turn, _ in if let bit = bit(turn) { found.append((turn.number, bit)) } }
      for (number, bit) in found { turns[number][bit / 64] |= 1 << UInt64(bit % 64) }
    }
  }

  private func outPorts(_ number: Int, _ inPort: UInt8, after: Int) -> Int? {
    let stride = strides[number]
    guard Int(inPort) < stride else { return nil }
    return (after..<stride).first { out in
      let bit = Int(inPort) * stride + out
      return turns[number][bit / 64] >> UInt64(bit % 64) & 1 == 1
    }
  }

  /// A depth-first search over the links, without recursion: a fabric can have many.
  func circle() -> [Turn]? {
    enum Colour { case white, grey, black }
    var colours = graph.nodes.indices.map { [Colour](repeating: .white, count: strides[$0]) }
    for start in graph.nodes.indices {
      for port in colours[start].indices where colours[start][port] == .white {
        // A link, and the port out to try next.
        var path: [(number: Int, inPort: UInt8, next: Int)] = [(start, UInt8(port), 0)]
        colours[start][port] = .grey
        while let (number, inPort, next) = path.last {
          guard let out = outPorts(number, inPort, after: next), let there = behind(number, out) else {
            colours[number][Int(inPort)] = .black
            path.removeLast()
            continue
          }
          path[path.count - 1].next = out + 1
          switch colours[there.number][Int(there.inPort)] {
          case .white:
            colours[there.number][Int(there.inPort)] = .grey
            path.append((there.number, there.inPort, 0))
          case .grey:
            let first = path.firstIndex { $0.number == there.number && $0.inPort == there.inPort } ?? 0
            return path[first...].map { ($0.number, $0.inPort, UInt8($0.next - 1)) }
          case .black: break
          }
        }
      }
    }
    return nil
  }

  private func behind(_ number: Int, _ out: Int) -> (number: Int, inPort: UInt8)? {
    let port = UInt8(truncatingIfNeeded: out)
    let there = graph.behind(number, port)
    let entry = graph.entry(number, port)
    guard there >= 0, Int(entry) < strides[Int(there)] else { return nil }
    return (Int(there), entry)
  }

  /// A route for each turn of a circle.
  mutating func witnesses(_ circle: [Turn]) -> [CreditLoop.Step] {
    var found = [CreditLoop.Step?](repeating: nil, count: circle.count)
    var missing = circle.count
    for (lid, owner) in owners where missing > 0 {
      mark(lid, owner)
      forTurns(of: lid) { turn, origin in
        guard let index = circle.firstIndex(where: { $0 == turn }), found[index] == nil,
          let source = source(on: origin, but: owner)
        else { return }
        found[index] = CreditLoop.Step(
          node: graph.nodes[turn.number], inPort: turn.inPort, outPort: turn.outPort, source: source, target: owner,
          lid: UInt16(clamping: lid))
        missing -= 1
      }
    }
    return found.compactMap(\.self)
  }
}
