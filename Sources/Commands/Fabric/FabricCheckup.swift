public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl fabric check`
public struct FabricCheckup: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "What is wrong with the subnet, and what to do about it.",
    discussion: """
      Looks for duplicate GUIDs and LIDs, ports that are not active, links that are slower than they could be or whose \
      ends disagree, subnet managers (none, several masters, too many), forwarding tables that lead nowhere or in a \
      circle, and MAC addresses that guid2mac would give twice. Ends with 2 when there is an error or a warning.

      Examples:
        rdmactl fabric check
        rdmactl fabric check mlx5_0/1 --json
        rdmactl fabric check --no-routes       without reading the forwarding tables
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The local port to ask through, by any of its names.", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  @Flag(name: .customLong("no-routes"), help: "Do not read the forwarding tables of the switches.")
  public var skipsRoutes = false

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let task = try FabricTask(try fabric.choice(named: name), options: fabric, host: host, output: output)
    let found = try task.sweep()
    let survey = try task.ask { () throws(SessionFailure) in try task.session.subnetManagers(of: found) }
    let tables =
      try skipsRoutes
      ? nil
      : task.ask { () throws(SessionFailure) in
        try task.session.forwardingTables(of: found)
      }
    let names = FabricNames(found, map: map)
    let problems =
      FabricCheck.problems(found, tables: tables, names: names) + survey.problems(of: task.port.name)
      + FabricAddresses(found, names: names).problems
    let answer = CheckupAnswer(
      summary: FabricSummary(found, seenFrom: task.port.name), counts: FabricCounts(found),
      isComplete: found.isComplete && survey.unanswered.isEmpty && tables?.unanswered.isEmpty != false,
      problems: Severity.allCases.flatMap { severity in problems.filter { $0.severity == severity } })
    try output.show(answer)
    if answer.isBad { return .checkFailed }
    return answer.isComplete ? .done : .partial
  }
}

/// The answer of `rdmactl fabric check`.
struct CheckupAnswer: Presentable {
  struct Payload: Encodable {
    let nodes: Int
    let switches: Int
    let adapters: Int
    let routers: Int
    let links: Int
    let complete: Bool
  }

  static let schema = "rdmactl.fabric.check/1"
  let summary: FabricSummary
  let counts: FabricCounts
  let isComplete: Bool
  let problems: [Problem]

  var payload: Payload {
    Payload(
      nodes: counts.nodes, switches: counts.switches, adapters: counts.adapters, routers: counts.routers,
      links: counts.links, complete: isComplete)
  }

  var notes: [Note] { [] }
  /// Whether something is wrong, and not only unknown.
  var isBad: Bool {
    decisive.contains { problem in
      !(FabricProblem(rawValue: problem.id).map(FabricProblem.ofSilence.contains) ?? false)
        && problem.id != SurveyProblem.unanswered.rawValue
    }
  }
  /// What must be told.
  var decisive: [Problem] { problems.filter { $0.severity != .info } }
  var quietLines: [String] { decisive.map { "\($0.id) \($0.subject)" } }

  func write(to page: inout Page) {
    page.line(summary.line, tone: .heading)
    page.problems(problems)
    page.gap()
    let counts = Severity.allCases.map { severity in (severity, problems.count { $0.severity == severity }) }
    let told = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)\($0.1 == 1 || $0.0 == .info ? "" : "s")" }
    page.line(
      decisive.isEmpty && told.isEmpty ? "nothing is wrong" : told.joined(separator: ", "),
      tone: decisive.isEmpty ? .good : .caution)
  }
}
