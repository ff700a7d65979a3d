public import ArgumentParser
internal import GroupMembership
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl igmp`: IPv4 multicast on this host.
public struct IGMPGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "igmp",
    abstract: "Show and set the IGMP version of interfaces, and why it is so.",
    discussion: """
      An interface falls back to an older version because a setting forces it, or because an older querier was heard. IF is \
      a network interface.

      Examples:
        rdmactl igmp                  version, reason and groups of every interface
        rdmactl igmp set ib0 2        force IGMPv2
        rdmactl igmp set ib0 0        let the kernel choose again
      """,
    subcommands: [IGMPShow.self, IGMPSet.self], defaultSubcommand: IGMPShow.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}

/// `rdmactl igmp show`
public struct IGMPShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the IGMP version of interfaces, why, and their groups.",
    discussion: """
      For IPoIB, the answer shows whether the subnet manager has each group; only root can read that. Exits with 2 if a group \
      is missing there.

      Examples:
        rdmactl igmp show
        rdmactl igmp show ib0 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Network interfaces (default: all).", valueName: "if"),
    completion: .shellCommand("rdmactl igmp show -q 2>/dev/null | cut -d' ' -f1"))
  public var interfaces: [String] = []

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let all: [IGMPInterface]
    do { all = try IGMPReader(host.files).interfaces() } catch { throw IGMPFailure.unreadable(error) }
    for name in interfaces where !all.contains(where: { $0.name == name }) { throw IGMPFailure.noInterface(name) }
    let answer = IGMPAnswer(interfaces: interfaces.isEmpty ? all : all.filter { interfaces.contains($0.name) })
    try output.show(answer)
    return answer.problems.contains { $0.severity == .error } ? .checkFailed : .done
  }
}

/// `rdmactl igmp set`
public struct IGMPSet: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Force an IGMP version on an interface, or let the kernel choose.",
    discussion: """
      VERSION is 0 (the kernel chooses), 1, 2 or 3. IF may be all: that setting counts for every interface. The setting is \
      lost at reboot; rdmactl undo takes it back.

      Examples:
        rdmactl igmp set ib0 2 --yes
        rdmactl igmp set ib0 0 --dry-run
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Network interface, or all.", valueName: "if"),
    completion: .shellCommand("rdmactl igmp show -q 2>/dev/null | cut -d' ' -f1"))
  public var interface: String

  @Argument(help: ArgumentHelp("IGMP version: 0 to 3.", valueName: "version"))
  public var version: Int

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func validate() throws {
    guard (0...3).contains(version) else { throw ValidationError("The version is 0, 1, 2 or 3.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let writer = IGMPWriter(host, interface: interface, version: version)
    return try SettingChange(host: host, output: output, ask: ask).run(writer, as: Kind.self) { note(on: host) }
  }

  enum Kind: SettingKind { static let schema = "rdmactl.igmp.set/1" }

  /// The kernel may go on with another version than the one that was set.
  private func note(on host: Host) -> [Note] {
    guard let now = (try? IGMPReader(host.files).interfaces())?.first(where: { $0.name == interface }), version != 0,
      now.version != version
    else { return [] }
    return [
      Note(
        subject: interface, message: "IGMPv\(now.version) is in use: \(now.reason?.words ?? "the reason is unknown")")
    ]
  }
}

/// The answer of `rdmactl igmp show`.
struct IGMPAnswer: Presentable {
  struct Payload: Encodable {
    let interfaces: [Interface]
  }

  struct Interface: Encodable {
    let name: String
    let version: Int
    @ExplicitNull var reason: IGMPInterface.Reason?
    @ExplicitNull var forced: Int?
    @ExplicitNull var forcedForAll: Int?
    let ipoib: Bool
    let groups: [Group]
  }

  struct Group: Encodable {
    let address: String
    let users: Int
    @ExplicitNull var mgid: String?
    @ExplicitNull var inFabric: Bool?
  }

  static let schema = "rdmactl.igmp.show/1"
  let interfaces: [IGMPInterface]

  var problems: [Problem] { interfaces.flatMap(\.problems) }
  var notes: [Note] { interfaces.compactMap { entry in entry.note.map { Note(subject: entry.name, message: $0) } } }
  var quietLines: [String] { interfaces.map { "\($0.name) \($0.version)" } }

  var payload: Payload {
    Payload(
      interfaces: interfaces.map { entry in
        Interface(
          name: entry.name, version: entry.version, reason: entry.reason, forced: entry.forced,
          forcedForAll: entry.forcedForAll, ipoib: entry.isIPoIB,
          groups: entry.groups.map {
            Group(address: $0.address, users: $0.users, mgid: $0.gid, inFabric: $0.isInFabric)
          })
      })
  }

  private typealias Row = (IGMPInterface, IGMPInterface.Group?)

  private static var fields: [Table.Field<Row>] {
    [
      .init("IF", text: { $0.0.name }), .init("IGMP", text: { "v\($0.0.version)" }),
      .init("REASON", text: { $0.0.reason?.words ?? "unknown" }), .init("GROUP", text: { $0.1?.address }),
      .init("USERS", rank: 2, number: { $0.1?.users }), .init("MGID", rank: 1, text: { $0.1?.gid }),
      .init("FABRIC") { row in
        .init(
          row.1?.isInFabric.map { $0 ? "joined" : "missing" }, tone: row.1?.isInFabric == false ? .bad : .plain)
      },
    ]
  }

  func write(to page: inout Page) {
    let rows = interfaces.flatMap { entry -> [Row] in
      entry.groups.isEmpty ? [(entry, nil)] : entry.groups.map { (entry, $0) }
    }
    page.table(Table(Self.fields, rows: rows))
    page.problems(problems)
  }
}

extension IGMPInterface.Reason {
  fileprivate var words: String {
    switch self {
    case .usual: "default"
    case .forced: "forced on this interface"
    case .forcedForAll: "forced on all interfaces"
    case .oldQuerier: "an old querier was heard"
    }
  }
}
