public import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import Vocabulary

extension OpenSMService {
  /// Starts opensm on the port: the systemd unit where systemd runs, else a process of its own that outlives us.
  ///
  /// opensm exits with 0 also where it failed (no port, a wrong GUID, a port in use, a routing engine that it replaced):
  /// its output and its log are read, and each of these is a failure here.
  ///
  /// - Parameters:
  ///   - session: on the same port.
  ///   - progress: called now and then.
  public func start(
    _ options: OpenSMStartOptions, session: FabricSession, progress: (OpenSMProgress) -> Void = { _ in }
  ) throws(OpenSMFailure) -> OpenSMStartResult {
    let program = try checkStart(options, session: nil)
    let notes = try checkPort(session)
    try write(base: options.configuration, deciding: options.decided)
    return try launch(program, options, session: session, notes: notes, progress: progress)
  }

  /// Everything that a start needs, before anything is changed.
  /// - Parameter session: `nil` where the port is not looked at.
  /// - Returns: the path of opensm.
  @discardableResult
  public func checkStart(
    _ options: OpenSMStartOptions, session: FabricSession?
  ) throws(OpenSMFailure) -> String {
    try checkPriority(options.priority)
    guard let program = host.processes.find(Self.program) else { throw .notInstalled }
    if let file = options.configuration { _ = try read(file, mustExist: true) }
    if let session { _ = try checkPort(session) }
    return program
  }

  /// The opensm that serves the port already, when it has the settings that are asked for; `nil` when none runs.
  /// - Throws: ``OpenSMFailure/runsOtherwise(_:process:differences:)`` when one runs with others,
  ///   ``OpenSMFailure/alreadyRunning(_:process:)`` when it is to run once.
  public func runningAsAsked(_ options: OpenSMStartOptions) throws(OpenSMFailure) -> LocalManager? {
    guard let manager = running().managers.first else { return nil }
    if options.once || manager.runsOnce { throw .alreadyRunning(port, process: manager.process) }
    let kept = manager.isManaged ? try kept() : nil
    let file = try manager.configurationFile.flatMap { path throws(OpenSMFailure) in
      try read(path, mustExist: false).map { OpenSMConfiguration($0, file: path) }
    }
    var differences: [String] = []
    for (key, wanted) in options.decided.sorted(by: { $0.key < $1.key }) {
      let option = OpenSMOption.named(key)
      var used = (kept?.configuration ?? file)?.entry(key)?.value ?? option?.defaultValue ?? ""
      if key == "sm_priority", let priority = manager.priority { used = String(priority) }
      // Its command line goes before the file, and only -p is read from there.
      let isArgument =
        key == "lmc" && manager.has("l", "lmc") || key == "routing_engine" && manager.has("R", "routing_engine")
      if isArgument || !Self.isSame(used, wanted) {
        differences.append("\(key) \(isArgument ? "from its command line" : used)")
      }
    }
    if let base = options.configuration, base != (kept == nil ? manager.configurationFile : kept?.base) {
      differences.append("configuration \((kept?.base ?? manager.configurationFile) ?? "built in")")
    }
    guard differences.isEmpty else {
      throw .runsOtherwise(port, process: manager.process, differences: differences)
    }
    return manager
  }

  /// Lists of engines may have blanks.
  private static func isSame(_ first: String, _ second: String) -> Bool {
    func words(_ text: String) -> [Substring] { text.split { $0 == "," || $0 == " " || $0 == "\t" } }
    return words(first) == words(second)
  }

  /// Waits for what `sm start --wait` waits for, where nothing had to be started.
  public func waitUntilActive(
    _ options: OpenSMStartOptions, session: FabricSession, progress: (OpenSMProgress) -> Void = { _ in }
  ) throws(OpenSMFailure) {
    guard options.wait else { return }
    let began = host.clock.milliseconds
    var seen = OpenSMProgress()
    while true {
      seen.port = try portFacts(session).state
      if seen.port == .active { return }
      progress(seen)
      let spent = host.clock.milliseconds - began
      guard spent < options.timeoutMilliseconds else { throw .notActive(port, seen, milliseconds: spent) }
      host.clock.sleep(milliseconds: 20)
    }
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
