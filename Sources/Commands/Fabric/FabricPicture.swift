public import ArgumentParser
internal import FabricDiscovery
internal import FabricReport
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fabric report`
public struct FabricPicture: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a picture of the subnet: one HTML page with every cable and what is wrong.",
    discussion: """
      The page needs no network and no script: figures, faults, and a matrix of cables for each pod and plane. A cable that \
      the pattern of the fabric has and the fabric does not is a dashed frame. Exits with 8 if a node did not answer, and \
      names it.

      Examples:
        rdmactl fabric report -o fabric.html
        rdmactl fabric report -o fabric.html --since errors.json    errors per hour, and what vanished
        rdmactl fabric report -o fabric.html --from saved.json      a saved fabric, without counters
      """)

  @OptionGroup public var common: CommonOptions

  @Option(
    name: [.customShort("o"), .customLong("out")], help: ArgumentHelp("The file to write.", valueName: "file"),
    completion: .file())
  public var file: String

  @OptionGroup var overwrite: OverwriteOption

  @Option(
    help: ArgumentHelp("Show errors since this earlier answer of fabric errors --json.", valueName: "file"),
    completion: .file())
  public var since: String?

  @Option(
    help: ArgumentHelp(
      "Thresholds, one per line: SymbolErrorCounter=10 (default: /etc/infiniband-diags/error_thresholds).",
      valueName: "file"), completion: .file())
  public var thresholds: String?

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let limits = try ThresholdFile.read(thresholds, host: host)
    let older = try since.map {
      try UserFile($0, what: "the earlier answer", limit: UserFile.largestAnswer, host: host).decode(SavedCounters.self)
    }
    let target = try OutputFile(file, what: "the report", force: overwrite.force, host: host, output: output)
    let saved = try fabric.loaded(on: host)
    if saved != nil, older != nil {
      throw UsageFailure.unreadable(
        "a saved fabric has no counters: remove --since", command: "fabric report")
    }
    var survey: CounterSurvey?
    let found: Fabric
    let source: String
    if let saved {
      (found, source) = (saved.fabric, fabric.from ?? "")
    } else {
      let task = try FabricTask(try fabric.choice(), options: fabric, host: host, output: output)
      found = try task.sweep()
      source = task.port.name
      let scope = older == nil ? CounterScope() : CounterScope.everything
      survey = try task.ask { () throws(SessionFailure) in try task.session.counters(of: found, scope) }
    }
    let page = ReportPage(
      ReportInput(
        fabric: found, names: FabricNames(found, map: map), counters: survey, thresholds: limits,
        since: older.flatMap { older in
          survey.map {
            CounterComparison(of: $0, in: found, time: host.clock.secondsSince1970, since: older.snapshot)
          }
        }, olderNames: older?.names ?? [:], timestamp: host.clock.timestamp, source: source, host: host.name,
        version: Rdmactl.version))
    let bytes = Array(page.html.utf8)
    do throws(FileError) { try target.write(bytes) } catch { throw UserFileFailure.unreadable("the report", error) }
    let isComplete = page.isComplete && saved?.isComplete != false
    try output.show(PictureAnswer(file: file, bytes: bytes.count, page: page, isComplete: isComplete))
    return isComplete ? .done : .partial
  }
}

/// The answer of `rdmactl fabric report`: what the page begins with.
struct PictureAnswer: Presentable {
  struct Payload: Encodable {
    let file: String
    let bytes: Int
    /// `tiers` or `adjacency`.
    let layout: String
    let tiers: Int
    let pods: Int
    let planes: Int
    let hosts: Int
    let switches: Int
    let links: Int
    let notActive: Int
    let slow: Int
    @ExplicitNull var portsWithErrors: Int?
    let missing: Int
    let portsWithoutLink: Int
    let rows: Int
    let complete: Bool
  }

  static let schema = "rdmactl.fabric.report/1"
  let file: String
  let bytes: Int
  let page: ReportPage
  let isComplete: Bool

  var payload: Payload {
    let (figures, map) = (page.figures, page.map)
    return Payload(
      file: file, bytes: bytes, layout: map.isTiered ? "tiers" : "adjacency", tiers: map.tiers,
      pods: map.blocks.count { $0.tier == 0 }, planes: map.blocks.count { $0.tier > 0 }, hosts: figures.hosts,
      switches: figures.switches, links: figures.links, notActive: figures.notActive, slow: figures.slow,
      portsWithErrors: figures.portsWithErrors, missing: figures.missing, portsWithoutLink: figures.portsWithoutLink,
      rows: page.rows.count, complete: isComplete)
  }

  var problems: [Problem] { FabricCheck.incompleteness(page.map.fabric, page.map.names) }
  var notes: [Note] { [] }
  var quietLines: [String] { [file] }

  func write(to page: inout Page) {
    let figures = self.page.figures.named
    page.line("\(file): \((bytes + 1023) / 1024) KiB")
    page.fields(figures.map { ($0.name, $0.value.map { String($0) }) })
    page.problems(problems)
  }
}
