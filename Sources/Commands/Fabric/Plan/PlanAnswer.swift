internal import FabricDiscovery
internal import FabricPlan
internal import InfiniBandWire
internal import Presentation
public import Vocabulary

/// The answer of `rdmactl fabric plan check`.
struct PlanAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.plan/1"
  let path: String
  let fabric: Fabric
  let names: FabricNames
  let planned: Int
  let kept: Int
  let findings: [PlanComparison.Finding]

  /// A finding in words: where, and what is there instead.
  struct Row {
    let kind: PlanProblem
    let end: String
    var otherEnd: String?
    var found: String?
    var hint: String?
  }

  var rows: [Row] { findings.map(row) }
  var problems: [Problem] {
    rows.map { row in
      let subject = [row.end, row.otherEnd].compactMap(\.self).joined(separator: " - ")
      return row.kind.found(subject, detail: row.found, hint: row.hint)
    } + FabricCheck.incompleteness(fabric, names)
  }
  var notes: [Note] { [] }
  var quietLines: [String] {
    rows.map { [$0.kind.word, $0.end, $0.otherEnd].compactMap(\.self).joined(separator: " ") }
  }

  private func name(_ port: PortReference?) -> String? { port.map { names.name(of: $0) } }
  private func name(_ place: PlanComparison.Place) -> String {
    name(place.port) ?? "\(place.end.node)/\(place.end.port)"
  }

  private func row(_ finding: PlanComparison.Finding) -> Row {
    switch finding {
    case .missing(let one, let other):
      return Row(kind: .missing, end: name(one), otherEnd: name(other), found: "no link at either end")
    case .wrong(let one, let other, let first, let second):
      let ends = [(name(one), name(first)), (name(other), name(second))]
      return Row(
        kind: .wrong, end: name(one), otherEnd: name(other),
        found: ends.compactMap { end, peer in peer.map { "\(end) goes to \($0)" } }.joined(separator: "; "))
    case .swapped(let one, let other, let others):
      return Row(
        kind: .swapped, end: names.name(of: one), otherEnd: names.name(of: other),
        found: "connected to \(names.name(of: others.1)) and \(names.name(of: others.0))",
        hint: "exchange the cables at \(names.name(of: one)) and \(names.name(of: other))")
    case .additional(let link):
      return Row(kind: .additional, end: names.name(of: link.first), otherEnd: names.name(of: link.second))
    case .slow(let link, let cable, let width, let speed):
      return Row(
        kind: .slow, end: names.name(of: link.first), otherEnd: names.name(of: link.second),
        found: "\(LinkStatus.spelled(width, speed)), planned \(LinkStatus.spelled(cable.width, cable.speed))")
    case .nodeMissing(let node, let cables):
      return Row(
        kind: .nodeMissing, end: Page.clean(node),
        found: "\(cables.count) cable\(cables.count == 1 ? "" : "s") planned")
    }
  }

  func write(to json: inout JSONWriter) {
    json.field("plan", path)
    json.field("planned", planned)
    json.field("as_planned", kept)
    json.array("findings", findings) { json, finding in
      json.object { json in
        let row = row(finding)
        json.field("kind", row.kind.word)
        json.field("detail", row.found)
        write(finding, to: &json)
      }
    }
    json.field("complete", fabric.isComplete)
  }

  private func write(_ finding: PlanComparison.Finding, to json: inout JSONWriter) {
    func port(_ key: String, _ port: PortReference?, _ json: inout JSONWriter) {
      guard let port else { return json.field(key, String?.none) }
      json.object(key) { $0.fields(of: port, in: fabric) }
    }
    func place(_ key: String, _ place: PlanComparison.Place, _ json: inout JSONWriter) {
      json.object(key) { json in
        json.field("guid", place.port.map { fabric.nodes[$0.node].guid.description } ?? place.end.guid?.description)
        json.field("port", place.end.port)
        json.field("description", place.port.flatMap { fabric.nodes[$0.node].description } ?? place.end.node)
      }
    }
    switch finding {
    case .missing(let one, let other):
      place("a", one, &json)
      place("b", other, &json)
    case .wrong(let one, let other, let first, let second):
      place("a", one, &json)
      place("b", other, &json)
      port("a_found", first, &json)
      port("b_found", second, &json)
    case .swapped(let one, let other, let others):
      port("a", one, &json)
      port("b", other, &json)
      port("a_found", others.1, &json)
      port("b_found", others.0, &json)
    case .additional(let link):
      port("a", link.first, &json)
      port("b", link.second, &json)
    case .slow(let link, let cable, let width, let speed):
      port("a", link.first, &json)
      port("b", link.second, &json)
      json.field("width", width?.description)
      json.field("speed", speed?.rawValue)
      json.field("planned_width", cable.width?.description)
      json.field("planned_speed", cable.speed?.rawValue)
    case .nodeMissing(let node, let cables):
      json.field("node", node)
      json.field("cables", cables.count)
    }
  }

  func write(to page: inout Page) {
    let rows = rows
    page.table(
      Table(
        [
          Table.Field<Row>("FINDING") { .init($0.kind.word, tone: $0.kind.severity == .error ? .bad : .caution) },
          Table.Field("END", text: { $0.end }), Table.Field("OTHER END", text: { $0.otherEnd }),
          Table.Field("FOUND", text: { $0.found }),
        ], rows: rows))
    page.gap()
    let all = findings.isEmpty ? "every cable as planned" : "\(findings.count) finding\(findings.count == 1 ? "" : "s")"
    page.line(
      "\(planned) cable\(planned == 1 ? "" : "s") planned, \(kept) found; \(all)",
      tone: findings.isEmpty ? .good : .caution)
    page.steps([], rows.compactMap(\.hint))
    page.problems(FabricCheck.incompleteness(fabric, names))
  }
}

/// The findings of a comparison with a plan.
public enum PlanProblem: String, CaseIterable, Sendable {
  case missing = "plan.cable_missing"
  case wrong = "plan.cable_wrong"
  case swapped = "plan.cables_swapped"
  case nodeMissing = "plan.node_missing"
  case additional = "plan.cable_additional"
  case slow = "plan.link_slow"

  var severity: Severity {
    switch self {
    case .missing, .wrong, .swapped, .nodeMissing: .error
    case .additional, .slow: .warning
    }
  }

  var word: String {
    switch self {
    case .missing: "missing"
    case .wrong: "wrong"
    case .swapped: "swapped"
    case .nodeMissing: "node_missing"
    case .additional: "additional"
    case .slow: "slow"
    }
  }

  private var meaning: String {
    switch self {
    case .missing: "a planned cable is not there"
    case .wrong: "a planned cable goes to another port"
    case .swapped: "two cables are exchanged at these ports"
    case .nodeMissing: "a node of the plan is not in the fabric"
    case .additional: "a cable is not in the plan"
    case .slow: "a link has fewer lanes or less speed than planned"
    }
  }

  /// The entries of the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func found(_ subject: String, detail: String?, hint: String?) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: subject,
      message: meaning + (detail.map { " (\($0))" } ?? ""), hint: [hint].compactMap(\.self))
  }
}
