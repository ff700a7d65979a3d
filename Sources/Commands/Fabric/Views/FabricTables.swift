public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl fabric tables`
public struct FabricTables: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "tables",
    abstract: "Show the forwarding tables of a switch: unicast, multicast, their balance, and who uses a link.",
    discussion: """
      Exits with 8 if a part of a table did not answer. --use reads the tables of all switches: for each destination \
      it counts the adapter ports that send through the link.

      Examples:
        rdmactl fabric tables leaf0
        rdmactl fabric tables leaf0 --use 5        destinations and pairs through port 5
        rdmactl fabric tables leaf0 --csv
        rdmactl fabric tables 0x2 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Switch: its description, GUID or LID.", valueName: "switch"))
  public var place: String

  @Option(help: ArgumentHelp("Show who sends through the link of this port, in both directions.", valueName: "number"))
  public var use: UInt8?

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let task = try FabricTask(try fabric.choice(), options: fabric, host: host, output: output)
    let found = try task.sweep()
    let names = FabricNames(found, map: map)
    let node = try names.node(place)
    guard found.nodes[node].type == .switchNode else { throw FabricViewFailure.notASwitch(names.name(ofNode: node)) }
    let port = PortReference(node: node, port: use ?? 0)
    if use != nil, found[port]?.peer == nil { throw FabricViewFailure.noLink(names.name(of: port)) }
    let tables = try task.ask { () throws(SessionFailure) in
      try task.session.forwardingTables(of: found, nodes: use == nil ? [node] : nil)
    }
    let multicast = try task.ask { () throws(SessionFailure) in
      try task.session.multicastTables(of: found, nodes: [node])
    }
    let answer = TablesAnswer(
      fabric: found, names: names, node: node, tables: tables, multicast: multicast,
      uses: use == nil
        ? [] : [port, found[port]?.peer].compactMap(\.self).map { LinkUse($0, found, tables) })
    try output.show(answer)
    return answer.isComplete ? .done : .partial
  }
}

/// Why a view of the subnet cannot be given.
enum FabricViewFailure: Failure, Equatable {
  case notASwitch(String)
  case noLink(String)
  case noAdministration(String)

  var id: String {
    switch self {
    case .notASwitch: "fabric.not_a_switch"
    case .noLink: "fabric.port_no_link"
    case .noAdministration: "fabric.no_sa"
    }
  }

  var subject: String? {
    switch self {
    case .notASwitch(let name), .noLink(let name), .noAdministration(let name): name
    }
  }

  var message: String {
    switch self {
    case .notASwitch: "not a switch; only switches have forwarding tables"
    case .noLink: "the port has no link"
    case .noAdministration: "this port has no SM LID: no subnet manager has configured it, so there is no SA to ask"
    }
  }

  var fix: [String] {
    switch self {
    case .notASwitch: ["rdmactl fabric discover"]
    case .noLink(let name): ["rdmactl fabric port \(ShellWord.quoted(name))"]
    case .noAdministration: ["rdmactl sm list"]
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .notASwitch, .noLink: .notFound
    case .noAdministration: .failed
    }
  }
}

/// The answer of `rdmactl fabric tables`.
struct TablesAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.tables/1"
  let fabric: Fabric
  let names: FabricNames
  let node: Int
  let tables: ForwardingTables
  let multicast: MulticastTables
  /// Of the link that was asked for: out of the switch, and into it.
  let uses: [LinkUse]

  private var unanswered: [Unanswered] { tables.unanswered + multicast.unanswered }
  var isComplete: Bool { fabric.isComplete && unanswered.isEmpty }
  var problems: [Problem] {
    FabricCheck.incompleteness(fabric, names) + FabricCheck.unanswered(unanswered, names)
  }
  var notes: [Note] { [] }
  var quietLines: [String] { routes.map { "\($0.lid) \($0.port)" } }

  private struct Route {
    var lid: UInt16
    var port: UInt8
    var owner: PortReference?
  }

  private var routes: [Route] {
    let owners = LIDOwners(fabric).table
    return (tables.routes(node) ?? []).map { lid, port in
      Route(lid: lid, port: port, owner: owners.indices.contains(Int(lid)) ? owners[Int(lid)] : nil)
    }
  }

  private var groups: [(lid: UInt16, ports: [UInt8])] {
    (multicast.ports[node] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  func write(to json: inout JSONWriter) {
    let facts = fabric.nodes[node]
    json.object("switch") { json in
      json.field("guid", facts.guid.description)
      json.field("description", facts.description)
      json.field("lid", facts.lid)
      json.field("linear_fdb_top", facts.switchInfo?.linearFDBTop)
      json.field("linear_fdb_cap", facts.switchInfo?.linearFDBCap)
      json.field("multicast_fdb_top", facts.switchInfo?.multicastFDBTop)
      json.field("multicast_fdb_cap", facts.switchInfo?.multicastFDBCap)
    }
    json.array("unicast", routes) { json, route in
      json.object { json in
        json.field("lid", route.lid)
        json.field("out_port", route.port)
        json.field("type", route.owner.map { fabric.nodes[$0.node].type.spelled })
        write(route.owner, to: &json)
      }
    }
    json.array("multicast", groups) { json, group in
      json.object { json in
        json.field("mlid", group.lid)
        json.array("ports", group.ports) { json, port in json.number(port) }
      }
    }
    json.array("ports", TableBalance(node, fabric, tables)?.shares ?? []) { json, share in
      json.object { json in
        json.field("port", share.port)
        json.field("adapter_lids", share.adapterLIDs)
        json.field("switch_lids", share.switchLIDs)
        json.field("other_lids", share.otherLIDs)
        let peer = fabric[PortReference(node: node, port: share.port)]?.peer
        json.field("peer_guid", peer.map { fabric.nodes[$0.node].guid.description })
        json.field("peer_port", peer?.port)
      }
    }
    json.array("uses", uses) { json, use in
      json.object { json in
        json.object("from") { $0.fields(of: use.port, in: fabric) }
        json.field("pairs", use.pairs)
        json.array("destinations", use.destinations) { json, destination in
          json.object { json in
            json.field("lid", destination.lid)
            json.field("sources", destination.sources)
            write(destination.owner, to: &json)
          }
        }
      }
    }
    json.field("complete", isComplete)
  }

  private func write(_ owner: PortReference?, to json: inout JSONWriter) {
    json.field("guid", owner.map { fabric.nodes[$0.node].guid.description })
    json.field("port", owner?.port)
    json.field("description", owner.flatMap { fabric.nodes[$0.node].description })
  }

  private func name(_ port: PortReference?) -> String? { port.map { names.name(of: $0) } }

  func write(to page: inout Page) {
    if uses.isEmpty { writeTables(to: &page) } else { writeUses(to: &page) }
    page.problems(problems)
  }

  private func writeTables(to page: inout Page) {
    let facts = fabric.nodes[node]
    page.line(
      "\(names.name(ofNode: node)) (LID \(facts.lid.map { String($0) } ?? "-")): \(routes.count) unicast LIDs, "
        + "\(groups.count) multicast LIDs", tone: .heading)
    page.table(
      Table(
        [
          .init("PORT", number: { Int($0.port) }),
          .init("LEADS TO", text: { name(fabric[PortReference(node: node, port: $0.port)]?.peer) }),
          .init("ADAPTER LIDS", number: \.adapterLIDs), .init("SWITCH LIDS", number: \.switchLIDs),
          .init("OTHER LIDS", text: { $0.otherLIDs == 0 ? nil : String($0.otherLIDs) }),
        ] as [Table.Field<TableBalance.Share>], rows: TableBalance(node, fabric, tables)?.shares ?? []))
    if !routes.isEmpty { page.gap() }
    page.table(
      Table(
        [
          .init("LID", number: { Int($0.lid) }), .init("OUT", number: { Int($0.port) }),
          .init("DESTINATION", text: { name($0.owner) }),
          .init("GUID", rank: 1, text: { $0.owner.map { fabric.nodes[$0.node].guid.description } }),
        ] as [Table.Field<Route>], rows: routes))
    if !groups.isEmpty { page.gap() }
    page.table(
      Table(
        [
          .init("MLID") { PartitionKey.spelled($0.lid) },
          .init("PORTS", text: { $0.ports.map { String($0) }.joined(separator: " ") }),
        ] as [Table.Field<(lid: UInt16, ports: [UInt8])>], rows: groups))
  }

  private func writeUses(to page: inout Page) {
    for use in uses {
      page.gap()
      let peer = fabric[use.port]?.peer
      page.line(
        "\(names.name(of: use.port)) to \(name(peer) ?? "-"): \(use.destinations.count) destination LIDs, "
          + "\(use.pairs) pairs of source port and LID", tone: .heading)
      page.table(
        Table(
          [
            .init("LID", number: { Int($0.lid) }), .init("SOURCES", number: \.sources),
            .init("DESTINATION", text: { name($0.owner) }),
          ] as [Table.Field<LinkUse.Destination>], rows: use.destinations))
    }
  }
}
