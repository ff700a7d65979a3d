public import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire

/// The patience with an opensm that is told something.
private enum Patience {
  static let step = 20
  static let ending = 15_000
  static let sweeping = 15_000
  static let priority = 5_000
}

/// How an opensm was ended.
public struct OpenSMStopResult: Sendable, Equatable {
  public var process: Int32
  /// It was stopped by its unit.
  public var unit: String?
  /// It did not end by SIGTERM and was killed, as the user had allowed.
  public var wasKilled: Bool
  public var milliseconds: Int
}

/// What became of a request to read the configuration again and to sweep the whole subnet.
public struct OpenSMReloadResult: Sendable, Equatable {
  public enum Evidence: String, Sendable, Equatable, CaseIterable {
    /// Its log says that the subnet is up again.
    case subnetUp = "subnet_up"
    /// It has sent more datagrams than answers to us.
    case activity
    /// It does not sweep while it stands by; it has read its configuration.
    case standby
    /// Nothing was seen in time: its log may be buffered, and its port cannot be asked.
    case none
  }

  public var process: Int32
  public var evidence: Evidence
  public var milliseconds: Int
}

/// A priority that was set.
public struct OpenSMPriorityResult: Sendable, Equatable {
  /// What it answered before; `nil` when none runs, or it did not answer.
  public var before: Int?
  public var priority: Int
  /// Whether a running opensm answers it now.
  public var isInForce: Bool
  /// The file it was written to.
  public var configurationFile: String
  /// Whether the file said so already.
  public var changed: Bool
}

extension OpenSMService {
  /// Ends the opensm that serves the port, whoever started it.
  /// - Parameter force: kill it when it does not end by itself.
  public func stop(force: Bool = false) throws(OpenSMFailure) -> OpenSMStopResult {
    return try stopHoldingLock(try only(), force: force)
  }

  private func only() throws(OpenSMFailure) -> LocalManager {
    guard let manager = running().managers.first else { throw .notRunning(port.name) }
    return manager
  }

  private func stopHoldingLock(_ manager: LocalManager, force: Bool) throws(OpenSMFailure) -> OpenSMStopResult {
    let began = host.clock.milliseconds
    var wasKilled = false
    if let unit = manager.unit, let systemd = SystemdUnit(host) {
      try systemd.stop(unit)
    } else {
      try send(.terminate, to: manager)
    }
    if !waitForEnd(of: manager) {
      guard force else {
        throw .stillRunning(process: manager.process, milliseconds: host.clock.milliseconds - began)
      }
      try send(.kill, to: manager)
      wasKilled = true
      guard waitForEnd(of: manager) else {
        throw .stillRunning(process: manager.process, milliseconds: host.clock.milliseconds - began)
      }
    }
    return OpenSMStopResult(
      process: manager.process, unit: manager.unit, wasKilled: wasKilled,
      milliseconds: host.clock.milliseconds - began)
  }

  private func waitForEnd(of manager: LocalManager) -> Bool {
    let limit = host.clock.milliseconds + Patience.ending
    while manager.isRunning(on: host.files) {
      guard host.clock.milliseconds < limit else { return false }
      host.clock.sleep(milliseconds: Patience.step)
    }
    return true
  }

  private func send(_ signal: ProcessSignal, to manager: LocalManager) throws(OpenSMFailure) {
    // Its number may be another's by now.
    guard manager.isRunning(on: host.files) else { return }
    do { try host.processes.send(signal, to: manager.process) } catch {
      if error == .notFound { return }
      throw .process("opensm (process \(manager.process))", error)
    }
  }

  /// Ends the opensm that serves the port, if there is one, and starts the one that rdmactl keeps there.
  public func restart(
    _ options: OpenSMStartOptions, session: FabricSession, progress: (OpenSMProgress) -> Void = { _ in }
  ) throws(OpenSMFailure) -> (stopped: OpenSMStopResult?, started: OpenSMStartResult) {
    try checkPriority(options.priority)
    guard let program = host.processes.find(Self.program) else { throw .notInstalled }
    let (managers, notes) = running()
    // What cannot be started again is not stopped.
    try write(base: options.configuration, deciding: options.decided)
    var stopped: OpenSMStopResult?
    if let manager = managers.first { stopped = try stopHoldingLock(manager, force: false) }
    return (stopped, try launch(program, options, session: session, notes: notes, progress: progress))
  }

  /// Makes the opensm that serves the port read its configuration again and sweep the whole subnet (SIGHUP).
  public func reload(session: FabricSession) throws(OpenSMFailure) -> OpenSMReloadResult {
    let manager = try only()
    let began = host.clock.milliseconds
    var follower = manager.logFile.map { OpenSMFollower(log: $0, files: host.store) }
    let before = try reading(session)
    try send(.hangUp, to: manager)
    var questions: UInt32 = 0
    while host.clock.milliseconds - began < Patience.sweeping {
      follower?.look(host.store)
      if follower?.progress.isSubnetUp == true { return result(.subnetUp) }
      if let before, let now = try reading(session) {
        questions &+= 1
        if before.state == .standby, now.state == .standby { return result(.standby) }
        // A heavy sweep asks every port; a light one that falls in this moment asks every switch.
        let own = now.activityCount &- before.activityCount
        if own > questions &+ 1, follower == nil { return result(.activity) }
      }
      host.clock.sleep(milliseconds: Patience.step)
    }
    return result(.none)

    func result(_ evidence: OpenSMReloadResult.Evidence) -> OpenSMReloadResult {
      OpenSMReloadResult(
        process: manager.process, evidence: evidence, milliseconds: host.clock.milliseconds - began)
    }
  }

