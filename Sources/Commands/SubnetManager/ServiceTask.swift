internal import Change
internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import SubnetManagement
internal import Vocabulary

/// The opensm of one local port, with a session on that port.
struct ServiceTask {
  let port: LocalPortIdentity
  let service: OpenSMService
  /// `nil` where the port cannot be opened: opensm can be stopped without it.
  private let openSession: Result<FabricSession, FabricFailure>
  private let host: Host
  private let output: Output
  private let progress: ProgressLine

  /// - Parameter starts: whether the command needs a port with a link when no opensm runs yet.
  /// - Throws: `LocalPortFailure` and what it stands beside.
  init(_ options: ServicePortOptions, starts: Bool = false, host: Host, output: Output) throws {
    let target = try ServiceTarget(options.name, starts: starts, on: host)
    port = target.port
    service = OpenSMService(host, port: target.port, among: target.ports)
    let name = port.name
    openSession = Result { () throws(ManagementError) in
      try FabricSession(host.management, device: target.port.device, port: target.port.port, clock: host.clock)
    }.mapError { .unreachable(name, $0) }
    self.host = host
    self.output = output
    progress = ProgressLine(output: output, mode: options.progress, clock: host.clock)
    host.clock.holdInterruptions()
    // Without a name the user must learn which port it is.
    if options.name == nil, output.format == .text { output.talk("port: \(port.name)") }
  }

  /// - Throws: ``FabricFailure``.
  func session() throws -> FabricSession { try openSession.get() }

  /// The subnet managers of the subnet; `nil` where the port has no link, or nobody has configured it, or it cannot be
  /// asked.
  ///
  /// - Throws: `Interrupted`.
  func survey() throws -> SubnetManagerSurvey? {
    guard let session = try? session() else { return nil }
    do {
      return try FabricFailure.told(of: port.name) { () throws(SessionFailure) in
        guard let facts = try session.localPort(port.port), facts.state != .down, facts.masterSMLID != 0 else {
          return nil
        }
        return try session.subnetManagers(of: try session.sweep())
      }
    } catch is FabricFailure {
      return nil
    }
  }

  /// Plan, question, change, record.
  func change(
    _ wish: OpenSMWriter.Wish, _ what: String, _ options: AskOptions, consequence: String? = nil
  ) throws -> (plan: ChangePlan<[String]>, result: ChangeOutcome<[String]>.Result, done: OpenSMWriter.Outcome) {
    let began = host.clock.milliseconds
    defer { progress.end() }
    let writer = OpenSMWriter(wish, on: service, consequence: consequence) { [progress, host] state in
      let spent = (host.clock.milliseconds - began) / 1000
      progress.show(what, line: "\(what): \(state.reason) (\(spent) s)", done: spent, of: 0)
    }
    let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(
      Change.ChangeOptions(yes: options.yes, dryRun: options.dryRun)
    ) { plan in
      for line in plan.detail where !options.yes || options.dryRun { output.talk(line) }
    }
    return (outcome.plan, outcome.result, writer.outcome)
  }

  /// Changes something about opensm, with a progress line.
  func run<Value>(_ what: String, _ work: ((OpenSMProgress) -> Void) throws -> Value) throws -> Value {
    let began = host.clock.milliseconds
    defer { progress.end() }
    return try work { state in
      let spent = (host.clock.milliseconds - began) / 1000
      progress.show(what, line: "\(what): \(state.reason) (\(spent) s)", done: spent, of: 0)
    }
  }
}

/// Which local port a command about opensm means.
private struct ServiceTarget {
  let port: LocalPortIdentity
  let ports: [LocalPortIdentity]

  init(_ name: String?, starts: Bool, on host: Host) throws {
    let choice = LocalPortChoice(name: name)
    let found: [LocalFabricPort]
    do {
      found = try choice.all(on: host)
    } catch {
      // The adapter may be gone and its opensm still run.
      guard !starts, let orphan = Self.orphan(name, on: host) else { throw error }
      (port, ports) = (orphan, [orphan])
      return
    }
    let identities = found.compactMap(LocalPortIdentity.init)
    let local = LocalManagers(on: host, ports: found.first?.identities ?? [])
    let served = identities.filter { !local.serving($0).isEmpty }
    if let first = served.first, served.count == 1 || name != nil {
      port = first
    } else if starts || name == nil && served.isEmpty {
      let best = try (starts ? choice.resolve(on: host) : found[0])
      guard let identity = LocalPortIdentity(best) else { throw LocalPortFailure.noGUID(best.name) }
      port = identity
    } else {
      guard let first = identities.first else { throw LocalPortFailure.noGUID(found[0].name) }
      port = first
    }
    ports = found.first?.identities ?? []
  }

  /// An opensm without a port: the one that was started with this GUID, or the only one.
  private static func orphan(_ name: String?, on host: Host) -> LocalPortIdentity? {
    let guids = LocalManagers(on: host, ports: []).managers.compactMap(\.guid)
    let wanted = name.map { GUID($0) }
    let found = guids.filter { wanted == nil || $0 == wanted }
    guard found.count == 1, let guid = found.first else { return nil }
    return LocalPortIdentity(name: guid.description, device: "", port: 0, guid: guid)
  }
}

extension LocalPortIdentity {
  /// - Returns: `nil` when the GUID of the port is not known.
  init?(_ port: LocalFabricPort) {
    guard let guid = port.port.guid else { return nil }
    self.init(name: port.name, device: port.device, port: port.port.number, guid: guid)
  }
}
