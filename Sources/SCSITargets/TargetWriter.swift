package import Change
package import HostAccess
internal import KernelEvents
package import Vocabulary

/// Logs in to a target, and out: `srp login` and `srp logout`.
package struct TargetWriter: ChangeWriter {
  package typealias Access = NoAccess

  package enum Wish {
    case none
    /// Through `srp-mlx5_0-1`.
    case login(TargetAddress, initiator: String)
    case logout(TargetConnection)
  }

  package let kind = "srp"
  package let locks = [ChangeLock.own("srp")]
  package var endsWithBoot: Bool { true }
  private let host: Host
  private let wish: Wish

  package init(_ host: Host, _ wish: Wish = .none) {
    self.host = host
    self.wish = wish
  }

  package var action: String { if case .logout = wish { "logout" } else { "login" } }

  private static let connected = ChangeValue("connected")
  private static let initiators = "/sys/class/infiniband_srp"

  /// The ports of this host that ib_srp can log in through, as sysfs calls them.
  package static func initiators(_ files: any FileReading) throws(TargetFailure) -> [String] {
    do { return try files.list(initiators) } catch { throw .noModule }
  }

  package func plan(_ access: NoAccess) throws -> ChangePlan<String> {
    switch wish {
    case .none: return ChangePlan("", steps: [], subject: "srp", question: "")
    case .login(let address, let initiator):
      let place = ChangePlace(ChangeObject(initiator), address.text)
      let now = try read([place], access)[place] ?? .absent
      let change = PlannedChange(place, before: now, after: Self.connected)
      return ChangePlan(
        address.text, steps: now == Self.connected ? [] : [ChangeStep([change])], subject: initiator,
        question: "Log in to this target?")
    case .logout(let connection):
      let initiator = "srp-\(connection.device ?? "")-\(connection.port ?? 1)"
      let words =
        connection.loginText
        ?? "id_ext=\(connection.identifierExtension ?? ""),ioc_guid=\(connection.controllerGUID ?? ""),dest=unknown"
      let change = PlannedChange(
        ChangePlace(ChangeObject(initiator), words), before: Self.connected, after: .absent)
      let disks = connection.disks.isEmpty ? "" : " Its disks disappear: \(connection.disks.joined(separator: ", "))."
      return ChangePlan(
        words, steps: [ChangeStep([change])], subject: connection.host,
        question: "Log out of this target?\(disks)",
        irreversible: connection.loginText == nil ? "the address of the target was not recorded by the kernel" : nil)
    }
  }

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    let connections = TargetConnection.all(host.files)
    var values: ChangeSnapshot = [:]
    for place in places { values[place] = connection(of: place, among: connections) == nil ? .absent : Self.connected }
    return values
  }

  private func connection(of place: ChangePlace, among connections: [TargetConnection]) -> TargetConnection? {
    guard let address = TargetAddress(place.key), let device = place.object.map({ Self.device(of: $0.name) }) else {
      return nil
    }
    return connections.first { address.matches($0, device: device) }
  }

  /// `mlx5_0` of `srp-mlx5_0-1`
  private static func device(of initiator: String) -> String {
    initiator.split(separator: "-").dropFirst().dropLast().joined(separator: "-")
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      if change.after == Self.connected { try login(change.place) } else { try logout(change.place) }
    }
  }

  private func login(_ place: ChangePlace) throws(TargetFailure) {
    // add_target says EIO alone; the reason comes in the kernel's log.
    let records = try? host.files.records("/dev/kmsg")
    while let records, (try? records.next()) != nil {}
    let path = "\(Self.initiators)/\(place.object?.name ?? "")/add_target"
    do { try host.network.write(place.key, to: path) } catch {
      var messages: [String] = []
      while let bytes = try? records?.next() { if let message = KernelMessage(bytes) { messages.append(message.text) } }
      throw TargetFailure.refused(place.key, error, messages)
    }
  }

  private func logout(_ place: ChangePlace) throws(TargetFailure) {
    guard let connection = connection(of: place, among: TargetConnection.all(host.files)),
      let port = connection.remotePort
    else { return }
    let path = "/sys/class/srp_remote_ports/\(port)/delete"
    do { try host.network.write("1", to: path) } catch { throw .refused(place.key, error, []) }
    // The kernel removes the disks first.
    for _ in 0..<Self.patience {
      if self.connection(of: place, among: TargetConnection.all(host.files)) == nil { return }
      host.clock.sleep(milliseconds: Self.pause)
    }
  }

  private static let patience = 100
  private static let pause = 100
}

/// Why a target could not be logged in to.
package enum TargetFailure: Failure {
  case noModule
  case noInitiator(String, known: [String])
  case notConnected(String)
  case refused(String, NetworkFailure, [String])

  /// What the kernel's log said of a refusal.
  private static func kind(of messages: [String]) -> EventKind? {
    messages.lazy.compactMap { EventPattern.kind(of: $0) }.first { $0.rawValue.hasPrefix("srp.") }
  }

  package var id: String {
    switch self {
    case .noModule: "srp.no_module"
    case .noInitiator: "srp.no_initiator"
    case .notConnected: "srp.not_connected"
    case .refused(_, let failure, let messages):
      if case .refused(let refusal) = failure, refusal.isPermission {
        "srp.not_permitted"
      } else {
        Self.kind(of: messages)?.rawValue ?? "srp.failed"
      }
    }
  }

  package var subject: String? {
    switch self {
    case .noModule: nil
    case .noInitiator(let name, _), .notConnected(let name), .refused(let name, _, _): name
    }
  }

  package var message: String {
    switch self {
    case .noModule: "the module ib_srp is not loaded"
    case .noInitiator(_, let known):
      "ib_srp has no such port" + (known.isEmpty ? "" : "; it has \(known.joined(separator: ", "))")
    case .notConnected: "no connection to this target"
    case .refused(_, let failure, let messages):
      if case .refused(let refusal) = failure, refusal.isPermission {
        "permission denied: needs root (CAP_SYS_ADMIN)"
      } else if let kind = Self.kind(of: messages) {
        kind.meaning
      } else {
        "the kernel refused it: \(failure.explanation)" + (messages.last.map { " (\($0))" } ?? "")
      }
    }
  }

  package var fix: [String] {
    switch self {
    case .noModule: ["modprobe ib_srp"]
    case .noInitiator, .notConnected: ["rdmactl srp show"]
    case .refused(_, _, let messages): Self.kind(of: messages)?.fix(name: nil, interface: nil) ?? ["rdmactl events"]
    }
  }

  package var hint: [String] {
    if case .refused(_, _, let messages) = self { Self.kind(of: messages)?.hint ?? [] } else { [] }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .noModule: .unsupported
    case .noInitiator, .notConnected: .notFound
    case .refused(_, .refused(let refusal), _) where refusal.isPermission: .notPermitted
    case .refused(_, .recorded, _): .unsupported
    case .refused: .failed
    }
  }
}