  private func reading(_ session: FabricSession) throws(OpenSMFailure) -> SMInfoReading? {
    do { return try session.smInfo(at: .directedRoute(.local)).reading } catch { throw .session(port, error) }
  }
}

/// What setting a priority would write.
public struct OpenSMPriorityPlan: Sendable, Equatable {
  /// `nil`: the file does not set it.
  public var before: String?
  public var file: String
  /// Whether the file says so already.
  public var isInFile: Bool
}

extension OpenSMService {
  /// What ``setPriority(_:session:)`` would change, and whether it can.
  public func priorityPlan(_ priority: Int) throws(OpenSMFailure) -> OpenSMPriorityPlan {
    try checkPriority(priority)
    let configuration: OpenSMConfiguration?
    let file: String
    if let manager = running().managers.first, !manager.isManaged {
      if manager.priorityIsArgument { throw .priorityIsArgument(process: manager.process, unit: manager.unit) }
      guard let path = manager.configurationFile else { throw .noConfiguration(process: manager.process) }
      file = path
      configuration = try read(path, mustExist: true).map { OpenSMConfiguration($0, file: path) }
    } else {
      file = places.configuration
      configuration = try kept()?.configuration
    }
    let before = configuration?.entry("sm_priority")?.value
    return OpenSMPriorityPlan(before: before, file: file, isInFile: before == String(priority))
  }

  /// The answer where nothing had to be written.
  public func presentPriority(_ priority: Int, _ session: FabricSession) throws(OpenSMFailure) -> OpenSMPriorityResult {
    let answered = try answeredPriority(session)
    return OpenSMPriorityResult(
      before: answered, priority: priority, isInForce: answered == priority,
      configurationFile: try priorityPlan(priority).file, changed: false)
  }

  /// What the subnet manager of the port answers; `nil` when none does.
  public func answeredPriority(_ session: FabricSession) throws(OpenSMFailure) -> Int? {
    running().managers.isEmpty ? nil : try reading(session)?.priority
  }

  /// Sets the priority in the configuration of the opensm that serves the port, or will when it is started, and makes one
  /// that runs take it.
  public func setPriority(_ priority: Int, session: FabricSession) throws(OpenSMFailure) -> OpenSMPriorityResult {
    try checkPriority(priority)
    let manager = running().managers.first
    guard let manager, !manager.isManaged else {
      let changed = try kept()?.configuration.entry("sm_priority")?.value != String(priority)
      if changed { try write(base: nil, deciding: ["sm_priority": String(priority)]) }
      guard let manager else {
        return OpenSMPriorityResult(
          before: nil, priority: priority, isInForce: false, configurationFile: places.configuration, changed: changed)
      }
      return try apply(priority, to: manager, file: places.configuration, changed: changed, session)
    }
    if manager.priorityIsArgument { throw .priorityIsArgument(process: manager.process, unit: manager.unit) }
    guard let file = manager.configurationFile else { throw .noConfiguration(process: manager.process) }
    let changed = try change(file, "sm_priority", to: String(priority))
    return try apply(priority, to: manager, file: file, changed: changed, session)
  }

  /// Sets a key in a file that is not ours, in place; every other line stays.
  private func change(_ file: String, _ key: String, to value: String) throws(OpenSMFailure) -> Bool {
    let bytes: [UInt8]
    do { bytes = try host.store.read(file, limit: Self.largestConfiguration) } catch { throw .configuration(error) }
    let configuration = OpenSMConfiguration(bytes, file: file)
    guard configuration.entry(key)?.value != value else { return false }
    let changed: OpenSMConfiguration
    do { changed = try configuration.setting(key, to: value) } catch { throw .unwritableConfiguration(error) }
    do { try host.store.replace(file, with: changed.bytes) } catch { throw .unwritable(error) }
    return true
  }

  private func apply(
    _ priority: Int, to manager: LocalManager, file: String, changed: Bool, _ session: FabricSession
  ) throws(OpenSMFailure) -> OpenSMPriorityResult {
    let before = try reading(session)
    var now = before
    if now?.priority != priority {
      try send(.hangUp, to: manager)
      let limit = host.clock.milliseconds + Patience.priority
      while now?.priority != priority {
        guard host.clock.milliseconds < limit else {
          throw .priorityNotTaken(process: manager.process, wanted: priority, found: now?.priority)
        }
        host.clock.sleep(milliseconds: Patience.step)
        now = try reading(session)
      }
    }
    return OpenSMPriorityResult(
      before: before?.priority, priority: priority, isInForce: true, configurationFile: file, changed: changed)
  }
}
