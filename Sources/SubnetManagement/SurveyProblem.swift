internal import FabricDiscovery
internal import InfiniBandWire
public import Vocabulary

/// What can be wrong with the subnet managers of a subnet.
public enum SurveyProblem: String, CaseIterable, Sendable {
  case none = "sm.none"
  case noMaster = "sm.no_master"
  case severalMasters = "sm.several_masters"
  case tooMany = "sm.too_many"
  case unanswered = "sm.unanswered"
  case masterSilent = "sm.master_silent"
  case masterStuck = "sm.master_stuck"
  case unasked = "sm.unasked"
  case portDown = "sm.port_lost_link"

  /// The entries of the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  private var severity: Severity {
    switch self {
    case .none, .noMaster, .severalMasters, .masterSilent: .error
    case .tooMany, .unanswered, .masterStuck, .unasked, .portDown: .warning
    }
  }

  private var meaning: String {
    switch self {
    case .none: "No subnet manager runs on the subnet: ports stay in init, and nobody handles changes."
    case .noMaster: "There are subnet managers, but none is the master."
    case .severalMasters: "More than one subnet manager is master: they overwrite each other's routes."
    case .tooMany: "More than two subnet managers: a master and a standby are enough."
    case .masterSilent: "The subnet manager that configured a port does not answer any more."
    case .masterStuck: "The subnet manager answers, but its activity count does not change."
    case .unasked: "A local port cannot be opened to query its subnet manager."
    case .unanswered: "A port reports a subnet manager (IsSM), but the subnet manager does not answer."
    case .portDown: "opensm runs on a port that has lost its link."
    }
  }

  /// A third subnet manager is about to start.
  public static func third(on port: String, beside others: [SubnetManager]) -> Problem {
    tooMany.found(
      port, "this is subnet manager number \(others.count + 1) of the subnet; two are enough",
      evidence: others.map(\.evidence), fix: ["rdmactl sm list \(port)", "rdmactl sm stop \(port)"])
  }

  /// The problem about `subject`; for what is found outside this library too.
  public func found(_ subject: String, _ message: String, evidence: [String] = [], fix: [String]) -> Problem {
    Problem(id: rawValue, severity: severity, subject: subject, message: message, evidence: evidence, fix: fix)
  }
}

extension SubnetManagerSurvey {
  /// - Parameters:
  ///   - subnet: what it is about: the local port that was asked through.
  public func problems(of subnet: String) -> [Problem] {
    let masters = managers.filter { $0.state == .master }
    var problems: [Problem] = []
    switch (managers.count, masters.count) {
    case (0, _):
      problems.append(
        SurveyProblem.none.found(
          subnet,
          unanswered.isEmpty
            ? "no subnet manager runs on this subnet" : "no subnet manager of this subnet answers",
          fix: ["rdmactl sm start \(subnet) --wait"]))
    case (_, 0):
      problems.append(
        SurveyProblem.noMaster.found(
          subnet, "no subnet manager is the master", evidence: managers.map(\.evidence),
          fix: managers.map {
            $0.state == .notActive ? "rdmactl sm standby \($0.guid)" : "rdmactl sm handover \($0.guid)"
          }
        ))
    case (_, 2...):
      problems.append(
        SurveyProblem.severalMasters.found(
          subnet, "\(masters.count) subnet managers are master at the same time", evidence: masters.map(\.evidence),
          fix: masters.dropFirst().map { "rdmactl sm handover \($0.guid)" }))
    default: break
    }
    if managers.count > 2 {
      problems.append(
        SurveyProblem.tooMany.found(
          subnet, "\(managers.count) subnet managers; two are enough",
          evidence: managers.map(\.evidence), fix: managers.dropFirst(2).map { "rdmactl sm disable \($0.guid)" }))
    }
    problems += unanswered.map { missing in
      SurveyProblem.unanswered.found(
        subnet, "\(missing.what) at directed route \(missing.route) did not answer: its process may hang or be gone",
        fix: ["sminfo -D \(missing.route)"])
    }
    return problems
  }
}

extension SubnetManager {
  fileprivate var evidence: String { "\(guid)=\(state?.name ?? "unknown"),priority \(priority)" }
}
