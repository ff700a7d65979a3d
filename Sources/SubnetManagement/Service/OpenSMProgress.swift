internal import HostAccess
public import InfiniBandWire

/// How far an opensm that was started has come: what its log and its output say since, and the port.
public struct OpenSMProgress: Sendable, Equatable {
  /// Its last state by its log; `nil` before the first.
  public internal(set) var state: SMInfo.State?
  /// Whether it said "SUBNET UP".
  public internal(set) var isSubnetUp = false
  /// The routing engine it set the tables up with; `nil` before.
  public internal(set) var routingEngine: String?
  /// Whether it said that no engine could.
  public internal(set) var noEngineWorked = false
  /// Whether it found two nodes with one GUID: it does not get beyond discovering then.
  public internal(set) var hasDuplicateGUID = false
  /// Its first error messages, and the last; none of them twice.
  public internal(set) var errors: [String] = []
  /// Of the local port; `nil` before it was asked.
  public internal(set) var port: PortState?

  public init() {}

  /// Why the port is not active, as far as can be told: half a sentence.
  public var reason: String {
    switch (state, port) {
    case (_, .down?): "the port has lost its link"
    case (.standby?, _): "another subnet manager is the master and has not configured this port"
    case (.notActive?, _): "this subnet manager is not active (sm_inactive, or rdmactl sm disable)"
    case (.master?, .active?): "the port is active, but opensm has not reported SUBNET UP"
    case (.master?, let port): "opensm is the master, and the port is still \(port?.rawValue ?? "unknown")"
    case (.discovering?, _) where hasDuplicateGUID:
      "opensm found two nodes with the same GUID and stopped discovering the subnet"
    case (.discovering?, _): "opensm is still discovering the subnet"
    case (nil, let port?): "the port is \(port.rawValue)"
    case (nil, nil): "opensm has not started yet"
    }
  }
}

/// Follows an opensm's log from where it was before the start.
struct OpenSMFollower {
  private static let keptErrors = 3
  /// By the words of opensm's "Entering … state".
  static let states: [String: SMInfo.State] = [
    "DISCOVERING": .discovering, "STANDBY": .standby, "MASTER": .master, "NOT-ACTIVE": .notActive,
  ]
  private static let tables = " tables configured on all switches"

  private var tail: OpenSMLogTail
  private(set) var progress = OpenSMProgress()

  var log: String { tail.path }

  /// - Parameter prefix: what opensm was told to begin every message with.
  init(log: String, prefix: String? = nil, files: any FileReading) {
    let size = (try? files.part(log, from: 0, limit: 0).size) ?? 0
    tail = OpenSMLogTail(path: log, from: size, prefix: prefix)
  }

  /// Takes in what was written since the last look.
  mutating func look(_ files: any FileReading) {
    // What is there counts now; a line that may yet follow the last message tells nothing that is looked for here.
    for entry in tail.look(files, atOnce: true) { take(entry) }
  }

  mutating func portIs(_ state: PortState?) { progress.port = state }

  private mutating func take(_ entry: OpenSMLogEntry) {
    let text = entry.text
    if let state = entry.enteredState.flatMap({ Self.states[$0] }) { progress.state = state }
    if entry.isSubnetUp { progress.isSubnetUp = true }
    if text.hasSuffix(Self.tables) {
      progress.routingEngine = text.dropLast(Self.tables.count).split(separator: " ").last.map(String.init)
    }
    if text.contains("No routing engine able to") { progress.noEngineWorked = true }
    if entry.code == "0D01" { progress.hasDuplicateGUID = true }
    if progress.errors.contains(entry.words) { return }
    if entry.code != nil || text.contains("routing engine '") || text.contains("cannot build") {
      // The first ones are the cause, the last one is where it stands; between them is what followed from the cause.
      progress.errors = progress.errors.prefix(Self.keptErrors - 1) + [entry.words]
    }
  }
}
