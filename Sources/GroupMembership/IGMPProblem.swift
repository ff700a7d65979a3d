package import Vocabulary

/// What `rdmactl igmp show` can find. The raw values are stable.
package enum IGMPProblem: String, CaseIterable, Sendable {
  case oldQuerier = "igmp.old_querier"
  case overridden = "igmp.forced_for_all"
  case notInFabric = "igmp.not_in_fabric"

  package var severity: Severity {
    switch self {
    case .oldQuerier: .info
    case .overridden: .warning
    case .notInFabric: .error
    }
  }

  package var meaning: String {
    switch self {
    case .oldQuerier: "an older version is in use because a query of that version was heard within the last minutes"
    case .overridden: "the setting of all interfaces decides, not the one of this interface"
    case .notInFabric: "the group is joined on this host, but the subnet manager does not have it: no packet arrives"
    }
  }

  package static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func at(_ subject: String, evidence: [String], fix: [String] = [], hint: [String] = []) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: subject, message: meaning, evidence: evidence, fix: fix, hint: hint)
  }
}

extension IGMPInterface {
  package var problems: [Problem] {
    var problems: [Problem] = []
    if reason == .oldQuerier {
      problems.append(
        IGMPProblem.oldQuerier.at(
          name, evidence: ["version=\(version)"], hint: ["find the router or switch that sends IGMPv\(version) queries"]
        ))
    }
    if let forced, let all = forcedForAll, forced != 0, all != 0, forced != all, version != forced {
      problems.append(
        IGMPProblem.overridden.at(
          name, evidence: ["interface=\(forced)", "all=\(all)"], fix: ["rdmactl igmp set all 0 --dry-run"]))
    }
    let missing = groups.filter { $0.isInFabric == false }
    if !missing.isEmpty {
      problems.append(
        IGMPProblem.notInFabric.at(
          name, evidence: missing.map { "group=\($0.address)" }, fix: ["rdmactl sm list", "rdmactl events"],
          hint: ["the subnet manager refuses groups whose rate or MTU the port does not reach"]))
    }
    return problems
  }
}
