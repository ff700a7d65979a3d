internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import SubnetManagement
internal import Vocabulary

/// The answer of `sm start`, `restart`, `stop`, `reload` and `priority`.
struct ServiceAnswer: Presentable {
  enum Deed {
    case started(OpenSMStartResult)
    /// It serves the port already, with the settings asked for.
    case alreadyRunning(LocalManager)
    /// A dry run of this command.
    case planned(String, wouldChange: Bool)
    case restarted(OpenSMStopResult?, OpenSMStartResult)
    case stopped(OpenSMStopResult)
    case notRunning
    case reloaded(OpenSMReloadResult)
    case priority(OpenSMPriorityResult)
  }

  struct Payload: Encodable {
    let port: String
    /// started, restarted, stopped, not_running, already_running, reloaded or priority; of a dry run the command
    let action: String
    let changed: Bool
    var dryRun = false
    /// Of a dry run.
    @ExplicitNull var wouldChange: Bool?
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
    case .planned(let command, let wouldChange):
      var payload = Payload(port: port, action: command, changed: false)
      payload.dryRun = true
      payload.wouldChange = wouldChange
      return payload
    case .alreadyRunning(let manager):
      var payload = Payload(port: port, action: "already_running", changed: false)
      payload.pid = manager.process
      payload.unit = manager.unit
      payload.priority = manager.priority
      payload.configuration = manager.configurationFile
      payload.log = manager.logFile
      return payload
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
    case .alreadyRunning(let manager): [String(manager.process)]
    case .notRunning, .planned: []
    case .reloaded(let result): [String(result.process)]
    case .priority(let result): [String(result.priority)]
    }
  }

  func write(to page: inout Page) {
    switch deed {
    case .planned(_, let wouldChange):
      page.line(wouldChange ? "Dry run: nothing was changed." : "\(port): already set, nothing to do")
    case .alreadyRunning(let manager):
      page.line("\(port): opensm (process \(manager.process)) already runs, nothing to do", tone: .good)
    case .started(let result): write("started", result, to: &page)
    case .restarted(let stopped, let result):
      if let stopped { page.line("\(port): opensm (process \(stopped.process)) stopped") }
      write("started", result, to: &page)
    case .stopped(let result):
      page.line("\(port): opensm (process \(result.process)) \(result.wasKilled ? "was killed" : "stopped")")
    case .notRunning: page.line("\(port): no opensm serves this port")
    case .reloaded(let result): page.line("\(port): opensm (process \(result.process)) \(words(result.evidence))")
    case .priority(let result):
      let before = result.before.map { " (was \($0))" } ?? ""
      page.line(
        result.isInForce
          ? "\(port): priority \(result.priority)\(before), in force and saved in \(result.configurationFile)"
          : "\(port): priority \(result.priority) saved in \(result.configurationFile); no opensm is running")
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
    case .subnetUp: "swept the subnet; the subnet is up"
    case .activity: "is sweeping the subnet"
    case .standby: "read its configuration; a standby does not sweep"
    case .none: "was signalled; no sweep was seen"
    }
  }
}

/// The subnet managers that are on the subnet before another one starts.
struct Crowd {
  let managers: [SubnetManager]
  let problems: [Problem]

  init(_ survey: SubnetManagerSurvey?, port: LocalPortIdentity) {
    managers = survey?.managers ?? []
    problems = managers.count < 2 ? [] : [SurveyProblem.third(on: port.name, beside: managers)]
  }
}
