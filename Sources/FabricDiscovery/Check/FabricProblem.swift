public import Vocabulary

/// Everything the `fabric` commands can find wrong, or worth knowing. The raw values are stable.
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
  case deadEntry = "fabric.route_dead_port"
  case wrongEntry = "fabric.route_wrong_node"
  case loop = "fabric.route_loop"
  case errorCounters = "fabric.error_counters"

  /// Those that only say what could not be asked: nothing is known to be wrong there.
  public static let ofSilence: Set<FabricProblem> = [.unanswered, .needsLID, .tableUnread]

  public var severity: Severity {
    switch self {
    case .duplicateNodeGUID, .duplicatePortGUID, .duplicateLID, .impossibleAnswer, .contradictoryLink, .unanswered,
      .needsLID, .noSubnetManager, .noLID, .mixedSMLID, .mixedPrefix, .lidNotRouted, .noEntry, .deadEntry, .wrongEntry,
      .loop:
      .error
    case .notActive, .stateMismatch, .degradedWidth, .degradedSpeed, .asymmetricLink, .mtuMismatch, .mKeyViolations,
      .pKeyViolations, .tableUnread, .errorCounters:
      .warning
    case .restrictedLink, .qKeyViolations, .noDescription, .duplicateDescription: .info
    }
  }

  /// The cause, in one sentence (without its full stop).
  public var meaning: String {
    switch self {
    case .duplicateNodeGUID: "two nodes have the same node GUID, so no subnet manager can tell them apart"
    case .duplicatePortGUID: "two ports have the same port GUID, so an address names both"
    case .duplicateLID: "two ports answer to the same LID, so packets reach the wrong one"
    case .impossibleAnswer: "a node gave an answer that cannot be true"
    case .contradictoryLink: "the two ends of a cable do not name each other"
    case .unanswered: "something of the fabric did not answer, so the map is not complete"
    case .needsLID:
      "counters are asked for by LID, and the node has none: no subnet manager has configured it"
    case .noSubnetManager: "no port has a LID: no subnet manager has configured this subnet"
    case .noLID: "a port with a link has no LID although a subnet manager is at work"
    case .notActive: "a port has a link but is not active: the subnet manager has not finished it"
    case .stateMismatch: "the two ends of a cable are in different states"
    case .degradedWidth: "a link runs on fewer lanes than both its ends have: the cable or a connector"
    case .degradedSpeed: "a link runs slower than both its ends can: the cable, or an end that was told so"
    case .asymmetricLink: "the two ends of a link report different widths or speeds"
    case .restrictedLink: "a port was set to fewer lanes or less speed than it can do"
    case .mtuMismatch: "the two ends of a link were given different MTUs"
    case .mixedSMLID: "ports disagree on which LID the master subnet manager has"
    case .mixedPrefix: "ports disagree on the subnet prefix"
    case .mKeyViolations: "a port refused management with a wrong M_Key"
    case .pKeyViolations: "a port refused packets of a partition it is not in"
    case .qKeyViolations: "a port refused datagrams with a wrong Q_Key"
    case .noDescription: "a node has no description, so it is known by its GUID only"
    case .duplicateDescription: "several nodes have the same description"
    case .tableUnread: "the forwarding table of a switch could not be read, so ways through it are not known"
    case .lidNotRouted: "no switch knows a way to this LID"
    case .noEntry: "a switch has no way to LIDs that are in use"
    case .deadEntry: "a switch sends packets out of a port that leads nowhere"
    case .wrongEntry: "a switch sends packets to a node they are not for"
    case .loop: "packets go in a circle"
    case .errorCounters: "error counters of a port are beyond their thresholds"
    }
  }

  /// For the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func at(_ subject: String, detail: String? = nil, evidence: [String] = [], fix: [String] = []) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: subject, message: meaning + (detail.map { " (\($0))" } ?? ""),
      evidence: evidence, fix: fix)
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
