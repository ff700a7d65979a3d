public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
internal import InfiniBandWire
public import Presentation
public import Vocabulary

/// `rdmactl fabric discover`
public struct FabricDiscover: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "discover",
    abstract: "Show every node, port and cable of the subnet.",
    discussion: """
      Uses directed routes: it needs no subnet manager and no LIDs. NAME is the local port to start from (default: the \
      first active port). Exits with 8 if a node did not answer, and names it.

      Examples:
        rdmactl fabric discover
        rdmactl fabric discover mlx5_0/1 --json > fabric.json
        rdmactl fabric discover --format dot | dot -Tsvg > fabric.svg
        rdmactl fabric discover --format slurm --via 'mlx5_[0-3]' > topology.conf
        rdmactl fabric discover --from ibnetdiscover.txt --json > fabric.json    convert a saved fabric
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Local port to send requests from, by any of its names.", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  @Option(help: "Text format.")
  public var format = FabricFormat.text

  @Option(
    help: ArgumentHelp(
      "For slurm: use only these adapters, such as mlx5_0 or 'mlx5_[0-3]' (default: all).", valueName: "adapters"))
  public var via: NamePattern?

  @Flag(help: "For slurm: show leaf switches and one root only.")
  public var leafsOnly = false

  public init() {}

  public func validate() throws {
    if format != .slurm && (via != nil || leafsOnly) {
      throw ValidationError("--via and --leafs-only need --format slurm.")
    }
    if format != .text && (common.json || common.quiet) {
      throw ValidationError("--format cannot be combined with --json or --quiet.")
    }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let source = try fabric.source(named: name, of: "fabric discover", on: host, output: output)
    let found = source.fabric
    let names = FabricNames(found, map: map)
    let report = DiscoverAnswer(fabric: found, names: names, port: source.name)
    switch format {
    case .text: try output.show(report)
    case .ibnetdiscover: try output.write(pieces: { IbnetdiscoverText.write(found, map: map, into: $0) })
    case .netfile: try output.write(pieces: { NetfileText.write(found, map: map, into: $0) })
    case .dot: try output.write(pieces: { DOTText.write(found, names: names, into: $0) })
    case .slurm:
      let tree = SlurmTopology(found, map: map, adapters: via, leavesOnly: leafsOnly)
      guard !tree.switches.isEmpty else { throw SlurmFailure.noHost(via?.text) }
      try output.write(pieces: { tree.write(into: $0) })
      for remark in remarks(on: tree, in: found, names) { output.talk(remark) }
    }
    if format != .text { output.tellDecisive(report) }
    return found.isComplete ? .done : .partial
  }

  /// What an administrator must know of the tree: who is not in it, and who could be elsewhere.
  private func remarks(on tree: SlurmTopology, in fabric: Fabric, _ names: FabricNames) -> [String] {
    var remarks: [String] = []
    if let first = tree.unnamed.first {
      remarks.append(
        "left out: \(tree.unnamed.count) adapter\(tree.unnamed.count == 1 ? "" : "s") whose description names no host, "
          + "such as \(names.name(ofNode: first)); --node-name-map can name them")
    }
    if let first = tree.onSeveralLeaves.first {
      remarks.append(
        "\(tree.onSeveralLeaves.count) host\(tree.onSeveralLeaves.count == 1 ? "" : "s"), such as \(first), "
          + "with adapters at several leaf switches: listed at the first adapter's; choose with --via")
    }
    return remarks
  }
}

/// Why there is no topology for Slurm.
enum SlurmFailure: Failure, Equatable {
  case noHost(String?)

  var id: String { "fabric.no_host" }
  var subject: String? { if case .noHost(let pattern) = self { pattern } else { nil } }
  var message: String {
    "no adapter at a switch has a host's name" + (subject == nil ? "" : " and matches --via")
  }
  var fix: [String] { ["rdmactl fabric discover"] }
  var exitStatus: ExitStatus { .notFound }
}

extension NamePattern: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

public enum FabricFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case text, ibnetdiscover, netfile, dot, slurm

  public static var allValueDescriptions: [String: String] {
    [
      "text": "rdmactl's own table", "ibnetdiscover": "as ibnetdiscover prints it",
      "netfile": "as the simulator ibsim loads it",
      "dot": "a graph for Graphviz", "slurm": "topology.conf of Slurm (topology/tree)",
    ]
  }
}

/// The answer of `rdmactl fabric discover`.
struct DiscoverAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.discover/1"
  let fabric: Fabric
  let names: FabricNames
  /// The local port that sent the requests.
  let port: String

  var problems: [Problem] { FabricCheck.incompleteness(fabric, names) }
  var notes: [Note] { [] }
  var quietLines: [String] { fabric.nodes.map(\.guid.description) }

  func write(to json: inout JSONWriter) { FabricPayload(fabric: fabric).write(to: &json) }

  func write(to page: inout Page) {
    page.sentence(FabricSummary(fabric, seenFrom: port).line, indent: 2, tone: .heading)
    page.gap()
    var table = Table([
      .init("NODE"), .init("TYPE"), .init("LID", .right), .init("PORTS", .right), .init("LINK"), .init("STATE"),
      .init("GUID", rank: 1), .init("AT"),
    ])
    for index in fabric.nodes.indices {
      let row = NodeRow(index, in: fabric, names: names)
      table.add([
        .init(row.name), .init(row.type), .init(row.lid), .init(row.ports, tone: row.isWhole ? .plain : .faint),
        .init(row.link), .init(row.state, tone: row.isActive ? .good : .caution), .init(row.guid), .init(row.at),
      ])
    }
    page.table(table)
    page.problems(problems)
  }
}

/// The one line above everything: "152 nodes (24 switches, 128 adapters), 256 links".
struct FabricSummary {
  let line: String

  init(_ fabric: Fabric, seenFrom port: String) {
    let counts = FabricCounts(fabric)
    let kinds = [
      (counts.switches, "switch", "switches"), (counts.adapters, "adapter", "adapters"),
      (counts.aggregationNodes, "aggregation node", "aggregation nodes"), (counts.routers, "router", "routers"),
    ]
    let parts = kinds.filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }
    let links = "\(counts.links) link\(counts.links == 1 ? "" : "s")"
    line =
      "subnet at \(port): \((parts + [links]).joined(separator: ", "))"
      + (fabric.isComplete ? "" : " — INCOMPLETE")
  }
}

/// A node as a line of the table.
private struct NodeRow {
  let name: String
  let type: String
  let lid: String?
  let ports: String
  /// Ports with a cable are all of them.
  let isWhole: Bool
  let link: String
  let state: String
  let isActive: Bool
  let guid: String
  let at: String?

  init(_ index: Int, in fabric: Fabric, names: FabricNames) {
    let node = fabric.nodes[index]
    let linked = node.ports.filter { $0.peer != nil }
    name = names.name(ofNode: index)
    type = node.isAggregationNode ? "aggregation" : node.type.spelled
    lid = Self.lids(of: node)
    ports = "\(linked.count)/\(node.portCount)"
    isWhole = linked.count == node.portCount
    link = Self.distinct(linked.compactMap { $0.info?.rateText })
    state = Self.distinct(linked.compactMap { $0.info?.state.rawValue })
    isActive = linked.allSatisfy { $0.info?.state == .active }
    guid = node.guid.description
    at = node.type == .switchNode ? nil : Self.distinct(linked.compactMap { $0.peer.map { names.name(of: $0) } })
  }

  /// `16`, with LMC 1 `16-17`, of two ports `5,9`.
  private static func lids(of node: FabricNode) -> String? {
    let ranges = LIDOwners.ranges(of: node)
    guard !ranges.isEmpty else { return nil }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  private static func distinct(_ words: [String]) -> String {
    guard let first = words.first else { return "" }
    // Usually all are equal.
    guard words.contains(where: { $0 != first }) else { return first }
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }.joined(separator: ",")
  }
}

extension PortFacts {
  /// `4x HDR`
  var rateText: String? { width.flatMap { width in speed.map { "\(width) \($0.rawValue.uppercased())" } } }
}
