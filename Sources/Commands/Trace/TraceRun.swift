public import ArgumentParser
internal import Change
public import HostAccess
internal import KernelEvents
public import Presentation
internal import TraceSession
public import Vocabulary

/// `rdmactl trace run`
public struct TraceRun: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Trace groups while a command runs, or for a time, and show the events.",
    discussion: """
      Without a command the trace ends after --for or with Ctrl-C. What the command writes goes to standard error. With --debug-module, the kernel's log of that time is shown too. Nothing is asked: everything is restored at the end.

      Examples:
        rdmactl trace run rdma_cma ib_cma -- rping -c -a 192.0.2.7 -C 1
        rdmactl trace run ib_mad --for 10 --json
        rdmactl trace run ib_mad --filter "status != 0" --for 30
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("Groups of trace points; behind -- the command to run.", valueName: "group"),
    completion: .shellCommand("rdmactl trace list -q 2>/dev/null"))
  public var words: [String] = []

  @Option(
    name: .customLong("for"), help: ArgumentHelp("Stop after this time, such as 10s (default: 10s).", valueName: "time")
  )
  public var duration: DurationArgument?

  @Option(
    help: ArgumentHelp("Keep events of the groups that match this filter of the kernel.", valueName: "expression"))
  public var filter: String?

  @Option(
    help: ArgumentHelp("Switch on the debug messages of this module.", valueName: "module"),
    completion: .shellCommand("rdmactl trace list --csv --columns debug_module 2>/dev/null | tail -n +2"))
  public var debugModule: [String] = []

  private var groups: [String] { Array(words.prefix { $0 != "--" }) }
  private var command: [String] { Array(words.drop { $0 != "--" }.dropFirst()) }

  public init() {}

  public func validate() throws {
    if let option = groups.first(where: { $0.hasPrefix("-") }) { throw ValidationError("unknown option \(option)") }
    if words.last == "--" { throw ValidationError("name the command behind --") }
    if groups.isEmpty && debugModule.isEmpty {
      throw ValidationError("name a group, such as rdma_cma (rdmactl trace list)")
    }
    if filter != nil && groups.isEmpty { throw ValidationError("--filter needs a group") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let session = try TraceSession(host: host, output: output)
    defer { withExtendedLifetime(session) {} }
    let program = try command.first.map { name throws(TraceFailure) in
      guard let path = host.processes.find(name) else { throw TraceFailure.noProgram(name) }
      return path
    }
    host.clock.holdInterruptions()
    let log = debugModule.isEmpty ? nil : KernelWords(host)
    let (record, end) = try session.run(TraceWriter(host, groups: groups, filter: filter, modules: debugModule)) {
      try wait(program, host)
    } collect: {
      var record = try groups.isEmpty ? TraceRecord() : TraceRecord(host)
      record.messages = log?.next() ?? []
      return record
    }
    try output.show(TraceAnswer(record: record, command: command, end: end))
    return end.map { $0 == .exited(0) ? .done : .failed } ?? .done
  }

  private static let usualTime = 10_000
  /// A command that ends by itself gets as long as it needs, within reason.
  private static let longest = 3_600_000

  private static let pause = 50

  /// - Returns: how the command ended; `nil` without one.
  private func wait(_ program: String?, _ host: Host) throws -> FinishedProcess.End? {
    let limit = duration?.milliseconds ?? (program == nil ? Self.usualTime : Self.longest)
    let end = host.clock.milliseconds + limit
    var child: (any AttendedProcess)?
    if let program {
      do { child = try host.processes.attend(program, Array(command.dropFirst()), Attendance(.error)) } catch {
        throw TraceFailure.noProgram(program)
      }
    }
    while !host.clock.interrupted, host.clock.milliseconds < end {
      if let ended = child?.ended() { return ended }
      host.clock.sleep(milliseconds: min(Self.pause, end - host.clock.milliseconds))
    }
    child?.kill()
    return child?.ended()
  }
}

/// What the kernel's log says from now on.
private struct KernelWords {
  private let records: (any RecordSource)?

  init(_ host: Host) {
    records = try? host.files.records("/dev/kmsg")
    _ = next()
  }

  func next() -> [String] {
    var words: [String] = []
    while let record = try? records?.next() { if let message = KernelMessage(record) { words.append(message.text) } }
    return words
  }
}

/// One trace at a time: what a killed one left is put back first.
private final class TraceSession {
  private let host: Host
  private let lock: HeldLocks

  init(host: Host, output: Output) throws {
    self.host = host
    lock = try HeldLocks([.own("trace-session")], host)
    ChangeKinds.all(host).settle(ChangeHistory(host))
    let left = try ChangeHistory(host).newest(20, "trace").filter {
      $0.state.isOpen && $0.scope.boot == ChangeScope.current(host).boot
    }
    guard !left.isEmpty else { return }
    output.talk("note: a killed trace is undone first")
    try putBack(left.map(\.id))
  }

  private func putBack(_ ids: [Int]) throws {
    let outcome = try ChangeUndo(TraceWriter(host), on: host, kinds: .all(host)).perform(.entries(ids), .override)
    if outcome.exitStatus != .done { throw ChangeFailure.rollback(ids[0], why: "not everything could be restored", []) }
  }

  func run<Middle, End>(
    _ writer: TraceWriter, _ body: () throws -> Middle, collect: () throws -> End
  ) throws -> (End, Middle) {
    let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(Change.ChangeOptions(yes: true))
    let result: Result<(End, Middle), any Error>
    do {
      let middle = try body()
      result = .success((try collect(), middle))
    } catch { result = .failure(error) }
    if let id = outcome.record?.id { try putBack([id]) }
    return try result.get()
  }
}

/// The answer of `rdmactl trace run`.
struct TraceAnswer: Presentable {
  struct Payload: Encodable {
    let events: [Event]
    let lost: Int
    let messages: [String]
    let command: [String]
    @ExplicitNull var commandStatus: Int?
  }

  struct Event: Encodable {
    let uptimeSeconds: Double
    let task: String
    let pid: Int
    let cpu: Int
    let event: String
    let detail: String
  }

  static let schema = "rdmactl.trace.run/1"
  let record: TraceRecord
  let command: [String]
  let end: FinishedProcess.End?

  var problems: [Problem] { [] }
  var notes: [Note] {
    record.lost > 0 ? [Note(subject: "trace", message: "the buffer had no room for \(record.lost) older events")] : []
  }
  var quietLines: [String] { record.events.map { "\($0.name) \($0.detail)" } }

  var payload: Payload {
    var status: Int?
    if case .exited(let code)? = end { status = Int(code) }
    return Payload(
      events: record.events.map {
        Event(
          uptimeSeconds: $0.seconds, task: $0.task, pid: $0.process, cpu: $0.cpu, event: $0.name, detail: $0.detail)
      }, lost: record.lost, messages: record.messages, command: command, commandStatus: status)
  }

  func write(to page: inout Page) {
    let fields: [Table.Field<TraceRecord.Event>] = [
      .init("TIME", .right, text: { Self.shown($0.seconds) }), .init("TASK", text: { "\($0.task)-\($0.process)" }),
      .init("EVENT", text: \.name), .init("DETAIL", rank: 1, text: \.detail),
    ]
    page.table(Table(fields, rows: record.events))
    if record.events.isEmpty && record.messages.isEmpty { page.line("no event came in") }
    for message in record.messages { page.line(message) }
  }

  /// Microseconds, as the kernel prints them.
  private static func shown(_ seconds: Double) -> String {
    let micros = Int((seconds * 1e6).rounded())
    return "\(micros / 1_000_000).\(CalendarTime.padded(micros % 1_000_000, 6))"
  }
}
