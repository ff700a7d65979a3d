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

  init(_ inventory: Inventory, sections: Sections, failures more: [Problem] = [], expectation: Expectation? = nil) {
    self.inventory = inventory
    self.sections = sections
    let found = Explanation.problems(of: inventory)
    failures = more + (expectation?.failures(in: inventory, problems: found) ?? [])
    problems = failures + found
    decisive = failures + found.filter { $0.id == PortProblem.unreadable.rawValue }
  }

  var payload: StatusPayload { StatusPayload(inventory) }

  var notes: [Note] { inventory.notes }

  var quietLines: [String] {
    inventory.devices.flatMap { adapter in adapter.ports.map { "\(adapter.label)/\($0.number)" } }
  }

  func write(to page: inout Page) {
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

  private var table: Table {
    var table = Table([
      .init("PORT"), .init("STATE"), .init("LINK"), .init("RATE", .right), .init("SPEED"), .init("LID", .right),
      .init("SM", .right, rank: 2), .init("PORT GUID", rank: 1), .init("NETDEV"), .init("FIRMWARE", rank: 3),
      .init("MODEL", rank: 4), .init("PCI", rank: 5),
    ])
    let folded = self.folded
    for adapter in inventory.shown where !folded.contains(adapter) {
      let model =
        adapter.model.map { Self.short($0) + (adapter.isVirtual ? " VF" : "") }
        ?? adapter.hcaType.map(Self.short)
      let tail: [Table.Cell] = [
        .init(adapter.firmwareVersion), .init(model), .init(adapter.pciAddress.map(Self.short)),
      ]
      if adapter.ports.isEmpty {
        table.add([.init(adapter.label), adapter.name == nil ? .init("no device", tone: .bad) : ""] + blank(7) + tail)
      }
      for port in adapter.ports { table.add(cells(adapter, port) + tail) }
      if let functions = folded.count(of: adapter) {
        let isBad = functions.inOrder < functions.all
        table.add([
          .init("+ \(functions.all) VF"), .init("\(functions.inOrder) in order", tone: isBad ? .caution : .good),
        ])
      }
    }
    return table
  }

  private func blank(_ count: Int) -> [Table.Cell] { Array(repeating: "", count: count) }

  private func cells(_ adapter: Adapter, _ port: Port) -> [Table.Cell] {
    let isDown = port.state == .down
    // Of a port that is down neither rate nor LID means anything; speeds in InfiniBand's words are for InfiniBand.
    let isInfiniBand = port.linkLayer != .ethernet
    let hasLID = isInfiniBand && !isDown
    return [
      .init("\(adapter.label)/\(port.number)"), stateCell(port), .init(port.linkLayer.map(Self.word)),
      .init(isDown ? nil : port.rate.map { "\(Self.number($0)) Gb/s" }), .init(hasLID ? Self.speed(port) : nil),
      .init(hasLID ? port.lid : nil), .init(hasLID ? port.smLID : nil), .init(port.guid?.description),
      .init(Self.interfaces(of: port)),
    ]
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
