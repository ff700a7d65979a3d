internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import SubnetManagement
internal import Vocabulary

/// What was done to the opensm of a port: `start`, `restart`, `stop`, `reload`, `priority`.
struct ServiceAnswer: Presentable {
  enum Deed {
    case started(OpenSMStartResult)
    case restarted(OpenSMStopResult?, OpenSMStartResult)
    case stopped(OpenSMStopResult)
    case notRunning
    case reloaded(OpenSMReloadResult)
    case priority(OpenSMPriorityResult)
  }

  struct Payload: Encodable {
    let port: String
    /// started, restarted, stopped, not_running, reloaded or priority
    let action: String
    let changed: Bool
    @ExplicitNull var pid: Int32?
    @ExplicitNull var unit: String?
    @ExplicitNull var state: String?
    @ExplicitNull var portState: String?
    @ExplicitNull var subnetUp: Bool?
    @ExplicitNull var routingEngine: String?
    @ExplicitNull var priority: Int?
    @ExplicitNull var priorityBefore: Int?
    @ExplicitNull var inForce: Bool?
    @ExplicitNull var evidence: String?
    @ExplicitNull var killed: Bool?
    @ExplicitNull var configuration: String?
    @ExplicitNull var log: String?
    @ExplicitNull var milliseconds: Int?

    init(port: String, action: String, changed: Bool) {
      self.port = port
      self.action = action
      self.changed = changed
    }

    mutating func take(_ start: OpenSMStartResult) {
      pid = start.process
      unit = start.unit
      state = start.progress.state?.word
      portState = start.progress.port?.rawValue
      subnetUp = start.progress.isSubnetUp
      routingEngine = start.progress.routingEngine
      configuration = start.configurationFile
      log = start.logFile
      milliseconds = start.milliseconds
    }
  }

  static let schema = "rdmactl.sm.change/1"
  let deed: Deed
  let port: String
  let crowd: Crowd?

  init(_ deed: Deed, port: String, crowd: Crowd? = nil) {
    self.deed = deed
    self.port = port
    self.crowd = crowd
  }

  var payload: Payload {
    switch deed {
    case .started(let result):
      var payload = Payload(port: port, action: "started", changed: true)
      payload.take(result)
      return payload
    case .restarted(_, let result):
      var payload = Payload(port: port, action: "restarted", changed: true)
      payload.take(result)
      return payload
    case .stopped(let result):
      var payload = Payload(port: port, action: "stopped", changed: true)
      payload.pid = result.process
      payload.unit = result.unit
      payload.killed = result.wasKilled
      payload.milliseconds = result.milliseconds
      return payload
    case .notRunning: return Payload(port: port, action: "not_running", changed: false)
    case .reloaded(let result):
      var payload = Payload(port: port, action: "reloaded", changed: true)
      payload.pid = result.process
      payload.evidence = result.evidence.rawValue
      payload.milliseconds = result.milliseconds
      return payload
    case .priority(let result):
      var payload = Payload(port: port, action: "priority", changed: result.changed)
      payload.priority = result.priority
      payload.priorityBefore = result.before
      payload.inForce = result.isInForce
      payload.configuration = result.configurationFile
      return payload
    }
  }

  var problems: [Problem] { crowd?.problems ?? [] }

  var notes: [Note] {
    switch deed {
    case .started(let result), .restarted(_, let result): result.notes
    default: []
    }
  }

  var quietLines: [String] {
    switch deed {
    case .started(let result), .restarted(_, let result): result.process.map { [String($0)] } ?? []
    case .stopped(let result): [String(result.process)]
    case .notRunning: []
    case .reloaded(let result): [String(result.process)]
    case .priority(let result): [String(result.priority)]
    }
  }

  func write(to page: inout Page) {
    switch deed {
    case .started(let result): write("started", result, to: &page)
    case .restarted(let stopped, let result):
      if let stopped { page.line("\(port): opensm (process \(stopped.process)) has ended") }
      write("started", result, to: &page)
    case .stopped(let result):
      page.line("\(port): opensm (process \(result.process)) \(result.wasKilled ? "was killed" : "has ended")")
    case .notRunning: page.line("\(port): no opensm serves this port")
    case .reloaded(let result): page.line("\(port): opensm (process \(result.process)) \(words(result.evidence))")
    case .priority(let result):
      let before = result.before.map { " (it was \($0))" } ?? ""
      page.line(
        result.isInForce
          ? "\(port): priority \(result.priority)\(before), in force and kept in \(result.configurationFile)"
          : "\(port): priority \(result.priority) kept in \(result.configurationFile); no opensm runs now")
    }
    page.problems(problems)
  }

  private func write(_ word: String, _ result: OpenSMStartResult, to page: inout Page) {
    let what = result.process.map { "process \($0)" } ?? result.unit ?? "ran once"
    let state = result.progress.state.map { ", \($0.name)" } ?? ""
    page.line("\(port): opensm \(word) (\(result.unit.map { "\($0), " } ?? "")\(what))\(state)", tone: .good)
    page.fields([
      ("port", result.progress.port.map(\.rawValue)), ("subnet", result.progress.isSubnetUp ? "up" : nil),
      ("routing", result.progress.routingEngine), ("configuration", result.configurationFile),
      ("log", result.logFile), ("took", "\(result.milliseconds) ms"),
    ])
  }

  private func words(_ evidence: OpenSMReloadResult.Evidence) -> String {
    switch evidence {
    case .subnetUp: "has swept the subnet: it is up"
    case .activity: "sweeps the subnet"
    case .standby: "has read its configuration; it stands by and does not sweep"
    case .none: "was told; that it swept could not be seen"
    }
  }
}

/// Subnet managers that are on the subnet already when one is to be started.
struct Crowd {
  let problems: [Problem]

  /// Asks the subnet; where it cannot be asked as a whole, what did answer counts.
  init(_ task: ServiceTask, host: Host) throws {
    // Where nobody has set the port up there is no master, and nobody can stand by for one.
    guard (task.port.port.smLID ?? 0) != 0 else {
      problems = []
      return
    }
    let others = try FabricFailure.told(of: task.port.name) { () throws(SessionFailure) in
      try task.session.subnetManagers(of: try task.session.sweep()).managers
    }
    problems = others.count < 2 ? [] : [SurveyProblem.third(on: task.port.name, beside: others)]
  }
}
