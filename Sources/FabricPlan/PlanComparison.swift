package import FabricDiscovery
package import InfiniBandWire
internal import Vocabulary

/// What is there beside what was planned.
package struct PlanComparison: Sendable {
  /// A port of the plan: by its place in the fabric, where there is its node.
  package struct Place: Sendable, Equatable {
    package var end: CablePlan.End
    package var port: PortReference?
  }

  package enum Finding: Sendable, Equatable {
    /// Neither end has a link.
    case missing(Place, Place)
    /// An end, or both, is connected to another port.
    case wrong(Place, Place, firstPeer: PortReference?, secondPeer: PortReference?)
    /// Two cables were exchanged at these ports; the others are where their other ends are.
    case swapped(PortReference, PortReference, others: (PortReference, PortReference))
    case additional(FabricLink)
    /// Fewer lanes or less speed than planned.
    case slow(FabricLink, CablePlan.Cable, width: LinkWidth?, speed: LinkSpeed?)
    /// A node of the plan that the fabric does not have, with its cables.
    case nodeMissing(String, [CablePlan.Cable])

    package static func == (left: Self, right: Self) -> Bool { "\(left)" == "\(right)" }
  }

  package private(set) var findings: [Finding] = []
  /// Cables that are as planned, the slow ones too.
  package private(set) var kept = 0
  /// Names that could be several nodes.
  package private(set) var badLines: [BadLine] = []

  private let fabric: Fabric
  private var peers: [PortReference: PortReference] = [:]
  private var planned: [PortReference: PortReference] = [:]
  /// Ends that a finding has named, or that are as planned.
  private var settled: Set<PortReference> = []

  package init(_ plan: CablePlan, with fabric: Fabric, names: FabricNames) {
    self.fabric = fabric
    for link in fabric.cables {
      peers[link.first] = link.second
      peers[link.second] = link.first
    }
    var nodes: [CablePlan.End: Int?] = [:]
    func place(_ end: CablePlan.End, _ line: Int) -> Place {
      let key = CablePlan.End(node: end.node, guid: end.guid, port: 0)
      let known = nodes[key]
      let node = known ?? find(end, names, line)
      nodes[key] = .some(node)
      return Place(end: end, port: node.map { PortReference(node: $0, port: end.port) })
    }
    let cables = plan.cables.map { (place($0.first, $0.line), place($0.second, $0.line), $0) }
    for case (let first, let second, _) in cables {
      guard let one = first.port, let other = second.port else { continue }
      planned[one] = other
      planned[other] = one
    }
    var open: [(Place, Place, CablePlan.Cable)] = []
    for (first, second, cable) in cables {
      if let one = first.port, let other = second.port, peers[one] == other {
        keep(one, other, cable)
      } else {
        open.append((first, second, cable))
      }
    }
    for (first, second, _) in open { explain(first, second) }
    lostNodes(open)
    for link in fabric.cables where !settled.contains(link.first) && !settled.contains(link.second) {
      findings.append(.additional(link))
    }
  }

  private mutating func find(_ end: CablePlan.End, _ names: FabricNames, _ line: Int) -> Int? {
    if let guid = end.guid, let node = names.nodes(exactly: guid.description).first { return node }
    let found = names.nodes(exactly: end.node)
    // Of several adapters of a host, the one that has such a port.
    let fitting = found.count > 1 ? found.filter { fabric.nodes[$0].port(end.port) != nil } : found
    guard fitting.count > 1 else { return fitting.first }
    // A map says nothing by a name that several nodes have; a user's table is to be made clear.
    if end.guid == nil {
      let few = fitting.prefix(3).map { "\"\(names.name(ofNode: $0))\"" }.joined(separator: ", ")
      badLines.append(BadLine(line: line, reason: "\(end.node) could be any of \(fitting.count): \(few)"))
    }
    return nil
  }

  private mutating func keep(_ one: PortReference, _ other: PortReference, _ cable: CablePlan.Cable) {
    kept += 1
    settled.formUnion([one, other])
    let info = fabric[one]?.info ?? fabric[other]?.info
    let isNarrow = info?.width.map { $0.lanes < cable.width?.lanes ?? 0 } ?? false
    let isSlow = info?.speed.map { speed in cable.speed.map { speed < $0 } ?? false } ?? false
    if isNarrow || isSlow {
      findings.append(.slow(FabricLink(one, other), cable, width: info?.width, speed: info?.speed))
    }
  }

  /// A cable of the plan that is not there, by what is at its ends.
  private mutating func explain(_ first: Place, _ second: Place) {
    let (one, other) = (first.port, second.port)
    if let one, let other, settled.contains(one), settled.contains(other), isSwapped(one, other) { return }
    let (found, otherFound) = (one.flatMap { peers[$0] }, other.flatMap { peers[$0] })
    if let one, let other, let found, let otherFound, planned[found] == otherFound {
      // planned one–other and found–otherFound, there one–found and other–otherFound.
      let atSecond = other.node == found.node || one.node != otherFound.node
      findings.append(
        atSecond
          ? .swapped(other, found, others: (one, otherFound)) : .swapped(one, otherFound, others: (other, found)))
      settled.formUnion([one, other, found, otherFound])
      return
    }
    if found == nil && otherFound == nil {
      // A node that is not there has a finding of its own.
      if one != nil, other != nil { findings.append(.missing(first, second)) }
    } else {
      findings.append(.wrong(first, second, firstPeer: found, secondPeer: otherFound))
    }
    settled.formUnion([one, other, found, otherFound].compactMap(\.self))
  }

  /// Whether a finding has told of this cable as the second one of a swapped pair.
  private func isSwapped(_ one: PortReference, _ other: PortReference) -> Bool {
    guard let found = peers[one], let otherFound = peers[other] else { return false }
    return planned[found] == otherFound
  }

  private mutating func lostNodes(_ open: [(Place, Place, CablePlan.Cable)]) {
    var cables: [String: [CablePlan.Cable]] = [:]
    var order: [String] = []
    for (first, second, cable) in open {
      // A port that is connected to another node has told of it already.
      guard [first, second].allSatisfy({ $0.port.flatMap { peers[$0] } == nil }) else { continue }
      guard let lost = [first, second].first(where: { $0.port == nil })?.end.node else { continue }
      if cables[lost] == nil { order.append(lost) }
      cables[lost, default: []].append(cable)
    }
    for node in order { findings.append(.nodeMissing(node, cables[node] ?? [])) }
  }
}
