internal import Change
internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import PortStatus
internal import Vocabulary

/// A subnet, swept to change a port of it.
final class PortAccess {
  /// The local port that sends the requests.
  let through: String
  /// `nil` when it was closed: two at a time steal each other's replies in libumad2sim.
  private var session: FabricSession?
  let fabric: Fabric
  let names: FabricNames

  /// - Throws: `LocalPortFailure` and what it stands beside, ``FabricFailure``, `Interrupted`.
  init(_ choice: LocalPortChoice, _ policy: RequestPolicy, _ map: NodeNameMap, _ host: Host) throws {
    let port = try choice.resolve(on: host)
    let session: FabricSession
    do {
      session = try FabricSession(
        host.management, device: port.device, port: port.port.number, clock: host.clock, policy: policy)
    } catch {
      throw FabricFailure.unreachable(port.name, error)
    }
    host.clock.holdInterruptions()
    through = port.name
    self.session = session
    fabric = try FabricFailure.told(of: port.name) { () throws(SessionFailure) in try session.sweep() }
    names = FabricNames(fabric, map: map)
  }

  func close() { session = nil }

  private func ask<Value>(_ work: (FabricSession) throws(SessionFailure) -> Value) throws -> Value {
    guard let session else { throw FabricFailure.unreachable(through, .noDevice) }
    return try FabricFailure.told(of: through) { () throws(SessionFailure) in try work(session) }
  }

  /// - Throws: ``PortFailure``.
  func settings(of port: PortReference) throws -> PortSettings {
    switch try ask({ (session) throws(SessionFailure) in try session.settings(of: port, in: fabric) }) {
    case .success(let settings): return settings
    case .failure(.silent): throw PortFailure.silent(names.name(of: port))
    case .failure(.refused(let words)): throw PortFailure.refused(names.name(of: port), words)
    }
  }

  /// Makes a change at a port.
  func set(
    _ change: PortSettings.Change, on port: PortReference, with settings: PortSettings
  ) throws -> Result<PortSettings, PortRefusal> {
    try ask { (session) throws(SessionFailure) in try session.set(change, on: port, with: settings, in: fabric) }
  }

  /// The port of a place in the journal; `nil` when its node is not there.
  func port(_ object: ChangeObject?) -> PortReference? {
    guard let guid = object?.fact("guid").flatMap({ GUID($0) }),
      let number = object?.fact("port").flatMap({ UInt8($0) }),
      let node = fabric.nodes.firstIndex(where: { $0.guid == guid })
    else { return nil }
    return PortReference(node: node, port: number)
  }
}

/// Switches, retrains and limits a port of the subnet: `fabric port`.
struct PortWriter: ChangeWriter {
  typealias Access = PortAccess

  /// What a run came to.
  final class Outcome {
    fileprivate(set) var retrained: Set<ChangePlace> = []
    /// Until the link was up again; `nil` when none was waited for, or none came.
    fileprivate(set) var trainingMilliseconds: Int?
    /// Both ends as they were when the subnet was last left.
    fileprivate(set) var ends: PortEnds?
  }

  /// For text and JSON.
  struct Plan {
    let access: PortAccess
    let port: PortReference
    let settings: PortSettings
    let loss: LinkLoss
    /// What changes, as the journal has it.
    let before: String
    let after: String
  }

  private enum Training {
    static let limit = 10_000
    static let step = 50
  }

  let host: Host
  let wish: (place: String, action: PortWish)?
  var choice = LocalPortChoice()
  var policy = RequestPolicy()
  var map = NodeNameMap()
  var allowsCutOff = false
  let outcome = Outcome()

  let kind = "port"
  var action: String { wish?.action.action ?? "change" }
  let locks = [ChangeLock.own("fabric-port")]

  func withAccess<Result>(_ purpose: ChangePurpose, _ body: (PortAccess) throws -> Result) throws -> Result {
    let access = try PortAccess(choice, policy, map, host)
    defer { access.close() }
    let result = try body(access)
    if let wish, let port = try? Self.port(wish.place, access) {
      outcome.ends = (try? PortEnds(port, access)) ?? outcome.ends
    }
    return result
  }

  // MARK: plan

  func plan(_ access: PortAccess) throws -> ChangePlan<Plan> {
    guard let wish else { throw PortFailure.unsupported("fabric port", "nothing to change") }
    let port = try Self.port(wish.place, access)
    let name = access.names.name(of: port)
    let settings = try access.settings(of: port)
    let (key, after) = try Self.goal(wish.action, settings, name)
    let before = key.value(settings)
    let loss = LinkLoss(of: port, in: access.fabric)
    if wish.action != .enable, before != after, let danger = loss.danger, !allowsCutOff {
      throw failure(danger, port, access)
    }
    let node = access.fabric.nodes[port.node]
    let object = ChangeObject(name, facts: ["guid=\(node.guid)", "port=\(port.port)"])
    let change = PlannedChange(
      ChangePlace(object, key.rawValue), before: ChangeValue(before), after: ChangeValue(after))
    return ChangePlan(
      Plan(access: access, port: port, settings: settings, loss: loss, before: before, after: after),
      steps: before == after ? [] : [ChangeStep([change])], subject: name, question: question(wish.action, name),
      irreversible: key == .link ? "a link that was reset is up again; there is nothing to restore" : nil)
  }

