public import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import Vocabulary

extension OpenSMService {
  /// Starts opensm on the port: the systemd unit where systemd runs, else a process of its own that outlives us.
  ///
  /// opensm says 0 where it failed (no port, a wrong GUID, a port in use, a routing engine that fell back): its output and
  /// its log are read, and each of these is a failure here.
  ///
  /// - Parameters:
  ///   - session: on the same port.
  ///   - progress: called now and then.
  public func start(
    _ options: OpenSMStartOptions, session: FabricSession, progress: (OpenSMProgress) -> Void = { _ in }
  ) throws(OpenSMFailure) -> OpenSMStartResult {
    try checkPriority(options.priority)
    guard let program = host.processes.find(Self.program) else { throw .notInstalled }
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    let notes = try checkPort(session)
    try write(base: options.configuration, deciding: options.decided)
    return try launch(program, options, session: session, notes: notes, progress: progress)
  }

  func checkPriority(_ priority: Int?) throws(OpenSMFailure) {
    if let priority, !(0...15).contains(priority) { throw .priorityOutOfRange(priority) }
  }

  private func checkPort(_ session: FabricSession) throws(OpenSMFailure) -> [Note] {
    let layer = try? host.files.text("/sys/class/infiniband/\(port.device)/ports/\(port.port)/link_layer")
    if layer == "Ethernet" { throw .ethernet(port) }
    let local = LocalManagers(on: host, ports: ports)
    if let other = local.serving(port).first { throw .alreadyRunning(port, process: other.process) }
    let facts = try portFacts(session)
    if facts.isSubnetManager { throw .portTaken(port) }
    if facts.state == .down { throw .portDown(port, facts.physicalState) }
    return local.notes
  }

  /// Starts what the configuration in place says, and sees it through.
  func launch(
    _ program: String, _ options: OpenSMStartOptions, session: FabricSession, notes: [Note],
    progress: (OpenSMProgress) -> Void
  ) throws(OpenSMFailure) -> OpenSMStartResult {
    let began = host.clock.milliseconds
    let log = logFile
    let prefix = try kept()?.configuration.entry("log_prefix")?.value
    let follower = OpenSMFollower(log: log, prefix: prefix, files: host.store)
    let instance = try options.once ? launchOnce(program) : launchForGood(program)
    var watch = OpenSMWatch(
      service: self, instance: instance, follower: follower, session: session, began: began, options: options)
    try watch.follow(progress)
    try checkRouting(watch.follower.progress)
    return OpenSMStartResult(
      port: port, process: options.once ? nil : processIdentifier(of: instance), unit: instance.unit,
      configurationFile: places.configuration, logFile: log, progress: watch.follower.progress,
      milliseconds: host.clock.milliseconds - began, notes: notes)
  }

  private func launchOnce(_ program: String) throws(OpenSMFailure) -> OpenSMInstance {
    .process(try launchProcess(program, ["-o", "-F", places.configuration]))
  }

  private func launchForGood(_ program: String) throws(OpenSMFailure) -> OpenSMInstance {
    guard let systemd = SystemdUnit(host) else {
      return .process(try launchProcess(program, ["-F", places.configuration]))
    }
    try systemd.install(for: port.guid, program: program, configuration: places.configuration)
    let unit = systemd.name(of: port.guid)
    try systemd.start(unit)
    return .unit(systemd, unit)
  }

  private func launchProcess(_ program: String, _ arguments: [String]) throws(OpenSMFailure) -> any LaunchedProcess {
    // What an earlier one said would be taken for the words of this one.
    do { try host.store.replace(places.output, with: []) } catch { throw .unwritable(error) }
    do {
      return try host.processes.launch(program, arguments, log: places.output, directory: places.directory)
    } catch { throw .process(program, error) }
  }

  private func processIdentifier(of instance: OpenSMInstance) -> Int32? {
    if case .process(let process) = instance { return process.identifier }
    return running().managers.first?.process
  }

  /// An engine that could not be used is replaced by minhop, and nothing but the log tells.
  private func checkRouting(_ progress: OpenSMProgress) throws(OpenSMFailure) {
    let configuration = try kept()?.configuration
    let wanted = (configuration?.entry("routing_engine")?.value ?? "").split { ",  \t".contains($0) }
      .map(String.init).filter { !["no_fallback", "none", "null", "(null)"].contains($0) }
    guard !wanted.isEmpty else { return }
    if progress.noEngineWorked {
      throw .routingFellBack(port, wanted: wanted, used: nil, lastWords: progress.errors)
    }
    if let used = progress.routingEngine, !wanted.contains(used) {
      throw .routingFellBack(port, wanted: wanted, used: used, lastWords: progress.errors)
    }
  }
}

/// An opensm that we started.
enum OpenSMInstance {
  case process(any LaunchedProcess)
  case unit(SystemdUnit, String)

  var unit: String? { if case .unit(_, let name) = self { name } else { nil } }
}
