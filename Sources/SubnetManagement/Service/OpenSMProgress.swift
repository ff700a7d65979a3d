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
  /// Its first error messages, and the last.
  public internal(set) var errors: [String] = []
  /// Of the local port; `nil` before it was asked.
  public internal(set) var port: PortState?

  public init() {}

  /// Why the port is not active, as far as can be told: half a sentence.
  public var reason: String {
    switch (state, port) {
    case (_, .down?): "the port has lost its link"
    case (.standby?, _): "another subnet manager is the master, and has not set this port up"
    case (.notActive?, _): "this subnet manager is not active (sm_inactive, or rdmactl sm disable)"
    case (.master?, .active?): "the port is active, but opensm has not said that the subnet is up"
    case (.master?, let port): "opensm is the master, and the port is still \(port?.rawValue ?? "unknown")"
    case (.discovering?, _): "opensm still looks at the subnet"
    case (nil, _): "opensm has not begun"
    }
  }
}

/// Follows an opensm's log from where it was before the start.
struct OpenSMFollower {
  /// Never more at once: what follows is read at the next look.
  private static let block = 1 << 20
  /// A line longer than this is none.
  private static let longestLine = 1 << 16
  private static let keptErrors = 3
  private static let states: [(String, SMInfo.State)] = [
    ("Entering DISCOVERING state", .discovering), ("Entering STANDBY state", .standby),
    ("Entering MASTER state", .master), ("Entering NOT-ACTIVE state", .notActive),
  ]
  private static let tables = " tables configured on all switches"

  let log: String
  private var offset: Int
  private var partial: [UInt8] = []
  private(set) var progress = OpenSMProgress()

  init(log: String, files: any FileReading) {
    self.log = log
    offset = (try? files.part(log, from: 0, limit: 0).size) ?? 0
  }

  /// Takes in what was written since the last look.
  mutating func look(_ files: any FileReading) {
    guard let part = try? files.part(log, from: offset, limit: Self.block) else { return }
    if part.size < offset {
      // It reached its limit and began anew.
      offset = 0
      partial = []
      return
    }
    offset = part.start + part.bytes.count
    var lines = (partial + part.bytes).split(separator: 0x0a, omittingEmptySubsequences: false)
    partial = Array(lines.popLast() ?? [])
    if partial.count > Self.longestLine { partial = [] }
    for line in lines { take(String(decoding: line, as: UTF8.self)) }
  }

  mutating func portIs(_ state: PortState?) { progress.port = state }

  /// `Nov 21 13:05:54 734764 [72716C0] 0x80 -> Entering MASTER state`
  private mutating func take(_ line: String) {
    guard let arrow = line.firstRange(of: " -> ") else { return }
    let text = printable(line[arrow.upperBound...])
    if let (_, state) = Self.states.first(where: { text.contains($0.0) }) { progress.state = state }
    if text.hasPrefix("SUBNET UP") { progress.isSubnetUp = true }
    if text.hasSuffix(Self.tables) {
      progress.routingEngine = text.dropLast(Self.tables.count).split(separator: " ").last.map(String.init)
    }
    if text.contains("No routing engine able to") { progress.noEngineWorked = true }
    if text.contains("ERR ") || text.contains("routing engine '") || text.contains("cannot build") {
      // The first ones are the cause, the last one is where it stands; between them is what followed from the cause.
      progress.errors = progress.errors.prefix(Self.keptErrors - 1) + [text]
    }
  }
}

/// The text without what a terminal would act on.
func printable(_ text: some StringProtocol) -> String {
  String(
    String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) ? " " : $0 })
  )
}
