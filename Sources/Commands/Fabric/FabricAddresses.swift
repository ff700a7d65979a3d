internal import FabricDiscovery
internal import GUIDMapping
public import Vocabulary

/// The MAC addresses that guid2mac makes of the port GUIDs of a whole fabric: only there two equal ones show.
struct FabricAddresses {
  let problems: [Problem]

  /// More of a kind become one problem.
  private static let named = 4

  /// The findings of guid2mac that matter to a whole fabric.
  static let sought: [GUIDMappingProblem] = [.macDuplicate, .macMulticast, .macZero, .guidZero]

  init(_ fabric: Fabric) {
    var seen: Set<GUID> = []
    // By the driver's rules; where they have no answer by the mask that the checker would store.
    var mapper = GUIDMapper(given: .generic)
    var mappings: [Mapping] = []
    for node in fabric.nodes where node.type == .channelAdapter {
      for port in node.ports {
        // A duplicate GUID has a finding of its own.
        guard let guid = port.guid, seen.insert(guid).inserted else { continue }
        mappings.append(mapper.map(guid))
      }
    }
    let wanted = Set(Self.sought.map(\.rawValue))
    problems = Self.bundled(MappingFindings.problems(of: mappings).filter { wanted.contains($0.id) })
  }

  private static func bundled(_ problems: [Problem]) -> [Problem] {
    let kinds = Dictionary(grouping: problems, by: \.id).sorted { $0.key < $1.key }
    return kinds.flatMap { id, own -> [Problem] in
      guard own.count > named, let first = own.first, let kind = GUIDMappingProblem(rawValue: id) else { return own }
      return [
        kind.found(
          "\(own.count) addresses", "\(kind.meaning) First: \(first.subject): \(first.message)",
          evidence: own.prefix(named).map(\.subject), fix: first.fix)
      ]
    }
  }
}

/// The ids of guid2mac that `fabric check` reports, for the manual page.
public enum AddressProblem {
  public static var descriptions: [ProblemDescription] {
    let shared = Set(FabricAddresses.sought.map(\.rawValue))
    return GUIDMappingProblem.descriptions.filter { shared.contains($0.id) }
  }
}
