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

/// The switches as numbers from 0 on, with what is behind each of their ports.
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

  /// Behind a port: a switch by its number, or one of these less the number of an adapter's port.
  private static let nothing: Int32 = -1
  private static let firstAdapter: Int32 = -2
  private static let portsPerSwitch = 256

  /// The node of each switch.
  private let nodes: [Int]
  private let tables: [[UInt8]]
  private let isRead: [Bool]
  private let behind: [Int32]
  private let numberOfSwitch: [Int: Int]
  private let numberOfAdapterPort: [PortReference: Int32]
  /// Switches with hosts first: what they cannot reach is a fault, whatever else passes the same switch.
  private let starts: [Int]
  private let withHosts: Int
  private var marks: [UInt8]
  private var way: [Int] = []
  private(set) var faults: [Fault] = []

  init(_ fabric: Fabric, _ tables: ForwardingTables) {
    let nodes = fabric.nodes.indices.filter { fabric.nodes[$0].type == .switchNode }
    let numbers = Dictionary(zip(nodes, nodes.indices), uniquingKeysWith: { first, _ in first })
    var adapters: [PortReference: Int32] = [:]
    var behind = [Int32](repeating: Self.nothing, count: nodes.count * Self.portsPerSwitch)
    for (number, node) in nodes.enumerated() {
      for port in fabric.nodes[node].ports {
        guard let peer = fabric.open(PortReference(node: node, port: port.number)) else { continue }
        let there: Int32
        if let other = numbers[peer.node] {
          there = Int32(clamping: other)
        } else {
          there = Self.firstAdapter - Int32(clamping: adapters.count)
          adapters[peer] = there
        }
        behind[number * Self.portsPerSwitch + Int(port.number)] = there
      }
    }
    let hasHosts = nodes.indices.map { number in
      behind[number * Self.portsPerSwitch..<(number + 1) * Self.portsPerSwitch].contains { $0 <= Self.firstAdapter }
    }
    starts = nodes.indices.filter { hasHosts[$0] } + nodes.indices.filter { !hasHosts[$0] }
    withHosts = hasHosts.count { $0 }
    self.nodes = nodes
    self.tables = nodes.map { tables.ports.indices.contains($0) ? tables.ports[$0] : [] }
    isRead = nodes.map(tables.complete.contains)
    self.behind = behind
    numberOfSwitch = numbers
    numberOfAdapterPort = adapters
    marks = Array(repeating: Mark.unseen, count: nodes.count)
  }

  /// Follows a LID from every switch; ``faults`` has what is wrong, each fault once.
  mutating func follow(_ lid: UInt16, owner: PortReference) -> Result {
    faults.removeAll(keepingCapacity: true)
    var result = Result()
    let home = numberOfSwitch[owner.node]
    let adapter = numberOfAdapterPort[owner]
    for number in marks.indices { marks[number] = isRead[number] ? Mark.unseen : Mark.unknown }
    if let home { marks[home] = Mark.arrives }
    for (position, start) in starts.enumerated() where marks[start] == Mark.unseen {
      let known = faults.count
      let mark = walk(from: start, lid: Int(lid), adapter: adapter)
      for number in way { marks[number] = mark }
      guard home != nil, position >= withHosts, faults.count > known, faults[known].kind == .noEntry else { continue }
      faults[known].kind = .noEntryBetweenSwitches
    }
    for number in nodes.indices where isRead[number] && number != home {
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
        fault(.loop, first, port(first, lid))
        return Mark.fails
      }
      if mark != Mark.unseen { return mark }
      marks[number] = Mark.onTheWay
      way.append(number)
      let port = port(number, lid)
      if port == LinearForwardingTable.noPort {
        fault(.noEntry, number, 0)
        return Mark.fails
      }
      // Port 0 is the switch itself, and its own LIDs do not come here.
      let there = port == 0 ? Self.nothing : behind[number * Self.portsPerSwitch + Int(port)]
      if there >= 0 {
        number = Int(there)
      } else if there == adapter {
        return Mark.arrives
      } else {
        fault(port == 0 || there != Self.nothing ? .wrongNode : .deadPort, number, port)
        return Mark.fails
      }
    }
  }

  private func port(_ number: Int, _ lid: Int) -> UInt8 {
    lid < tables[number].count ? tables[number][lid] : LinearForwardingTable.noPort
  }

  private mutating func fault(_ kind: ForwardingCheck.Kind, _ number: Int, _ port: UInt8) {
    faults.append(Fault(kind: kind, node: nodes[number], port: port))
  }
}
