internal import InfiniBandWire
public import Vocabulary

/// What a user expects of the ports: `ports=2,state=active,rate=40,link_layer=infiniband`.
///
/// Every port must meet every condition; `ports` and `adapters` are numbers of what is there, `errors` and `problems` (errors
/// and warnings) of what was found. A value that is not known does not meet anything, and no device at all never passes.
public struct Expectation: Sendable, Equatable {
  public enum Key: String, CaseIterable, Sendable {
    case adapters, ports, state
    case physicalState = "physical_state"
    case linkLayer = "link_layer"
    case rate, width, speed
    case activeMTU = "active_mtu"
    case firmware, psid, pcie, sm, errors, problems

    var isNumber: Bool {
      switch self {
      case .adapters, .ports, .rate, .activeMTU, .errors, .problems: true
      case .state, .physicalState, .linkLayer, .width, .speed, .firmware, .psid, .pcie, .sm: false
      }
    }

    /// What `>=` can compare.
    var hasOrder: Bool { isNumber || self == .firmware }
  }

  struct Condition: Sendable, Equatable {
    let key: Key
    let atLeast: Bool
    let wanted: String
  }

  let conditions: [Condition]

  /// Reads `key=value` and, for numbers, `key>=value`, split by commas.
  public init(_ text: String) throws(ExpectationFailure) {
    var conditions: [Condition] = []
    for words in text.split(separator: ",", omittingEmptySubsequences: false) {
      let part = words.split(separator: " ").joined()
      guard let equals = part.firstIndex(of: "=") else { throw .unreadable(part) }
      let atLeast = part[..<equals].hasSuffix(">")
      let name = String(part[..<equals].dropLast(atLeast ? 1 : 0))
      let wanted = String(part[part.index(after: equals)...])
      guard let key = Key(rawValue: name) else { throw .unknownKey(name) }
      let condition = Condition(key: key, atLeast: atLeast, wanted: wanted.lowercased())
      try Self.check(condition)
      conditions.append(condition)
    }
    self.conditions = conditions
  }

  /// A value that no port can ever have is a mistake of the caller, not a failed check.
  private static func check(_ condition: Condition) throws(ExpectationFailure) {
    let allowed: [String]? =
      switch condition.key {
      case .state: PortState.allCases.map(\.rawValue)
      case .physicalState: PhysicalState.allCases.map(\.rawValue)
      case .linkLayer: LinkLayer.allCases.map(\.rawValue)
      case .pcie: ["full"]
      case .sm: ["alive"]
      case .width, .speed, .firmware, .psid: nil
      case .adapters, .ports, .rate, .activeMTU, .errors, .problems:
        Double(condition.wanted).map { $0 >= 0 && $0.isFinite } == true ? nil : ["a number"]
      }
    if let allowed, !allowed.contains(condition.wanted) {
      throw .badValue(condition.key.rawValue, condition.wanted, allowed: allowed)
    }
    if condition.atLeast && !condition.key.hasOrder {
      throw .notANumber(condition.key.rawValue)
    }
    if condition.wanted.isEmpty { throw .badValue(condition.key.rawValue, "", allowed: ["a value"]) }
  }

  /// Whether the subnet managers must be asked.
  public var asksManagers: Bool { conditions.contains { $0.key == .sm } }

  /// Each way in which the inventory falls short.
  /// - Parameter problems: what was found wrong with it.
  public func failures(in inventory: Inventory, problems: [Problem] = []) -> [Problem] {
    let adapters = inventory.devices
    let ports = adapters.flatMap { adapter in adapter.ports.map { (adapter, $0) } }
    guard !ports.isEmpty else {
      let found = adapters.isEmpty ? "no RDMA device" : "no port"
      return [Self.failure(Self.machine, "expected at least one port, found \(found)")]
    }
    return conditions.flatMap { condition -> [Problem] in
      func count(_ number: Int) -> [Problem] {
        compare(condition, found: String(number), at: Self.machine, what: condition.key.rawValue)
      }
      switch condition.key {
      case .adapters: return count(adapters.count)
      case .ports: return count(ports.count)
      case .errors: return count(problems.count { $0.severity == .error })
      case .problems: return count(problems.count { $0.severity != .info })
      case .psid, .pcie, .firmware:
        return adapters.flatMap { adapter in
          compare(
            condition, found: Self.value(condition.key, adapter), at: adapter.label, what: condition.key.rawValue)
        }
      case .state, .physicalState, .linkLayer, .rate, .width, .speed, .activeMTU, .sm:
        return ports.flatMap { adapter, port in
          compare(
            condition, found: Self.value(condition.key, port), at: "\(adapter.label)/\(port.number)",
            what: condition.key.rawValue)
        }
      }
    }
  }

