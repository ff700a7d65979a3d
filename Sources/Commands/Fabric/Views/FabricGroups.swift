public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl fabric groups`
public struct FabricGroups: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "groups",
    abstract: "Show the multicast groups of the subnet, their members, and the trees in the switches.",
    discussion: """
      The SA knows the groups, their MTU, rate, P_Key and SL, and, with the right SA_Key, who joined. The multicast \
      tables of the switches show where their packets go. What the SA does not say is unknown, with a note. Exits with 2 \
      if the tree of a group does not reach a member.

      Examples:
        rdmactl fabric groups
        rdmactl fabric groups -v             the tree of each group
        rdmactl fabric groups --no-trees     without reading the multicast tables
        rdmactl fabric groups --json
      """)

  @OptionGroup public var common: CommonOptions

  @Option(
    name: .customLong("sa-key"),
    help: ArgumentHelp(
      "SA_Key of the subnet manager, needed to see members; 0 asks without one (default: 1, as opensm's).",
      valueName: "key"))
  public var key: UInt64 = 1

  @Flag(name: .customLong("no-trees"), help: "Do not read the multicast tables of the switches.")
  public var skipsTrees = false

  @Flag(name: .shortAndLong, help: "Show the tree of each group, and notes.")
  public var verbose = false

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let task = try FabricTask(
      try fabric.choice(), options: fabric, host: host, output: output, more: FabricSession.administration)
    let found = try task.sweep()
    let names = FabricNames(found, map: map)
    guard found.administration != nil else { throw FabricViewFailure.noAdministration(task.port.name) }
    let groups = try task.ask { () throws(SessionFailure) in try task.session.multicastRecords(of: found) }
    let members =
      try key == 0
      ? nil : task.ask { () throws(SessionFailure) in try task.session.multicastRecords(of: found, key: key) }
    let trees =
      try skipsTrees ? nil : task.ask { () throws(SessionFailure) in try task.session.multicastTables(of: found) }
    let answer = GroupsAnswer(
      view: MulticastView(fabric: found, groups: groups, members: members, trees: trees), names: names,
      showsTrees: verbose)
    try output.show(answer)
    if answer.problems.contains(where: { $0.id == MulticastProblem.notInTree.rawValue }) { return .checkFailed }
    return answer.isComplete ? .done : .partial
  }
}

/// The findings of multicast groups.
public enum MulticastProblem: String, CaseIterable, Sendable {
  case notInTree = "fabric.group_member_not_in_tree"
  case unknown = "fabric.group_unknown"

  var severity: Severity {
    switch self {
    case .notInTree: .warning
    case .unknown: .info
    }
  }

  var meaning: String {
    switch self {
    case .notInTree: "a port joined a multicast group, and the tables of the switches do not lead to it"
    case .unknown: "the switches have a tree for this multicast LID, and the SA did not name its group"
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

/// The groups as the SA and the switches have them, put together.
struct MulticastView {
  struct Group {
    /// `nil` where the SA did not name it.
    var record: MulticastRecord?
    var lid: UInt16
    /// `nil` where the SA did not tell.
    var members: [MulticastRecord]?
    var tree: [(node: Int, ports: [UInt8])]
    /// The ports that the tree ends at; `nil` where it was not read.
    var reached: [PortReference]?
  }

  let fabric: Fabric
  let groups: [Group]
  let hasMembers: Bool
  let unanswered: [Unanswered]
  /// What is not known, and why.
  let notes: [Note]
  let isWhole: Bool
  private let portsByGUID: [GUID: PortReference]

  init(
    fabric: Fabric, groups: AdministrationOutcome<MulticastRecords>?,
    members: AdministrationOutcome<MulticastRecords>?, trees: MulticastTables?
  ) {
    self.fabric = fabric
    let known = groups?.value
    // Without the key the SA gives a group in place of its members.
    let joined = members?.value.flatMap { $0.isCut || !$0.records.contains { $0.member != nil } ? nil : $0 }
    hasMembers = joined != nil
    isWhole = known?.isCut == false
    let byGroup = Dictionary(grouping: joined?.records.filter { $0.member != nil } ?? [], by: \.groupID)
    var list: [Group] = []
    var named: Set<UInt16> = []
    var seen: Set<[UInt8]> = []
    for record in known?.records ?? [] where seen.insert(record.groupID).inserted {
      named.insert(record.lid)
      list.append(
        Group(
          record: record, lid: record.lid, members: joined.map { _ in byGroup[record.groupID] ?? [] },
          tree: trees?.tree(record.lid) ?? [], reached: trees?.members(record.lid, in: fabric)))
    }
    for lid in trees?.lids ?? [] where !named.contains(lid) {
      list.append(
        Group(
          record: nil, lid: lid, members: nil, tree: trees?.tree(lid) ?? [],
          reached: trees?.members(lid, in: fabric)))
    }
    self.groups = list.sorted { ($0.lid, $0.record?.groupName ?? "") < ($1.lid, $1.record?.groupName ?? "") }
    unanswered = trees?.unanswered ?? []
    let administration = "subnet administration"
    let cut = "the fabric delivers one packet of each answer only (no RMPP)"
    notes = [
      groups?.reason.map { Note(subject: administration, message: "groups are unknown: \($0)") },
      known?.isCut == true ? Note(subject: administration, message: "groups may be missing: \(cut)") : nil,
      members?.reason.map { Note(subject: administration, message: "members are unknown: \($0)") },
      members?.value.map { $0.isCut ? "members are unknown: \(cut)" : nil }?.map {
        Note(subject: administration, message: $0)
      },
      joined == nil && members?.value?.isCut == false && known?.records.isEmpty == false
        ? Note(subject: administration, message: "no member was named: no port joined, or the SA_Key is wrong") : nil,
    ].compactMap(\.self)
    portsByGUID = Dictionary(
      fabric.nodes.enumerated().flatMap { index, node in
        node.ports.compactMap { port in port.guid.map { ($0, PortReference(node: index, port: port.number)) } }
      }, uniquingKeysWith: { first, _ in first })
  }

  func port(of member: MulticastRecord) -> PortReference? { member.member.flatMap { portsByGUID[$0] } }

  /// One member alone needs no tree.
  func problems(_ names: FabricNames) -> [Problem] {
    groups.flatMap { group -> [Problem] in
      let spelled = PartitionKey.spelled(group.lid)
      guard let record = group.record else {
        return isWhole ? [MulticastProblem.unknown.found(spelled, "\(group.tree.count) switches")] : []
      }
      guard let members = group.members, members.count > 1, let reached = group.reached.map(Set.init) else { return [] }
      return members.filter(\.receives).compactMap { member in
        guard let port = port(of: member), !reached.contains(port) else { return nil }
        return MulticastProblem.notInTree.found(
          names.name(of: port), "\(record.groupName), MLID \(spelled)", fix: ["rdmactl sm reload"])
      }
    }
  }
}

/// The answer of `rdmactl fabric groups`.
struct GroupsAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.groups/1"
  let view: MulticastView
  let names: FabricNames
  let showsTrees: Bool

  private var fabric: Fabric { view.fabric }
  var isComplete: Bool { fabric.isComplete && view.unanswered.isEmpty && view.isWhole }
  var problems: [Problem] {
    view.problems(names) + FabricCheck.incompleteness(fabric, names) + FabricCheck.unanswered(view.unanswered, names)
  }
  var notes: [Note] { view.notes }
  var quietLines: [String] {
    view.groups.map { "\(PartitionKey.spelled($0.lid)) \($0.record?.groupName ?? "-")" }
  }

  func write(to json: inout JSONWriter) {
    json.array("groups", view.groups) { json, group in json.object { write(group, to: &$0) } }
    json.field("complete", isComplete)
  }

  private func write(_ group: MulticastView.Group, to json: inout JSONWriter) {
    let record = group.record
    json.field("mgid", record?.groupName)
    json.field("mlid", group.lid)
    json.field("p_key", record?.partitionKey)
    json.field("q_key", record?.queueKey)
    json.field("mtu", record?.mtu)
    json.field("rate_gbps", record?.rate)
    json.field("sl", record?.serviceLevel)
    json.field("scope", record?.scope)
    json.key("members")
    if let members = group.members {
      json.array { json in
        for member in members {
          json.object { json in
            json.field("port_guid", member.member?.description)
            json.field("full", member.joinState & 1 == 1)
            json.field("receives", member.receives)
            let port = view.port(of: member)
            json.field("guid", port.map { fabric.nodes[$0.node].guid.description })
            json.field("port", port?.port)
            json.field("description", port.flatMap { fabric.nodes[$0.node].description })
          }
        }
      }
    } else {
      json.value(nil)
    }
    json.array("tree", group.tree) { json, branch in
      json.object { json in
        json.field("guid", fabric.nodes[branch.node].guid.description)
        json.field("description", fabric.nodes[branch.node].description)
        json.array("ports", branch.ports) { json, port in json.number(port) }
      }
    }
    json.array("reached", group.reached ?? []) { json, port in json.object { $0.fields(of: port, in: fabric) } }
  }

  func write(to page: inout Page) {
    page.table(
      Table(
        [
          .init("MLID") { PartitionKey.spelled($0.lid) }, .init("MGID", text: { $0.record?.groupName }),
          .init("P KEY", text: { $0.record.map { PartitionKey.spelled($0.partitionKey) } }),
          .init("MTU", number: { $0.record?.mtu }),
          .init("RATE", .right, text: { $0.record?.rate.map { "\(PathComparison.number($0)) Gb/s" } }),
          .init("SL", number: { ($0.record?.serviceLevel).map { Int($0) } }),
          .init("MEMBERS", number: { $0.members?.count }), .init("REACHED", number: { $0.reached?.count }),
          .init("SWITCHES", rank: 1, number: { $0.tree.isEmpty ? nil : $0.tree.count }),
          .init("PORTS", rank: 2, text: { named($0) }),
        ] as [Table.Field<MulticastView.Group>], rows: view.groups))
    if view.groups.isEmpty { page.line("no multicast group") }
    if showsTrees { for group in view.groups where !group.tree.isEmpty { writeTree(of: group, to: &page) } }
    page.problems(problems.filter { $0.severity != .info || showsTrees })
  }

  /// Those that joined; where that is not known, those that the tree leads to.
  private func named(_ group: MulticastView.Group) -> String? {
    let most = 4
    let ports = group.members.map { $0.map { view.port(of: $0) } } ?? group.reached?.map { $0 } ?? []
    let shown = ports.prefix(most).map { $0.map { names.name(of: $0) } ?? "not in this fabric" }
    guard !shown.isEmpty else { return nil }
    return shown.joined(separator: ", ") + (ports.count > most ? " and \(ports.count - most) more" : "")
  }

  private func writeTree(of group: MulticastView.Group, to page: inout Page) {
    page.gap()
    page.line("\(PartitionKey.spelled(group.lid)) \(group.record?.groupName ?? "")", tone: .heading)
    page.table(
      Table(
        [
          .init("SWITCH") { names.name(ofNode: $0.node) },
          .init("TREE PORTS", text: { $0.ports.map { String($0) }.joined(separator: " ") }),
          .init(
            "LEADS TO", rank: 1,
            text: { branch in
              branch.ports.map { port in
                let here = PortReference(node: branch.node, port: port)
                return port == 0 ? "itself" : fabric[here]?.peer.map { names.name(of: $0) } ?? "no link"
              }.joined(separator: ", ")
            }),
        ] as [Table.Field<(node: Int, ports: [UInt8])>], rows: group.tree))
  }
}
