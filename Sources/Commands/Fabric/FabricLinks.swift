public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
internal import InfiniBandWire
public import Presentation
public import Vocabulary

/// `rdmactl fabric links`
public struct FabricLinks: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "links",
    abstract: "Show every cable with its width, speed and state; degraded links first.",
    discussion: """
      NODE is a description, a host name, a GUID, a LID, or a port of one of these (leaf1/3): show only their cables.

      Examples:
        rdmactl fabric links
        rdmactl fabric links leaf1 leaf2 --degraded
        rdmactl fabric links --down             ports without a link
        rdmactl fabric links --json > links.json
        rdmactl fabric links --from today.json   of a saved fabric (also ibnetdiscover, ibsim, .lst)
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Show only the cables of these nodes or ports.", valueName: "node"))
  public var nodes: [String] = []

  @Flag(help: "Show ports without a link instead of cables.")
  public var down = false

  @Flag(help: "Show only links below their maximum, and links whose ends disagree.")
  public var degraded = false

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func validate() throws {
    if down && degraded { throw ValidationError("--down cannot be combined with --degraded.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let found = try fabric.source(on: host, output: output).fabric
    let names = FabricNames(found, map: map)
    let selection = try PortSelection.make(nodes, names: names)
    let report = LinkReport(found)
    let answer = LinksAnswer(
      fabric: found, names: names,
      links: down
        ? []
        : report.links.filter {
          (selection.contains($0.link.first) || selection.contains($0.link.second))
            && (!degraded || $0.isDegraded || !$0.limitingEnds.isEmpty || $0.isAsymmetric)
        },
      unlinked: degraded ? [] : report.unlinked.filter { selection.contains($0.port) }, showsUnlinked: down,
      showsSteps: degraded)
    try output.show(answer)
    return found.isComplete ? .done : .partial
  }
}

/// The answer of `rdmactl fabric links`.
struct LinksAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.links/1"
  let fabric: Fabric
  let names: FabricNames
  let links: [LinkStatus]
  let unlinked: [UnlinkedPort]
  /// Whether the text shows the ports without a link.
  let showsUnlinked: Bool
  /// Whether the text names the commands for the links it shows.
  let showsSteps: Bool

  var problems: [Problem] { FabricCheck.incompleteness(fabric, names) }
  var notes: [Note] { [] }
  var quietLines: [String] {
    showsUnlinked
      ? unlinked.map { names.name(of: $0.port) }
      : links.map { "\(names.name(of: $0.link.first)) \(names.name(of: $0.link.second))" }
  }

  func write(to json: inout JSONWriter) {
    json.array("links", links) { json, link in
      json.object { json in
        write(link.link.first, "a", to: &json)
        write(link.link.second, "b", to: &json)
        json.field("width", link.width?.description)
        json.field("speed", link.speed?.rawValue)
        json.field("rate_gbps", link.rate)
        json.field("signal_gbps", link.signal)
        json.field("possible_width", link.possibleWidth?.description)
        json.field("possible_speed", link.possibleSpeed?.rawValue)
        json.field("possible_rate_gbps", link.possibleRate)
        json.array("limited_by_setting", link.limitingEnds) { json, port in
          json.object { $0.fields(of: port, in: fabric) }
        }
        json.field("degraded", link.isDegraded)
        json.field("asymmetric", link.isAsymmetric)
      }
    }
    json.array("down", unlinked) { json, port in
      json.object { json in
        write(port.port, to: &json)
        json.field("physical_state", port.physicalState.rawValue)
      }
    }
    json.field("complete", fabric.isComplete)
  }

  private func write(_ port: PortReference, _ key: String, to json: inout JSONWriter) {
    json.object(key) { write(port, to: &$0) }
  }

  private func write(_ port: PortReference, to json: inout JSONWriter) {
    json.fields(of: port, in: fabric)
    json.field("state", fabric[port]?.info?.state.rawValue)
  }

  func write(to page: inout Page) {
    if showsUnlinked { writeUnlinked(to: &page) } else { writeLinks(to: &page) }
    page.problems(problems)
  }

  private func writeLinks(to page: inout Page) {
    var table = Table([
      .init("END"), .init("OTHER END"), .init("LINK"), .init("RATE", .right), .init("MAX"), .init("STATE"),
      .init("GUID", rank: 1), .init("OTHER GUID", rank: 2),
    ])
    let inside = links.filter { [$0.link.first, $0.link.second].contains { fabric.nodes[$0.node].isAggregationNode } }
    for link in links where !inside.contains(link) {
      let isBad = link.isDegraded || link.isAsymmetric
      table.add([
        .init(names.name(of: link.link.first)), .init(names.name(of: link.link.second)),
        .init(LinkStatus.spelled(link.width, link.speed), tone: isBad ? .caution : .plain),
        .init(link.rate.map { "\(StatusReport.number($0)) Gb/s" }, value: link.rate.map { StatusReport.number($0) }),
        .init(
          link.isDegraded || !link.limitingEnds.isEmpty
            ? LinkStatus.spelled(link.possibleWidth, link.possibleSpeed) : nil, tone: .caution),
        .init(state(of: link)), .init(fabric.nodes[link.link.first.node].guid.description),
        .init(fabric.nodes[link.link.second.node].guid.description),
      ])
    }
    page.table(table)
    if links.isEmpty { page.line("no matching link") }
    let bad = links.count { $0.isDegraded }
    let limited = links.count { !$0.isDegraded && !$0.limitingEnds.isEmpty }
    page.gap()
    page.line(
      "\(links.count) link\(links.count == 1 ? "" : "s")" + (bad > 0 ? ", \(bad) degraded" : "")
        + (limited > 0 ? ", \(limited) limited by the setting of a port" : "")
        + (inside.isEmpty ? "" : ", \(inside.count) of them to aggregation nodes inside switches (not shown)")
        + (unlinked.isEmpty
          ? "" : "; \(unlinked.count) port\(unlinked.count == 1 ? "" : "s") without a link (see --down)"))
    if showsSteps { for step in steps { page.line("    next: \(step)") } }
  }

  /// What to try at the first link of each kind: a new training where the cable may be bad, a setting taken back.
  private var steps: [String] {
    func command(_ port: PortReference, _ action: String) -> String {
      "rdmactl fabric port \(ShellWord.quoted(names.name(of: port))) \(action)"
    }
    let degraded = links.first { $0.isDegraded }.map { command($0.link.first, "reset --dry-run") }
    let limited = links.first { !$0.isDegraded && !$0.limitingEnds.isEmpty }.flatMap { link in
      let isNarrow = link.width?.lanes != link.possibleWidth?.lanes
      return link.limitingEnds.first.map { command($0, isNarrow ? "width max --dry-run" : "speed max --dry-run") }
    }
    return [degraded, limited].compactMap(\.self)
  }

  private func state(of link: LinkStatus) -> String {
    let states = link.states.map { $0?.rawValue ?? "unknown" }
    return Set(states).count == 1 ? states[0] : states.joined(separator: " / ")
  }

  private func writeUnlinked(to page: inout Page) {
    var table = Table([.init("PORT"), .init("STATE"), .init("PHYSICAL"), .init("GUID", rank: 1)])
    for port in unlinked {
      table.add([
        .init(names.name(of: port.port)), .init(port.state.rawValue), .init(port.physicalState.rawValue),
        .init(fabric.nodes[port.port.node].guid.description),
      ])
    }
    page.table(table)
    if unlinked.isEmpty { page.line("every port has a link") }
  }
}