  private func compare(_ condition: Condition, found: String?, at subject: String, what: String) -> [Problem] {
    let holds: Bool
    if condition.key.isNumber, let found, let left = Double(found), let right = Double(condition.wanted) {
      holds = condition.atLeast ? left >= right : left == right
    } else if condition.atLeast, let found {
      holds = Self.version(found, isAtLeast: condition.wanted)
    } else {
      holds = found?.lowercased() == condition.wanted
    }
    if holds { return [] }
    let wanted = (condition.atLeast ? "at least " : "") + condition.wanted
    return [Self.failure(subject, "\(what): expected \(wanted), found \(found ?? "unknown")")]
  }

  /// Versions are numbers with points: 16.35.4506 is after 16.9.
  private static func version(_ found: String, isAtLeast wanted: String) -> Bool {
    func numbers(_ text: String) -> [Int] { text.split { !$0.isNumber }.compactMap { Int($0) } }
    let (left, right) = (numbers(found), numbers(wanted))
    for position in 0..<max(left.count, right.count) {
      let (first, second) = (position < left.count ? left[position] : 0, position < right.count ? right[position] : 0)
      if first != second { return first > second }
    }
    return !left.isEmpty && !right.isEmpty
  }

  /// The subject of what is about no single port.
  private static let machine = "host"

  private static func failure(_ subject: String, _ message: String) -> Problem {
    Problem(
      id: ExpectationProblem.notMet, severity: .error, subject: subject, message: message,
      fix: ["rdmactl status -v" + (subject == machine ? "" : " \(subject)")])
  }

  private static func value(_ key: Key, _ adapter: Adapter) -> String? {
    switch key {
    case .firmware: adapter.firmwareVersion
    case .psid: adapter.psid
    // A device without a PCI function has no link that could be slow, and of a virtual function it is the physical one's.
    case .pcie where adapter.pciAddress == nil || adapter.isVirtual: "full"
    case .pcie: adapter.pcie.map { $0.degraded == nil ? "full" : "degraded" }
    default: nil
    }
  }

  private static func value(_ key: Key, _ port: Port) -> String? {
    switch key {
    case .state: port.state.rawValue
    case .physicalState: port.physicalState.rawValue
    case .linkLayer: port.linkLayer?.rawValue
    case .rate: port.state == .down ? nil : port.rate.map { String($0) }
    case .width: port.width
    case .speed: port.speed
    case .activeMTU: port.activeMTU.map { String($0) }
    // Ethernet has none to be alive.
    case .sm: port.linkLayer == .ethernet ? "alive" : port.managerAnswers.map { $0 ? "alive" : "silent" }
    default: nil
    }
  }
}

public enum ExpectationProblem {
  public static let notMet = "expect.not_met"

  public static let descriptions = [
    ProblemDescription(
      id: notMet, severity: .error, meaning: "a condition of --expect does not hold")
  ]
}

/// An expectation that cannot be read.
public enum ExpectationFailure: Failure, Equatable {
  case unreadable(String)
  case unknownKey(String)
  case badValue(String, String, allowed: [String])
  case notANumber(String)

  public var id: String { "usage" }
  public var subject: String? { "--expect" }
  public var exitStatus: ExitStatus { .usage }

  public var message: String {
    switch self {
    case .unreadable(let part): "\"\(part)\" is not key=value"
    case .unknownKey(let key):
      "unknown key \"\(key)\"; the keys are: " + Expectation.Key.allCases.map(\.rawValue).joined(separator: ", ")
    case .badValue(let key, let value, let allowed):
      "invalid value \"\(value)\" for \(key); use " + allowed.joined(separator: ", ")
    case .notANumber(let key): "\(key) is not a number; compare it with ="
    }
  }

  public var fix: [String] { ["rdmactl status --expect ports=2,state=active,rate=40,link_layer=infiniband"] }
}
