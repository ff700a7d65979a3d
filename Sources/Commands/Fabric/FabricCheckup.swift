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
    abstract: "Check the health of the subnet.",
    discussion: """
      Checks for duplicate GUIDs and LIDs, ports that are not active, degraded links and links whose ends disagree, \
      subnet managers (none, several masters, too many), missing, wrong and circular routes, routes that can \
      block each other (credit loops), and MAC addresses that \
      guid2mac would assign twice. Exits with 2 if there is an error or a warning.

      Examples:
        rdmactl fabric check
        rdmactl fabric check mlx5_0/1 --json
        rdmactl fabric check -v                with notes: settings and names
        rdmactl fabric check --no-routes       without reading the forwarding tables
        rdmactl fabric check --from today.json    a saved fabric, without routes and subnet managers
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Local port to send requests from, by any of its names.", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  @Flag(name: .customLong("no-routes"), help: "Do not read the forwarding tables of the switches.")
  public var skipsRoutes = false

  @Flag(name: .shortAndLong, help: "Show notes too, not only errors and warnings.")
  public var verbose = false

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    if let saved = try fabric.loaded(on: host) { return try check(saved, map, output) }
    let task = try FabricTask(
      try fabric.choice(named: name, of: "fabric check"), options: fabric, host: host, output: output,
      more: skipsRoutes ? [] : FabricSession.administration)
    let found = try task.sweep()
    let survey = try task.ask { () throws(SessionFailure) in try task.session.subnetManagers(of: found) }
    let tables =
      try skipsRoutes
      ? nil
      : task.ask { () throws(SessionFailure) in
        try task.session.forwardingTables(of: found)
      }
    let names = FabricNames(found, map: map)
    let loop = try tables.flatMap { CreditLoop.first(found, $0) }.map { loop in
      let paths = try task.ask { () throws(SessionFailure) in
        try task.session.paths(
          loop.steps.map { PathQuestion(source: $0.source, target: $0.target, lid: $0.lid) }, in: found)
      }
      return FabricCheck.creditLoop(loop, paths.map { $0?.value?.serviceLevel }, found, names)
    }
    let managers = survey.problems(of: task.port.name)
    let fabricProblems = FabricCheck.problems(found, tables: tables, names: names)
    // A missing master is the cause of what it has not configured: it comes first and alone.
    let unmanaged = [SurveyProblem.none, .noMaster].map(\.rawValue)
    let isUnmanaged = managers.contains { unmanaged.contains($0.id) }
    let problems =
      managers + (isUnmanaged ? FabricCheck.withoutManager(fabricProblems) : fabricProblems)
      + [loop].compactMap(\.self) + FabricAddresses(found).problems
    let answer = CheckupAnswer(
      summary: FabricSummary(found, seenFrom: task.port.name), counts: FabricCounts(found),
      isComplete: found.isComplete && survey.unanswered.isEmpty && tables?.unanswered.isEmpty != false,
      showsNotes: verbose,
      problems: Severity.allCases.flatMap { severity in problems.filter { $0.severity == severity } })
    return try show(answer, output)
  }

  /// A saved fabric: no subnet manager can be asked, and no forwarding table read.
  private func check(_ saved: LoadedFabric, _ map: NodeNameMap, _ output: Output) throws -> ExitStatus {
    let names = FabricNames(saved.fabric, map: map)
    let problems = FabricCheck.problems(saved.fabric, names: names) + FabricAddresses(saved.fabric).problems
    return try show(
      CheckupAnswer(
        summary: FabricSummary(saved.fabric, seenFrom: fabric.from ?? ""), counts: FabricCounts(saved.fabric),
        isComplete: saved.isComplete, showsNotes: verbose,
        problems: Severity.allCases.flatMap { severity in problems.filter { $0.severity == severity } }), output)
  }

  private func show(_ answer: CheckupAnswer, _ output: Output) throws -> ExitStatus {
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
    let aggregationNodes: Int
    let routers: Int
    let links: Int
    let complete: Bool
  }

  static let schema = "rdmactl.fabric.check/1"
  let summary: FabricSummary
  let counts: FabricCounts
  let isComplete: Bool
  /// Whether the text has what is worth knowing, and no fault.
  let showsNotes: Bool
  let problems: [Problem]

  var payload: Payload {
    Payload(
      nodes: counts.nodes, switches: counts.switches, adapters: counts.adapters,
      aggregationNodes: counts.aggregationNodes, routers: counts.routers, links: counts.links, complete: isComplete)
  }

  var notes: [Note] { [] }
  /// Whether there is a fault, and not only something unknown.
  var isBad: Bool {
    decisive.contains { problem in
      !(FabricProblem(rawValue: problem.id).map(FabricProblem.ofSilence.contains) ?? false)
        && problem.id != SurveyProblem.unanswered.rawValue
    }
  }
  var decisive: [Problem] { problems.filter { $0.severity != .info } }
  var quietLines: [String] { decisive.map { "\($0.id) \($0.subject)" } }

  func write(to page: inout Page) {
    page.line(summary.line, tone: .heading)
    page.problems(showsNotes ? problems : decisive)
    page.gap()
    let kinds: [(Severity, String)] = [(.error, "error"), (.warning, "warning"), (.info, "note")]
    let counts = kinds.compactMap { severity, word -> String? in
      let count = problems.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(word)\(count == 1 ? "" : "s")"
    }
    let hidden = !showsNotes && problems.count > decisive.count ? " (-v shows them)" : ""
    page.line(
      ((decisive.isEmpty ? ["no problem found"] : []) + counts).joined(separator: ", ") + hidden,
      tone: decisive.isEmpty ? .good : .caution)
  }
}
