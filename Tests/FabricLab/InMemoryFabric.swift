public import BinaryLayout
public import HostAccess
internal import InfiniBandWire

/// A subnet in memory, asked through the port of one node as through libibumad: exact, the same every time, and without
/// waiting. What hardware would not answer comes back as timed out when the patience of its request is over.
///
/// Packets walk hop by hop: out of a port that is down or into a node that does not forward they are lost. Its agents
/// answer SMPs by directed route and by LID, and performance management by LID through ports that are active.
public final class InMemoryFabric: ManagementPort {
  /// How a node is silent.
  public enum Silence: Sendable, Equatable {
    /// It answers nothing and lets nothing through.
    case entirely
    /// It forwards, but never answers these attribute IDs (all when empty).
    case answers(attributes: Set<UInt16> = [])
  }

  public let topology: Topology
  /// The port that is asked through.
  public let attachment: Topology.End
  public let clock: any Clock
  /// How long an answer takes, in milliseconds.
  public var latency = 0
  /// By node. (A switch whose agent is dead still forwards by LID, but no directed route leads through it.)
  public var silence: [Int: Silence] = [:]
  /// By node: its M_Key, without which Sets are dropped, and whether Gets are too.
  public var mKeys: [Int: (key: UInt64, hides: Bool)] = [:]
  /// The P_Key tables that a test has set.
  public var keyTables: [Topology.End: [UInt16]] = [:]
  /// By node, then by MLID: the ports of the multicast table of a switch.
  public var multicastTables: [Int: [UInt16: [UInt8]]] = [:]
  public var administration = LabAdministration()
  /// Asked before a Set of PortInfo is carried out; it is dropped where this says no.
  public var mayWrite: (() -> Bool)?
  /// By attribute ID: every datagram that was sent.
  public private(set) var sent: [UInt16: Int] = [:]
  /// The most requests that waited at a time.
  public private(set) var mostOutstanding = 0

  /// By node, then by number; the ports of a host begin with a port 0 that is not there.
  var ports: [[LabPort]]
  /// By node: the linear forwarding table of a switch, ``LinearForwardingTable/noPort`` where there is none.
  var tables: [[UInt8]]
  var switchInfos: [[UInt8]]
  public internal(set) var managers: [LabManager] = []
  var plans = ArrivalQueue<(end: Topology.End, state: SMInfo.State)>()

  private var arrivals = ArrivalQueue<ManagementArrival>()
  private var outstanding = 0

  /// - Parameters:
  ///   - host: the node that is asked through, by its first port that is up; the first host when it is not named.
  public init(_ topology: Topology, at host: Int? = nil, clock: any Clock = LabClock()) {
    self.topology = topology
    self.clock = clock
    ports = topology.nodes.map { node in
      (0...node.portCount).map { number in
        LabPort(
          node.kind != .switchNode ? .adapter : number == 0 ? .switchManagement : .switchExternal, link: nil, peer: nil)
      }
    }
    for link in topology.links where link.isUp {
      for end in [link.first, link.second] {
        let role: LabPort.Role = topology.nodes[end.node].kind == .switchNode ? .switchExternal : .adapter
        ports[end.node][end.port] = LabPort(role, link: link, peer: link.other(than: end))
      }
    }
    tables = topology.nodes.map {
      $0.kind == .switchNode ? [UInt8](repeating: LinearForwardingTable.noPort, count: 64) : []
    }
    switchInfos = topology.nodes.map { $0.kind == .switchNode ? Self.freshSwitchInfo : [] }
    let node = host ?? topology.hosts.first ?? 0
    let port = ports[node].indices.dropFirst().first { [ports] in ports[node][$0].isUp } ?? 1
    attachment = Topology.End(node, topology.nodes[node].kind == .switchNode ? 0 : port)
    for setting in topology.counters { set(setting.counter, at: setting.end, to: setting.value) }
  }

  private static var freshSwitchInfo: [UInt8] {
    var info = [UInt8](repeating: 0, count: 64)
    SwitchInfo.Layout.linearFDBCap.write(30 * 1024, into: &info)
    SwitchInfo.Layout.multicastFDBCap.write(1024, into: &info)
    SwitchInfo.Layout.portStateChange.write(1, into: &info)
    SwitchInfo.Layout.partitionEnforcementCap.write(64, into: &info)
    // It can filter raw packets both ways.
    LayoutField("FilterRawCap", at: 130, bits: 2).write(3, into: &info)
    return info
  }

  /// Every datagram that was sent.
  public var totalSent: Int { sent.values.reduce(0, +) }

  /// A port, to look at and to change.
  public subscript(_ end: Topology.End) -> LabPort {
    get { ports[end.node][end.port] }
    set { ports[end.node][end.port] = newValue }
  }

  /// Sets the same field of the PortInfo of both ends of a cable.
  public func set(_ field: LayoutField, to value: UInt64, atBothEndsOf link: Topology.Link) {
    self[link.first][field] = value
    self[link.second][field] = value
  }

  /// Pulls a cable or plugs it in again. A switch notices; the states are those before a subnet manager has come.
  public func setCable(_ link: Topology.Link, up: Bool) {
    for end in [link.first, link.second] {
      let isSwitch = topology.nodes[end.node].kind == .switchNode
      let lid = self[end].lid
      self[end] = LabPort(
        isSwitch ? .switchExternal : .adapter, link: up ? link : nil, peer: up ? link.other(than: end) : nil)
      if !isSwitch { self[end][PortInfo.Layout.lid] = UInt64(lid) }
      if isSwitch { SwitchInfo.Layout.portStateChange.write(1, into: &switchInfos[end.node]) }
    }
  }

  public func set(_ counter: Counter, at end: Topology.End, to value: UInt64) {
    let attribute = counter.attribute.rawValue
    var bytes = self[end].counters[attribute] ?? Self.noCounters
    counter.field.write(min(value, counter.limit), into: &bytes)
    self[end].counters[attribute] = bytes
  }

  public func value(of counter: Counter, at end: Topology.End) -> UInt64 {
    counter.field.read(self[end].counters[counter.attribute.rawValue] ?? Self.noCounters) ?? 0
  }

  static let noCounters = [UInt8](repeating: 0, count: 192)

  // MARK: ManagementPort

  public func send(
    _ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int
  ) throws(ManagementError) {
    guard let request = ManagementDatagram(datagram) else { throw .failed("a datagram has 256 bytes") }
    sent[request.attributeID, default: 0] += 1
    outstanding += 1
    mostOutstanding = max(mostOutstanding, outstanding)
    settleManagers()
    let now = clock.milliseconds
    if let answer = answer(request, to: address) {
      arrivals.add(.answer(answer), due: now + latency)
    } else {
      arrivals.add(.timedOut(datagram), due: now + max(0, timeoutMilliseconds))
    }
  }

  public func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    let now = clock.milliseconds
    if let arrival = arrivals.take(at: now) {
      outstanding -= 1
      return arrival
    }
    let patience = timeoutMilliseconds < 0 ? Int.max : timeoutMilliseconds
    let wait = arrivals.nextDue.map { min(patience, $0 - now) } ?? patience
    guard wait > 0, wait < .max else { return nil }
    clock.sleep(milliseconds: wait)
    guard let arrival = arrivals.take(at: clock.milliseconds) else { return nil }
    outstanding -= 1
    return arrival
  }
}
