public import ArgumentParser
internal import GIDSelection
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl gid best`
public struct GIDBest: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "best",
    abstract: "Choose the GID index to use.",
    discussion: """
      Only entries of an interface that exists and is up count. RoCE v2 is preferred to v1, a routable address to a \
      link-local one, IPv4 to IPv6, and the port's own interface to interfaces on top of it. With --peer, the kernel's route \
      decides. Exits with 2 if there are only link-local GIDs, and with 3 if no entry can be used.

      Examples:
        rdmactl gid best mlx5_0
        rdmactl gid best --peer 192.0.2.7
        ib_write_bw $(rdmactl gid best mlx5_0 --env perftest) 192.0.2.7
        export $(rdmactl gid best mlx5_0 --env ucx)
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Adapters or ports.", valueName: "name"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var names: [String] = []

  @Option(help: ArgumentHelp("Choose the index that reaches this IP address or GID.", valueName: "address"))
  public var peer: String?

  @Option(help: ArgumentHelp("Use GIDs of this type only: v1 or v2.", valueName: "type"))
  public var type: RoCEVersion?

  @Option(help: ArgumentHelp("Print the settings for this software.", valueName: "software"))
  var env: GIDConsumer?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var address: IPAddress?
    if let peer {
      guard let parsed = IPAddress(peer), !parsed.isUnspecified else { throw PeerFailure.notAnAddress(peer) }
      address = parsed
    }
    let inventory = try GIDTask(host: host).inventory(of: names)
    let reader = GIDReader(host: host)
    var entries = reader.entries(of: inventory)
    // InfiniBand has nothing to choose: it takes part where it was named, or is all there is.
    if names.isEmpty, entries.contains(where: { $0.linkLayer == .ethernet }) {
      entries = entries.filter { $0.linkLayer == .ethernet }
    }
    // An IPv6 link-local address has no route without its interface.
    let route: PeerRoute? = try address.flatMap { try $0.needsScope ? nil : reader.route(to: $0) }
    let answer = try GIDBestAnswer(
      entries, inventory: inventory, peer: address, route: route, type: type?.gidType, consumer: env)
    if env != nil, output.format == .text {
      try output.write(answer.assignments.map { "\($0)\n" }.joined())
      output.tellDecisive(answer)
    } else {
      try output.show(answer)
    }
    return answer.status
  }
}

public enum RoCEVersion: String, ExpressibleByArgument, CaseIterable, Sendable {
  case v1, v2

  var gidType: GIDType { self == .v1 ? .roceV1 : .roceV2 }
}

extension GIDConsumer: ExpressibleByArgument {}

/// No entry of any table can be used.
struct NoGID: Failure {
  let id = "gid.none"
  let subject: String?
  let message: String
  let fix: [String] = ["rdmactl gid list"]
  let hint: [String]
  let exitStatus = ExitStatus.notFound

  /// - Parameter candidates: those that were ruled out, each with its reason.
  init(_ subject: String?, _ candidates: [GIDChoice.Candidate], type: GIDType?) {
    self.subject = subject
    let reasons = Dictionary(grouping: candidates.compactMap(\.whyNot)) { $0 }.mapValues(\.count)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    message =
      reasons.isEmpty
      ? "no GID: the table is empty" : "no GID can be used: " + reasons.prefix(3).joined(separator: "; ")
    let hasIP = candidates.contains { !$0.entry.gid.isLinkLocal }
    hint = hasIP ? [] : ["give the port's network interface an IP address; see rdmactl status"]
  }
}

/// The answer of `rdmactl gid best`.
struct GIDBestAnswer: Presentable {
  struct Payload: Encodable {
    let best: [GIDPayload]
    let candidates: [Candidate]
    let assignments: [String]
  }

  struct Candidate: Encodable {
    let adapter: String
    let port: Int
    let index: Int
    let gid: String
    let whyNot: String
  }

  static let schema = "rdmactl.gid.best/1"
  let choices: [GIDChoice]
  let assignments: [String]
  let problems: [Problem]

  private var best: [GIDEntry] { choices.compactMap(\.best) }

  /// - Throws: ``NoGID``.
  init(
    _ entries: [GIDEntry], inventory: Inventory, peer: IPAddress?, route: PeerRoute?, type: GIDType?,
    consumer: GIDConsumer?
  ) throws(NoGID) {
    // One port is chosen for a peer; otherwise each has its own.
    let places = inventory.devices.flatMap { adapter in adapter.ports.map { "\(adapter.label)/\($0.number)" } }
      .filter { place in entries.contains { $0.place == place } }
    let groups = peer == nil ? places.map { place in entries.filter { $0.place == place } } : [entries]
    choices = groups.map { GIDChoice($0, peer: peer, route: route, type: type) }
    let best = choices.compactMap(\.best)
    guard !best.isEmpty else {
      throw NoGID(peer?.description ?? (places.count == 1 ? places[0] : nil), choices.flatMap(\.candidates), type: type)
    }
    assignments = consumer?.assignments(for: best) ?? []
    problems = Self.problems(choices, peer: peer, route: route, consumer: consumer)
  }

  private static func problems(
    _ choices: [GIDChoice], peer: IPAddress?, route: PeerRoute?, consumer: GIDConsumer?
  ) -> [Problem] {
    var problems: [Problem] = []
    for choice in choices {
      guard let best = choice.best else {
        let failure = NoGID(nil, choice.candidates, type: nil)
        problems.append(
          Problem(
            id: failure.id, severity: .error, subject: choice.candidates.first?.entry.place ?? "host",
            message: failure.message, hint: failure.hint))
        continue
      }
      if choice.isLinkLocalOnly, peer?.needsScope != true {
        problems.append(
          GIDProblem.linkLocalOnly.at(
            best.place, evidence: best.gid.netdev.map { ["netdev=\($0)"] } ?? [],
            hint: ["give \(best.gid.netdev ?? "its network interface") an IP address"]))
      } else if best.gid.type == .roceV1 {
        problems.append(GIDProblem.versionOneOnly.at(best.place))
      }
    }
    let best = choices.compactMap(\.best)
    if Set(best.map(\.gid.index)).count > 1 {
      let advice = "NCCL chooses the index of each port if NCCL_IB_GID_INDEX is not set (2.21 and later)"
      problems.append(
        GIDProblem.indexesDiffer.at(
          "host", evidence: best.map { "\($0.place)=\($0.gid.index)" },
          hint: consumer == nil || consumer == .nccl ? [advice] : []))
    }
    if let peer, route?.isLocal == true { problems.append(GIDProblem.localPeer.at(peer.description)) }
    return problems
  }

  var status: ExitStatus {
    if choices.contains(where: { $0.best == nil }) { return .partial }
    return problems.contains { $0.id == GIDProblem.linkLocalOnly.rawValue } ? .checkFailed : .done
  }

  var payload: Payload {
    Payload(
      best: best.map { GIDPayload($0) },
      candidates: choices.flatMap(\.candidates).compactMap { candidate in
        candidate.whyNot.map {
          Candidate(
            adapter: candidate.entry.adapter, port: candidate.entry.port, index: candidate.entry.gid.index,
            gid: candidate.entry.gid.text, whyNot: $0)
        }
      },
      assignments: assignments)
  }

  var notes: [Note] { [] }

  var quietLines: [String] { assignments.isEmpty ? best.map { String($0.gid.index) } : assignments }

  func write(to page: inout Page) {
    var table = Table([
      .init("PORT"), .init("INDEX", .right), .init("GID"), .init("TYPE"), .init("NETDEV"), .init("VLAN", .right),
    ])
    for entry in best {
      table.add([
        .init(entry.place), .init(String(entry.gid.index), tone: .good), .init(entry.shownGID),
        .init(entry.gid.type?.rawValue),
        .init(entry.gid.netdev), .init(entry.vlan),
      ])
    }
    page.table(table)
    // Of many ports the reasons would bury the answer; JSON has them all.
    if choices.count == 1 {
      var others = Table([.init("PORT"), .init("INDEX", .right), .init("GID"), .init("WHY NOT")])
      for candidate in choices[0].candidates {
        guard let reason = candidate.whyNot else { continue }
        others.add([
          .init(candidate.entry.place), .init(candidate.entry.gid.index), .init(candidate.entry.shownGID),
          .init(reason),
        ])
      }
      if !others.isEmpty {
        page.gap()
        page.table(others)
      }
    }
    page.problems(problems)
  }
}
