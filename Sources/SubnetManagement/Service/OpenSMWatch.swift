internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire

/// Sees a start through: until it serves (or the port is active, or it has done its one job), or has failed.
struct OpenSMWatch {
  private enum Patience {
    /// Between two looks: what is added to opensm's own time on average is half of it.
    static let step = 10
    /// Until it serves the port, without `wait`.
    static let serving = 10_000
    /// Between two questions to systemd, each a process of its own.
    static let systemd = 500
    /// Until one that is not wanted has ended by SIGTERM.
    static let ending = 5_000
    static let lastWords = 4
    /// Of a subnet with two nodes of one GUID: opensm repeats its error for ever.
    static let duplicateGUID = 2_000
  }

  let service: OpenSMService
  let instance: OpenSMInstance
  var follower: OpenSMFollower
  let session: FabricSession
  let began: Int
  let options: OpenSMStartOptions
  private var nextQuestion = 0

  init(
    service: OpenSMService, instance: OpenSMInstance, follower: OpenSMFollower, session: FabricSession, began: Int,
    options: OpenSMStartOptions
  ) {
    self.service = service
    self.instance = instance
    self.follower = follower
    self.session = session
    self.began = began
    self.options = options
  }

  mutating func follow(_ progress: (OpenSMProgress) -> Void) throws(OpenSMFailure) {
    let clock = service.host.clock
    let limit = options.wait || options.once ? options.timeoutMilliseconds : Patience.serving
    do throws(OpenSMFailure) {
      while true {
        // Its end is looked for first: all that it wrote before is in the files then.
        let end = ended()
        follower.look(service.host.store)
        if let end {
          try judge(end)
          return
        }
        if try hasArrived() { return }
        progress(follower.progress)
        if options.once, follower.progress.state == .standby { throw failure(.standsBy) }
        if saysConfigurationUnread { throw failure(.configurationUnread) }
        let patience = follower.progress.hasDuplicateGUID ? min(limit, Patience.duplicateGUID) : limit
        guard clock.milliseconds - began < patience else {
          throw .notActive(service.port, follower.progress, milliseconds: clock.milliseconds - began)
        }
        clock.sleep(milliseconds: Patience.step)
      }
    } catch {
      if isToEnd(after: error) { end() }
      throw error
    }
  }

  /// Whether it is where it should be. One that runs once is there when it has ended.
  private mutating func hasArrived() throws(OpenSMFailure) -> Bool {
    if options.once { return false }
    let facts = try service.portFacts(session)
    follower.portIs(facts.state)
    let state = follower.progress.state
    guard options.wait else { return facts.isSubnetManager && state != nil || state == .notActive }
    switch state {
    case .master: return facts.state == .active && follower.progress.isSubnetUp
    case .standby: return facts.state == .active
    case .discovering, .notActive, nil: return false
    }
  }

  // MARK: the end

  private mutating func ended() -> OpenSMEnd? {
    switch instance {
    case .process(let process):
      switch process.ended() {
      case nil: return nil
      case .exited(let status): return .exited(status)
      case .signalled(let signal): return .signalled(signal)
      }
    case .unit(let systemd, let name):
      let now = service.host.clock.milliseconds
      guard now >= nextQuestion else { return nil }
      nextQuestion = now + Patience.systemd
      return systemd.hasEnded(name) ? .exited(0) : nil
    }
  }

  /// An end is what should be only of one that ran once, said so, and left the subnet up.
  private func judge(_ end: OpenSMEnd) throws(OpenSMFailure) {
    let text = output.joined(separator: "\n")
    if options.once, end == .exited(0), follower.progress.isSubnetUp { return }
    if text.contains("No local ports detected") { throw failure(.noLocalPort) }
    if text.contains("Error from osm_opensm_bind") { throw failure(.portRefused) }
    if text.contains("Error from osm_opensm_init") { throw failure(.initialization) }
    throw failure(options.once && end == .exited(0) ? .subnetNotUp : end)
  }

  private var output: [String] {
    switch instance {
    case .process:
      lines(of: (try? service.host.store.part(service.places.output, from: -(1 << 16), limit: 1 << 16).bytes) ?? [])
    case .unit(let systemd, let name): lines(of: systemd.lastWords(name))
    }
  }

  /// It says so and goes on with nothing but its defaults.
  private var saysConfigurationUnread: Bool {
    guard case .process = instance, follower.progress.state == nil else { return false }
    return output.contains { $0.contains("Fail to parse config file") }
  }

  private func failure(_ end: OpenSMEnd) -> OpenSMFailure {
    // Its log says why; its output only that. What it says of its end itself is no reason.
    let said = output.filter { !$0.contains("Exiting SM") && !$0.contains("OpenSM: Got signal") }
    let words = follower.progress.errors + said.suffix(Patience.lastWords - 1)
    return .ended(service.port, end, lastWords: Array(words.suffix(2 * Patience.lastWords)))
  }

  /// One that runs is left where it can still become useful; one that runs once would run unseen for ever.
  private func isToEnd(after failure: OpenSMFailure) -> Bool {
    switch failure {
    case .ended(_, .configurationUnread, _): true
    default: options.once
    }
  }

  private func end() {
    guard case .process(let process) = instance, process.ended() == nil else { return }
    let clock = service.host.clock
    try? service.host.processes.send(.terminate, to: process.identifier)
    let limit = clock.milliseconds + Patience.ending
    while process.ended() == nil, clock.milliseconds < limit { clock.sleep(milliseconds: Patience.step) }
    if process.ended() == nil { try? service.host.processes.send(.kill, to: process.identifier) }
  }
}
