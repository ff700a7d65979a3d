public import Vocabulary

/// Every finding of the `fabric` commands. The raw values are stable.
///
/// An error means that traffic is wrong or lost, a warning that it is slower or at risk.
public enum FabricProblem: String, CaseIterable, Sendable {
  case duplicateNodeGUID = "fabric.duplicate_node_guid"
  case duplicatePortGUID = "fabric.duplicate_port_guid"
  case duplicateLID = "fabric.duplicate_lid"
  case impossibleAnswer = "fabric.impossible_answer"
  case contradictoryLink = "fabric.contradictory_link"
  case unanswered = "fabric.unanswered"
  case needsLID = "fabric.needs_lid"
  case noSubnetManager = "fabric.no_sm"
  case noLID = "fabric.no_lid"
  case notActive = "fabric.port_not_active"
  case stateMismatch = "fabric.state_mismatch"
  case degradedWidth = "fabric.degraded_width"
  case degradedSpeed = "fabric.degraded_speed"
  case asymmetricLink = "fabric.asymmetric_link"
  case restrictedLink = "fabric.restricted_link"
  case mtuMismatch = "fabric.mtu_mismatch"
  case mixedSMLID = "fabric.mixed_sm_lid"
  case mixedPrefix = "fabric.mixed_subnet_prefix"
  case mKeyViolations = "fabric.m_key_violations"
  case pKeyViolations = "fabric.p_key_violations"
  case qKeyViolations = "fabric.q_key_violations"
  case noDescription = "fabric.no_description"
  case duplicateDescription = "fabric.duplicate_description"
  case tableUnread = "fabric.table_unread"
  case lidNotRouted = "fabric.lid_not_routed"
  case noEntry = "fabric.route_missing"
  case switchesApart = "fabric.switch_route_missing"
  case deadEntry = "fabric.route_dead_port"
  case wrongEntry = "fabric.route_wrong_node"
  case loop = "fabric.route_loop"
  case creditLoop = "fabric.credit_loop"
  case creditLoopOfLanes = "fabric.credit_loop_lanes"
  case errorCounters = "fabric.error_counters"

  /// Those about something that could not be queried: no fault is known there.
  public static let ofSilence: Set<FabricProblem> = [.unanswered, .needsLID, .tableUnread]

  public var severity: Severity {
    switch self {
    case .duplicateNodeGUID, .duplicatePortGUID, .duplicateLID, .impossibleAnswer, .contradictoryLink, .unanswered,
      .needsLID, .noSubnetManager, .noLID, .mixedSMLID, .mixedPrefix, .lidNotRouted, .noEntry, .deadEntry, .wrongEntry,
      .loop, .creditLoop:
      .error
    case .notActive, .stateMismatch, .degradedWidth, .degradedSpeed, .asymmetricLink, .mtuMismatch, .mKeyViolations,
      .pKeyViolations, .tableUnread, .errorCounters:
      .warning
    case .restrictedLink, .qKeyViolations, .noDescription, .duplicateDescription, .switchesApart, .creditLoopOfLanes:
      .info
    }
  }

  /// The cause, in one sentence (without its full stop).
  public var meaning: String {
    switch self {
    case .duplicateNodeGUID: "two nodes have the same node GUID; a subnet manager cannot distinguish them"
    case .duplicatePortGUID: "two ports have the same port GUID"
    case .duplicateLID: "two ports have the same LID; packets reach the wrong one"
    case .impossibleAnswer: "a node sent an invalid answer"
    case .contradictoryLink: "the two ends of a cable do not name each other"
    case .unanswered: "some nodes did not answer; the map is incomplete"
    case .needsLID: "counters need a LID, and the node has none: no subnet manager has configured it"
    case .noSubnetManager: "no port has a LID: no subnet manager has configured this subnet"
    case .noLID: "a port with a link has no LID although a subnet manager is running"
    case .notActive: "a port has a link but is not active: the subnet manager has not finished configuring it"
    case .stateMismatch: "the two ends of a cable are in different states"
    case .degradedWidth: "a link uses fewer lanes than both ends are enabled for: the cable or a connector"
    case .degradedSpeed: "a link is slower than both ends are enabled for: the cable or a connector"
    case .asymmetricLink: "the two ends of a link report different widths or speeds"
    case .restrictedLink: "a port is configured below its maximum width or speed"
    case .mtuMismatch: "the two ends of a link have different MTUs"
    case .mixedSMLID: "ports have different SM LIDs"
    case .mixedPrefix: "ports have different subnet prefixes"
    case .mKeyViolations: "a port refused management requests with a wrong M_Key"
    case .pKeyViolations: "a port refused packets of a partition that it is not a member of"
    case .qKeyViolations: "a port refused datagrams with a wrong Q_Key"
    case .noDescription: "a node has no description; it is shown by its GUID"
    case .duplicateDescription: "several nodes have the same description"
    case .tableUnread: "the forwarding table of a switch could not be read; routes through it are unknown"
    case .lidNotRouted: "no switch has a route to this LID"
    case .noEntry: "a switch has no route to LIDs that are in use"
    case .switchesApart:
      "switches have no route to LIDs of other switches; with up/down routing (updn, ftree) this is normal"
    case .deadEntry: "a switch sends packets to a port without a link"
    case .wrongEntry: "a switch sends packets to the wrong node"
    case .loop: "packets go in a circle"
    case .creditLoop: "routes wait for each other in a circle; under load the links on it can stop for good"
    case .creditLoopOfLanes:
      "routes would wait for each other in a circle on one virtual lane; their paths have different service levels"
    case .errorCounters: "error counters of a port are above their thresholds"
    }
  }

  /// For the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func at(_ subject: String, detail: String? = nil, evidence: [String] = [], fix: [String] = [], hint: [String] = [])
    -> Problem
  {
    Problem(
      id: rawValue, severity: severity, subject: subject, message: meaning + (detail.map { " (\($0))" } ?? ""),
      evidence: evidence, fix: fix, hint: hint)
  }

  /// One problem for many places: the first few are named, the rest counted. None for no place.
  func grouped(_ places: [String], detail: String? = nil, evidence: [String] = [], fix: [String] = []) -> [Problem] {
    guard let first = places.first else { return [] }
    guard places.count > Self.named else { return places.map { at($0, detail: detail, evidence: evidence, fix: fix) } }
    let names = places.prefix(Self.named).joined(separator: ", ")
    let count = "\(places.count) places: \(names) and \(places.count - Self.named) more"
    return [
      at(
        "\(first) and \(places.count - 1) more", detail: [detail, count].compactMap(\.self).joined(separator: "; "),
        evidence: ["count=\(places.count)"] + evidence, fix: fix)
    ]
  }

  /// The same for places of which each has something of its own to tell.
  func grouped(
    _ places: [(subject: String, detail: String)], evidence: [String] = [], fix: [String] = []
  ) -> [Problem] {
    guard places.count > Self.named else {
      return places.map { at($0.subject, detail: $0.detail, evidence: evidence, fix: fix) }
    }
    return grouped(places.map { "\($0.subject) (\($0.detail))" }, evidence: evidence, fix: fix)
  }

  /// So many places have a problem each; more are put together.
  static let named = 5
}
