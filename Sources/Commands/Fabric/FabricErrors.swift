public import ArgumentParser
internal import Change
internal import FabricDiscovery
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fabric errors`
public struct FabricErrors: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "errors",
    abstract: "Show error counters above their thresholds, and what they mean.",
    discussion: """
      NODE is a description, a host name, a GUID, a LID, or a port of one of these (leaf1/3). Exits with 2 if a counter is \
      above its threshold. --json has every counter of every port with a link; use such a file with --since later.

      Examples:
        rdmactl fabric errors
        rdmactl fabric errors --json > before.json
        rdmactl fabric errors --since before.json
        rdmactl fabric errors --data --since before.json    what each port sent and received
        rdmactl fabric errors --type switch --from before.json    a saved answer, without a network
        rdmactl fabric errors 12/3         a port of LID 12, without reading the whole subnet (also a route: 0,1,3)
        rdmactl fabric errors --clear leaf1/3
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Only these nodes or ports.", valueName: "node"))
  public var places: [String] = []

  @Option(
    help: ArgumentHelp("Show changes and rates since this earlier --json answer.", valueName: "file"),
    completion: .file())
  public var since: String?

  @Option(
    help: ArgumentHelp(
      "Thresholds, one per line: SymbolErrorCounter=10 (default: /etc/infiniband-diags/error_thresholds).",
      valueName: "file"), completion: .file())
  public var thresholds: String?

  @Flag(help: "Show traffic instead of errors: data and packets of each port.")
  public var data = false

  @Flag(name: .customLong("all"), help: "Read ports without a link too.")
  public var includesUnlinked = false

  @Option(help: "Only nodes of this type.")
  public var type: FabricNodeKind?

  @Flag(help: "Set the error counters of the reported ports to zero.")
  public var clear = false

  @OptionGroup public var change: AskOptions
  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func validate() throws {
    if clear && since != nil { throw ValidationError("--clear cannot be combined with --since.") }
    if clear && data { throw ValidationError("--clear cannot be combined with --data.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let limits = try ThresholdFile.read(thresholds, host: host)
    let older = try since.map {
      try UserFile($0, what: "the earlier answer", limit: UserFile.largestAnswer, host: host).decode(SavedCounters.self)
    }
    if let file = fabric.file(on: host) {
      return try show(saved: file, map, limits, older, host: host, output: output)
    }
    let task = try FabricTask(try fabric.choice(), options: fabric, host: host, output: output)
    let (found, direct) = try glance(by: task) ?? (task.sweep(), nil)
    let names = FabricNames(found, map: map)
    let places = direct ?? places
    let selection = try PortSelection.make(places, names: names).limited(to: type, in: found)
    let wantsAll = older != nil || data || output.format == .json && !clear
    var scope = wantsAll ? CounterScope.everything : CounterScope()
    scope.includesUnlinkedPorts = includesUnlinked
    (scope.nodes, scope.ports) = (selection.nodes, selection.onlyPorts)
    let all = try task.ask { () throws(SessionFailure) in try task.session.counters(of: found, scope) }
    let survey = selection.narrowed(all)
    if clear { return try clearing(survey, found, names, limits, task: task, host: host, output: output) }
    let answer = CountersAnswer(
      fabric: found, names: names, survey: survey, thresholds: limits, time: host.clock.secondsSince1970,
      older: older?.snapshot, showsTraffic: data)
    return try show(answer, output)
  }

  /// The one node that is named by a LID or a directed route, without the rest of the subnet; and its name in that
  /// fabric. `nil` for all else.
  private func glance(by task: FabricTask) throws -> (Fabric, [String]?)? {
    guard places.count == 1, let place = DirectPlace(places[0]), !clear else { return nil }
    let found = try task.ask { () throws(SessionFailure) in
      try task.session.glance(at: place.destination, port: place.port)
    }
    return found.map { fabric in
      let guid = fabric.nodes[0].guid.description
      return (fabric, [place.port.map { "\(guid)/\($0)" } ?? guid])
    }
  }

  private func show(_ answer: CountersAnswer, _ output: Output) throws -> ExitStatus {
    try output.show(answer)
    if answer.isBad { return .checkFailed }
    return answer.isComplete ? .done : .partial
  }

  /// A saved answer in place of the fabric.
  private func show(
    saved path: String, _ map: NodeNameMap, _ limits: CounterThresholds, _ older: SavedCounters?, host: Host,
    output: Output
  ) throws -> ExitStatus {
    guard !clear else {
      throw UsageFailure.unreadable("--clear cannot be combined with --from and a file", command: "fabric errors")
    }
    let file = try UserFile(path, what: "the saved answer", limit: UserFile.largestAnswer, host: host)
    let saved = try file.decode(SavedCounters.self)
    let names = FabricNames(saved.fabric, map: map)
    let selection = try PortSelection.make(places, names: names).limited(to: type, in: saved.fabric)
    return try show(
      CountersAnswer(
        fabric: saved.fabric, names: names, survey: selection.narrowed(saved.survey), thresholds: limits,
        time: saved.snapshot.time ?? 0, older: older?.snapshot, showsTraffic: data,
        wasComplete: saved.isComplete), output)
  }

  private func clearing(
    _ survey: CounterSurvey, _ found: Fabric, _ names: FabricNames, _ limits: CounterThresholds, task: FabricTask,
    host: Host, output: Output
  ) throws -> ExitStatus {
    var ports: [PortReference] = []
    for finding in survey.findings(limits) where ports.last != finding.port { ports.append(finding.port) }
    var answer = ClearingAnswer(fabric: found, names: names, wanted: ports, missing: survey.unanswered)
    let findings = survey.findings(limits)
    let targets = ports.map { port in
      CounterWriter.Target(
        port: port, name: names.name(of: port), facts: ["guid=\(found.nodes[port.node].guid)", "port=\(port.port)"],
        counters: findings.filter { $0.port == port }.map { "\($0.counter.rawValue)=\($0.value)" }.joined(
          separator: " "))
    }
    let writer = CounterWriter(targets: targets) { ports in
      try task.ask { () throws(SessionFailure) in try task.session.clearCounters(ports, of: found) }
    }
    _ = try ChangeRun(writer, on: host, kinds: .all(host)).perform(
      Change.ChangeOptions(yes: change.yes, dryRun: change.dryRun)
    ) { plan in
      guard !change.yes, !change.dryRun else { return }
      output.talk("error counters to clear: \(plan.detail.map(\.name).joined(separator: ", "))")
    }
    answer.result = writer.outcome.clearing
    try output.show(answer)
    return answer.isComplete ? .done : .partial
  }
}
