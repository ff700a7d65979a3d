internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import SubnetManagement
internal import Vocabulary

/// A local port, what its subnet manager answers, and the opensm processes that serve the port.
struct PortManagement {
  let port: LocalFabricPort
  private(set) var state: PortState?
  private(set) var lid: UInt16?
  /// The SM LID that the port was given; `nil` when nobody has configured the port.
  private(set) var masterLID: UInt16?
  private(set) var activity: ActivityWatch?
  let processes: [RunningManager]
  /// Why the port could not be opened.
  private(set) var failure: FabricFailure?

  var reading: SMInfoReading? { activity?.second ?? activity?.first }

  /// - Throws: `Interrupted`.
  init(_ port: LocalFabricPort, local: LocalManagers, host: Host) throws {
    self.port = port
    let identity = LocalPortIdentity(port)
    processes =
      identity.map { local.serving($0) }?.map {
        RunningManager($0, files: host.store, calendar: OpenSMLogCalendar(host.clock))
      } ?? []
    do throws(ManagementError) {
      let session = try FabricSession(
        host.management, device: port.device, port: port.port.number, clock: host.clock)
      try ask(session, clock: host.clock)
    } catch {
      failure = .unreachable(port.name, error)
    }
    if host.clock.interrupted { throw Interrupted() }
  }

  private mutating func ask(_ session: FabricSession, clock: any Clock) throws(ManagementError) {
    do throws(SessionFailure) {
      guard let facts = try session.localPort(port.port.number) else { throw .management(.failed("no answer")) }
      state = facts.state
      lid = facts.lid == 0 ? nil : facts.lid
      guard facts.masterSMLID != 0, facts.state != .down else { return }
      masterLID = facts.masterSMLID
      activity = try session.watchActivity(at: .lid(facts.masterSMLID), clock: clock)
    } catch {
      if case .management(let error) = error { throw error }
    }
  }

  var problems: [Problem] {
    if let failure {
      return [
        SurveyProblem.unasked.found(port.name, failure.message, fix: failure.fix)
      ]
    }
    guard let state else { return [] }
    if state == .down {
      return processes.prefix(1).map { process in
        SurveyProblem.portDown.found(
          port.name, "opensm (process \(process.manager.process)) serves this port, but the port has no link",
          fix: ["rdmactl status \(ShellWord.quoted(port.name))"])
      }
    }
    guard masterLID != nil else {
      return [
        SurveyProblem.none.found(
          port.name, "no subnet manager has configured this port", evidence: ["state=\(state.rawValue)"],
          fix: ["rdmactl sm list \(port.name)", "rdmactl sm start \(port.name) --wait"])
      ]
    }
    switch activity?.verdict {
    case .silent?, nil:
      return [
        SurveyProblem.masterSilent.found(
          port.name, "the subnet manager at LID \(masterLID ?? 0) does not answer: it has stopped or moved",
          fix: ["rdmactl sm list \(port.name)", "rdmactl sm start \(port.name) --wait"])
      ]
    case .stuck?:
      return [
        SurveyProblem.masterStuck.found(
          port.name, "the subnet manager answers, but its activity count does not change",
          fix: ["rdmactl sm list \(port.name)"])
      ]
    case .working?, .idle?: return []
    }
  }
}

/// An opensm process of this machine, with what its log says of it.
struct RunningManager {
  struct Payload: Encodable {
    let pid: Int32
    @ExplicitNull var unit: String?
    let managed: Bool
    @ExplicitNull var guid: GUID?
    @ExplicitNull var priority: Int?
    @ExplicitNull var configuration: String?
    @ExplicitNull var log: String?
    @ExplicitNull var runningSeconds: Int?
    @ExplicitNull var state: String?
    @ExplicitNull var lastSubnetUp: String?
    @ExplicitNull var lastError: String?
    let errors: Int
  }

  let manager: LocalManager
  let log: OpenSMLogSummary
  private let calendar: OpenSMLogCalendar

  /// The last run is in the last part of a log, but for one that complains without end.
  private static let tail = 1 << 20

  init(_ manager: LocalManager, files: any FileReading, calendar: OpenSMLogCalendar) {
    self.manager = manager
    self.calendar = calendar
    let part = manager.logFile.flatMap { try? files.part($0, from: -Self.tail, limit: Self.tail) }
    log = OpenSMLogSummary(OpenSMLog.entries(part?.bytes ?? []))
  }

  var payload: Payload {
    Payload(
      pid: manager.process, unit: manager.unit, managed: manager.isManaged, guid: manager.guid,
      priority: manager.priority, configuration: manager.configurationFile, log: manager.logFile,
      runningSeconds: manager.runningSeconds, state: log.state?.word,
      lastSubnetUp: log.lastSubnetUp?.time.map(calendar.timestamp),
      lastError: log.lastError?.text, errors: log.errorCount)
  }

  func write(to page: inout Page) {
    let owner = manager.isManaged ? "started by rdmactl" : "not started by rdmactl"
    let unit = manager.unit.map { ", \($0)" } ?? ""
    page.fields([
      ("opensm", "process \(manager.process)\(unit), \(owner)"),
      ("priority", manager.priority.map { String($0) }), ("configuration", manager.configurationFile),
      ("log", manager.logFile), ("subnet up", log.lastSubnetUp?.time.map(calendar.local)), ("last error", error),
    ])
  }

  private var error: String? {
    guard let last = log.lastError else { return nil }
    let time = last.time.map { "\(calendar.local($0)) " } ?? ""
    let meaning = last.explanation.map { " (\($0.meaning))" } ?? ""
    return "\(time)\(last.text.split(separator: "\n").first ?? "")\(meaning)"
  }
}
