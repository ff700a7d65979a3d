internal import InfiniBandWire
public import Vocabulary

/// How a fabric differs from an older map of it. Nodes are known by their GUIDs.
///
/// What the older map does not tell (`nil`) is not compared.
public struct FabricDiff: Sendable, Equatable {
  /// A cable; the smaller end first.
  public struct Link: Hashable, Sendable, Comparable {
    public let first: NodePort
    public let second: NodePort

    public init(_ one: NodePort, _ other: NodePort) {
      (first, second) = one < other ? (one, other) : (other, one)
    }

    public static func < (left: Link, right: Link) -> Bool { (left.first, left.second) < (right.first, right.second) }
  }

  /// A cable of which one end is where it was.
  public struct Move: Sendable, Equatable {
    public var kept: NodePort
    public var from: NodePort
    public var to: NodePort
  }

  public enum Property: String, Sendable, CaseIterable {
    case type, description, portCount = "port_count", lid, state, width, speed
  }

  /// A value that is another now, both as JSON spells them; `nil` for none.
  public struct Change: Sendable, Equatable {
    public var property: Property
    public var node: GUID
    /// `nil` for what is the node's.
    public var port: UInt8?
    public var before: String?
    public var now: String?
  }

  /// Each list is in the order of GUIDs and port numbers.
  public private(set) var addedNodes: [GUID] = []
  public private(set) var removedNodes: [GUID] = []
  public private(set) var addedLinks: [Link] = []
  public private(set) var removedLinks: [Link] = []
  public private(set) var moved: [Move] = []
  public private(set) var changes: [Change] = []

  public var isEmpty: Bool {
    addedNodes.isEmpty && removedNodes.isEmpty && addedLinks.isEmpty && removedLinks.isEmpty && moved.isEmpty
      && changes.isEmpty
  }

  public init(from older: Fabric, to newer: Fabric) {
    let before = Self.nodes(older)
    let now = Self.nodes(newer)
    addedNodes = now.keys.filter { before[$0] == nil }.sorted()
    removedNodes = before.keys.filter { now[$0] == nil }.sorted()
    compareLinks(Self.links(older), Self.links(newer))
    for guid in before.keys.sorted() {
      if let old = before[guid], let new = now[guid] { compare(older.nodes[old], newer.nodes[new]) }
    }
  }

  /// The first node of each GUID.
  private static func nodes(_ fabric: Fabric) -> [GUID: Int] {
    Dictionary(fabric.nodes.enumerated().map { ($0.element.guid, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  private static func links(_ fabric: Fabric) -> Set<Link> {
    func port(_ reference: PortReference) -> NodePort? {
      guard fabric.nodes.indices.contains(reference.node) else { return nil }
      return NodePort(node: fabric.nodes[reference.node].guid, port: reference.port)
    }
    return Set(
      fabric.links.compactMap { link in
        guard let first = port(link.first), let second = port(link.second) else { return nil }
        return Link(first, second)
      })
  }

  /// A cable that is gone and one that is new are the same cable when they share an end, and neither shares one with
  /// another.
  private mutating func compareLinks(_ before: Set<Link>, _ now: Set<Link>) {
    var added = now.subtracting(before)
    let removed = before.subtracting(now).sorted()
    var newByEnd: [NodePort: Link] = [:]
    for link in added {
      newByEnd[link.first] = link
      newByEnd[link.second] = link
    }
    for old in removed {
      let successor = [(old.first, old.second), (old.second, old.first)].lazy.compactMap {
        kept, from -> (Move, Link)? in
        guard let new = newByEnd[kept], added.contains(new) else { return nil }
        return (Move(kept: kept, from: from, to: new.first == kept ? new.second : new.first), new)
      }.first
      if let (move, new) = successor {
        moved.append(move)
        added.remove(new)
      } else {
        removedLinks.append(old)
      }
    }
    addedLinks = added.sorted()
  }

  private mutating func compare(_ old: FabricNode, _ new: FabricNode) {
    compare(.type, new.guid, nil, old.type.spelled, new.type.spelled)
    compare(.description, new.guid, nil, old.description, new.description)
    compare(.portCount, new.guid, nil, String(old.portCount), String(new.portCount))
    for port in new.ports {
      guard let before = old.port(port.number)?.info, let now = port.info else { continue }
      compare(.lid, new.guid, port.number, String(before.lid), String(now.lid))
      compare(.state, new.guid, port.number, before.state.rawValue, now.state.rawValue)
      compare(.width, new.guid, port.number, before.width?.description, now.width?.description)
      compare(.speed, new.guid, port.number, before.speed?.rawValue, now.speed?.rawValue)
    }
  }

  private mutating func compare(_ property: Property, _ node: GUID, _ port: UInt8?, _ before: String?, _ now: String?) {
    // A link that is gone has no width; that the link is gone is told already. An unknown state is no state.
    guard let before, let now, before != now, before != "unknown", now != "unknown" else { return }
    changes.append(Change(property: property, node: node, port: port, before: before, now: now))
  }
}

extension FabricNodeType {
  /// As JSON spells it.
  public var spelled: String {
    switch self {
    case .channelAdapter: "ca"
    case .switchNode: "switch"
    case .router: "router"
    }
  }
}
