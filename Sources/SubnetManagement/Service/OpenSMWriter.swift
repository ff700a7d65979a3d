package import Change
package import FabricDiscovery
package import HostAccess
package import InfiniBandWire
internal import Vocabulary

/// Changes of subnet managers: `sm start`, `stop`, `restart`, `reload`, `priority`, and the controls that are sent to
/// others. All are recorded; a priority and a start can be taken back.
package struct OpenSMWriter: ChangeWriter {
  package typealias Access = NoAccess

  package enum Wish {
    case none
    case start(OpenSMStartOptions, FabricSession)
    case restart(OpenSMStartOptions, FabricSession)
    case stop(force: Bool)
    case reload(FabricSession)
    case priority(Int, FabricSession)
    /// Sent to any subnet manager of the subnet.
    case control(SMInfo.Control, SubnetManager, Fabric, FabricSession, force: Bool)
  }

  /// What a run came to, for the command's answer.
  package final class Outcome {
    package internal(set) var started: OpenSMStartResult?
    package internal(set) var stopped: OpenSMStopResult?
    package internal(set) var reloaded: OpenSMReloadResult?
    package internal(set) var priority: OpenSMPriorityResult?
    package internal(set) var control: SMControlResult?
    fileprivate var isDone = false
  }

  package let kind = "opensm"
  package let outcome = Outcome()
  private let host: Host
  private let service: OpenSMService?
  private let wish: Wish
  private let consequence: String?
  private let progress: (OpenSMProgress) -> Void

  /// For the history and for undo.
  package init(_ host: Host) {
    self.host = host
    service = nil
    wish = .none
    consequence = nil
    progress = { _ in }
  }

  /// - Parameter consequence: what the change means for the subnet, one sentence without its full stop.
  package init(
    _ wish: Wish, on service: OpenSMService, consequence: String? = nil,
    progress: @escaping (OpenSMProgress) -> Void = { _ in }
  ) {
    host = service.host
    self.service = service
    self.wish = wish
    self.consequence = consequence
    self.progress = progress
  }

  /// A control of a subnet manager anywhere on the subnet.
  package init(
    _ control: SMInfo.Control, of manager: SubnetManager, in fabric: Fabric, _ session: FabricSession, force: Bool,
    on host: Host
  ) {
    self.host = host
    service = nil
    wish = .control(control, manager, fabric, session, force: force)
    consequence = nil
    progress = { _ in }
  }

  package var action: String {
    switch wish {
    case .none: "set"
    case .start: "start"
    case .restart: "restart"
    case .stop: "stop"
    case .reload: "reload"
    case .priority: "priority"
    case .control(let control, _, _, _, _): control.name
    }
  }

  /// One rdmactl at a time changes the subnet manager of a port.
  package var locks: [ChangeLock] { service.map { [.own("sm-\($0.port.guid)")] } ?? [.own("sm")] }

  package func locks(of record: ChangeRecord) -> [ChangeLock] {
    guard record.action != "priority", let port = LocalPortIdentity(record.objects.first) else { return locks }
    return [.own("sm-\(port.guid)")]
  }

  package func checkRights() throws {}

  /// Of a start the stop of the process that it started.
  package func wayBack(_ record: ChangeRecord) -> ChangeWayBack {
    guard record.action == "start", let change = record.changes.first else { return .restore }
    guard let port = LocalPortIdentity(change.place.object) else { return .impossible("the port is not known") }
    let service = OpenSMService(host, port: port, among: [port])
    let process = service.running().managers.first.map { Self.value(of: $0) }
    guard record.scope.boot == ChangeScope.current(host).boot, let process, record.results[change.place] == process
    else { return .impossible("the opensm that it started no longer runs on \(port.name)") }
    return .change(OpenSMWriter(.stop(force: false), on: service))
  }

  // MARK: plan

  package func plan(_ access: NoAccess) throws -> ChangePlan<[String]> {
    if case .control(let control, let manager, _, _, let force) = wish {
      return try plan(control, manager, force: force)
    }
    guard let service else { return ChangePlan([], steps: [], subject: "opensm", question: "") }
    let name = service.port.name
    let running = service.running().managers.first
    let now = Self.value(of: running)
    func deed(
      _ after: String, _ lines: [String], question: String, irreversible: String?
    ) -> ChangePlan<[String]> {
      let change = PlannedChange(processPlace(service), before: now, after: ChangeValue(after), reason: consequence)
      return ChangePlan(
        lines + (consequence.map { [$0] } ?? []), steps: [ChangeStep([change])], subject: name,
        question: (consequence.map { "\($0). " } ?? "") + question,
        irreversible: irreversible)
    }
    switch wish {
    case .none, .control: return ChangePlan([], steps: [], subject: name, question: "")
    case .start(let options, _):
      let once = options.once ? " once" : ""
      return deed(
        options.once ? "ran once" : "running", ["\(name): start opensm\(once)\(options.summary)"],
        question: "Start opensm on \(name)?",
        irreversible: options.once ? "opensm ran once; what it set in the subnet stays" : nil)
    case .restart(let options, _):
      return deed(
        "restarted", ["\(name): restart opensm\(options.summary)"], question: "Restart opensm on \(name)?",
        irreversible: "the process that ran before the restart is gone; to stop opensm: rdmactl sm stop \(name)")
    case .stop:
      guard let running else { return ChangePlan([], steps: [], subject: name, question: "") }
      return deed(
        "stopped", ["\(name): stop opensm (process \(running.process))"], question: "Stop opensm on \(name)?",
        irreversible: "the process is gone; to start opensm again: rdmactl sm start \(name)")
    case .reload:
      guard let running else { throw OpenSMFailure.notRunning(name) }
      let file = running.configurationFile.map { "read \($0) again and " } ?? ""
      return deed(
        "reloaded", ["\(name): opensm (process \(running.process)) will \(file)sweep the whole subnet"],
        question: "Reload opensm on \(name)?", irreversible: "opensm has swept the subnet")
    case .priority(let priority, let session): return try plan(priority, session, of: service)
    }
  }

  private func plan(
    _ control: SMInfo.Control, _ manager: SubnetManager, force: Bool
  ) throws -> ChangePlan<[String]> {
    if let state = manager.state, !control.isPossible(in: state), !force {
      throw SMControlFailure.impossible(control, manager.guid, state)
    }
    let place = ChangePlace(ChangeObject(manager.title, facts: ["guid=\(manager.guid)"]), "state")
    let change = PlannedChange(
      place, before: ChangeValue(manager.state?.name ?? "unknown"), after: ChangeValue(Self.sent + control.name))
    return ChangePlan(
      ["\(manager.title): with \(control.name) \(control.effect)"], steps: [ChangeStep([change])],
      subject: manager.guid.description, question: "Send \(control.name) to \(manager.guid)?",
      irreversible: "\(control.name) was sent to a subnet manager; to see its state: rdmactl sm list")
  }

  private static let sent = "sent "

  private func plan(
    _ priority: Int, _ session: FabricSession, of service: OpenSMService
  ) throws -> ChangePlan<[String]> {
    let name = service.port.name
    let plan = try service.priorityPlan(priority)
    let before = try value(ConfigurationPlace(plan.file))
    let change = PlannedChange(
      ConfigurationPlace(plan.file).place, before: before, after: ChangeValue(String(priority)),
      reason: "priority of opensm on \(name)")
    let answered = try service.answeredPriority(session)
    let isSet = plan.isInFile && answered ?? priority == priority
    // It is in the file, and opensm has not read it yet.
    let signal = PlannedChange(
      processPlace(service), before: ChangeValue("priority \(answered.map(String.init) ?? "unknown")"),
      after: ChangeValue("priority \(priority)"))
    return ChangePlan(
      ["\(name): sm_priority \(plan.before ?? "unset") -> \(priority) in \(plan.file)"],
      steps: isSet ? [] : [ChangeStep([plan.isInFile ? signal : change])], subject: name,
      question: "Set the priority of opensm on \(name) to \(priority)?")
  }

  private func processPlace(_ service: OpenSMService) -> ChangePlace {
    let port = service.port
    let facts = ["guid=\(port.guid)", "device=\(port.device)", "port=\(port.port)"]
    return ChangePlace(ChangeObject(port.name, facts: facts), "opensm")
  }

  // MARK: read and write

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    var values: ChangeSnapshot = [:]
    for place in places {
      if let file = ConfigurationPlace(place) {
        values[place] = try value(file)
      } else if let service {
        values[place] = Self.value(of: service.running().managers.first)
      } else if let result = outcome.control {
        values[place] = ChangeValue(result.after?.state?.name ?? "unknown")
      }
    }
    return values
  }

  private static func value(of manager: LocalManager?) -> ChangeValue {
    ChangeValue(manager.map { "process \($0.process)" } ?? "not running")
  }

  package func isSet(_ value: ChangeValue, as other: ChangeValue) -> Bool { value.text == other.text && !isDeed(other) }

  /// A deed is done when it was done, whatever is there.
  private func isDeed(_ value: ChangeValue) -> Bool {
    ["running", "ran once", "restarted", "stopped", "reloaded"].contains(value.text)
      || value.text.hasPrefix("priority ") || value.text.hasPrefix(Self.sent)
  }

  package func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: NoAccess) throws {
    for change in changes where ConfigurationPlace(change.place) != nil {
      guard now[change.place]?.text != change.after.text else { continue }
      throw ChangeFailure.notTaken([ChangeDifference(change.place, wanted: change.after, now: now[change.place])])
    }
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    if case .control(let control, let manager, let fabric, let session, let force) = wish {
      outcome.control = try session.control(control, of: manager, in: fabric, force: force, clock: host.clock)
      return
    }
    guard let service, !outcome.isDone else { return try restore(changes) }
    switch wish {
    case .none, .control: try restore(changes)
    case .start(let options, let session):
      outcome.isDone = true
      outcome.started = try service.start(options, session: session, progress: progress)
    case .restart(let options, let session):
      outcome.isDone = true
      let result = try service.restart(options, session: session, progress: progress)
      (outcome.stopped, outcome.started) = (result.stopped, result.started)
    case .stop(let force):
      outcome.isDone = true
      outcome.stopped = try service.stop(force: force)
    case .reload(let session):
      outcome.isDone = true
      outcome.reloaded = try service.reload(session: session)
    case .priority(let priority, let session):
      // Another value than the wished one is written to take a change back.
      let isWayBack = changes.contains { ConfigurationPlace($0.place) != nil && $0.after.text != String(priority) }
      guard !isWayBack else { return try restore(changes) }
      outcome.isDone = true
      outcome.priority = try service.setPriority(priority, session: session)
    }
  }

  package func recover(
    _ record: ChangeRecord, from error: any Error, _ access: NoAccess, _ log: ChangeLog
  ) -> ChangeRecovery {
    guard case .priority = wish else { return .unknown }
    let result = restore(record.before, first: Set(record.changes.map(\.place)), access, log)
    return result.differences.isEmpty ? .rolledBack : .incomplete(result.differences)
  }

  // MARK: the way back of a priority

  private func restore(_ changes: [PlannedChange]) throws {
    for change in changes {
      guard let file = ConfigurationPlace(change.place) else { continue }
      try OpenSMService.write(change.after, to: file, host)
      for manager in LocalManagers(on: host, ports: []).managers where manager.configurationFile == file.path {
        try? host.processes.send(.hangUp, to: manager.process)
      }
    }
  }

  private func value(_ file: ConfigurationPlace) throws -> ChangeValue {
    do {
      let bytes = try host.store.read(file.path, limit: OpenSMService.largestConfiguration)
      return OpenSMConfiguration(bytes, file: file.path).entry(ConfigurationPlace.key).map { ChangeValue($0.value) }
        ?? .absent
    } catch {
      guard error.reason == .notFound else { throw OpenSMFailure.configuration(error) }
      return ChangeValue(ChangeValue.absent.text, facts: ["no file"])
    }
  }
}

