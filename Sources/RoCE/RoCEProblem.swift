package import Vocabulary

/// What `rdmactl roce check` can find. The raw values are stable.
package enum RoCEProblem: String, CaseIterable, Sendable {
  case flowControlOff = "roce.pfc_off"
  case chainBroken = "roce.chain_broken"
  case noPriority = "roce.no_priority"
  case flowControlOn = "roce.pfc_on"
  case manyPriorities = "roce.pfc_many"
  case bothControls = "roce.pause_and_pfc"
  case globalPause = "roce.global_pause"
  case noReaction = "roce.ecn_off"
  case notCapable = "roce.not_ecn_capable"
  case versionOne = "roce.v1_default"
  case noShare = "roce.no_bandwidth"
  case noBuffer = "roce.no_buffer"
  case smallMTU = "roce.mtu_small"
  case unknown = "roce.not_known"

  package var severity: Severity {
    switch self {
    case .flowControlOff, .chainBroken, .noPriority, .bothControls, .noReaction, .noBuffer: .error
    case .flowControlOn, .manyPriorities, .globalPause, .notCapable, .versionOne, .noShare: .warning
    case .smallMTU, .unknown: .info
    }
  }

  package var meaning: String {
    switch self {
    case .flowControlOff: "priority flow control is on for no priority: packets are dropped when a receiver is slow"
    case .chainBroken: "RoCE packets travel with a priority that flow control does not hold back"
    case .noPriority: "RoCE packets have no priority: the port trusts VLAN tags, and they are sent without one"
    case .flowControlOn:
      "priority flow control is on although RoCE is meant to run without: one slow host can stop many"
    case .manyPriorities: "priority flow control is on for several priorities: buffers are shared, and pauses spread"
    case .bothControls: "global pause and priority flow control are both on: a port can use one of them"
    case .globalPause: "global pause is on: it stops all traffic of the port, not that of RoCE alone"
    case .noReaction: "the port does not react to congestion marks (ECN) on the priority of RoCE"
    case .notCapable: "the default type of service marks no packet as ECN capable: switches drop instead of marking"
    case .versionOne: "rdma_cm uses RoCE v1 by default: it has no DSCP, and no router forwards it"
    case .noShare: "the traffic class of RoCE has a bandwidth share of 0"
    case .noBuffer: "the receive buffer of RoCE's priority has a size of 0"
    case .smallMTU: "the interface's MTU holds RoCE packets below the largest size"
    case .unknown: "not everything could be checked"
    }
  }

  package static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func at(_ subject: String, evidence: [String] = [], fix: [String] = [], hint: [String] = []) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: subject, message: meaning, evidence: evidence, fix: fix, hint: hint)
  }
}
