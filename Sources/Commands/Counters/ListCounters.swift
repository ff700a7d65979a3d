public import ArgumentParser
internal import Counters
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl counters`
public struct ListCounters: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "counters",
    abstract: "List the counters of each port, in groups, with their meaning.",
    discussion: """
      NAME is an adapter or a port, by any of its names (default: every adapter). Counters with the value 0 are not listed. \
      Counters start when the driver is loaded or when they are cleared; use --since or --watch to see changes. For the \
      meaning of a counter, use rdmactl explain NAME.

      Examples:
        rdmactl counters mlx5_0
        rdmactl counters --json > before.json
        rdmactl counters --since before.json
        rdmactl counters --watch 5         keys: q quits, p pauses, s sorts by rate
        rdmactl counters --check -q        exit with 2 if a counter shows a fault
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Adapters or ports.", valueName: "name"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var names: [String] = []

  @Option(
    help: ArgumentHelp("Compare with what rdmactl counters --json printed before.", valueName: "file"),
    completion: .file())
  public var since: String?

  @Option(
    defaultAsFlag: "2",
    help: ArgumentHelp(
      "Refresh every N seconds, with rates (one JSON object per line when piped).", valueName: "seconds"))
  public var watch: String?

  @Flag(help: "Exit with 2 if a counter shows a fault.")
  public var check = false

  @Flag(help: "Also list counters with the value 0.")
  public var zero = false

  public init() {}

  public func validate() throws {
    if watch != nil && (since != nil || check || common.quiet) {
      throw ValidationError("--watch excludes --since, --check and --quiet.")
    }
    if let seconds = interval, !(seconds.isFinite && seconds >= 0.1 && seconds <= 86400) {
      throw ValidationError("--watch takes 0.1 to 86400 seconds.")
    }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let older = try since.map {
      try UserFile($0, what: "the saved counters", limit: UserFile.largestAnswer, host: host).decode(SavedSample.self)
        .sample
    }
    let task = CountersTask(host: host, output: output, names: allNames, showsZero: zero)
    if let interval { return try task.watch(every: interval) }
    let answer = try task.answer(since: older)
    try output.show(answer)
    return check && !answer.problems.isEmpty ? .checkFailed : .done
  }

  /// `--watch mlx5_0` watches that adapter: what is no number is a name.
  private var interval: Double? { watch.map { Double($0) ?? 2 } }

  private var allNames: [String] { (watch.flatMap { Double($0) == nil ? [$0] : nil } ?? []) + names }
}

/// Reading once; watching does it again and again.
struct CountersTask {
  let host: Host
  let output: Output
  let names: [String]
  let showsZero: Bool

  /// - Throws: `NoDevice`, `NameFailure`.
  func answer(since older: CounterSample?) throws -> PortCountersAnswer {
    let inventory = InventoryReader(host: host).read(InventoryRequest(forCounters: true, names: names))
    guard inventory.machine.rdmaClassFailure == nil, !inventory.devices.isEmpty else { throw NoDevice(inventory) }
    let named = try inventory.limited(to: names)
    return PortCountersAnswer(
      CounterReader(host: host).sample(named), since: older, showsZero: showsZero, timestamp: host.clock.timestamp,
      notes: named.notes)
  }

  /// Until the user has seen enough.
  func watch(every seconds: Double) throws -> ExitStatus {
    var last: PortCountersAnswer?
    let loop = WatchLoop(host: host, output: output, seconds: seconds, command: "counters", canSort: true)
    return try loop.run { wish in
      var answer = try last.flatMap { wish.isAgain ? $0 : nil } ?? answer(since: last?.sample)
      last = answer
      answer.isByRate = wish.isSorted
      guard !wish.isForPeople else { return try output.text(of: answer) }
      try output.stream(answer)
      return nil
    }
  }
}
