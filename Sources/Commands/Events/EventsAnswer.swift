internal import KernelEvents
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// What an event may call an adapter, and which adapter that is.
struct EventPlaces {
  /// Everything by which a log may name an adapter or a port.
  struct Place {
    let label: String
    let port: Int?
    let names: Set<String>

    func contains(_ event: ShownEvent) -> Bool { !names.isDisjoint(with: event.names) }
  }

  private let adapters: [Adapter]

  init(_ inventory: Inventory) { adapters = inventory.adapters }

  func places(of selection: Selection) -> Place { place(adapters[selection.adapter], port: selection.port) }

  private func place(_ adapter: Adapter, port: Int?) -> Place {
    let ports = adapter.ports.filter { port == nil || $0.number == port }
    var names = Set(ports.flatMap(\.netdevs).map(\.name))
    // A device or a bus address is about all of its ports.
    names.formUnion([adapter.name, adapter.pciAddress?.description].compactMap(\.self))
    return Place(label: adapter.label, port: port, names: names)
  }

  /// The adapter and, where it is certain, the port that an event is about.
  func find(_ names: Set<String>) -> (label: String, port: Int?)? {
    for adapter in adapters {
      for port in adapter.ports where port.netdevs.contains(where: { names.contains($0.name) }) {
        return (adapter.label, port.number)
      }
    }
    let found = adapters.first { adapter in
      adapter.name.map(names.contains) ?? false || adapter.pciAddress.map { names.contains($0.description) } ?? false
    }
    return found.map { ($0.label, $0.portCount == 1 ? $0.ports.first?.number : nil) }
  }
}

/// An event with the adapter that it is about.
struct ShownEvent {
  let event: KernelEvent
  let names: Set<String>
  let label: String?
  let port: Int?

  init(_ event: KernelEvent, _ places: EventPlaces) {
    self.event = event
    names = Set([event.device, event.interface, event.address?.description, event.handle].compactMap(\.self))
    let found = places.find(names)
    label = found?.label
    port = found?.port
  }

  var fix: [String] {
    event.kind.fix(name: label ?? event.device ?? event.address?.description, interface: event.interface)
  }

  /// The adapter or port, or what the log names.
  var subject: String? {
    label.map { label in port.map { "\(label)/\($0)" } ?? label } ?? event.device ?? event.interface
      ?? event.address?.description ?? event.handle
  }

  var time: String? { event.time.map { CalendarTime.text(Int($0)) } }

  /// The time of day, as far as the log has it.
  var shownTime: String? {
    time?.replacing("T", with: " ").replacing("Z", with: "") ?? event.stamp
      ?? event.uptime.map { "\(Int($0)) s after boot" }
  }

  /// For a stream of text.
  var lines: String {
    let head = [shownTime, event.kind.severity.rawValue, event.kind.rawValue, subject].compactMap(\.self)
    return Page.clean("\(head.joined(separator: " ")): \(event.kind.meaning) [\(event.message)]")
  }
}

/// The answer of `rdmactl events`.
struct EventsAnswer: Presentable {
  struct Payload: Encodable {
    let events: [Event]
  }

  struct Event: Encodable {
    @ExplicitNull var time: String?
    @ExplicitNull var uptimeSeconds: Double?
    let id: String
    let severity: Severity
    @ExplicitNull var device: String?
    @ExplicitNull var port: Int?
    @ExplicitNull var netdev: String?
    @ExplicitNull var pciAddress: PCIAddress?
    let source: KernelEvent.Source
    let cause: String
    let message: String
    @ExplicitNull var windows: String?
    let fix: [String]
    let hint: [String]
  }

  static let schema = "rdmactl.events/1"
  let events: [ShownEvent]
  let notes: [Note]
  let failing: FailingSeverity?

  /// The same, with nothing to show.
  var emptied: EventsAnswer { EventsAnswer(events: [], notes: notes, failing: failing) }

  var problems: [Problem] { [] }
  var quietLines: [String] { events.map { "\($0.event.kind.rawValue) \($0.subject ?? "host")" } }

  var status: ExitStatus {
    switch failing {
    case nil: .done
    case .error: events.contains { $0.event.kind.severity == .error } ? .checkFailed : .done
    case .warning: events.contains { $0.event.kind.severity != .info } ? .checkFailed : .done
    }
  }

  var payload: Payload {
    Payload(
      events: events.map { shown in
        let event = shown.event
        return Event(
          time: shown.time, uptimeSeconds: event.uptime, id: event.kind.rawValue, severity: event.kind.severity,
          device: shown.label ?? event.device ?? event.handle, port: shown.port, netdev: event.interface,
          pciAddress: event.address, source: event.source, cause: event.kind.meaning, message: event.message,
          windows: event.kind.windows, fix: shown.fix, hint: event.kind.hint)
      })
  }

  private static var fields: [Table.Field<ShownEvent>] {
    [
      .init("TIME", text: \.shownTime),
      .init("SEVERITY") { row in
        let severity = row.event.kind.severity
        return .init(severity.rawValue, tone: severity == .error ? .bad : severity == .warning ? .caution : .plain)
      },
      .init("EVENT", text: { $0.event.kind.rawValue }), .init("DEVICE", text: \.subject),
      .init("NETDEV", rank: 2, text: { $0.event.interface }),
      .init("MESSAGE", rank: 1, text: { $0.event.message }),
    ]
  }

  func write(to page: inout Page) {
    page.table(Table(Self.fields, rows: events))
    if events.isEmpty { page.line("no event of an adapter in the log") }
    // The newest of each kind and place says what to do.
    var advice: [Problem] = []
    var shown: Set<String> = []
    var isUp: Set<String> = []
    for event in events.reversed() {
      let subject = event.subject ?? ""
      if event.event.kind == .linkUp { isUp.insert(subject) }
      // A link that has come back needs no advice.
      if event.event.kind.severity == .info || event.event.kind == .linkDown && isUp.contains(subject) { continue }
      guard shown.insert("\(event.event.kind) \(event.subject ?? "")").inserted else { continue }
      advice.append(
        Problem(
          id: event.event.kind.rawValue, severity: event.event.kind.severity, subject: event.subject ?? "host",
          message: event.event.kind.meaning, fix: event.fix, hint: event.event.kind.hint))
    }
    page.problems(advice.reversed())
  }
}
