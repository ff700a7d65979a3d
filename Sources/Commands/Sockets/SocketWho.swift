public import ArgumentParser
public import HostAccess
public import Presentation
internal import Sockets
public import Vocabulary

/// `rdmactl sock who`
public struct SocketWho: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "who",
    abstract: "Show which process uses RDMA, and which one uses TCP although it was started for RDMA.",
    discussion: """
      Each row is a connection or queue pair with its process, or with the kernel module that owns it. VIA is rsockets, \
      rdma_cm, verbs, a kernel module, or tcp: a socket that stayed on TCP in a process that has the rsockets library loaded. \
      Queue pairs of management agents are in JSON only. No right is needed; what only root may see is named.

      Examples:
        rdmactl sock who
        rdmactl sock who mlx5_0
        rdmactl sock who 4711 --json
        rdmactl sock who :18515
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("A PID, program, adapter, kernel module, or port (:5001).", valueName: "who"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var words: [String] = []

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let survey = try SocketSurveyor(host).survey()
    let filters = words.map { SocketFilter($0) }
    for filter in filters where !filter.matches(anyOf: survey) { throw SocketFailure.noMatch(filter.word) }
    let answer = SocketWhoAnswer(survey, filters)
    try output.show(answer)
    if answer.shown.isEmpty, output.format == .text { output.talk("no RDMA connection or queue pair is in use") }
    return .done
  }
}

/// A word that chooses among the rows.
struct SocketFilter {
  let word: String

  init(_ word: String) { self.word = word }

  private var device: Substring { word.split(separator: "/").first ?? Substring(word) }

  func matches(_ use: SocketUse) -> Bool {
    if let process = Int32(word) { return use.process == process || use.thread == process }
    if word.hasPrefix(":"), let port = Int(word.dropFirst()) {
      return use.local?.port == port || use.remote?.port == port
    }
    let place = use.device.map { "\($0)/\(use.port ?? 1)" }
    return [use.name, use.via, use.device, place].contains(word)
  }

  func matches(_ holder: ResourceHolder) -> Bool {
    if let process = Int32(word) { return holder.process == process }
    return holder.name == word || holder.device == device
  }

  func matches(anyOf survey: SocketSurvey) -> Bool {
    survey.uses.contains(where: matches) || survey.holders.contains(where: matches)
      || survey.devices.contains { $0 == device }
  }
}

/// The answer of `rdmactl sock who` and `rdmactl who`.
struct SocketWhoAnswer: Presentable {
  struct Payload: Encodable {
    let connections: [Connection]
    let tcpAlthoughPreloaded: [TCPSocket]
    let holders: [Holder]
  }

  struct Connection: Encodable {
    @ExplicitNull var pid: Int32?
    @ExplicitNull var tid: Int32?
    @ExplicitNull var process: String?
    let kernel: Bool
    let via: String
    @ExplicitNull var device: String?
    @ExplicitNull var port: Int?
    @ExplicitNull var local: String?
    @ExplicitNull var remote: String?
    @ExplicitNull var type: String?
    @ExplicitNull var state: String?
    @ExplicitNull var localQp: Int?
    @ExplicitNull var remoteQp: Int?
  }

  struct TCPSocket: Encodable {
    @ExplicitNull var pid: Int32?
    @ExplicitNull var process: String?
    @ExplicitNull var local: String?
    @ExplicitNull var remote: String?
    @ExplicitNull var state: String?
  }

  struct Holder: Encodable {
    @ExplicitNull var pid: Int32?
    @ExplicitNull var process: String?
    let kernel: Bool
    let device: String
    let queuePairs: Int
    let connections: Int
    let completionQueues: Int
    let memoryRegions: Int
    let protectionDomains: Int
    let registeredBytes: Int
  }

  static let schema = "rdmactl.sock.who/1"
  private let uses: [SocketUse]
  private let holders: [ResourceHolder]
  let problems: [Problem]
  let notes: [Note]

  init(_ survey: SocketSurvey, _ filters: [SocketFilter]) {
    uses = survey.uses.filter { use in filters.isEmpty || filters.contains { $0.matches(use) } }
    holders = survey.holders.filter { holder in filters.isEmpty || filters.contains { $0.matches(holder) } }
    let processes = Set(uses.compactMap(\.process))
    problems = survey.problems.filter { problem in
      filters.isEmpty || processes.contains { problem.subject.hasPrefix("PID \($0)") }
    }
    notes = survey.notes
  }

  /// Without what every port has.
  var shown: [SocketUse] { uses.filter { !$0.isManagement } }

  var quietLines: [String] {
    shown.map { use in
      "\(use.process.map { String($0) } ?? "-") \(use.name ?? "-") \(use.via) \(use.device ?? "-")"
    }
  }

  var payload: Payload {
    Payload(
      connections: uses.map { use in
        Connection(
          pid: use.process, tid: use.thread, process: use.name, kernel: use.isOfKernel, via: use.via,
          device: use.device, port: use.port, local: use.local?.description, remote: use.remote?.description,
          type: use.type, state: use.state, localQp: use.localQP, remoteQp: use.remoteQP)
      },
      tcpAlthoughPreloaded: uses.filter { $0.via == SocketUse.tcp }.map { use in
        TCPSocket(
          pid: use.process, process: use.name, local: use.local?.description, remote: use.remote?.description,
          state: use.state)
      },
      holders: holders.map { holder in
        Holder(
          pid: holder.process, process: holder.name, kernel: holder.isOfKernel, device: holder.device,
          queuePairs: holder.counts[.queuePair] ?? 0, connections: holder.counts[.connection] ?? 0,
          completionQueues: holder.counts[.completionQueue] ?? 0, memoryRegions: holder.counts[.memoryRegion] ?? 0,
          protectionDomains: holder.counts[.protectionDomain] ?? 0, registeredBytes: holder.registered)
      })
  }

  private var fields: [Table.Field<SocketUse>] {
    [
      Table.Field("PROCESS", text: { (use: SocketUse) in use.isOfKernel ? use.name.map { "[\($0)]" } : use.name }),
      Table.Field("PID", number: { (use: SocketUse) in use.process.map { Int($0) } }),
      Table.Field(
        "VIA", cell: { (use: SocketUse) in .init(use.via, tone: use.via == SocketUse.tcp ? .caution : .plain) }),
      Table.Field("PORT", text: { (use: SocketUse) in use.device.map { "\($0)/\(use.port ?? 1)" } }),
      Table.Field("LOCAL", text: { (use: SocketUse) in use.local?.description }),
      Table.Field("REMOTE", text: { (use: SocketUse) in use.remote?.description }),
      Table.Field("STATE", text: { (use: SocketUse) in use.state }),
      Table.Field("TYPE", rank: 1, text: { (use: SocketUse) in use.type }),
      Table.Field("QP", rank: 2, number: { (use: SocketUse) in use.localQP }),
      Table.Field("REMOTE QP", rank: 3, number: { (use: SocketUse) in use.remoteQP }),
    ]
  }

  private var holderFields: [Table.Field<ResourceHolder>] {
    [
      Table.Field("PROCESS", text: { (holder: ResourceHolder) in holder.name }),
      Table.Field("PID", number: { (holder: ResourceHolder) in holder.process.map { Int($0) } }),
      Table.Field("ADAPTER", text: { (holder: ResourceHolder) in holder.device }),
      Table.Field("QPS", number: { (holder: ResourceHolder) in holder.counts[.queuePair] }),
      Table.Field("CM IDS", number: { (holder: ResourceHolder) in holder.counts[.connection] }),
      Table.Field("CQS", number: { (holder: ResourceHolder) in holder.counts[.completionQueue] }),
      Table.Field("MRS", number: { (holder: ResourceHolder) in holder.counts[.memoryRegion] }),
      Table.Field("PDS", rank: 1, number: { (holder: ResourceHolder) in holder.counts[.protectionDomain] }),
      Table.Field(
        "MEMORY", .right,
        cell: { (holder: ResourceHolder) in .init(Self.size(holder.registered), value: String(holder.registered)) }),
    ]
  }

  private static func size(_ bytes: Int) -> String {
    switch bytes {
    case (1 << 30)...: "\(bytes >> 30) GiB"
    case (1 << 20)...: "\(bytes >> 20) MiB"
    case 1024...: "\(bytes >> 10) KiB"
    default: "\(bytes) B"
    }
  }

  func write(to page: inout Page) {
    page.table(Table(fields, rows: shown))
    let others = holders.filter { $0.process != nil }
    if !others.isEmpty {
      page.gap()
      page.table(Table(holderFields, rows: others))
    }
    page.problems(problems)
  }
}
