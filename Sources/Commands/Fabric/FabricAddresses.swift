internal import FabricDiscovery
internal import GUIDMapping
public import Vocabulary

/// The port GUIDs of a whole fabric as addresses: their makers, and the MAC addresses that guid2mac makes of them, where
/// only a whole fabric shows that two are the same.
struct FabricAddresses {
  let problems: [Problem]

  /// More of a kind become one problem.
  private static let named = 4

  /// What of guid2mac is looked for over a whole fabric.
  static let sought: [GUIDMappingProblem] = [.macDuplicate, .macMulticast, .macZero, .guidZero]

  init(_ fabric: Fabric, names: FabricNames) {
    var seen: Set<GUID> = []
    var places: [GUID: PortReference] = [:]
    // By the driver's rules; where they know no answer by the mask that the checker would store.
    var mapper = GUIDMapper(given: .generic)
    var mappings: [Mapping] = []
    for (index, node) in fabric.nodes.enumerated() where node.type == .channelAdapter {
      for port in node.ports {
        // One that is there twice is told as such already.
        guard let guid = port.guid, seen.insert(guid).inserted else { continue }
        places[guid] = PortReference(node: index, port: port.number)
        mappings.append(mapper.map(guid))
      }
    }
    let wanted = Set(Self.sought.map(\.rawValue))
    let found = MappingFindings.problems(of: mappings).filter { wanted.contains($0.id) }
    problems = Self.bundled(found) + Self.unknownMakers(fabric)
  }

  private static func bundled(_ problems: [Problem]) -> [Problem] {
    let kinds = Dictionary(grouping: problems, by: \.id).sorted { $0.key < $1.key }
    return kinds.flatMap { id, own -> [Problem] in
      guard own.count > named, let first = own.first, let kind = GUIDMappingProblem(rawValue: id) else { return own }
      return [
        kind.found(
          "\(own.count) addresses", "\(kind.meaning) The first: \(first.subject): \(first.message)",
          evidence: own.prefix(named).map(\.subject), fix: first.fix)
      ]
    }
  }

  private static func unknownMakers(_ fabric: Fabric) -> [Problem] {
    let unknown = fabric.nodes.filter { Organisation.of($0.guid) == nil && $0.guid.rawValue != 0 }
    let makers = Dictionary(grouping: unknown, by: \.guid.oui).sorted { $0.key < $1.key }
    return makers.prefix(named).map { oui, nodes in
      AddressProblem.unknownMaker.found(
        oui.hexadecimal(digits: 6),
        "\(nodes.count) node GUID\(nodes.count == 1 ? "" : "s") begin with three bytes of no maker that is known here",
        evidence: nodes.prefix(named).map { "guid=\($0.guid)" }, fix: ["rdmactl guid2mac \(nodes[0].guid)"])
    }
  }
}

/// What only the addresses of a whole fabric show.
public enum AddressProblem: String, CaseIterable, Sendable {
  case unknownMaker = "fabric.unknown_oui"

  /// The entries of the manual page: these, and those of guid2mac that are looked for over the whole fabric.
  public static var descriptions: [ProblemDescription] {
    let shared = Set(FabricAddresses.sought.map(\.rawValue))
    return allCases.map {
      ProblemDescription(
        id: $0.rawValue, severity: .info, meaning: "Node GUIDs begin with three bytes that belong to no known maker.")
    } + GUIDMappingProblem.descriptions.filter { shared.contains($0.id) }
  }

  func found(_ subject: String, _ message: String, evidence: [String], fix: [String]) -> Problem {
    Problem(id: rawValue, severity: .info, subject: subject, message: message, evidence: evidence, fix: fix)
  }
}
