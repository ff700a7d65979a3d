internal import InfiniBandWire
public import Vocabulary

/// The findings of a swept fabric.
public enum FabricCheck {
  /// The ids that ``problems(_:tables:names:)`` and the other commands of `fabric` report, for the manual page.
  public static var descriptions: [ProblemDescription] { FabricProblem.descriptions }

  /// All findings: errors first, then warnings, then what is worth knowing.
  /// - Parameter tables: the forwarding tables, where they were read.
  public static func problems(_ fabric: Fabric, tables: ForwardingTables? = nil, names: FabricNames) -> [Problem] {
    let state = PortChecks(fabric, names)
    let problems =
      duplicateLIDs(fabric, names) + incompleteness(fabric, names) + state.problems()
      + LinkChecks(fabric, names).problems()
      + descriptions(of: fabric, names) + (tables.map { forwarding(fabric, $0, names) } ?? [])
    return Severity.allCases.flatMap { severity in problems.filter { $0.severity == severity } }
  }

  /// The findings of a subnet without a subnet manager: without those that follow from it, and without steps that need
  /// one.
  public static func withoutManager(_ problems: [Problem]) -> [Problem] {
    let consequences: Set<FabricProblem> = [
      .noSubnetManager, .noLID, .notActive, .lidNotRouted, .noEntry, .switchesApart, .mixedSMLID, .mixedPrefix,
    ]
    return problems.compactMap { problem in
      guard FabricProblem(rawValue: problem.id).map(consequences.contains) != true else { return nil }
      return Problem(
        id: problem.id, severity: problem.severity, subject: problem.subject, message: problem.message,
        evidence: problem.evidence,
        fix: problem.fix.filter { !$0.hasPrefix("rdmactl sm reload") && !$0.hasPrefix("rdmactl sm list") })
    }
  }

  // MARK: Who is who

  private static func duplicateGUIDs(_ fabric: Fabric, _ names: FabricNames) -> [Problem] {
    var ports: [GUID: [PortReference]] = [:]
    for (index, node) in fabric.nodes.enumerated() {
      for port in node.ports {
        if let guid = port.guid { ports[guid, default: []].append(PortReference(node: index, port: port.number)) }
      }
    }
    let twinPorts = ports.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { guid, ports in
      (subject: guid.description, detail: listed(ports.map { names.name(of: $0) }))
    }
    var nodes: [GUID: [Int]] = [:]
    for (index, node) in fabric.nodes.enumerated() { nodes[node.guid, default: []].append(index) }
    let twins = nodes.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { guid, nodes in
      (subject: guid.description, detail: listed(nodes.map { names.name(ofNode: $0) }))
    }
    // A second node that the sweep could tell from the first is in the fabric, and told with its twin.
    let routes = Set(nodes.values.filter { $0.count > 1 }.joined().map { fabric.nodes[$0].route })
    let told = fabric.anomalies.filter { $0.kind == .duplicateGUID && !routes.contains($0.route) }
    let others = FabricProblem.duplicateNodeGUID.grouped(
      places(told, names), fix: ["rdmactl fw set-guids --help   # on the host of one of them"])
    return others
      + FabricProblem.duplicateNodeGUID.grouped(
        twins, fix: ["rdmactl fw set-guids --help   # on the host of one of them"])
      + FabricProblem.duplicatePortGUID.grouped(
        twinPorts, fix: ["rdmactl fw set-guids --help   # on the host of one of them"])
  }

  private static func duplicateLIDs(_ fabric: Fabric, _ names: FabricNames) -> [Problem] {
    let owners = LIDOwners(fabric)
    let first = owners.table
    var places: [(subject: String, detail: String)] = []
    var named: Set<PortReference> = []
    for range in owners.ranges {
      for lid in range.lids {
        guard let owner = first[Int(lid)], owner != range.port, named.insert(range.port).inserted else { continue }
        places.append(("LID \(lid)", "\(names.name(of: owner)) and \(names.name(of: range.port))"))
      }
    }
    return FabricProblem.duplicateLID.grouped(places, fix: ["rdmactl sm reload", "rdmactl sm list"])
  }

  // MARK: What is missing

  /// What did not answer, and answers that cannot be true: what every command of `fabric` must tell.
  public static func incompleteness(_ fabric: Fabric, _ names: FabricNames) -> [Problem] {
    let strange: [(Anomaly.Kind, FabricProblem)] = [
      (.impossibleValue, .impossibleAnswer), (.contradictoryLink, .contradictoryLink),
    ]
    return unanswered(fabric.unanswered, names) + duplicateGUIDs(fabric, names)
      + strange.flatMap { kind, problem in
        problem.grouped(places(fabric.anomalies.filter { $0.kind == kind }, names))
      }
  }

  /// Questions without an answer: those of a sweep, of counters or of tables.
  public static func unanswered(_ questions: [Unanswered], _ names: FabricNames) -> [Problem] {
    func place(_ entry: Unanswered) -> String {
      entry.beyond.map { "beyond \(names.name(of: $0))" } ?? entry.node.map { names.name(ofNode: $0) }
        ?? "route \(entry.route)"
    }
    let silent = questions.filter { $0.reason != .noLID }
    let unaddressed = questions.filter { $0.reason == .noLID }
    return FabricProblem.unanswered.grouped(
      silent.map { (subject: place($0), detail: "\($0.what): \($0.reason.words)") },
      fix: ["rdmactl fabric links --down"])
      + FabricProblem.needsLID.grouped(unaddressed.map(place), fix: ["rdmactl sm list", "rdmactl sm start --wait"])
  }

