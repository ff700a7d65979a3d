public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fabric diff`
public struct FabricComparison: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what has changed since a fabric was saved: nodes, cables, states.",
    discussion: """
      OLD is a saved fabric: the output of an earlier rdmactl fabric discover --json, the text of ibnetdiscover, a \
      netfile of ibsim, or a .lst of ibdiagnet or opensm. With NEW, two such files are compared and no requests are sent. Exits with 2 if something has changed.

      Examples:
        rdmactl fabric discover --json > yesterday.json
        rdmactl fabric diff yesterday.json
        rdmactl fabric diff yesterday.json today.json
        ibnetdiscover > old.txt; rdmactl fabric diff old.txt
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Saved fabric.", valueName: "old"), completion: .file())
  public var old: String

  @Argument(
    help: ArgumentHelp("Saved fabric to compare with (default: the fabric now).", valueName: "new"), completion: .file()
  )
  public var new: String?

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    var gaps: [Note] = []
    func saved(_ path: String) throws -> Fabric {
      let saved = try LoadedFabric(path, host: host)
      if !saved.isComplete {
        gaps.append(
          Note(subject: path, message: "was saved incomplete; some differences may not be changes"))
      }
      return saved.fabric
    }
    let before = try saved(old)
    let now: Fabric
    if let new {
      now = try saved(new)
    } else {
      now = try FabricTask(try fabric.choice(), options: fabric, host: host, output: output).sweep()
    }
    let answer = ComparisonAnswer(before: before, now: now, map: map, notes: gaps)
    try output.show(answer)
    if !answer.difference.isEmpty { return .checkFailed }
    return answer.isComplete ? .done : .partial
  }
}

/// The answer of `rdmactl fabric diff`.
struct ComparisonAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.diff/1"
  let difference: FabricDiff
  private let now: Fabric
  private let names: FabricNames
  private let nodeNames: [GUID: String]

  /// Each tells of a saved fabric that was not complete.
  let notes: [Note]

  init(before: Fabric, now: Fabric, map: NodeNameMap, notes: [Note]) {
    self.notes = notes
    difference = FabricDiff(from: before, to: now)
    self.now = now
    names = FabricNames(now, map: map)
    var nodeNames: [GUID: String] = [:]
    for fabric in [before, now] {
      let names = FabricNames(fabric, map: map)
      for (index, node) in fabric.nodes.enumerated() { nodeNames[node.guid] = names.name(ofNode: index) }
    }
    self.nodeNames = nodeNames
  }

  var isComplete: Bool { now.isComplete && notes.isEmpty }
  var problems: [Problem] { FabricCheck.incompleteness(now, names) }
  var quietLines: [String] { lines.map { "\($0.sign)\($0.what)" } }

  private func name(_ guid: GUID) -> String { nodeNames[guid] ?? guid.description }
  private func name(_ port: NodePort) -> String { "\(name(port.node))/\(port.port)" }

  /// What has changed, a line each, as people read a difference: gone, come, changed.
  private var lines: [(sign: String, what: String, tone: Tone)] {
    difference.removedNodes.map { ("-", "node \(name($0)) (\($0))", .bad) }
      + difference.addedNodes.map { ("+", "node \(name($0)) (\($0))", .good) }
      + difference.removedLinks.map { ("-", "link \(name($0.first)) to \(name($0.second))", .bad) }
      + difference.addedLinks.map { ("+", "link \(name($0.first)) to \(name($0.second))", .good) }
      + difference.moved.map { ("~", "cable of \(name($0.kept)): from \(name($0.from)) to \(name($0.to))", .caution) }
      + difference.changes.map { change in
        let subject = change.port.map { name(NodePort(node: change.node, port: $0)) } ?? name(change.node)
        return (
          "~", "\(subject) \(change.property.rawValue): \(change.before ?? "-") to \(change.now ?? "-")", .caution
        )
      }
  }

  func write(to json: inout JSONWriter) {
    func port(_ port: NodePort, _ key: String, to json: inout JSONWriter) {
      json.object(key) { $0.fields(of: port) }
    }
    func links(_ links: [FabricDiff.Link], _ key: String, to json: inout JSONWriter) {
      json.array(key, links) { json, link in
        json.object { json in
          port(link.first, "a", to: &json)
          port(link.second, "b", to: &json)
        }
      }
    }
    json.field("same", difference.isEmpty)
    json.field("added_nodes", difference.addedNodes.map(\.description))
    json.field("removed_nodes", difference.removedNodes.map(\.description))
    links(difference.addedLinks, "added_links", to: &json)
    links(difference.removedLinks, "removed_links", to: &json)
    json.array("moved", difference.moved) { json, move in
      json.object { json in
        port(move.kept, "kept", to: &json)
        port(move.from, "from", to: &json)
        port(move.to, "to", to: &json)
      }
    }
    json.array("changes", difference.changes) { json, change in
      json.object { json in
        json.field("property", change.property.rawValue)
        json.field("guid", change.node.description)
        json.field("port", change.port)
        json.field("before", change.before)
        json.field("now", change.now)
      }
    }
    json.field("complete", isComplete)
  }

  func write(to page: inout Page) {
    for line in lines { page.line("\(line.sign) \(line.what)", tone: line.tone) }
    if difference.isEmpty { page.line("nothing has changed", tone: .good) }
    page.problems(problems)
  }
}
