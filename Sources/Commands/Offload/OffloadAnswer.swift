internal import Offload
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl offload show`.
struct OffloadAnswer: StreamedAnswer {
  static let schema = "rdmactl.offload/1"
  private let interfaces: [InterfaceState]
  private let machine: [Knob: KnobState]
  /// Also what cannot be changed.
  private let isComplete: Bool
  let notes: [Note]

  /// - Parameter named: the user named the interfaces: the loopback is not left out then.
  init(state: OffloadState, isComplete: Bool, named: Bool) {
    interfaces = state.interfaces.filter { named || isComplete || !$0.isLoopback }
    machine = state.machine
    notes = state.notes
    self.isComplete = isComplete
  }

  var problems: [Problem] { [] }
  var quietLines: [String] { interfaces.map(\.name) }

  func write(to json: inout JSONWriter) {
    json.array("interfaces", interfaces) { json, interface in json.object { $0.fields(of: interface) } }
    json.object("machine") { json in
      for (knob, state) in machine.sorted(by: { $0.key < $1.key }) { json.field(named: knob.name, text: state.value) }
    }
  }

  func write(to page: inout Page) {
    for interface in interfaces {
      page.gap()
      page.line(InterfaceHeading(interface).text, tone: .heading)
      page.fields(InterfaceHeading(interface).facts)
      page.table(
        table(of: interface.knobs, on: interface.name, groups: SettingKey.Group.allCases.filter { $0 != .tcp }))
      if isComplete { page.table(details(of: interface)) }
    }
    let tcp = table(of: machine, on: "", groups: SettingKey.Group.allCases)
    guard !tcp.isEmpty else { return }
    page.gap()
    page.line("this machine", tone: .heading)
    page.table(tcp)
  }

  /// The friendly keys that mean something here, group by group.
  private func table(of knobs: [Knob: KnobState], on interface: String, groups: [SettingKey.Group]) -> Table {
    var table = Table([
      .init("INTERFACE", isForData: true),
      .init("GROUP"), .init("SETTING"), .init("NOW"), .init("RANGE", rank: 2), .init("REMARK", rank: 1),
    ])
    for group in groups {
      var isFirst = true
      for key in KeyCatalogue.friendly where key.group == group {
        guard let state = key.state(in: knobs), isComplete || !state.isFixed || state.effective == "on" else {
          continue
        }
        table.add([
          .init(interface), .init(isFirst ? group.rawValue : " ", value: group.rawValue, tone: .faint), .init(key.name),
          .init(state.shortValue, tone: state.isFixed ? .faint : state.isOff ? .caution : .plain),
          .init(state.range.map { "\($0.lowerBound)-\($0.upperBound)" }, tone: .faint), .init(state.remark),
        ])
        isFirst = false
      }
    }
    return table
  }

  /// Everything by the kernel's own names.
  private func details(of interface: InterfaceState) -> Table {
    var table = Table([
      .init("INTERFACE", isForData: true), .init("KIND"), .init("NAME"), .init("NOW"), .init("REMARK", rank: 1),
    ])
    for (knob, state) in interface.knobs.sorted(by: { $0.key < $1.key }) {
      table.add([
        .init(interface.name), .init(knob.kind.rawValue, tone: .faint), .init(knob.name), .init(state.shortValue),
        .init(state.remark),
      ])
    }
    return table
  }
}

extension KnobState {
  /// A value that fits into a column.
  var shortValue: String { effective.count > 40 ? "\(effective.prefix(37))..." : effective }

  fileprivate var isOff: Bool { active == "off" }

  fileprivate var remark: String? {
    let wish = active == nil || active == value ? nil : "wanted \(value)"
    let fixed = isFixed ? "fixed" : nil
    let words = [fixed, wish, reason].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: ": ")
  }
}

/// The line above an interface's settings, and what bears on them.
struct InterfaceHeading {
  private let interface: InterfaceState

  init(_ interface: InterfaceState) { self.interface = interface }

  var text: String {
    let what = interface.driver ?? interface.kind
    let speed = interface.speed.map { " at \($0 >= 1000 ? "\(Double($0) / 1000) Gb/s" : "\($0) Mb/s")" } ?? ""
    return "\(interface.name)\(what.map { " (\($0))" } ?? ""), \(interface.isUp ? "up" : "down")\(speed)"
  }

  var facts: [(name: String, value: String?)] {
    let functions = interface.maximumVirtualFunctions.map { "\(interface.virtualFunctions ?? 0) of \($0)" }
    return [
      ("PCI", interface.identity.pciAddress?.description),
      ("NUMA", interface.numaNode.map { "node \($0)" + (interface.localCPUs.map { ", CPUs \($0)" } ?? "") }),
      ("member of", interface.master.map { $0 + (interface.masterKind.map { " (\($0))" } ?? "") }),
      ("members", interface.members.joined(separator: ", ")),
      ("on top of", interface.lower),
      ("carries", interface.uppers.map(Self.words).joined(separator: ", ")),
      ("XDP", interface.hasXDP ? "attached" : nil),
      ("virtual functions", functions),
      ("interrupts", interface.interrupts.isEmpty ? nil : "\(interface.interrupts.count)"),
    ]
  }

  private static func words(_ upper: StackedInterface) -> String {
    let tag = upper.tag.map { upper.kind == "ipoib" ? " 0x\(String($0, radix: 16))" : " \($0)" }
    return "\(upper.name) (\(upper.kind)\(tag ?? ""))"
  }
}
