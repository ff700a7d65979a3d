public import InfiniBandWire

/// A fabric as a test wants it: nodes, cables and what is wrong with them. The shapes are in extensions; all are the same
/// for the same arguments.
public struct Topology: Sendable, Equatable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case host, switchNode = "switch", router
  }

  public struct Node: Sendable, Equatable {
    /// ibsim's id of the node: at most 31 characters, for SIM_HOST takes no more.
    public var name: String
    /// What NodeDescription says.
    public var description: String
    public var kind: Kind
    /// The node GUID. Port `n` of a host has ``guid`` + `n`, as ibsim has it; a switch has one GUID.
    public var guid: UInt64
    public var systemImageGUID: UInt64
    public var vendorID: UInt32 = 0x02c9
    public var deviceID: UInt16
    /// Without port 0 of a switch.
    public var portCount: Int

    public func portGUID(_ port: Int) -> UInt64 { kind == .switchNode ? guid : guid &+ UInt64(port) }
  }

  /// An end of a cable: a position in ``nodes`` and a port.
  public struct End: Hashable, Sendable, Comparable {
    public var node: Int
    public var port: Int

    public init(_ node: Int, _ port: Int) {
      self.node = node
      self.port = port
    }

    public static func < (left: End, right: End) -> Bool { (left.node, left.port) < (right.node, right.port) }
  }

  public struct Link: Sendable, Equatable {
    public var first: End
    public var second: End
    public var width: LinkWidth
    public var speed: LinkSpeed
    /// A cable that is pulled: both its ports are down.
    public var isUp = true

    public init(_ first: End, _ second: End, width: LinkWidth = .x4, speed: LinkSpeed) {
      self.first = first
      self.second = second
      self.width = width
      self.speed = speed
    }

    public func other(than end: End) -> End { end == first ? second : first }
  }

  /// A performance counter that does not begin at 0.
  public struct CounterSetting: Sendable, Equatable {
    public var end: End
    public var counter: Counter
    public var value: UInt64

    public init(end: End, counter: Counter, value: UInt64) {
      self.end = end
      self.counter = counter
      self.value = value
    }
  }

  public var nodes: [Node] = []
  public var links: [Link] = []
  public var counters: [CounterSetting] = []
  /// How fast new links are.
  public var speed: LinkSpeed

  public init(speed: LinkSpeed = .hdr) { self.speed = speed }

  public var hosts: [Int] { nodes.indices.filter { nodes[$0].kind == .host } }
  public var switches: [Int] { nodes.indices.filter { nodes[$0].kind == .switchNode } }

  public subscript(_ name: String) -> Int? { nodes.firstIndex { $0.name == name } }

  /// The position in ``links`` of the cable at `end`.
  public func link(at end: End) -> Int? { links.firstIndex { $0.first == end || $0.second == end } }
}

// What the shapes are built with.
extension Topology {
  private static let firstHostGUID: UInt64 = 0x0002_c903_0010_0000
  private static let firstSwitchGUID: UInt64 = 0x0002_c903_00f0_0000
  /// Room for the port GUIDs of an adapter.
  private static let guidStep: UInt64 = 0x10

  /// - Returns: its position.
  @discardableResult public mutating func addHost(_ name: String, ports: Int = 1) -> Int {
    let guid = Self.firstHostGUID + UInt64(nodes.count) * Self.guidStep
    nodes.append(
      Node(
        name: name, description: "\(name) mlx5_0", kind: .host, guid: guid, systemImageGUID: guid, deviceID: 0x101b,
        portCount: ports))
    return nodes.count - 1
  }

  /// - Returns: its position.
  @discardableResult public mutating func addSwitch(_ name: String, ports: Int) -> Int {
    let guid = Self.firstSwitchGUID + UInt64(nodes.count) * Self.guidStep
    nodes.append(
      Node(
        name: name, description: name, kind: .switchNode, guid: guid, systemImageGUID: guid, deviceID: 0xd2f0,
        portCount: ports))
    return nodes.count - 1
  }

  public mutating func connect(_ first: End, _ second: End) {
    links.append(Link(first, second, speed: speed))
  }
}
