internal import BinaryLayout
internal import InfiniBandWire

/// The truth about a fabric, in the words in which the tools tell of theirs: a test compares a discovery with it.
///
/// Nodes and links are sorted, a link's first end is the lower, GUIDs are 16 hexadecimal digits.
public struct Manifest: Codable, Equatable, Sendable {
  public struct Node: Codable, Hashable, Sendable {
    public var guid: String
    public var type: Topology.Kind
    public var description: String
    public var ports: Int
    public var systemImageGUID: String
    public var vendorID: UInt32
    public var deviceID: UInt16

    public init(
      guid: UInt64, type: Topology.Kind, description: String, ports: Int, systemImageGUID: UInt64, vendorID: UInt32,
      deviceID: UInt16
    ) {
      self.guid = Manifest.text(guid)
      self.type = type
      self.description = description
      self.ports = ports
      self.systemImageGUID = Manifest.text(systemImageGUID)
      self.vendorID = vendorID
      self.deviceID = deviceID
    }
  }

  /// A port, by the GUID of its node.
  public struct End: Codable, Hashable, Sendable, Comparable {
    public var guid: String
    public var port: Int

    public init(guid: UInt64, port: Int) {
      self.guid = Manifest.text(guid)
      self.port = port
    }

    public static func < (left: End, right: End) -> Bool { (left.guid, left.port) < (right.guid, right.port) }
  }

  public struct Link: Codable, Hashable, Sendable {
    public var first: End
    public var second: End
    /// `4x`
    public var width: String
    /// `HDR`
    public var speed: String

    public init(_ one: End, _ other: End, width: String, speed: String) {
      first = min(one, other)
      second = max(one, other)
      self.width = width
      self.speed = speed
    }
  }

  /// A counter that is not 0.
  public struct CounterValue: Codable, Hashable, Sendable {
    public var end: End
    /// `PortCounters`
    public var attribute: String
    public var counter: String
    public var value: UInt64

    public init(end: End, attribute: String, counter: String, value: UInt64) {
      self.end = end
      self.attribute = attribute
      self.counter = counter
      self.value = value
    }
  }

  public var nodes: [Node]
  public var links: [Link]
  /// Cables that are pulled.
  public var pulled: [Link]
  public var counters: [CounterValue]

  public init(nodes: [Node], links: [Link], pulled: [Link] = [], counters: [CounterValue] = []) {
    self.nodes = nodes.sorted { ($0.guid, $0.description) < ($1.guid, $1.description) }
    self.links = Self.sorted(links)
    self.pulled = Self.sorted(pulled)
    self.counters = counters.sorted { ($0.end, $0.attribute, $0.counter) < ($1.end, $1.attribute, $1.counter) }
  }

  private static func sorted(_ links: [Link]) -> [Link] {
    links.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }

  private static func text(_ guid: UInt64) -> String {
    let digits = String(guid, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Manifest {
  /// All of a topology.
  public init(_ net: Topology) { self.init(net, among: Set(net.nodes.indices)) }

  /// What can be seen from a node.
  public init(_ net: Topology, from node: Int) { self.init(net, among: Set(net.distances(from: node).keys)) }

  private init(_ net: Topology, among nodes: Set<Int>) {
    let end = { (end: Topology.End) in End(guid: net.nodes[end.node].guid, port: end.port) }
    let text = { (link: Topology.Link) in
      Link(
        end(link.first), end(link.second), width: "\(link.width)", speed: link.speed.rawValue.uppercased())
    }
    let links = net.links.filter { nodes.contains($0.first.node) && nodes.contains($0.second.node) }
    self.init(
      nodes: nodes.map { index in
        let node = net.nodes[index]
        return Node(
          guid: node.guid, type: node.kind, description: node.description, ports: node.portCount,
          systemImageGUID: node.systemImageGUID, vendorID: node.vendorID, deviceID: node.deviceID)
      },
      links: links.filter(\.isUp).map(text), pulled: links.filter { !$0.isUp }.map(text),
      counters: net.counters.filter { nodes.contains($0.end.node) }.map {
        CounterValue(
          end: end($0.end), attribute: $0.counter.attributeName, counter: $0.counter.field.name, value: $0.value)
      })
  }
}
