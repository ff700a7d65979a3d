public import ArgumentParser
internal import GIDSelection
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl gid list`
public struct GIDList: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the GIDs of each port.",
    discussion: """
      Examples:
        rdmactl gid list
        rdmactl gid list mlx5_0/1 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Adapters or ports.", valueName: "name"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var names: [String] = []

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let found = try GIDTask(host: host).inventory(of: names)
    try output.show(GIDListAnswer(entries: GIDReader(host: host).entries(of: found), notes: found.notes))
    return .done
  }
}

/// Reads the machine for the verbs of `gid`.
struct GIDTask {
  let host: Host

  /// - Throws: `NoDevice`, `NameFailure`.
  func inventory(of names: [String]) throws -> Inventory {
    let inventory = InventoryReader(host: host).read(InventoryRequest(gids: true, names: names))
    guard inventory.machine.rdmaClassFailure == nil, !inventory.devices.isEmpty else { throw NoDevice(inventory) }
    return try inventory.limited(to: names)
  }
}

/// The answer of `rdmactl gid list`.
struct GIDListAnswer: Presentable {
  struct Payload: Encodable {
    let gids: [GIDPayload]
  }

  static let schema = "rdmactl.gid.list/1"
  let entries: [GIDEntry]
  let notes: [Note]

  var payload: Payload { Payload(gids: entries.map { GIDPayload($0) }) }
  var problems: [Problem] { [] }
  var quietLines: [String] { entries.map { "\($0.place) \($0.gid.index) \($0.gid.text)" } }

  func write(to page: inout Page) {
    var table = Table([
      .init("PORT"), .init("INDEX", .right), .init("GID"), .init("TYPE"), .init("NETDEV"), .init("VLAN", .right),
      .init("NOTE", rank: 1),
    ])
    for entry in entries {
      table.add([
        .init(entry.place), .init(entry.gid.index), .init(entry.shownGID), .init(entry.gid.type?.rawValue),
        .init(entry.gid.netdev), .init(entry.vlan), .init(entry.remarks),
      ])
    }
    page.table(table)
  }
}

struct GIDPayload: Encodable {
  let adapter: String
  let port: Int
  let index: Int
  let gid: String
  @ExplicitNull var address: String?
  @ExplicitNull var type: String?
  @ExplicitNull var netdev: String?
  @ExplicitNull var vlan: Int?
  let linkLocal: Bool
  @ExplicitNull var here: Bool?

  init(_ entry: GIDEntry) {
    adapter = entry.adapter
    port = entry.port
    index = entry.gid.index
    gid = entry.gid.text
    address = entry.linkLayer == .ethernet ? entry.gid.address?.description : nil
    type = entry.gid.type?.rawValue
    netdev = entry.gid.netdev
    vlan = entry.vlan
    linkLocal = entry.gid.isLinkLocal
    here = entry.isHere
  }
}

extension GIDEntry {
  /// RoCE's as the IP address that it is, InfiniBand's as the kernel spells it.
  var shownGID: String { linkLayer == .ethernet ? gid.address?.description ?? gid.text : gid.text }

  /// What to know before it is used.
  var remarks: String? {
    var words: [String] = []
    if gid.isLinkLocal, linkLayer == .ethernet { words.append("link-local") }
    if isHere == false { words.append("interface in another network name space") }
    if isUp == false { words.append("interface switched off") }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }
}
