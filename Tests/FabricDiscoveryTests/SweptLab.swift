internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

/// A fabric of the lab, a session on it, and what a sweep makes of it.
struct SweptLab {
  let lab: InMemoryFabric
  let session: FabricSession

  init(_ topology: Topology, isUp: Bool = true) {
    lab = InMemoryFabric(topology)
    if isUp { lab.bringUp() }
    session = FabricSession(port: lab, clock: lab.clock)
  }

  /// Sweeps; anything that did not answer fails the test.
  func sweep() throws -> Fabric {
    let fabric = try session.sweep()
    try #require(fabric.isComplete, "\(fabric.unanswered) \(fabric.anomalies)")
    return fabric
  }

  /// The end of the lab as the port of a swept fabric.
  func port(_ end: Topology.End, in fabric: Fabric) throws -> PortReference {
    let guid = GUID(lab.topology.nodes[end.node].guid)
    let node = try #require(fabric.nodes.firstIndex { $0.guid == guid })
    return PortReference(node: node, port: UInt8(end.port))
  }

  func end(_ name: String, _ port: Int) throws -> Topology.End {
    Topology.End(try #require(lab.topology[name]), port)
  }

  /// Two leaves with two hosts each, two spines.
  static func small(isUp: Bool = true) -> SweptLab {
    SweptLab(.twoLevels(hosts: 4, leaves: 2, spines: 2, speed: .hdr), isUp: isUp)
  }
}