  static func port(_ place: String, _ access: PortAccess) throws -> PortReference {
    let port = try access.names.port(place)
    let node = access.fabric.nodes[port.node]
    guard node.type != .switchNode || port.port > 0 else {
      throw PortFailure.needsNumber(access.names.name(ofNode: port.node))
    }
    return port
  }

  private static func goal(
    _ wish: PortWish, _ settings: PortSettings, _ name: String
  ) throws -> (key: PortKey, after: String) {
    switch wish {
    case .disable: return (.state, PortKey.disabled)
    case .enable: return (.state, PortKey.enabled)
    case .reset:
      if settings.isDisabled { throw PortFailure.isDisabled(name) }
      return (.link, PortKey.retrained)
    case .width(let limit):
      let widths = settings.widthsSupported.filter { width in limit.map { width.lanes <= $0.lanes } ?? true }
      guard !widths.isEmpty else {
        throw PortFailure.unsupported(name, "the port supports no width of at most \(limit?.description ?? "")")
      }
      return (.width, widths.map(\.description).joined(separator: ","))
    case .speed(let limit):
      let speeds = settings.speedsSupported.filter { speed in limit.map { speed <= $0 } ?? true }
      guard !speeds.isEmpty else {
        throw PortFailure.unsupported(
          name, "the port supports no speed of at most \(limit?.rawValue.uppercased() ?? "")")
      }
      if settings.speedsSupported.contains(.xdr), limit != nil, limit != .xdr {
        throw PortFailure.unsupported(name, "rdmactl cannot limit the speed of an XDR port")
      }
      return (.speed, speeds.map(\.rawValue).joined(separator: ","))
    }
  }

  private func failure(_ danger: LinkLoss.Danger, _ port: PortReference, _ access: PortAccess) -> PortFailure {
    let names = access.names
    let node: String = if case .switchCutOff(let node) = danger { names.name(ofNode: node) } else { "" }
    let peer = access.fabric[port]?.peer
    // The other end of a host's cable stays in reach.
    let other = peer.flatMap { peer in
      LinkLoss(of: peer, in: access.fabric).danger == nil ? names.name(of: peer) : nil
    }
    return .danger(names.name(of: port), danger, node: node, other: danger == .ownPath ? other : nil)
  }

  private func question(_ wish: PortWish, _ name: String) -> String {
    switch wish {
    case .disable: "Disable the port \(name)?"
    case .enable: "Enable the port \(name)?"
    case .reset: "Retrain the link of \(name)?"
    case .width, .speed: "Change the setting of \(name) and retrain its link?"
    }
  }

  // MARK: writing

  func read(_ places: Set<ChangePlace>, _ access: PortAccess) throws -> ChangeSnapshot {
    var known: [PortReference: PortSettings] = [:]
    var snapshot: ChangeSnapshot = [:]
    for place in places {
      guard let port = access.port(place.object), let key = PortKey(rawValue: place.key) else { continue }
      let settings = try known[port] ?? access.settings(of: port)
      known[port] = settings
      let text = key == .link && outcome.retrained.contains(place) ? PortKey.retrained : key.value(settings)
      snapshot[place] = ChangeValue(text)
    }
    return snapshot
  }

  func write(_ changes: [PlannedChange], _ access: PortAccess, _ log: ChangeLog) throws {
    for change in changes {
      guard let port = access.port(change.place.object), let key = PortKey(rawValue: change.place.key),
        let wanted = key.change(change.after.text)
      else { throw PortFailure.silent(change.place.title) }
      let name = access.names.name(of: port)
      let settings = try access.settings(of: port)
      // What was read is written back beside the change: a link that is up is expected to come up again.
      let hadLink = settings.facts.hasLink && !settings.isDisabled
      try set(wanted, on: port, settings, access)
      if wanted == .disable { continue }
      if key == .width || key == .speed {
        guard hadLink else { continue }
        try set(.retrain, on: port, try access.settings(of: port), access)
      }
      if key == .link { outcome.retrained.insert(change.place) }
      guard try isTrained(port, access) || wanted == .enable else {
        outcome.retrained.remove(change.place)
        throw PortFailure.notTrained(name, seconds: Training.limit / 1000)
      }
    }
  }

  private func set(
    _ change: PortSettings.Change, on port: PortReference, _ settings: PortSettings, _ access: PortAccess
  ) throws {
    let name = access.names.name(of: port)
    switch try access.set(change, on: port, with: settings) {
    case .success: return
    case .failure(.refused(let words)): throw PortFailure.refused(name, words)
    case .failure(.silent):
      // The agent of a port with an M_Key drops what has not the key. One that is gone answers nothing at all.
      _ = try access.settings(of: port)
      throw PortFailure.protected(name, hasKey: policy.mKey != 0)
    }
  }

  /// Waits for the link. - Returns: whether it came up.
  private func isTrained(_ port: PortReference, _ access: PortAccess) throws -> Bool {
    let start = host.clock.milliseconds
    while true {
      host.clock.sleep(milliseconds: Training.step)
      let facts = try access.settings(of: port).facts
      let passed = host.clock.milliseconds - start
      if facts.state != .down, facts.state != .unknown {
        outcome.trainingMilliseconds = passed
        return true
      }
      guard passed < Training.limit, !host.clock.interrupted else { return false }
    }
  }
}
