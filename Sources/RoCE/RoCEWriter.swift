package import Change
package import HostAccess
package import Vocabulary

/// What is to be set on a port.
package struct RoCEWish: Sendable, Equatable {
  /// `v1` or `v2`
  package var version: String?
  package var typeOfService: Int?
  package var flowControlled: Set<Int>?
  /// Added to the map, or changed in it.
  package var priorities: [Int: Int] = [:]

  package init() {}

  /// What a profile sets.
  package init(_ profile: RoCEProfile) {
    version = "v2"
    typeOfService = RoCEProfile.usualType
    flowControlled = profile.isLossless ? [RoCEProfile.usualPriority] : []
    // The whole class selector 3 (DSCP 24 to 31), as switches have it by default.
    priorities = Dictionary(uniqueKeysWithValues: (24...31).map { ($0, RoCEProfile.usualPriority) })
  }

  package var isEmpty: Bool { self == RoCEWish() }

  /// `mode=v2`, `tos=106`, `pfc=3` or `pfc=none`, `dscp=26:3,48:6`
  /// - Returns: why a word is none, or `nil`.
  package mutating func take(_ word: String) -> String? {
    guard let sign = word.firstIndex(of: "=") else { return "expected key=value" }
    let value = word[word.index(after: sign)...].lowercased()
    switch word[..<sign].lowercased() {
    case "mode":
      guard ["v1", "v2"].contains(value) else { return "mode is v1 or v2" }
      version = value
    case "tos":
      guard let number = UInt8(value) else { return "tos is a number from 0 to 255" }
      typeOfService = Int(number)
    case "pfc":
      let numbers = value == "none" ? [] : value.split(separator: ",").map { Int($0) }
      guard value == "none" || !numbers.isEmpty, numbers.allSatisfy({ $0.map { (0..<8).contains($0) } ?? false }) else {
        return "pfc is priorities from 0 to 7, as in 3 or 3,4, or none"
      }
      flowControlled = Set(numbers.compactMap { $0 })
    case "dscp":
      for pair in value.split(separator: ",") {
        let numbers = pair.split(separator: ":").map { Int($0) }
        guard numbers.count == 2, let dscp = numbers[0], let priority = numbers[1], (0..<64).contains(dscp),
          (0..<8).contains(priority)
        else { return "dscp is pairs of DSCP and priority, as in 26:3,48:6" }
        priorities[dscp] = priority
      }
    default: return "the settings are mode, tos, pfc and dscp"
    }
    return nil
  }
}

