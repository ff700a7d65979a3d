public import InfiniBandWire

/// The last run of opensm in a log.
public struct OpenSMLogSummary: Sendable, Equatable {
  /// The first message of the run; `nil` when the log does not go back so far.
  public private(set) var start: OpenSMLogEntry?
  public private(set) var version: String?
  /// The last state that it entered.
  public private(set) var state: SMInfo.State?
  public private(set) var lastSubnetUp: OpenSMLogEntry?
  public private(set) var lastError: OpenSMLogEntry?
  public private(set) var errorCount = 0
  public private(set) var lastTime: OpenSMLogTime?
  /// Whether it wrote that it exits.
  public private(set) var hasEnded = false

  public init() {}

  public init(_ entries: some Sequence<OpenSMLogEntry>) { entries.forEach { add($0) } }

  public mutating func add(_ entry: OpenSMLogEntry) {
    if let version = entry.startedVersion {
      self = OpenSMLogSummary()
      (start, self.version) = (entry, version)
    }
    lastTime = entry.time ?? lastTime
    state = entry.enteredState.flatMap { OpenSMFollower.states[$0] } ?? state
    if entry.isSubnetUp { lastSubnetUp = entry }
    if entry.text.hasPrefix("Exiting SM") { hasEnded = true }
    if entry.isError {
      lastError = entry
      errorCount += 1
    }
  }
}

/// A whole log at once.
public enum OpenSMLog {
  public static func entries(_ bytes: some Sequence<UInt8>, prefix: String? = nil) -> [OpenSMLogEntry] {
    var reader = OpenSMLogReader(prefix: prefix)
    return reader.feed(bytes) + reader.finish()
  }

  /// Those from a time on. What has no time of its own goes with the message before it.
  public static func entries(
    _ entries: [OpenSMLogEntry], since start: OpenSMLogTime, now: OpenSMLogTime
  ) -> [OpenSMLogEntry] {
    guard let first = entries.firstIndex(where: { $0.time?.isSince(start, now: now) ?? false }) else { return [] }
    return Array(entries[first...])
  }
}
