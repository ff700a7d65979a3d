internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import Presentation
internal import SubnetManagement
internal import Vocabulary

/// Shows a log of opensm, once or continuously.
struct LogTask {
  let path: String
  let since: LogMoment?
  /// So many messages at the end; `nil`: all.
  let last: Int?
  let onlyErrors: Bool
  /// What names the nodes of paths.
  let places: LogPlaces?
  let host: Host
  let output: Output

  /// Of a larger log only the end is read.
  private static let tail = 16 << 20
  private static let interval = 250

  /// - Throws: `UserFileFailure` when the log cannot be read.
  func show() throws -> ExitStatus {
    try output.show(
      answer(wanted(OpenSMLog.entries(try part(from: -Self.tail, limit: Self.tail).bytes))))
    return .done
  }

  /// Shows new messages until Ctrl-C, or until the reader has gone.
  func follow() throws -> ExitStatus {
    host.clock.holdInterruptions()
    // A log that cannot be read now is an error; later it may be missing for a moment.
    _ = try part(from: 0, limit: 0)
    var tail = OpenSMLogTail(path: path, from: -Self.tail, block: Self.tail)
    try tell(wanted(tail.look(host.store, atOnce: true)))
    while !host.clock.interrupted, !output.isClosed {
      if host.clock.takeSuspension() { host.clock.suspend() }
      host.clock.sleep(milliseconds: Self.interval)
      try tell(tail.look(host.store, atOnce: false).filter(isWanted))
    }
    return host.clock.interrupted ? .interrupted : .done
  }

  private func part(from offset: Int, limit: Int) throws(UserFileFailure) -> FilePart {
    do { return try host.store.part(path, from: offset, limit: limit) } catch {
      throw .unreadable("the log", error)
    }
  }

  private func wanted(_ entries: [OpenSMLogEntry]) -> [OpenSMLogEntry] {
    let recent = since.map { OpenSMLog.entries(entries, since: $0.start, now: $0.now) } ?? entries
    let wanted = recent.filter(isWanted)
    return last.map { Array(wanted.suffix($0)) } ?? wanted
  }

  private func answer(_ entries: [OpenSMLogEntry]) -> LogAnswer {
    LogAnswer(path: path, entries: entries, calendar: OpenSMLogCalendar(host.clock), places: places)
  }

  private func isWanted(_ entry: OpenSMLogEntry) -> Bool { !onlyErrors || entry.isError }

  private func tell(_ entries: [OpenSMLogEntry]) throws {
    guard !entries.isEmpty else { return }
    let answer = answer(entries)
    if output.format == .json { try output.stream(answer) } else { try output.show(answer) }
  }
}

/// The nodes that directed routes in a log lead to, by a saved fabric.
struct LogPlaces {
  private let fabric: Fabric
  private let names: FabricNames

  init(_ fabric: Fabric) {
    self.fabric = fabric
    names = FabricNames(fabric)
  }

  /// The port that opensm ran on, by its own words.
  /// - Parameter entries: a log, from the start of opensm on.
  func start(_ entries: [OpenSMLogEntry]) -> PortReference? {
    entries.lazy.compactMap(\.boundPort).compactMap { fabric.port(withGUID: $0) }.first
  }

  /// "host7 mlx5_0/1", "beyond leaf1/3", and the GUID of that node.
  func place(of entry: OpenSMLogEntry, from start: PortReference?) -> (words: String, guid: GUID)? {
    guard let path = entry.path, let end = fabric.end(of: path, from: start) else { return nil }
    switch end {
    case .port(let port): return (names.name(of: port), fabric.nodes[port.node].guid)
    case .beyond(let port): return ("beyond \(names.name(of: port))", fabric.nodes[port.node].guid)
    }
  }
}

/// A moment on the command line, on the clock of the log.
struct LogMoment {
  let start: OpenSMLogTime
  let now: OpenSMLogTime

  /// Reads `13:22`, `13:22:49`, and ages: `90s`, `10m`, `2h`, `3d`.
  ///
  /// - Throws: `UsageFailure` for anything else.
  init(_ text: String, clock: any Clock) throws(UsageFailure) {
    let seconds = clock.secondsSince1970
    let today = clock.localTime(secondsSince1970: seconds)
    now = OpenSMLogTime(today, hour: today.hour, minute: today.minute, second: today.second)
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    if let unit = text.last.flatMap({ units[$0] }), let count = UInt32(text.dropLast()) {
      let then = clock.localTime(secondsSince1970: seconds - Double(count) * unit)
      start = OpenSMLogTime(then, hour: then.hour, minute: then.minute, second: then.second)
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { $0.count <= 2 ? UInt8($0) : nil }
    guard (2...3).contains(parts.count), let hour = parts[0], hour < 24, let minute = parts[1], minute < 60,
      let second = parts.count == 3 ? parts[2] : 0, second < 60
    else {
      throw .unreadable("\"\(text)\" is not a time; use 13:22, 13:22:49, 90s, 10m, 2h or 3d", command: "sm log")
    }
    start = OpenSMLogTime(today, hour: Int(hour), minute: Int(minute), second: Int(second))
  }
}

extension OpenSMLogTime {
  fileprivate init(_ day: LocalTime, hour: Int, minute: Int, second: Int) {
    self.init(month: day.month, day: day.day, hour: hour, minute: minute, second: second)
  }
}

/// The answer of `rdmactl sm log`.
struct LogAnswer: Presentable {
  struct Payload: Encodable {
    let log: String
    let entries: [Entry]
  }

  struct Entry: Encodable {
    /// UTC. The log has no year and no zone: the last year in which this is not in the future.
    @ExplicitNull var time: String?
    let error: Bool
    @ExplicitNull var code: String?
    let text: String
    @ExplicitNull var meaning: String?
    /// Of a directed route in the message, and where it leads by the saved fabric.
    @ExplicitNull var path: String?
    @ExplicitNull var place: String?
    @ExplicitNull var placeGUID: String?
    let fix: [String]
  }

  static let schema = "rdmactl.sm.log/1"
  let path: String
  let entries: [OpenSMLogEntry]
  let calendar: OpenSMLogCalendar
  let places: LogPlaces?

  var payload: Payload {
    let start = places?.start(entries)
    return Payload(
      log: path,
      entries: entries.map { entry in
        let explanation = entry.explanation
        let place = places?.place(of: entry, from: start)
        return Entry(
          time: entry.time.map(calendar.timestamp), error: entry.isError, code: entry.code, text: entry.text,
          meaning: explanation?.meaning, path: entry.path?.description, place: place?.words,
          placeGUID: place?.guid.description, fix: explanation?.fix ?? [])
      })
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { entries.map { String($0.text.split(separator: "\n").first ?? "") } }

  func write(to page: inout Page) {
    var told: Set<String> = []
    let start = places?.start(entries)
    for entry in entries {
      let code = entry.code.map { "ERR \($0): " } ?? ""
      for (number, line) in entry.text.split(separator: "\n").enumerated() {
        let head = number == 0 ? "\(entry.time.map(calendar.local) ?? "")  \(code)" : "    "
        page.line(head + line, tone: entry.isError ? .bad : .plain)
      }
      if let place = places?.place(of: entry, from: start) {
        page.line("    path \(entry.path?.description ?? ""): \(place.words)", tone: .faint)
      }
      // Each explanation once.
      guard let explanation = entry.explanation, told.insert(explanation.meaning).inserted else { continue }
      page.line("    means: \(explanation.meaning)", tone: .faint)
      for step in explanation.fix { page.line("    next: \(step)") }
    }
  }
}
