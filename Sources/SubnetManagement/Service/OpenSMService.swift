internal import FabricDiscovery
public import HostAccess
internal import InfiniBandWire
public import Vocabulary

/// The opensm of one local port under control: started, stopped and steered.
///
/// Nothing of what runs is remembered in a file: it is found again through `/proc` by the configuration it was given.
public struct OpenSMService {
  static let program = "opensm"
  /// The configuration that the distribution's opensm reads.
  static let usualConfiguration = "/etc/opensm/opensm.conf"
  static let largestConfiguration = 1 << 20

  package let host: Host
  public let port: LocalPortIdentity
  /// The InfiniBand ports of this machine.
  let ports: [LocalPortIdentity]
  let places: ManagedPlaces

  /// - Parameter ports: the InfiniBand ports of this machine, `port` among them.
  public init(_ host: Host, port: LocalPortIdentity, among ports: [LocalPortIdentity]) {
    self.host = host
    self.port = port
    self.ports = ports
    places = ManagedPlaces(port.guid, in: host.places)
  }

  /// The opensm.conf that rdmactl keeps for the port, whether it is there or not.
  public var configurationFile: String { places.configuration }
  /// The log of an opensm that rdmactl starts.
  public var logFile: String { SystemdUnit(host)?.log(of: port.guid) ?? places.log }

  /// The opensm processes that serve the port.
  public func running() -> (managers: [LocalManager], notes: [Note]) {
    let all = LocalManagers(on: host, ports: ports)
    return (all.serving(port), all.notes)
  }

  // MARK: the configuration

  /// The file we keep for the port; `nil` when there is none yet.
  func kept() throws(OpenSMFailure) -> ManagedConfiguration? {
    guard let bytes = try read(places.configuration, mustExist: false) else { return nil }
    return ManagedConfiguration(bytes, path: places.configuration)
  }

  /// Makes the file anew: from `base`, or the file it was made from before, or the distribution's.
  func write(base: String?, deciding: [String: String]) throws(OpenSMFailure) {
    let kept = try kept()
    // A file made from itself would grow with each start, and never see its first base again.
    let base = base == places.configuration ? nil : base
    let path = base ?? kept?.base ?? Self.usualConfiguration
    let bytes = try read(path, mustExist: base != nil)
    let decided = (kept?.decided ?? [:]).merging(deciding) { $1 }
    let log = logFile
    let made: ManagedConfiguration
    do {
      made = try ManagedConfiguration(
        base: bytes.map { (path, $0) }, decided: decided, port: port, places: places, log: log)
    } catch { throw .unwritableConfiguration(error) }
    do {
      // A configuration may hold keys (M_Key, SM_Key): not for everybody.
      try host.store.makePrivateDirectory(places.directory)
      try host.store.replace(places.configuration, with: made.configuration.bytes)
    } catch { throw .unwritable(error) }
  }

  func read(_ path: String, mustExist: Bool) throws(OpenSMFailure) -> [UInt8]? {
    do { return try host.store.read(path, limit: Self.largestConfiguration) } catch {
      if !mustExist && error.reason == .notFound { return nil }
      throw .configuration(error)
    }
  }

  // MARK: the port

  /// What the port's own agent says of it now.
  func portFacts(_ session: FabricSession) throws(OpenSMFailure) -> PortFacts {
    let facts: PortFacts?
    do { facts = try session.localPort(port.port) } catch { throw .session(port, error) }
    guard let facts else { throw .session(port, .management(.failed("its own agent does not answer"))) }
    return facts
  }
}
