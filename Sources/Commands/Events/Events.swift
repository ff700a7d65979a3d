public import ArgumentParser
internal import Devlink
public import HostAccess
internal import KernelEvents
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl events`
public struct Events: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Show what the kernel reported about adapters, and what to do.",
    discussion: """
      Each event has an id, the kernel's words and, where the Windows driver had the same event, its sentence. NAME limits \
      the events to an adapter or port, by any of its names; events that name no adapter are left out then. With --root, \
      dev/kmsg, var/log/kern.log or var/log/dmesg below that directory is read.

      Examples:
        rdmactl events --since 1h
        rdmactl events mlx5_0 --json
        rdmactl events --follow
        rdmactl events --fail-on error -q
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Adapters or ports.", valueName: "name"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var names: [String] = []

  @Option(help: ArgumentHelp("Show events since then: 10m, 1h, or 2026-11-30T08:00 (UTC).", valueName: "time"))
  public var since: SinceArgument?

  @Flag(name: .shortAndLong, help: "Keep running and show events as they come; --json prints one object per line.")
  public var follow = false

  @Option(
    help: ArgumentHelp(
      "Exit with 2 if an event of this severity or above is shown: error, warning.", valueName: "severity"))
  public var failOn: FailingSeverity?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let inventory = InventoryReader(host: host).read(InventoryRequest(names: names))
    let places = EventPlaces(inventory)
    let wanted = try names.map { name throws(NameFailure) in places.places(of: try inventory.resolve(name)) }
    let oldest = since?.seconds(now: host.clock.secondsSince1970)
    func shown(_ events: [KernelEvent]) -> [ShownEvent] {
      events.map { ShownEvent($0, places) }.filter { event in
        wanted.isEmpty || wanted.contains { $0.contains(event) }
      }.filter { event in oldest.map { oldest in event.event.time.map { $0 >= oldest } ?? false } ?? true }
    }
    let log = try EventLog(host)
    let health = DriverHealth(host)
    let (counts, note) = health.counts
    let answer = EventsAnswer(
      events: shown(try log.next() + log.changes(in: counts)), notes: note.map { [$0] } ?? [], failing: failOn)
    if !follow { try output.show(answer) }
    guard follow else { return answer.status }
    return try EventFollower(
      host: host, output: output, log: log, health: health, devices: inventory.devices.compactMap(\.name)
    )
    .run(first: since == nil ? answer.emptied : answer) {
      EventsAnswer(events: shown($0), notes: [], failing: failOn)
    }
  }
}

public enum FailingSeverity: String, ExpressibleByArgument, CaseIterable, Sendable {
  case error, warning
}

/// `10m`, `1h`, `2026-11-30T08:00`
public struct SinceArgument: ExpressibleByArgument, Sendable {
  private let moment: Int?
  private let span: DurationArgument?

  public init?(argument: String) {
    moment = CalendarTime.seconds(argument)
    span = moment == nil ? DurationArgument(argument: argument) : nil
    if moment == nil && span == nil { return nil }
  }

  func seconds(now: Double) -> Double { moment.map { Double($0) } ?? now - Double(span?.milliseconds ?? 0) / 1000 }
}

/// The reporters of every device, by devlink.
private struct DriverHealth {
  private let client: DevlinkClient

  init(_ host: Host) { client = DevlinkClient(host) }

  /// A kernel without devlink has no device of it either.
  var counts: (counts: [ReporterCount], note: Note?) {
    do {
      let counts = try client.healthReporters().map {
        ReporterCount(
          handle: $0.handle.description, name: $0.name, isHealthy: $0.isHealthy, errors: $0.errors,
          recoveries: $0.recoveries, dumpTime: $0.dumpTime)
      }
      return (counts, nil)
    } catch {
      return ([], error.isAbsence ? nil : Note(subject: "devlink health", message: error.message))
    }
  }
}

/// Shows events as they come, until Ctrl-C.
private struct EventFollower {
  let host: Host
  let output: Output
  let log: EventLog
  let health: DriverHealth
  let devices: [String]

  private static let pause = 200
  /// Reporters are asked once in so many looks.
  private static let reporterPeriod = 10

  /// - Returns: 130, or 2 as soon as an event of `--fail-on` has come.
  func run(first: EventsAnswer, _ answer: ([KernelEvent]) -> EventsAnswer) throws -> ExitStatus {
    let clock = host.clock
    clock.holdInterruptions()
    _ = log.linkChanges(of: devices)
    try show(first)
    var status = first.status
    var round = 0
    while !clock.interrupted && !output.isClosed && status == .done {
      clock.sleep(milliseconds: Self.pause)
      if clock.takeSuspension() { clock.suspend() }
      round += 1
      var events = try log.next()
      // What a driver prints about a link needs no second line.
      let seen = events.contains { [.linkUp, .linkDown].contains($0.kind) }
      events += log.linkChanges(of: devices).filter { _ in !seen }
      if round % Self.reporterPeriod == 0 { events += log.changes(in: health.counts.counts) }
      let next = answer(events)
      try show(next)
      status = next.status
    }
    return output.isClosed ? .done : clock.interrupted ? .interrupted : status
  }

  private func show(_ answer: EventsAnswer) throws {
    guard !answer.events.isEmpty else { return }
    switch output.format {
    case .json: for event in answer.events { try output.stream(EventsAnswer(events: [event], notes: [], failing: nil)) }
    case .quiet: try output.write(answer.quietLines.map { $0 + "\n" }.joined())
    case .text, .csv: try output.write(answer.events.map { $0.lines + "\n" }.joined())
    }
  }
}
