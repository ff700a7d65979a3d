internal import FabricDiscovery
internal import InfiniBandWire
internal import SubnetManagement
public import Vocabulary

/// The findings of a path.
public enum PathProblem: String, CaseIterable, Sendable {
  case none = "fabric.path_none"
  case lid = "fabric.path_lid"
  case mtu = "fabric.path_mtu"
  case rate = "fabric.path_rate"
  case partition = "fabric.path_partition"
  case slower = "fabric.path_below_links"

  var severity: Severity {
    switch self {
    case .none, .lid, .mtu, .partition: .error
    case .rate: .warning
    case .slower: .info
    }
  }

  var meaning: String {
    switch self {
    case .none: "the subnet administration gives applications no path"
    case .lid: "the subnet administration gives a LID that is not the port's"
    case .mtu: "the MTU that the subnet administration gives is larger than a link of the route; packets are lost there"
    case .rate: "the rate that the subnet administration gives is higher than the slowest link of the route"
    case .partition: "the ports cannot talk with the P_Key that the subnet administration gives"
    case .slower: "the subnet administration gives less than the links of the route have"
    }
  }

  /// The entries of the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func found(_ subject: String, _ detail: String, fix: [String] = []) -> Problem {
    Problem(id: rawValue, severity: severity, subject: subject, message: "\(meaning) (\(detail))", fix: fix)
  }
}

/// What the links of a route have together.
struct RouteLimits {
  /// In bytes: the smallest MTU of a link.
  private(set) var mtu: Int?
  /// Nominal, in Gb/s: the slowest link.
  private(set) var rate: Double?
  private(set) var links = 0

  init(_ route: FabricRoute, _ fabric: Fabric) {
    for hop in route.hops {
      guard let out = hop.outPort, let info = fabric[PortReference(node: hop.node, port: out)]?.info else { continue }
      links += 1
      // Of code and rate; a port that is not set up says nothing.
      if let own = PortInfo.mtuBytes(code: UInt64(info.neighborMTU)) { mtu = min(mtu ?? own, own) }
      if let own = info.rate { rate = min(rate ?? own, own) }
    }
  }
}

/// What the SA says of a path, held against the tables.
struct PathComparison {
  let fabric: Fabric
  let names: FabricNames
  let route: FabricRoute
  let limits: RouteLimits
  let answer: AdministrationOutcome<PathFacts>
  let partitions: PartitionSurvey

  private var subject: String { "\(names.name(of: route.source)) to \(names.name(of: route.target))" }

  /// The partitions of both ends, with one full member at least: by these they can talk.
  var sharedKeys: [UInt16] {
    guard let source = table(of: route.source), let target = table(of: route.target) else { return [] }
    let (low, full) = (PartitionTable.defaultPartition, PartitionTable.full)
    return Set(source.used.map { $0 & low }).sorted().filter { key in
      let isFull = source.keys.contains(key | full) || target.keys.contains(key | full)
      return target.isMember(of: key) && isFull
    }
  }

  private func table(of port: PortReference) -> PartitionTable? {
    partitions.table(of: fabric.isEnd(port) ? port : PortReference(node: port.node, port: 0))
  }

  var problems: [Problem] {
    guard let path = answer.value else {
      // The subnet administration says no more than that there is none; this is why.
      if let source = table(of: route.source), let target = table(of: route.target), sharedKeys.isEmpty {
        let keys = [source, target].map { $0.used.map(PartitionKey.spelled).joined(separator: " ") }
        return [
          PathProblem.none.found(
            subject,
            "no P_Key lets them talk: they have \(keys[0]) and \(keys[1]), and one of two must be a full member",
            fix: ["rdmactl fabric partitions -v"])
        ]
      }
      return [
        PathProblem.none.found(subject, answer.reason ?? "no answer", fix: ["rdmactl sm list", "rdmactl sm status"])
      ]
    }
    return lids(path) + partitions(path) + rates(path)
  }

  private func lids(_ path: PathFacts) -> [Problem] {
    [(route.source, path.sourceLID), (route.target, path.destinationLID)].flatMap { port, lid -> [Problem] in
      guard let own = LIDOwners.lids(of: port, in: fabric), !own.contains(lid) else { return [] }
      return [
        PathProblem.lid.found(
          names.name(of: port), "LID \(lid), and the port has \(own.lowerBound)", fix: ["rdmactl sm reload"])
      ]
    }
  }

  private func partitions(_ path: PathFacts) -> [Problem] {
    let key = path.partitionKey & PartitionTable.defaultPartition
    guard table(of: route.source) != nil, table(of: route.target) != nil, !sharedKeys.contains(key) else { return [] }
    return [
      PathProblem.partition.found(
        subject, "P_Key \(PartitionKey.spelled(path.partitionKey))", fix: ["rdmactl fabric partitions -v"])
    ]
  }

  private func rates(_ path: PathFacts) -> [Problem] {
    guard limits.links > 0 else { return [] }
    var found: [Problem] = []
    if let mtu = path.mtu, let limit = limits.mtu, mtu > limit {
      found.append(
        PathProblem.mtu.found(subject, "\(mtu) bytes, and a link has \(limit)", fix: ["rdmactl fabric check"]))
    }
    if let rate = path.rate, let limit = limits.rate, rate > limit {
      found.append(
        PathProblem.rate.found(
          subject, "\(Self.number(rate)) Gb/s, and a link has \(Self.number(limit))",
          fix: ["rdmactl fabric links --degraded"]))
    }
    let lowMTU = (path.mtu ?? 0) < (limits.mtu ?? 0)
    let lowRate = (path.rate ?? 0) < (limits.rate ?? 0)
    guard path.mtu != nil, path.rate != nil, lowMTU || lowRate else { return found }
    let parts = [
      lowMTU ? "MTU \(path.mtu ?? 0) of \(limits.mtu ?? 0)" : nil,
      lowRate ? "\(Self.number(path.rate ?? 0)) of \(Self.number(limits.rate ?? 0)) Gb/s" : nil,
    ]
    return found + [PathProblem.slower.found(subject, parts.compactMap(\.self).joined(separator: ", "))]
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : "\(value)"
  }
}
