public import ArgumentParser
internal import FabricDiscovery
internal import FabricPlan
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fabric plan`
public struct FabricPlanGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Compare the cables with a plan; save the present cables as a plan.",
    discussion: """
      Examples:
        rdmactl fabric plan save > plan.csv
        rdmactl fabric plan check plan.csv
      """,
    subcommands: [FabricPlanCheck.self, FabricPlanSave.self])

  @OptionGroup public var common: CommonOptions

  public init() {}
}

/// `rdmactl fabric plan check`
public struct FabricPlanCheck: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compare the cables with a plan: missing, wrong, swapped, additional and slow ones.",
    discussion: """
      PLAN is a table of cables, one per line (node,port,node,port[,width][,speed]; UFM's cabling list is read too), the \
      output of rdmactl fabric discover --json, the text of ibnetdiscover, a netfile of ibsim, or a .lst of ibdiagnet or \
      opensm. Width and speed are the least that is expected. Exits with 2 if something differs.

      Examples:
        rdmactl fabric plan check plan.csv
        rdmactl fabric plan check plan.csv --from today.json   without a network
        rdmactl fabric plan check cables-of-rack-7.csv --partial
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Plan.", valueName: "plan"), completion: .file())
  public var plan: String

  @Flag(help: "The plan is a part only: do not report additional cables.")
  public var partial = false

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let plan = try PlanFile.read(self.plan, host: host)
    let source = try fabric.source(on: host, output: output)
    let names = FabricNames(source.fabric, map: map)
    let comparison = PlanComparison(plan, with: source.fabric, names: names)
    try MalformedLines.check(
      comparison.badLines, id: "plan.malformed", of: self.plan, what: "the plan", example: PlanFile.example)
    let answer = PlanAnswer(
      path: self.plan, fabric: source.fabric, names: names, planned: plan.cables.count, kept: comparison.kept,
      findings: comparison.findings.filter { finding in
        if partial, case .additional = finding { false } else { true }
      })
    try output.show(answer)
    if !answer.findings.isEmpty { return .checkFailed }
    return source.fabric.isComplete ? .done : .partial
  }
}

/// `rdmactl fabric plan save`
public struct FabricPlanSave: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "save",
    abstract: "Print the present cables as a plan, a table that plan check reads.",
    discussion: """
      Examples:
        rdmactl fabric plan save > plan.csv
        rdmactl fabric plan save --from ibnetdiscover.txt > plan.csv
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func validate() throws {
    if common.json || common.quiet { throw ValidationError("plan save prints a table; use fabric links --json.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let source = try fabric.source(on: host, output: output)
    let names = FabricNames(source.fabric, map: map)
    try output.write(pieces: { PlanTable.write(source.fabric, names: names, into: $0) })
    output.tellDecisive(DiscoverAnswer(fabric: source.fabric, names: names, port: source.name))
    return source.fabric.isComplete ? .done : .partial
  }
}

/// The file of a plan: a saved fabric, or a table of cables.
enum PlanFile {
  static let example = "leaf1,3,host7,1,4x,hdr"

  /// - Throws: `UserFileFailure`, ``MalformedLines``.
  static func read(_ path: String, host: Host) throws -> CablePlan {
    let file = try UserFile(path, what: "the plan", limit: UserFile.largestAnswer, host: host)
    if let map = try LoadedFabric(map: file) { return CablePlan(map.fabric) }
    let plan = CablePlan(table: String(decoding: file.bytes, as: UTF8.self))
    var bad = plan.badLines
    if plan.cables.isEmpty && bad.isEmpty { bad = [BadLine(line: 1, reason: "there is no cable")] }
    try MalformedLines.check(bad, id: "plan.malformed", of: path, what: "the plan", example: example)
    return plan
  }
}