extension LocalPortIdentity {
  /// The port of an object in the journal.
  fileprivate init?(_ object: ChangeObject?) {
    guard let object, let guid = object.fact("guid").flatMap({ GUID($0) }), let device = object.fact("device"),
      let port = object.fact("port").flatMap({ Int($0) })
    else { return nil }
    self.init(name: object.name, device: device, port: port, guid: guid)
  }
}

/// The priority in a configuration file, as a place.
struct ConfigurationPlace {
  static let key = "sm_priority"
  /// The file did not exist.
  static let noFile = "no file"

  let path: String

  init(_ path: String) { self.path = path }

  init?(_ place: ChangePlace) {
    guard place.key == Self.key, let path = place.object?.name else { return nil }
    self.path = path
  }

  var place: ChangePlace { ChangePlace(ChangeObject(path), Self.key) }
}

extension OpenSMService {
  /// Writes a value back that a configuration had, or takes the line away.
  static func write(_ value: ChangeValue, to file: ConfigurationPlace, _ host: Host) throws(OpenSMFailure) {
    if value.text == ChangeValue.absent.text, value.facts.contains(ConfigurationPlace.noFile) {
      do { try host.store.remove(file.path) } catch {
        if error.reason != .notFound { throw .unwritable(error) }
      }
      return
    }
    let bytes: [UInt8]
    do { bytes = try host.store.read(file.path, limit: largestConfiguration) } catch { throw .configuration(error) }
    let old = OpenSMConfiguration(bytes, file: file.path)
    let new: OpenSMConfiguration
    if value == .absent {
      new = old.removing(ConfigurationPlace.key)
    } else {
      do { new = try old.setting(ConfigurationPlace.key, to: value.text) } catch {
        throw .unwritableConfiguration(error)
      }
    }
    do { try host.store.replace(file.path, with: ManagedConfiguration.headed(new).bytes) } catch {
      throw .unwritable(error)
    }
  }
}
