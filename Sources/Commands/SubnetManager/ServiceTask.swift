internal import FabricDiscovery
internal import HostAccess
internal import PortStatus
internal import Presentation
internal import SubnetManagement
internal import Vocabulary

/// The opensm of one local port, with a session on that port.
struct ServiceTask {
  let port: LocalFabricPort
  let service: OpenSMService
  let session: FabricSession
  private let clock: any Clock
  private let progress: ProgressLine

  /// - Throws: `LocalPortFailure` and what it stands beside, ``FabricFailure``.
  init(_ options: ServicePortOptions, host: Host, output: Output) throws {
    let choice = LocalPortChoice(name: options.name)
    port = try choice.resolve(on: host)
    guard let identity = LocalPortIdentity(port) else { throw LocalPortFailure.noGUID(port.name) }
    service = OpenSMService(host, port: identity, among: port.identities)
    do {
      session = try FabricSession(
        host.management, device: port.device, port: port.port.number, clock: host.clock)
    } catch {
      throw FabricFailure.unreachable(port.name, error)
    }
    clock = host.clock
    progress = ProgressLine(output: output, mode: options.progress, clock: host.clock)
    host.clock.holdInterruptions()
    // Without a name the user must learn which port it is.
    if options.name == nil, output.format == .text { output.talk("port: \(port.name)") }
  }

  /// Does something to opensm, telling how far it is.
  func run<Value>(_ what: String, _ work: ((OpenSMProgress) -> Void) throws -> Value) throws -> Value {
    let began = clock.milliseconds
    defer { progress.end() }
    return try work { told in
      let spent = (clock.milliseconds - began) / 1000
      progress.show(what, line: "\(what): \(told.reason) (\(spent) s)", done: spent, of: 0)
    }
  }
}

extension LocalPortIdentity {
  /// - Returns: `nil` when the GUID of the port is not known.
  init?(_ port: LocalFabricPort) {
    guard let guid = port.port.guid else { return nil }
    self.init(name: port.name, device: port.device, port: port.port.number, guid: guid)
  }
}
