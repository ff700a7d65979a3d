internal import Change
internal import FabricDiscovery
internal import InfiniBandWire
internal import Presentation
internal import Vocabulary

/// Both ends of a cable, with the settings of those that answer.
struct PortEnds {
  struct End {
    let port: PortReference
    let settings: PortSettings?
  }

  let access: PortAccess
  let end: End
  let other: End?

  /// - Throws: ``PortFailure`` when the port itself does not answer.
  init(_ port: PortReference, _ access: PortAccess) throws {
    self.access = access
    end = End(port: port, settings: try access.settings(of: port))
    other = access.fabric[port]?.peer.map { End(port: $0, settings: try? access.settings(of: $0)) }
  }
}

/// The answer of `rdmactl fabric port`: both ends of a cable as they are now, and what was changed.
struct PortAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.port/1"

  private typealias End = PortEnds.End

  private let ends: PortEnds
  private var access: PortAccess { ends.access }
  private var end: End { ends.end }
  private var other: End? { ends.other }
  /// `nil`: nothing was to be changed.
  var plan: ChangePlan<PortWriter.Plan>?
  var result: ChangeOutcome<PortWriter.Plan>.Result?
  var trainingMilliseconds: Int?
  var isDryRun = false

  init(_ ends: PortEnds) { self.ends = ends }

  var problems: [Problem] { FabricCheck.incompleteness(access.fabric, access.names) }
  var notes: [Note] { [] }
  var wouldChange: Bool? { isDryRun ? result == .dryRun : nil }
  var quietLines: [String] { end.settings.map { [PortKey.state.value($0)] } ?? [] }

  private var record: ChangeRecord? { if case .written(let record) = result { record } else { nil } }

  // MARK: JSON

  func write(to json: inout JSONWriter) {
    write(end, "port", to: &json)
    if let other { write(other, "other_end", to: &json) } else { json.field("other_end", String?.none) }
    json.field("changed", record != nil)
    json.array("changes", plan?.changes ?? []) { json, change in
      json.object { json in
        json.field("setting", change.place.key)
        json.field("before", change.before.text)
        json.field("after", change.after.text)
      }
    }
    json.array("cut_off", plan?.detail.loss.nodes ?? []) { json, node in
      json.object { json in
        json.field("guid", access.fabric.nodes[node].guid.description)
        json.field("description", access.fabric.nodes[node].description)
      }
    }
    json.field("training_ms", trainingMilliseconds)
    json.field("journal_id", record?.id)
    json.field("complete", access.fabric.isComplete)
  }

  private func write(_ end: End, _ key: String, to json: inout JSONWriter) {
    let settings = end.settings
    let facts = settings?.facts
    json.object(key) { json in
      json.fields(of: end.port, in: access.fabric)
      json.field("state", facts?.state.rawValue)
      json.field("physical_state", facts?.physicalState.rawValue)
      json.field("enabled", settings.map { !$0.isDisabled })
      json.field("lid", facts.flatMap { $0.lid == 0 ? nil : $0.lid })
      json.field("lmc", facts?.lmc)
      json.field("sm_lid", facts.flatMap { $0.masterSMLID == 0 ? nil : $0.masterSMLID })
      json.field("width", facts?.width?.description)
      json.field("width_enabled", (settings?.widthsEnabled ?? []).map(\.description))
      json.field("width_supported", (settings?.widthsSupported ?? []).map(\.description))
      json.field("speed", facts?.speed?.rawValue)
      json.field("speed_enabled", (settings?.speedsEnabled ?? []).map(\.rawValue))
      json.field("speed_supported", (settings?.speedsSupported ?? []).map(\.rawValue))
      json.field("rate_gbps", facts?.rate)
      json.field("mtu", settings?.mtu)
      json.field("max_mtu", settings?.mtuCap)
      json.field("data_vls", settings?.operationalVLs)
      json.field("max_data_vls", settings?.vlCap)
      json.field("m_key_protection", settings?.mKeyProtection)
      json.field("m_key_lease_seconds", settings?.mKeyLease)
      json.field("m_key_violations", facts?.mKeyViolations)
    }
  }

  // MARK: text

  /// The plan, for people.
  static func words(of plan: ChangePlan<PortWriter.Plan>) -> [String] {
    let detail = plan.detail
    let (names, fabric) = (detail.access.names, detail.access.fabric)
    let peer = fabric[detail.port]?.peer
    var lines = ["port       \(names.name(of: detail.port))"]
    if let peer { lines.append("other end  \(names.name(of: peer))") }
    let link = detail.settings.facts
    lines.append("link       \(LinkStatus.spelled(link.width, link.speed)), \(link.state.rawValue)")
    lines += plan.changes.map { "\($0.place.key.padded(to: 11))\($0.before.text) -> \($0.after.text)" }
    let lost = detail.loss.nodes.map { names.name(ofNode: $0) }
    let isShort = !plan.changes.contains { $0.after.text == PortKey.disabled }
    if !lost.isEmpty {
      let shown = lost.prefix(4).joined(separator: ", ") + (lost.count > 4 ? " and \(lost.count - 4) more" : "")
      lines.append("cut off    \(shown)" + (isShort ? " (while the link trains)" : ""))
    } else if peer != nil, plan.changes.contains(where: { $0.after.text != PortKey.enabled }) {
      lines.append("cut off    nothing: there is another path" + (isShort ? " (while the link trains)" : ""))
    }
    return lines
  }

  func write(to page: inout Page) {
    switch result {
    case .dryRun:
      for line in plan.map(Self.words) ?? [] { page.line(line) }
      page.line("Dry run: nothing was written.")
    case .unchanged: page.line("\(access.names.name(of: end.port)): already set, nothing to do")
    case .written(let record):
      for change in record.changes {
        page.line("\(change.place.title): \(change.before.text) -> \(change.after.text)", tone: .good)
      }
      if let trainingMilliseconds { page.line("the link was up again after \(trainingMilliseconds) ms") }
      let facts = end.settings?.facts
      if facts?.physicalState == .polling, facts?.state == .down {
        page.line("the port has no link: nothing answers at the other end of its cable", tone: .caution)
      }
      if record.irreversible == nil { page.line("to take it back: rdmactl undo \(record.id)", tone: .faint) }
    case nil: writeTable(to: &page)
    }
    page.problems(problems)
  }

  private func writeTable(to page: inout Page) {
    var columns: [Table.Column] = [.init("SETTING"), .init(access.names.name(of: end.port))]
    if let other { columns.append(.init(access.names.name(of: other.port))) }
    var table = Table(columns)
    let ends = [end] + (other.map { [$0] } ?? [])
    func row(_ title: String, _ value: (PortSettings) -> String?) {
      let cells = ends.map { $0.settings.flatMap(value) }
      guard cells.contains(where: { $0 != nil }) else { return }
      table.add([.init(title)] + cells.map { .init($0) })
    }
    row("state") { $0.facts.state.rawValue }
    row("physical state") { $0.facts.physicalState.rawValue }
    row("LID") { $0.facts.lid == 0 ? nil : String($0.facts.lid) }
    row("LMC") { $0.facts.lid == 0 ? nil : String($0.facts.lmc) }
    row("SM LID") { $0.facts.masterSMLID == 0 ? nil : String($0.facts.masterSMLID) }
    row("link") { $0.facts.rateText }
    row("widths enabled") { $0.widthsEnabled.map(\.description).joined(separator: " ") }
    row("widths supported") { $0.widthsSupported.map(\.description).joined(separator: " ") }
    row("speeds enabled") { $0.speedsEnabled.map { $0.rawValue.uppercased() }.joined(separator: " ") }
    row("speeds supported") { $0.speedsSupported.map { $0.rawValue.uppercased() }.joined(separator: " ") }
    row("MTU") { settings in settings.mtu.map { "\($0)" + (settings.mtuCap.map { " of \($0)" } ?? "") } }
    row("data VLs") { settings in settings.operationalVLs.map { "\($0)" + (settings.vlCap.map { " of \($0)" } ?? "") } }
    row("M_Key protection") { $0.mKeyProtection == 0 ? nil : "level \($0.mKeyProtection)" }
    page.table(table)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
