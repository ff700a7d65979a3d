public import FabricDiscovery
public import Vocabulary

/// The findings about partitions.
public enum PartitionProblem: String, CaseIterable, Sendable {
  case memberMissing = "fabric.partition_member_missing"
  case membership = "fabric.partition_membership"
  case filtered = "fabric.partition_filtered"
  case limitedOnly = "fabric.partition_limited_only"
  case noDefault = "fabric.partition_no_default"
  case notInFile = "fabric.partition_not_in_file"
  case absentPort = "fabric.partition_absent_port"
  case fileRefused = "fabric.partition_file_refused"

  public var severity: Severity {
    switch self {
    case .memberMissing, .membership, .filtered, .limitedOnly, .noDefault, .fileRefused: .warning
    case .notInFile, .absentPort: .info
    }
  }

  /// The cause, in one sentence (without its full stop).
  public var meaning: String {
    switch self {
    case .memberMissing: "partitions.conf makes the port a member of a partition, and its P_Key table does not have it"
    case .membership: "the port's membership of a partition is not that of partitions.conf"
    case .filtered: "the switch port enforces partitions and lacks a P_Key of the port behind it; it drops its packets"
    case .limitedOnly: "a partition has limited members only, and these cannot talk to each other"
    case .noDefault: "the port is not in the default partition; it cannot reach the subnet administration"
    case .notInFile: "the P_Key is in the fabric and not in partitions.conf"
    case .absentPort: "partitions.conf names a port that is not in the fabric"
    case .fileRefused: "opensm refuses partitions.conf; every port becomes a full member of the default partition"
    }
  }

  /// For the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  /// One problem for each partition, with the first few places named.
  func at(_ places: [String], _ detail: String, severity: Severity? = nil, fix: [String] = []) -> [Problem] {
    guard let first = places.first else { return [] }
    let others = places.count - 1
    return [
      Problem(
        id: rawValue, severity: severity ?? self.severity, subject: others == 0 ? first : "\(first) and \(others) more",
        message: "\(meaning) (\(detail))",
        evidence: others == 0 ? [] : ["count=\(places.count)", "ports=\(places.prefix(8).joined(separator: ", "))"],
        fix: fix)
    ]
  }
}

/// Holds P_Key tables against each other and against a partitions.conf.
public struct PartitionCheck {
  private let fabric: Fabric
  private let survey: PartitionSurvey
  private let names: FabricNames

  public init(_ fabric: Fabric, _ survey: PartitionSurvey, names: FabricNames) {
    self.fabric = fabric
    self.survey = survey
    self.names = names
  }

  /// What is wrong without knowing what was wanted.
  public func problems() -> [Problem] { outsiders() + limitedOnly() + filtered() }

  private func outsiders() -> [Problem] {
    let without = survey.ends.filter { !$0.isMember(of: PartitionTable.defaultPartition) }
    return PartitionProblem.noDefault.at(
      without.map { names.name(of: $0.port) }, "0x7fff or 0xffff is not in its table", fix: ["rdmactl sm lint"])
  }

  private func limitedOnly() -> [Problem] {
    survey.partitions.filter { $0.full.isEmpty && $0.limited.count > 1 }.flatMap { partition in
      PartitionProblem.limitedOnly.at(
        [PartitionKey.spelled(partition.key)], "\(partition.limited.count) members", fix: ["rdmactl sm lint"])
    }
  }

  /// The filter of a switch port has at least what the end behind it has.
  private func filtered() -> [Problem] {
    let ends = Dictionary(survey.ends.map { ($0.port, $0) }, uniquingKeysWith: { first, _ in first })
    var places: [UInt16: [String]] = [:]
    for filter in survey.filters {
      guard let peer = fabric[filter.port]?.peer, let end = ends[peer] else { continue }
      for key in Set(end.used.map { $0 & PartitionTable.defaultPartition }) where !filter.isMember(of: key) {
        places[key, default: []].append(names.name(of: filter.port))
      }
    }
    return places.sorted { $0.key < $1.key }.flatMap { key, places in
      PartitionProblem.filtered.at(places, "partition \(PartitionKey.spelled(key))", fix: ["rdmactl sm reload"])
    }
  }

  /// What a partitions.conf wants and the fabric does not have, and the other way round.
  /// - Parameter isDecisive: whether the subnet manager of this fabric reads this file: else all of it is information.
  public func problems(
    against file: PartitionsConfiguration, manager: PortReference?, isDecisive: Bool
  ) -> [Problem] {
    let lint = ["rdmactl sm lint \(ShellWord.quoted(file.file))"]
    if let refusal = file.refusal {
      return PartitionProblem.fileRefused.at(
        [file.file], "line \(refusal.line)", severity: isDecisive ? nil : .info, fix: lint)
    }
    let expected = file.expectations(in: fabric, manager: manager)
    let severity: Severity? = isDecisive ? nil : .info
    let step = isDecisive ? ["rdmactl sm reload"] : []
    let tables = survey.ends
    let missing = expected.flatMap { partition in
      PartitionProblem.memberMissing.at(
        tables.filter { partition.members[$0.port] != nil && !$0.isMember(of: partition.partition) }
          .map { names.name(of: $0.port) },
        "partition \(PartitionKey.spelled(partition.partition))", severity: severity, fix: step)
    }
    let other = expected.flatMap { partition in
      PartitionProblem.membership.at(
        tables.filter { isOtherwise($0, partition) }.map { names.name(of: $0.port) },
        "partition \(PartitionKey.spelled(partition.partition))", severity: severity, fix: step)
    }
    let known = Set(expected.map(\.partition))
    // A P_Key that opensm makes up for a name can be any.
    let hasMadeUp = file.definitions.contains { $0.partition == nil }
    let unknown = hasMadeUp ? [] : survey.partitions.filter { !known.contains($0.key) }
    return missing + other
      + unknown.flatMap { partition in
        PartitionProblem.notInFile.at(
          [PartitionKey.spelled(partition.key)],
          "\(partition.full.count) full and \(partition.limited.count) limited members")
      }
      + expected.flatMap { partition in
        PartitionProblem.absentPort.at(
          partition.absent.map(\.description), "partition \(PartitionKey.spelled(partition.partition))", fix: lint)
      }
  }

  private func isOtherwise(_ table: PartitionTable, _ partition: PartitionExpectation) -> Bool {
    guard let wanted = partition.members[table.port], table.isMember(of: partition.partition) else { return false }
    let isFull = table.keys.contains(partition.partition | PartitionTable.full)
    // Both keys need allow_both_pkeys; without it opensm keeps one of them.
    return wanted != .both && isFull != (wanted == .full)
  }
}

/// How a P_Key is written.
public enum PartitionKey {
  public static func spelled(_ key: UInt16) -> String { "0x" + UInt64(key).hexadecimal(digits: 4) }
}