  /// Where, and what is wrong there.
  private static func places(_ anomalies: [Anomaly], _ names: FabricNames) -> [(subject: String, detail: String)] {
    anomalies.map { ($0.node.map { names.name(ofNode: $0) } ?? "route \($0.route)", $0.detail) }
  }

  private static func descriptions(of fabric: Fabric, _ names: FabricNames) -> [Problem] {
    var nodes: [String: [Int]] = [:]
    var without: [String] = []
    for (index, node) in fabric.nodes.enumerated() {
      // Every aggregation node has the same description.
      guard let description = node.description.map(FabricNames.cleaned), !node.isAggregationNode else { continue }
      if description.isEmpty {
        without.append(node.guid.description)
      } else {
        nodes[description, default: []].append(index)
      }
    }
    let twins = nodes.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { description, nodes in
      (subject: description, detail: listed(nodes.map { fabric.nodes[$0].guid.description }))
    }
    return FabricProblem.noDescription.grouped(without) + FabricProblem.duplicateDescription.grouped(twins)
  }

  // MARK: Ways

  private static func forwarding(_ fabric: Fabric, _ tables: ForwardingTables, _ names: FabricNames) -> [Problem] {
    let check = ForwardingCheck(fabric, tables)
    let owners = LIDOwners(fabric).table
    func owner(_ lid: UInt16) -> String {
      let port = owners.indices.contains(Int(lid)) ? owners[Int(lid)] : nil
      return "LID \(lid)" + (port.map { " of \(names.name(of: $0))" } ?? "")
    }
    let unread = fabric.nodes.indices.filter {
      fabric.nodes[$0].type == .switchNode && tables.entries($0) == nil
    }
    let wrong = check.findings.map { finding -> Problem in
      let kind: FabricProblem =
        switch finding.kind {
        case .noEntry: .noEntry
        case .noEntryBetweenSwitches: .switchesApart
        case .deadPort: .deadEntry
        case .wrongNode: .wrongEntry
        case .loop: .loop
        }
      let example = owner(finding.example)
      return kind.at(
        names.name(ofNode: finding.node),
        detail: finding.lids == 1 ? example : "\(finding.lids) LIDs, for example \(example)",
        evidence: ["lids=\(finding.lids)", "example_lid=\(finding.example)"]
          + (finding.port == 0 ? [] : ["port=\(finding.port)"]),
        fix: kind == .switchesApart ? [] : ["rdmactl sm reload"])
    }
    // By design all switches of a level have it: one finding.
    let apart = wrong.filter { $0.id == FabricProblem.switchesApart.rawValue }
    let count = check.findings.reduce(0) { $0 + ($1.kind == .noEntryBetweenSwitches ? $1.lids : 0) }
    let summary = apart.prefix(1).map { first in
      apart.count == 1
        ? first
        : FabricProblem.switchesApart.at(
          "\(first.subject) and \(apart.count - 1) more", detail: "\(count) pairs of switch and LID",
          evidence: ["count=\(apart.count)"] + first.evidence)
    }
    return FabricProblem.tableUnread.grouped(unread.map { names.name(ofNode: $0) })
      + FabricProblem.lidNotRouted.grouped(check.unrouted.map(owner), fix: ["rdmactl sm reload"])
      + bundled(wrong.filter { $0.id != FabricProblem.switchesApart.rawValue }) + summary
  }

  /// A circle of routes, if the tables have one.
  /// - Parameter levels: the service levels that the subnet administration gives the routes of its steps; `nil` for
  ///   those that are not known.
  public static func creditLoop(
    _ loop: CreditLoop, _ levels: [UInt8?], _ fabric: Fabric, _ names: FabricNames
  ) -> Problem {
    let circle = loop.steps.map { names.name(of: PortReference(node: $0.node, port: $0.outPort)) }
    let routes = loop.steps.map { "\(names.name(of: $0.source)) to LID \($0.lid)" }
    let isUnknown = levels.contains(nil)
    let kind: FabricProblem = Set(levels.compactMap(\.self)).count > 1 ? .creditLoopOfLanes : .creditLoop
    let detail =
      "\(circle.count) links: \(listed(circle)), and back to the first"
      + (isUnknown ? "; the service levels of the routes are not known, and lanes may separate them" : "")
    return Problem(
      id: kind.rawValue, severity: kind == .creditLoop && isUnknown ? .warning : kind.severity,
      subject: circle.first ?? "", message: "\(kind.meaning) (\(detail))",
      evidence: ["circle=\(circle.joined(separator: " "))", "routes=\(routes.prefix(4).joined(separator: ", "))"],
      hint: kind == .creditLoop
        ? [
          "choose a routing engine without such circles: updn or ftree for trees, torus-2QoS for tori, nue, dfsssp or "
            + "lash for others (routing_engine in opensm.conf)"
        ] : [])
  }

  /// Many switches with the same kind of fault become one problem.
  private static func bundled(_ problems: [Problem]) -> [Problem] {
    var kinds: [String] = []
    for problem in problems where !kinds.contains(problem.id) { kinds.append(problem.id) }
    return kinds.flatMap { id -> [Problem] in
      let own = problems.filter { $0.id == id }
      guard own.count > FabricProblem.named, let kind = FabricProblem(rawValue: id), let first = own.first else {
        return own
      }
      return kind.grouped(
        own.map(\.subject), detail: "first: \(first.message)", evidence: first.evidence, fix: first.fix)
    }
  }

  static func listed(_ names: [String]) -> String {
    names.count > 4
      ? names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
      : names.joined(separator: ", ")
  }
}
