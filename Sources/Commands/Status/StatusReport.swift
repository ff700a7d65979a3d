internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl status`.
struct StatusReport: Presentable {
  /// What the text form shows beside the table.
  struct Sections {
    var verbose = false
    var gids = false
    var counters = false
    /// Only what is the same on equal hosts.
    var brief = false
    /// Virtual functions are told of below their physical function.
    var folds = false
  }

  static let schema = "rdmactl.status/1"
  let inventory: Inventory
  /// What an expectation or a wait found.
  let failures: [Problem]
  let problems: [Problem]
  let decisive: [Problem]
  let sections: Sections

  private let isCheck: Bool

  /// - Parameters:
  ///   - asked: what only others can answer: silent subnet managers, pending firmware.
  ///   - isCheck: whether every error decides the exit status.
  init(
    _ inventory: Inventory, sections: Sections, failures more: [Problem] = [], expectation: Expectation? = nil,
    asked: [Problem] = [], isCheck: Bool = false
  ) {
    self.inventory = inventory
    self.sections = sections
    self.isCheck = isCheck
    let found =
      (NoDevice.problem(of: inventory).map { [$0] } ?? []) + Explanation.problems(of: inventory) + asked
    failures = more + (expectation?.failures(in: inventory, problems: found) ?? [])
    // A cause comes before what it led to.
    problems = found.filter { $0.severity == .error } + failures + found.filter { $0.severity != .error }
    decisive =
      failures + found.filter { isCheck && $0.severity == .error || $0.id == PortProblem.unreadable.rawValue }
  }

  /// Whether the ports are not as the call asked for.
  var isFailed: Bool { !failures.isEmpty || isCheck && problems.contains { $0.severity == .error } }

  var payload: StatusPayload { StatusPayload(inventory) }

  var notes: [Note] { inventory.notes }

  var quietLines: [String] {
    inventory.devices.flatMap { adapter in adapter.ports.map { "\(adapter.label)/\($0.number)" } }
  }

  func write(to page: inout Page) {
    if sections.brief { return page.table(BriefStatus(inventory: inventory, problems: problems).table) }
    if sections.verbose {
      for adapter in inventory.shown { StatusDetail(adapter: adapter).write(to: &page) }
    } else {
      page.table(table)
    }
    if sections.gids { write(gids, to: &page) }
    if sections.counters { write(counters, to: &page) }
    page.problems(folded.folded(problems).filter { sections.verbose || $0.severity != .info })
  }

  private var folded: FoldedFunctions {
    sections.folds ? FoldedFunctions(inventory.shown, problems: problems) : FoldedFunctions()
  }

  private func write(_ table: Table, to page: inout Page) {
    guard !table.isEmpty else { return }
    page.gap()
    page.table(table)
  }

  /// An adapter and one of its ports; `nil` for an adapter without ports, and for the virtual functions of an adapter.
  private struct Row {
    let adapter: Adapter
    var port: Port?
    var functions: (all: Int, inOrder: Int)?
  }

  private var rows: [Row] {
    let folded = self.folded
    return inventory.shown.filter { !folded.contains($0) }.flatMap { adapter -> [Row] in
      let ports =
        adapter.ports.isEmpty ? [Row(adapter: adapter)] : adapter.ports.map { Row(adapter: adapter, port: $0) }
      return ports + (folded.count(of: adapter).map { [Row(adapter: adapter, functions: $0)] } ?? [])
    }
  }

  private var table: Table { Table(fields, rows: rows) }

  private var fields: [Table.Field<Row>] {
    [
      .init(
        "PORT",
        text: { row in
          row.functions.map { "+ \($0.all) VF" } ?? row.adapter.label + (row.port.map { "/\($0.number)" } ?? "")
        }),
      .init(
        "STATE",
        cell: { row in
          row.port.map(stateCell) ?? row.functions.map(Self.functionsCell)
            ?? (row.adapter.name == nil ? .init("no device", tone: .bad) : "")
        }),
      .init("LINK", rank: 3, text: { $0.port?.linkLayer.map(Self.word) }),
      // The rate of a port that is down means nothing.
      .init("RATE", .right, cell: { row in rateCell(row.port.flatMap { $0.state == .down ? nil : $0.rate }) }),
      .init("SPEED", rank: 2, text: { row in row.port.flatMap { Self.hasLID($0) ? Self.speed($0) : nil } }),
      .init("LID", rank: 1, number: { row in row.port.flatMap { Self.hasLID($0) ? $0.lid : nil } }),
      .init("SM", rank: 5, number: { row in row.port.flatMap { Self.hasLID($0) ? $0.smLID : nil } }),
      .init("PORT GUID", rank: 4, text: { $0.port?.guid?.description }),
      .init("NETDEV", text: { $0.port.map(Self.interfaces) }),
      .init("FIRMWARE", rank: 6, text: { $0.functions == nil ? $0.adapter.firmwareVersion : nil }),
      .init("MODEL", rank: 7, text: { $0.functions == nil ? Self.model(of: $0.adapter) : nil }),
      .init("PCI", rank: 8, text: { $0.functions == nil ? $0.adapter.pciAddress.map(Self.short) : nil }),
    ]
  }

  private static func model(of adapter: Adapter) -> String? {
    adapter.model.map { short($0) + (adapter.isVirtual ? " VF" : "") } ?? adapter.hcaType.map(short)
  }

  /// Of a port that is down a LID means nothing; speeds in InfiniBand's words are for InfiniBand.
  private static func hasLID(_ port: Port) -> Bool { port.linkLayer != .ethernet && port.state != .down }

  private func rateCell(_ rate: Double?) -> Table.Cell {
    .init(rate.map { "\(Self.number($0)) Gb/s" }, value: rate.map(Self.number))
  }

  private static func functionsCell(_ functions: (all: Int, inOrder: Int)) -> Table.Cell {
    .init("\(functions.inOrder) in order", tone: functions.inOrder < functions.all ? .caution : .good)
  }

  private func stateCell(_ port: Port) -> Table.Cell {
    switch port.state {
    case .active: .init("active", tone: .good)
    case .down: .init("down, \(port.physicalState.rawValue)", tone: .bad)
    case .unknown: .init("unknown", tone: .bad)
    case .initialized, .armed, .activeDefer: .init(port.state.rawValue, tone: .caution)
    }
  }

  /// The first words of a long name: the rest says what the rate says too.
  private static func short(_ model: String) -> String {
    var result = ""
    for word in model.split(separator: " ") where result.isEmpty || result.count + word.count < 24 {
      result += (result.isEmpty ? "" : " ") + word
    }
    return result
  }

  /// A bond stands for its members.
  private static func interfaces(of port: Port) -> String {
    let here = port.netdevs.filter { $0.isHere != false }
    let names = here.map(\.name)
    return here.filter { netdev in !(netdev.master.map(names.contains) ?? false) }.map(\.name)
      .joined(separator: ",")
  }

  /// As lspci prints it: without a domain of 0.
  private static func short(_ address: PCIAddress) -> String {
    address.domain == 0 ? String(address.description.dropFirst("0000:".count)) : address.description
  }

  static func word(_ layer: LinkLayer) -> String { layer == .infiniband ? "IB" : "Eth" }

  static func speed(_ port: Port) -> String? {
    port.width.map { [$0, port.speed?.uppercased()].compactMap { $0 }.joined(separator: " ") }
  }

  /// "40", "2.5"
  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }

  private var gids: Table {
    var table = Table([.init("PORT"), .init("INDEX", .right), .init("GID"), .init("TYPE"), .init("NETDEV")])
    for adapter in inventory.shown {
      for port in adapter.ports {
        for gid in port.gids ?? [] {
          table.add([
            .init("\(adapter.label)/\(port.number)"), .init(gid.index),
            .init(gid.type == .infiniband ? gid.text : gid.address?.description ?? gid.text), .init(gid.type?.rawValue),
            .init(gid.netdev),
          ])
        }
      }
    }
    return table
  }

  private var counters: Table {
    var table = Table([.init("PORT"), .init("COUNTER"), .init("VALUE", .right)])
    for adapter in inventory.shown {
      for port in adapter.ports {
        let both = (port.counters ?? [:]).merging(port.hardwareCounters ?? [:]) { standard, _ in standard }
        for (name, value) in both.sorted(by: { $0.key < $1.key }) {
          table.add([.init("\(adapter.label)/\(port.number)"), .init(name), .init(String(value))])
        }
      }
    }
    return table
  }
}
