internal import GUIDMapping
internal import MaskStore
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl guid2mac --check`.
struct CheckAnswer: Presentable {
  struct Payload: Encodable {
    let results: [ResultPayload]
    let plan: [ChangePayload]
    let changed: Bool
    let dryRun: Bool
    /// Of a dry run.
    @ExplicitNull var wouldChange: Bool?
  }

  struct ResultPayload: Encodable {
    let port: String
    let guid: GUID
    let verdict: PortVerdict.Kind
    @ExplicitNull var mac: MACAddress?
    @ExplicitNull var rule: MappingRule?
    @ExplicitNull var mask: String?
    @ExplicitNull var maskSource: Mapping.MaskSource?
    @ExplicitNull var outcome: Mapping.Outcome?
    @ExplicitNull var owner: String?
    let alternatives: [AlternativePayload]

    init(_ verdict: PortVerdict) {
      let mapping = verdict.mapping.map(MappingPayload.init)
      port = verdict.port.name
      guid = verdict.port.guid
      self.verdict = verdict.kind
      mac = verdict.mac
      rule = mapping?.rule
      mask = mapping?.mask
      maskSource = mapping?.maskSource
      outcome = mapping?.outcome
      owner = Organisation.of(guid)?.owner
      alternatives = mapping?.alternatives ?? []
    }
  }

  struct ChangePayload: Encodable {
    let action: MaskChange.Action
    let guid: GUID
    @ExplicitNull var mask: String?
    let port: String
  }

  static let schema = "rdmactl.guid2mac/1"
  let verdicts: [PortVerdict]
  let plan: [MaskChange]
  let changed: Bool
  let dryRun: Bool
  let notes: [Note]
  let problems: [Problem]

  init(
    verdicts: [PortVerdict], plan: [MaskChange], changed: Bool, dryRun: Bool, notes: [Note], more: [Problem]
  ) {
    self.verdicts = verdicts
    self.plan = plan
    self.changed = changed
    self.dryRun = dryRun
    self.notes = notes
    problems = more + PortFindings.problems(of: verdicts)
  }

  var payload: Payload {
    Payload(
      results: verdicts.map(ResultPayload.init),
      plan: plan.map {
        ChangePayload(action: $0.action, guid: $0.guid, mask: $0.mask?.description, port: $0.port)
      },
      changed: changed, dryRun: dryRun, wouldChange: dryRun ? !plan.isEmpty : nil)
  }

  /// MACs, as without `--check`.
  var quietLines: [String] { verdicts.compactMap { $0.mac?.description } }

  func write(to page: inout Page) {
    var table = Table([
      .init("PORT"), .init("GUID"), .init("VERDICT"), .init("MAC"), .init("RULE"), .init("MASK"),
      .init("VENDOR", rank: 2), .init("ALTERNATIVES", rank: 1),
    ])
    for verdict in verdicts {
      table.add(
        [.init(verdict.port.name), .init(verdict.port.guid.description), Self.cell(verdict.kind)]
          + (verdict.mapping?.cells ?? [.init(verdict.mac?.description), "", "", ""])
          + [.init(verdict.mapping?.alternativesText)])
    }
    page.table(table)
    page.write(problems)
  }

  private static func cell(_ kind: PortVerdict.Kind) -> Table.Cell {
    switch kind {
    case .recognized: .init("recognized", tone: .good)
    case .stored: .init("mask stored", tone: .good)
    case .maskFound: .init("mask found", tone: .caution)
    case .unknown: .init("not recognized", tone: .bad)
    case .ethernet: .init("not needed: Ethernet", tone: .faint)
    }
  }
}
