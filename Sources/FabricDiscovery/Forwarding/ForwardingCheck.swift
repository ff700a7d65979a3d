internal import InfiniBandWire

/// Whether every switch routes every assigned LID to its port: all tables at once, in steps of switches times LIDs.
public struct ForwardingCheck: Sendable, Equatable {
  public enum Kind: Sendable, Equatable, Hashable, CaseIterable {
    /// The switch has no route.
    case noEntry
    /// The same, to the LID of another switch, and on no path from a switch with hosts. Up/down routing allows no route
    /// between switches that would go down and up again. Source: opensm(8), "UPDN Routing Algorithm" and "Fat-tree
    /// Routing Algorithm".
    case noEntryBetweenSwitches
    /// The way leaves by a port with nothing behind it.
    case deadPort
    /// The way ends at a node that the LID does not belong to.
    case wrongNode
    /// The switch is in a circle.
    case loop
  }

  /// A switch with a fault in its own table.
  public struct Finding: Sendable, Equatable {
    public var kind: Kind
    /// The switch; of a circle the one that comes first in the fabric.
    public var node: Int
    /// How many LIDs are concerned, and the lowest of them.
    public var lids: Int
    public var example: UInt16
    /// Where that LID goes wrong: the output port; 0 where there is none.
    public var port: UInt8
  }

  /// By node, then kind.
  public private(set) var findings: [Finding] = []
  /// LIDs that no switch but their own knows a way to.
  public private(set) var unrouted: [UInt16] = []
  /// Pairs of a switch and a LID that were followed, and those of them that do not arrive.
  public private(set) var pairs = 0
  public private(set) var failedPairs = 0

  public init(_ fabric: Fabric, _ tables: ForwardingTables) {
    var walker = ForwardingWalker(fabric, tables)
    var findings: [Finding.Key: Finding] = [:]
    let owners = LIDOwners(fabric).table
    for (lid, owner) in owners.enumerated() {
      guard let owner, let lid = UInt16(exactly: lid) else { continue }
      let result = walker.follow(lid, owner: owner)
      pairs += result.pairs
      failedPairs += result.failed
      if result.pairs > 1, result.withoutEntry == result.pairs {
        unrouted.append(lid)
        continue
      }
      for fault in walker.faults {
        let key = Finding.Key(node: fault.node, kind: fault.kind)
        let start = Finding(kind: fault.kind, node: fault.node, lids: 0, example: lid, port: fault.port)
        findings[key, default: start].lids += 1
      }
    }
    self.findings = findings.values.sorted { ($0.node, $0.kind.order) < ($1.node, $1.kind.order) }
  }
}

extension ForwardingCheck.Finding {
  fileprivate struct Key: Hashable {
    var node: Int
    var kind: ForwardingCheck.Kind
  }
}

extension ForwardingCheck.Kind {
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Follows the packets for a LID from switch to switch.
private struct ForwardingWalker {
  struct Fault {
    var kind: ForwardingCheck.Kind
    var node: Int
    var port: UInt8
  }

  struct Result {
    /// Switches with a table, the LID's own one not counted.
    var pairs = 0
    var failed = 0
    var withoutEntry = 0
  }

  private enum Mark {
    static let unseen: UInt8 = 0
    static let onTheWay: UInt8 = 1
    static let arrives: UInt8 = 2
    static let fails: UInt8 = 3
    /// No table: what lies behind is not known.
    static let unknown: UInt8 = 4
  }

  private let graph: SwitchGraph
  private var marks: [UInt8]
  private var way: [Int] = []
  private(set) var faults: [Fault] = []

  init(_ fabric: Fabric, _ tables: ForwardingTables) {
    graph = SwitchGraph(fabric, tables)
    marks = Array(repeating: Mark.unseen, count: graph.nodes.count)
  }

  /// Follows a LID from every switch; ``faults`` has what is wrong, each fault once.
  mutating func follow(_ lid: UInt16, owner: PortReference) -> Result {
    faults.removeAll(keepingCapacity: true)
    var result = Result()
    let home = graph.number(of: owner.node)
    let adapter = graph.adapter(owner)
    for number in marks.indices { marks[number] = graph.isRead[number] ? Mark.unseen : Mark.unknown }
    if let home { marks[home] = Mark.arrives }
    for (position, start) in graph.starts.enumerated() where marks[start] == Mark.unseen {
      let known = faults.count
      let mark = walk(from: start, lid: Int(lid), adapter: adapter)
      for number in way { marks[number] = mark }
      guard home != nil, position >= graph.withHosts, faults.count > known, faults[known].kind == .noEntry else {
        continue
      }
      faults[known].kind = .noEntryBetweenSwitches
    }
    for number in graph.nodes.indices where graph.isRead[number] && number != home {
      result.pairs += 1
      if marks[number] == Mark.fails { result.failed += 1 }
    }
    result.withoutEntry = faults.count { $0.kind == .noEntry || $0.kind == .noEntryBetweenSwitches }
    return result
  }

  /// Goes on until something is known; ``way`` has the switches that share the outcome.
  private mutating func walk(from start: Int, lid: Int, adapter: Int32?) -> UInt8 {
    way.removeAll(keepingCapacity: true)
    var number = start
    while true {
      let mark = marks[number]
      if mark == Mark.onTheWay {
        let circle = way[(way.firstIndex(of: number) ?? 0)...]
        let first = circle.min() ?? number
        fault(.loop, first, graph.port(first, lid))
        return Mark.fails
      }
      if mark != Mark.unseen { return mark }
      marks[number] = Mark.onTheWay
      way.append(number)
      let port = graph.port(number, lid)
      if port == LinearForwardingTable.noPort {
        fault(.noEntry, number, 0)
        return Mark.fails
      }
      // The switch's own LIDs do not come here.
      let there = graph.behind(number, port)
      if there >= 0 {
        number = Int(there)
      } else if there == adapter {
        return Mark.arrives
      } else {
        fault(port == 0 || there != SwitchGraph.nothing ? .wrongNode : .deadPort, number, port)
        return Mark.fails
      }
    }
  }

  private mutating func fault(_ kind: ForwardingCheck.Kind, _ number: Int, _ port: UInt8) {
    faults.append(Fault(kind: kind, node: graph.nodes[number], port: port))
  }
}