/// Sets the defaults of rdma_cm, priority flow control and the DSCP map: `roce set` and `gid default`.
package struct RoCEWriter: ChangeWriter {
  package typealias Access = NoAccess

  package let kind = "roce"
  package let action = "set"
  package let locks = [ChangeLock.own("roce")]
  package var isOfNamespace: Bool { true }
  package var endsWithBoot: Bool { true }
  private let host: Host
  private let ports: [RoCEPort]
  private let wish: RoCEWish

  /// - Parameter ports: empty for undo alone.
  package init(_ host: Host, ports: [RoCEPort] = [], wish: RoCEWish = RoCEWish()) {
    self.host = host
    self.ports = ports
    self.wish = wish
  }

  private enum Key {
    static let version = "rdma_cm mode"
    static let type = "rdma_cm tos"
    static let flowControl = "pfc"
    static func dscp(_ number: Int) -> String { "dscp \(number)" }
  }

  package func plan(_ access: NoAccess) throws -> ChangePlan<[RoCEPort]> {
    let places = try ports.flatMap(wanted)
    let now = try read(Set(places.map(\.place)), access)
    let changes = places.compactMap { place, value -> PlannedChange? in
      let before = now[place] ?? .absent
      return before.text == value ? nil : PlannedChange(place, before: before, after: ChangeValue(value))
    }
    let subject = ports.map(\.place).joined(separator: ", ")
    return ChangePlan(
      ports, steps: changes.map { ChangeStep([$0]) }, subject: subject, question: "Set this on \(subject)?")
  }

  /// The map before flow control, and rdma_cm last: no packet is to be held back on a way that is not ready.
  private func wanted(_ port: RoCEPort) throws -> [(place: ChangePlace, value: String)] {
    var result: [(ChangePlace, String)] = []
    if !wish.priorities.isEmpty || wish.flowControlled != nil {
      guard let netdev = port.netdev, port.bridging != nil else {
        throw RoCEFailure.noBridging(port.place, port.bridgingFailure ?? "its network interface is not here")
      }
      let object = ChangeObject(netdev)
      for (dscp, priority) in wish.priorities.sorted(by: { $0.key < $1.key }) {
        result.append((ChangePlace(object, Key.dscp(dscp)), String(priority)))
      }
      if let numbers = wish.flowControlled {
        if let capacity = port.bridging?.capacity, capacity > 0, numbers.count > capacity {
          throw RoCEFailure.noBridging(port.place, "the device holds back at most \(capacity) priorities")
        }
        result.append((ChangePlace(object, Key.flowControl), Self.text(numbers)))
      }
    }
    let object = ChangeObject(port.place)
    if let version = wish.version { result.append((ChangePlace(object, Key.version), version)) }
    if let type = wish.typeOfService { result.append((ChangePlace(object, Key.type), String(type))) }
    return result
  }

  private static func text(_ numbers: Set<Int>) -> String {
    numbers.isEmpty ? "none" : numbers.sorted().map(String.init).joined(separator: ",")
  }

  private func manager(_ place: ChangePlace) -> (directory: ManagerDirectory, port: Int)? {
    guard let parts = place.object?.name.split(separator: "/"), parts.count == 2, let port = Int(parts[1]) else {
      return nil
    }
    return (ManagerDirectory(host: host, adapter: String(parts[0])), port)
  }

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    var values: ChangeSnapshot = [:]
    var bridging: [String: DCBState] = [:]
    for place in places {
      switch place.key {
      case Key.version, Key.type:
        guard let (directory, port) = manager(place) else { continue }
        let defaults: ManagerDefaults?
        do { defaults = try directory.open { directory.read(port: port) } } catch { throw RoCEFailure(place, error) }
        guard let defaults else { continue }
        values[place] = ChangeValue(place.key == Key.type ? String(defaults.typeOfService) : defaults.version)
      default:
        guard let netdev = place.object?.name else { continue }
        let state: DCBState?
        do {
          state = try bridging[netdev] ?? DCBMessage.state(host.network.ask(DCBMessage.question(netdev)))
        } catch { throw RoCEFailure(place, error) }
        guard let state else { continue }
        bridging[netdev] = state
        values[place] = Self.value(place.key, state)
      }
    }
    return values
  }

  private static func value(_ key: String, _ state: DCBState) -> ChangeValue {
    if key == Key.flowControl { return ChangeValue(text(state.flowControlled)) }
    let priority = Int(key.split(separator: " ").last ?? "").flatMap { state.priorities[$0] }
    return priority.map { ChangeValue(String($0)) } ?? .absent
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      do {
        switch change.place.key {
        case Key.version, Key.type: try writeManager(change)
        case Key.flowControl:
          let numbers = change.after.text.split(separator: ",").compactMap { Int($0) }
          try ask(DCBMessage.setting(flowControlled: Set(numbers), on: change.place.object?.name ?? ""))
        default: try writeMap(change)
        }
      } catch { throw RoCEFailure(change.place, error) }
    }
  }

  private func writeManager(_ change: PlannedChange) throws {
    guard let (directory, port) = manager(change.place) else { return }
    let isType = change.place.key == Key.type
    try directory.open {
      try host.network.write(
        isType ? change.after.text : ManagerDirectory.words[change.after.text] ?? change.after.text,
        to: directory.path(isType ? "tos" : "mode", port: port))
    }
  }

  /// The new entry first: a map that is empty for a moment changes what the port trusts.
  private func writeMap(_ change: PlannedChange) throws {
    guard let netdev = change.place.object?.name,
      let dscp = Int(change.place.key.split(separator: " ").last ?? "")
    else { return }
    if let priority = Int(change.after.text) {
      try ask(DCBMessage.setting([(dscp, priority)], true, on: netdev))
    }
    if let priority = Int(change.before.text) {
      do { try ask(DCBMessage.setting([(dscp, priority)], false, on: netdev)) } catch let failure as NetworkFailure {
        // Some drivers replace the old entry themselves.
        guard case .refused(let refusal) = failure, refusal.name == "ENOENT" else { throw failure }
      }
    }
  }

  private func ask(_ request: NetlinkRequest) throws { _ = try host.network.ask(request) }
}

/// Why a setting of RoCE could not be read or written.
package struct RoCEFailure: Failure {
  package let id: String
  package let subject: String?
  package let message: String
  package let fix: [String] = []
  package let hint: [String]
  package let exitStatus: ExitStatus

  static func noBridging(_ place: String, _ reason: String) -> RoCEFailure {
    RoCEFailure(
      id: "roce.no_dcb", subject: place, message: "PFC and DSCP map cannot be set: \(reason)", hint: [],
      exitStatus: .unsupported)
  }

  private init(id: String, subject: String?, message: String, hint: [String], exitStatus: ExitStatus) {
    self.id = id
    self.subject = subject
    self.message = message
    self.hint = hint
    self.exitStatus = exitStatus
  }

  init(_ place: ChangePlace, _ error: any Error) {
    let failure = error as? NetworkFailure
    var status = ExitStatus.failed
    var words = failure?.explanation ?? "\(error)"
    var hint: [String] = []
    if case .refused(let refusal) = failure {
      if refusal.isPermission {
        status = .notPermitted
        words = "permission denied: needs root (CAP_NET_ADMIN)"
      } else if refusal.isUnsupported {
        status = .unsupported
      } else {
        status = .refused
      }
    } else if case .failed = failure {
      hint = ["modprobe rdma_cm, and mount -t configfs none /sys/kernel/config"]
      status = .unsupported
    } else if case .recorded = failure {
      status = .unsupported
    }
    self.init(id: "roce.failed", subject: place.title, message: words, hint: hint, exitStatus: status)
  }
}
