public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fabric ping`
public struct FabricPing: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "ping",
    abstract: "Measure round trips to a port: by LID through the forwarding tables, and by directed route.",
    discussion: """
      NODE is a description, GUID or LID of a node or port. By LID a ClassPortInfo of performance management is asked \
      for, an ordinary packet on queue pair 1; by directed route a NodeInfo. If only the directed route answers, the \
      forwarding tables, the P_Key or the agent are at fault. The times include the agents. Exits with 2 if a reply is \
      missing.

      Examples:
        rdmactl fabric ping host7
        rdmactl fabric ping host7 --count 100 --interval 10ms
        rdmactl fabric ping 0x11 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Port to ask.", valueName: "node"))
  public var place: String

  @Option(help: ArgumentHelp("Requests of each kind (default: 5).", valueName: "number"))
  public var count = 5

  @Option(help: ArgumentHelp("Pause between requests, such as 10ms or 1s (default: 100ms).", valueName: "time"))
  public var interval: DurationArgument?

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func validate() throws {
    if !(1...1_000_000).contains(count) { throw ValidationError("--count takes 1 to 1000000.") }
  }

  /// What a reply may take where --mad-timeout does not say it: a busy agent needs its time.
  private static let patience = 1000

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let task = try FabricTask(try fabric.choice(), options: fabric, host: host, output: output)
    let found = try task.sweep()
    let names = FabricNames(found, map: map)
    let port = try names.port(place)
    var rounds = Dictionary(uniqueKeysWithValues: ProbeKind.allCases.map { ($0, RoundTrips()) })
    let end = fabric.timeout.map { host.clock.milliseconds + $0.milliseconds }
    for number in 0..<count where !host.clock.interrupted {
      if number > 0 { host.clock.sleep(milliseconds: interval?.milliseconds ?? 100) }
      if let end, host.clock.milliseconds >= end { break }
      for kind in ProbeKind.allCases {
        if kind == .lid, found.lids(ofPort: port) == nil { continue }
        let time = try task.ask { () throws(SessionFailure) in
          try task.session.probe(
            port, kind, of: found, timeoutMilliseconds: fabric.madTimeout?.milliseconds ?? Self.patience)
        }
        rounds[kind]?.add(time)
      }
    }
    let answer = PingAnswer(fabric: found, names: names, port: port, rounds: rounds)
    try output.show(answer)
    if host.clock.interrupted { return .interrupted }
    return answer.problems.contains { $0.severity == .error } ? .checkFailed : .done
  }
}

extension Fabric {
  fileprivate func lids(ofPort port: PortReference) -> ClosedRange<UInt16>? { LIDOwners.lids(of: port, in: self) }
}

/// Round trips in microseconds.
struct RoundTrips {
  private(set) var sent = 0
  private(set) var times: [Int] = []

  mutating func add(_ time: Int?) {
    sent += 1
    if let time { times.append(time) }
  }

  var lost: Int { sent - times.count }
  var average: Double? { times.isEmpty ? nil : Double(times.reduce(0, +)) / Double(times.count) }
}

/// The findings of a ping.
public enum PingProblem: String, CaseIterable, Sendable {
  case lost = "fabric.ping_lost"
  case noLID = "fabric.ping_no_lid"

  var meaning: String {
    switch self {
    case .lost: "replies are missing"
    case .noLID: "the port has no LID: no subnet manager has configured it, and only the directed route was tried"
    }
  }

  /// The entries of the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: .error, meaning: $0.meaning) }
  }
}

/// The answer of `rdmactl fabric ping`.
struct PingAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.ping/1"
  let fabric: Fabric
  let names: FabricNames
  let port: PortReference
  let rounds: [ProbeKind: RoundTrips]

  private var lid: UInt16? { LIDOwners.lids(of: port, in: fabric)?.lowerBound }
  private var name: String { names.name(of: port) }

  var problems: [Problem] {
    let loss = ProbeKind.allCases.compactMap { kind -> Problem? in
      guard let own = rounds[kind], own.lost > 0 else { return nil }
      return Problem(
        id: PingProblem.lost.rawValue, severity: .error, subject: name,
        message: "\(PingProblem.lost.meaning) (\(own.lost) of \(own.sent) \(kind.words))",
        fix: [
          "rdmactl fabric route \(ShellWord.quoted(names.name(of: fabric.origin))) \(ShellWord.quoted(name))",
          "rdmactl fabric partitions",
        ])
    }
    guard lid == nil else { return loss }
    return loss + [
      Problem(
        id: PingProblem.noLID.rawValue, severity: .error, subject: name, message: PingProblem.noLID.meaning,
        fix: ["rdmactl sm list"])
    ]
  }
  var notes: [Note] { [] }
  var quietLines: [String] {
    ProbeKind.allCases.compactMap { kind in
      rounds[kind].map { "\(kind.rawValue) \($0.sent) \($0.times.count) \($0.average.map { "\(Int($0))" } ?? "-")" }
    }
  }

  func write(to json: inout JSONWriter) {
    json.object("node") { json in
      json.fields(of: port, in: fabric)
      json.field("lid", lid)
    }
    for kind in ProbeKind.allCases {
      let own = rounds[kind] ?? RoundTrips()
      json.object(kind.rawValue) { json in
        json.field("sent", own.sent)
        json.field("received", own.times.count)
        json.field("min_us", own.times.min())
        json.field("avg_us", own.average.map { ($0 * 10).rounded() / 10 })
        json.field("max_us", own.times.max())
      }
    }
  }

  func write(to page: inout Page) {
    page.line("\(name), LID \(lid.map { String($0) } ?? "-")", tone: .heading)
    typealias Row = (kind: ProbeKind, trips: RoundTrips)
    func microseconds(_ value: Int?) -> String? { value.map { "\($0) us" } }
    page.table(
      Table(
        [
          .init("BY") { $0.kind.words }, .init("SENT", number: \.trips.sent),
          .init("RECEIVED", number: \.trips.times.count),
          .init("MIN", .right, text: { microseconds($0.trips.times.min()) }),
          .init("AVG", .right, text: { microseconds($0.trips.average.map { Int($0) }) }),
          .init("MAX", .right, text: { microseconds($0.trips.times.max()) }),
        ] as [Table.Field<Row>],
        rows: ProbeKind.allCases.compactMap { kind in rounds[kind].map { (kind, $0) } }.filter { $0.trips.sent > 0 }))
    page.problems(problems)
  }
}

extension ProbeKind {
  fileprivate var words: String {
    switch self {
    case .directedRoute: "directed route"
    case .lid: "LID"
    }
  }
}
