public import ArgumentParser
public import HostAccess
internal import InfiniBandWire
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl sm status`
public struct SubnetManagerStatus: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show each local port's subnet manager, whether it is alive, and the opensm that runs here.",
    discussion: """
      Exits with 2 if a port with a link has no living master, or opensm runs on a port without a link.

      Examples:
        rdmactl sm status
        rdmactl sm status mlx5_0/1 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Local port or adapter (default: every InfiniBand port).", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    host.clock.holdInterruptions()
    let ports = try LocalPortChoice(name: name).all(on: host)
    let local = LocalManagers(on: host, ports: ports.first?.identities ?? [])
    let entries = try ports.map { try PortManagement($0, local: local, host: host) }
    let calendar = OpenSMLogCalendar(host.clock)
    let stray = local.managers.filter { $0.port == nil }.map {
      RunningManager($0, files: host.store, calendar: calendar)
    }
    let answer = ManagerStatusAnswer(entries: entries, stray: stray, boot: OpenSMBoot(host.files), notes: local.notes)
    try output.show(answer)
    if answer.isBad { return .checkFailed }
    return entries.contains { $0.failure != nil } ? .partial : .done
  }
}

/// The answer of `rdmactl sm status`.
struct ManagerStatusAnswer: Presentable {
  struct Payload: Encodable {
    let ports: [PortPayload]
    let other: [RunningManager.Payload]
    let boot: BootPayload
  }

  /// What starts with the machine.
  struct BootPayload: Encodable {
    @ExplicitNull var unit: String?
    let enabled: Bool
    let masked: Bool
    /// ALL, NONE or GUIDs; unknown where the unit has no such setting.
    @ExplicitNull var ports: String?
    let starts: Bool
  }

  struct PortPayload: Encodable {
    let port: String
    @ExplicitNull var state: String?
    @ExplicitNull var lid: UInt16?
    @ExplicitNull var smLid: UInt16?
    @ExplicitNull var manager: ManagerPayload?
    let processes: [RunningManager.Payload]
  }

  struct ManagerPayload: Encodable {
    let guid: GUID
    let priority: Int
    @ExplicitNull var state: String?
    let activity: UInt32
    let activityMoved: UInt32
    /// working, idle, stuck or silent
    let verdict: String
    let local: Bool
  }

  static let schema = "rdmactl.sm.status/1"
  let entries: [PortManagement]
  /// Processes whose port is unknown.
  let stray: [RunningManager]
  let boot: OpenSMBoot
  let notes: [Note]

  var payload: Payload {
    Payload(
      ports: entries.map { entry in
        PortPayload(
          port: entry.port.name, state: entry.state?.rawValue, lid: entry.lid, smLid: entry.masterLID,
          manager: entry.reading.map { reading in
            ManagerPayload(
              guid: reading.guid, priority: reading.priority, state: reading.state?.word,
              activity: reading.activityCount, activityMoved: entry.activity?.moved ?? 0,
              verdict: (entry.activity?.verdict ?? .silent).rawValue,
              local: entry.port.localGUIDs.contains(reading.guid))
          }, processes: entry.processes.map(\.payload))
      }, other: stray.map(\.payload),
      boot: BootPayload(
        unit: boot.unit, enabled: boot.isEnabled, masked: boot.isMasked, ports: boot.ports?.text, starts: boot.starts))
  }

  var problems: [Problem] { entries.flatMap(\.problems) }
  /// Whether something is wrong, and not only unknown.
  var isBad: Bool { problems.contains { $0.severity != .info && $0.id != SurveyProblem.unasked.rawValue } }
  var quietLines: [String] {
    entries.map { "\($0.port.name) \($0.failure == nil ? $0.reading?.state?.word ?? "none" : "unknown")" }
  }

  func write(to page: inout Page) {
    for entry in entries {
      page.gap()
      page.line(entry.port.name, tone: .heading)
      page.fields([
        ("state", entry.state?.rawValue), ("LID", entry.lid.map { String($0) }), ("subnet manager", manager(of: entry)),
        ("alive", alive(entry)),
      ])
      for process in entry.processes { process.write(to: &page) }
      if entry.processes.isEmpty { page.fields([("opensm", "none on this machine")]) }
    }
    if !stray.isEmpty {
      page.gap()
      page.line("opensm on an unknown port", tone: .heading)
      for (number, process) in stray.enumerated() {
        if number > 0 { page.gap() }
        process.write(to: &page)
      }
    }
    page.gap()
    page.fields([("at boot", atBoot)])
    page.problems(problems)
  }

  private var atBoot: String {
    guard boot.unit != nil else { return "nothing: no opensm.service" }
    if boot.isMasked { return "nothing: opensm.service is masked" }
    guard boot.isEnabled else { return "nothing: opensm.service is not enabled" }
    switch boot.ports {
    case nil: return "opensm.service"
    case .all?: return "opensm on every port"
    case DefaultsFile.Ports.none?: return "nothing: PORTS=NONE in /etc/default/opensm"
    case .guids(let guids)?: return "opensm on \(guids.map { "\($0)" }.joined(separator: ", "))"
    }
  }

  private func manager(of entry: PortManagement) -> String? {
    guard entry.failure == nil else { return "unknown: the port cannot be opened" }
    guard let reading = entry.reading else { return entry.masterLID.map { "at LID \($0), silent" } ?? "none" }
    let place = entry.port.localGUIDs.contains(reading.guid) ? ", here" : ""
    let lid = entry.masterLID.map { " at LID \($0)" } ?? ""
    return "\(reading.guid)\(lid), \(reading.state?.name ?? "unknown"), priority \(reading.priority)\(place)"
  }

  private func alive(_ entry: PortManagement) -> String? {
    switch entry.activity?.verdict {
    case .working?: "yes, working (activity \(entry.reading.map { String($0.activityCount) } ?? "unknown"))"
    case .idle?: "yes"
    case .stuck?: "doubtful: it answers, but its activity count does not change"
    case .silent?, nil: entry.masterLID == nil ? nil : "no answer"
    }
  }
}
