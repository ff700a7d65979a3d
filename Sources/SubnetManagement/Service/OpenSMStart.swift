public import Vocabulary

/// How an opensm is to be started.
public struct OpenSMStartOptions: Sendable, Equatable {
  /// 0 to 15; `nil` leaves what was decided before, or the configuration says.
  public var priority: Int?
  /// An opensm.conf to start from in place of the distribution's.
  public var configuration: String?
  /// LMC, 0 to 7.
  public var lmc: Int?
  /// Routing engines, in order of preference.
  public var routingEngines: [String] = []
  /// Set the subnet up once, and end.
  public var once = false
  /// Wait until the port is active, and the subnet up if this becomes the master.
  public var wait = false
  /// The patience with that.
  public var timeoutMilliseconds = 60_000

  public init() {}

  /// ` with sm_priority 10, routing_engine updn`; empty when nothing is decided.
  var summary: String {
    let words = decided.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let base = configuration.map { [" from \($0)"] } ?? []
    return (base + (words.isEmpty ? [] : [" with \(words.joined(separator: ", "))"])).joined()
  }

  /// The keys of opensm.conf that these decide.
  var decided: [String: String] {
    var keys: [String: String] = [:]
    keys["sm_priority"] = priority.map(String.init)
    keys["lmc"] = lmc.map(String.init)
    if !routingEngines.isEmpty { keys["routing_engine"] = routingEngines.joined(separator: ",") }
    return keys
  }
}

/// An opensm that was started.
public struct OpenSMStartResult: Sendable, Equatable {
  public var port: LocalPortIdentity
  /// `nil` when it ran once and has ended, or where systemd started it and it cannot be seen.
  public var process: Int32?
  public var unit: String?
  public var configurationFile: String
  public var logFile: String
  public var progress: OpenSMProgress
  /// From the start to the last look.
  public var milliseconds: Int
  public var notes: [Note]
}
