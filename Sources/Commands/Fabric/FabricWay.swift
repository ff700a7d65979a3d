public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fabric route`
public struct FabricWay: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "route",
    abstract: "Show the route from one port to another, hop by hop, by the switches' forwarding tables.",
    discussion: """
      A and B are descriptions, GUIDs or LIDs of nodes or ports, also host7/1. Exits with 2 if a packet would not arrive, \
      and shows where it is lost.

      Examples:
        rdmactl fabric route host1 host7
        rdmactl fabric route 0x3 0x11 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Source.", valueName: "a"))
  public var source: String

  @Argument(help: ArgumentHelp("Destination.", valueName: "b"))
  public var target: String

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let task = try FabricTask(try fabric.choice(), options: fabric, host: host, output: output)
    let found = try task.sweep()
    let names = FabricNames(found, map: map)
    let (from, to) = (try names.port(source), try names.port(target))
    let route = try task.ask { () throws(SessionFailure) in
      try task.session.route(from: from, to: to, in: found, lidOffset: names.lidOffset(target))
    }
    try output.show(RouteAnswer(fabric: found, names: names, route: route))
    switch route.fault {
    case nil: return found.isComplete ? .done : .partial
    case .tableUnread: return .partial
    default: return .checkFailed
    }
  }
}

/// The answer of `rdmactl fabric route`.
struct RouteAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.route/1"
  let fabric: Fabric
  let names: FabricNames
  let route: FabricRoute

  var problems: [Problem] { faults + FabricCheck.incompleteness(fabric, names) }

  private var faults: [Problem] {
    guard let fault = route.fault else { return [] }
    return [
      RouteProblem.lost.found(
        "\(names.name(of: route.source)) to \(names.name(of: route.target))", words(for: fault),
        fix: fault == .noTargetLID ? ["rdmactl sm list"] : ["rdmactl sm reload", "rdmactl fabric check"])
    ]
  }
  var notes: [Note] { [] }
  var quietLines: [String] { route.hops.map { names.name(ofNode: $0.node) } }

  private func words(for fault: FabricRoute.Fault) -> String {
    let lid = "LID \(route.lid)"
    return switch fault {
    case .noTargetLID: "the target has no LID: no subnet manager has configured it"
    case .noEntry(let node): "the packet is lost at \(names.name(ofNode: node)): its table has no port for \(lid)"
    case .tableUnread(let node): "the table of \(names.name(ofNode: node)) could not be read"
    case .deadPort(let port):
      "the packet is lost at \(names.name(of: port)): the table sends \(lid) there, and the port has no link"
    case .loop(let node): "the packet comes back to \(names.name(ofNode: node)): the tables send \(lid) in a circle"
    case .wrongNode(let node): "the packet for \(lid) ends at \(names.name(ofNode: node)), which is not its target"
    }
  }

  func write(to json: inout JSONWriter) {
    json.object("from") { $0.fields(of: route.source, in: fabric) }
    json.object("to") { $0.fields(of: route.target, in: fabric) }
    json.field("lid", route.lid == 0 ? nil : route.lid)
    json.array("hops", route.hops) { json, hop in
      json.object { json in
        json.field("guid", fabric.nodes[hop.node].guid.description)
        json.field("description", fabric.nodes[hop.node].description)
        json.field("type", fabric.nodes[hop.node].type.spelled)
        json.field("in_port", hop.inPort)
        json.field("out_port", hop.outPort)
      }
    }
    json.field("arrives", route.isComplete)
    json.field("complete", fabric.isComplete)
  }

  func write(to page: inout Page) {
    writeHops(to: &page)
    page.problems(problems)
  }

  func writeHops(to page: inout Page) {
    var table = Table([.init("HOP", .right), .init("NODE"), .init("IN", .right), .init("OUT", .right), .init("LINK")])
    for (number, hop) in route.hops.enumerated() {
      let out = hop.outPort.flatMap { fabric[PortReference(node: hop.node, port: $0)] }
      table.add([
        .init(number), .init(names.name(ofNode: hop.node)), .init(hop.inPort.map { String($0) }),
        .init(hop.outPort.map { String($0) }), .init(out?.info?.rateText),
      ])
    }
    page.table(table)
    if route.isComplete {
      page.gap()
      let links = route.hops.count - 1
      page.line("arrives at LID \(route.lid) over \(links) link\(links == 1 ? "" : "s")", tone: .good)
    }
  }
}

/// The finding of a walk along the forwarding tables.
public enum RouteProblem: String, CaseIterable, Sendable {
  case lost = "fabric.route_lost"

  /// The entries of the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map {
      ProblemDescription(
        id: $0.rawValue, severity: .error, meaning: "By the forwarding tables a packet does not arrive.")
    }
  }

  func found(_ subject: String, _ message: String, fix: [String]) -> Problem {
    Problem(id: rawValue, severity: .error, subject: subject, message: message, fix: fix)
  }
}
