internal import InfiniBandWire

/// The switches of a fabric as numbers from 0 on, with what is behind each of their ports, and their tables.
struct SwitchGraph {
  /// Behind a port: a switch by its number, or one of these less the number of an adapter's port.
  static let nothing: Int32 = -1
  static let firstAdapter: Int32 = -2
  static let portsPerSwitch = 256

  /// The node of each switch.
  let nodes: [Int]
  let isRead: [Bool]
  /// Switches with hosts first: what they cannot reach is a fault, whatever else passes the same switch.
  let starts: [Int]
  let withHosts: Int
  /// By switch: how many ports of adapters hang on it.
  let hosts: [Int]
  private let tables: [[UInt8]]
  private let behind: [Int32]
  /// The port by which a packet that leaves by a port comes into the next switch.
  private let entries: [UInt8]
  private let numberOfSwitch: [Int: Int]
  private let numberOfAdapterPort: [PortReference: Int32]

  init(_ fabric: Fabric, _ tables: ForwardingTables) {
    let nodes = fabric.nodes.indices.filter { fabric.nodes[$0].type == .switchNode }
    let numbers = Dictionary(zip(nodes, nodes.indices), uniquingKeysWith: { first, _ in first })
    var adapters: [PortReference: Int32] = [:]
    var behind = [Int32](repeating: Self.nothing, count: nodes.count * Self.portsPerSwitch)
    var entries = [UInt8](repeating: 0, count: behind.count)
    var hosts = [Int](repeating: 0, count: nodes.count)
    for (number, node) in nodes.enumerated() {
      for port in fabric.nodes[node].ports {
        guard let peer = fabric.open(PortReference(node: node, port: port.number)) else { continue }
        let place = number * Self.portsPerSwitch + Int(port.number)
        entries[place] = peer.port
        if let other = numbers[peer.node] {
          behind[place] = Int32(clamping: other)
        } else {
          behind[place] = Self.firstAdapter - Int32(clamping: adapters.count)
          adapters[peer] = behind[place]
          hosts[number] += 1
        }
      }
    }
    starts = nodes.indices.filter { hosts[$0] > 0 } + nodes.indices.filter { hosts[$0] == 0 }
    withHosts = hosts.count { $0 > 0 }
    self.nodes = nodes
    self.tables = nodes.map { tables.ports.indices.contains($0) ? tables.ports[$0] : [] }
    self.hosts = hosts
    isRead = nodes.map(tables.complete.contains)
    self.behind = behind
    self.entries = entries
    numberOfSwitch = numbers
    numberOfAdapterPort = adapters
  }

  func number(of node: Int) -> Int? { numberOfSwitch[node] }
  func adapter(_ port: PortReference) -> Int32? { numberOfAdapterPort[port] }

  /// The output port for a LID; ``LinearForwardingTable/noPort`` for none.
  func port(_ number: Int, _ lid: Int) -> UInt8 {
    lid < tables[number].count ? tables[number][lid] : LinearForwardingTable.noPort
  }

  /// What is behind a port; behind port 0, which is the switch itself, nothing.
  func behind(_ number: Int, _ port: UInt8) -> Int32 {
    port == 0 ? Self.nothing : behind[number * Self.portsPerSwitch + Int(port)]
  }

  func entry(_ number: Int, _ port: UInt8) -> UInt8 { entries[number * Self.portsPerSwitch + Int(port)] }

  /// The switch that a packet for a LID goes to next; `nil` where it leaves the switches or is lost.
  func next(_ number: Int, _ lid: Int) -> Int? {
    let port = port(number, lid)
    guard port != LinearForwardingTable.noPort else { return nil }
    let there = behind(number, port)
    return there >= 0 ? Int(there) : nil
  }
}
