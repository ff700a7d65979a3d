public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
internal import PortStatus
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl fabric path`
public struct FabricPath: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "path",
    abstract: "Show the path that the subnet administration gives applications, beside what tables and links have.",
    discussion: """
      A and B are descriptions, GUIDs or LIDs of nodes or ports. Asks the SA for a PathRecord (LIDs, SL, MTU, rate, P_Key) \
      and follows the forwarding tables. Exits with 2 if there is no path, or the path cannot work.

      Examples:
        rdmactl fabric path host1 host7
        rdmactl fabric path host1 host7 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Source.", valueName: "a"))
  public var source: String

  @Argument(help: ArgumentHelp("Destination.", valueName: "b"))
  public var target: String

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let task = try FabricTask(
      try fabric.choice(), options: fabric, host: host, output: output, more: FabricSession.administration)
    let found = try task.sweep()
    let names = FabricNames(found, map: map)
    let (from, to) = (try names.port(source), try names.port(target))
    guard found.administration != nil else { throw FabricViewFailure.noAdministration(task.port.name) }
    let offset = names.lidOffset(target)
    let route = try task.ask { () throws(SessionFailure) in
      try task.session.route(from: from, to: to, in: found, lidOffset: offset)
    }
    let question = PathQuestion(source: from, target: to, lid: offset > 0 ? route.lid : nil)
    let answers = try task.ask { () throws(SessionFailure) in try task.session.paths([question], in: found) }
    let partitions = try task.ask { () throws(SessionFailure) in
      try task.session.partitionTables(of: found, nodes: [from.node, to.node])
    }
    let answer = PathAnswer(
      comparison: PathComparison(
        fabric: found, names: names, route: route, limits: RouteLimits(route, found),
        answer: (answers.first ?? nil) ?? .refused("a port has no GUID or no LID"), partitions: partitions))
    try output.show(answer)
    if answer.problems.contains(where: { $0.severity != .info && $0.id != FabricProblem.unanswered.rawValue }) {
      return .checkFailed
    }
    return found.isComplete && partitions.unanswered.isEmpty ? .done : .partial
  }
}

/// The answer of `rdmactl fabric path`.
struct PathAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.path/1"
  let comparison: PathComparison

  private var fabric: Fabric { comparison.fabric }
  private var names: FabricNames { comparison.names }
  private var route: RouteAnswer { RouteAnswer(fabric: fabric, names: names, route: comparison.route) }
  var problems: [Problem] {
    let fatal = route.problems
    return comparison.problems + fatal + FabricCheck.unanswered(comparison.partitions.unanswered, names)
  }
  var notes: [Note] { [] }
  var quietLines: [String] {
    comparison.answer.value.map { path in
      [
        "\(path.sourceLID) \(path.destinationLID) \(path.serviceLevel) \(path.mtu.map { String($0) } ?? "-") "
          + "\(path.rate.map(PathComparison.number) ?? "-") \(PartitionKey.spelled(path.partitionKey))"
      ]
    } ?? []
  }

  func write(to json: inout JSONWriter) {
    let path = comparison.answer.value
    json.object("sa") { json in
      json.field("slid", path?.sourceLID)
      json.field("dlid", path?.destinationLID)
      json.field("sl", path?.serviceLevel)
      json.field("p_key", path?.partitionKey)
      json.field("mtu", path?.mtu)
      json.field("rate_gbps", path?.rate)
      json.field("lifetime_us", path.map { 4.096 * Double(UInt64(1) << UInt64(min($0.lifetimeCode, 40))) })
      json.field("reversible", path?.isReversible)
      json.field("error", comparison.answer.reason)
    }
    json.object("links") { json in
      json.field("count", comparison.limits.links)
      json.field("mtu", comparison.limits.mtu)
      json.field("rate_gbps", comparison.limits.rate)
    }
    json.array("shared_p_keys", comparison.sharedKeys) { json, key in json.number(key) }
    json.object("route") { route.write(to: &$0) }
  }

  func write(to page: inout Page) {
    let path = comparison.answer.value
    let limits = comparison.limits
    let source = comparison.route.source
    let target = comparison.route.target
    typealias Row = (what: String, administration: String?, tables: String?)
    func lid(_ port: PortReference) -> String? { LIDOwners.lids(of: port, in: fabric).map { "\($0.lowerBound)" } }
    func gbps(_ rate: Double?) -> String? { rate.map { "\(PathComparison.number($0)) Gb/s" } }
    let rows: [Row] = [
      ("source LID", path.map { "\($0.sourceLID)" }, lid(source)),
      ("destination LID", path.map { "\($0.destinationLID)" }, "\(comparison.route.lid)"),
      ("MTU", path?.mtu.map { "\($0)" }, limits.mtu.map { "\($0)" }),
      ("rate", gbps(path?.rate), gbps(limits.rate)),
      (
        "P_Key", path.map { PartitionKey.spelled($0.partitionKey) },
        comparison.sharedKeys.isEmpty ? nil : comparison.sharedKeys.map(PartitionKey.spelled).joined(separator: " ")
      ),
      ("SL", path.map { "\($0.serviceLevel)" }, nil),
    ]
    page.line("\(names.name(of: source)) to \(names.name(of: target))", tone: .heading)
    page.table(
      Table(
        [
          .init("PATH") { $0.what }, .init("SA", text: { $0.administration }),
          .init("PORTS AND LINKS", text: { $0.tables }),
        ] as [Table.Field<Row>], rows: rows))
    page.gap()
    route.writeHops(to: &page)
    page.problems(problems)
  }
}
