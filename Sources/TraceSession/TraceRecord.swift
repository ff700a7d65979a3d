package import HostAccess

/// What a trace has collected.
package struct TraceRecord: Sendable, Equatable {
  package struct Event: Sendable, Equatable {
    package let task: String
    package let process: Int
    package let cpu: Int
    /// Of the trace's clock: since boot.
    package let seconds: Double
    package let name: String
    package let detail: String

    /// `  rping-312   [000] .....   123.456789: cm_event_handler: cm.id=0 …`
    init?(_ line: Substring) {
      guard let open = line.firstRange(of: " ["), let close = line[open.upperBound...].firstRange(of: "] "),
        let cpu = Int(line[open.upperBound..<close.lowerBound])
      else { return nil }
      let name = line[..<open.lowerBound].drop { $0 == " " }
      // A task's name may have a hyphen; the number stands behind the last.
      let trimmed = String(name.reversed().drop { $0 == " " }.reversed())
      guard let dash = trimmed.lastIndex(of: "-"), let process = Int(trimmed[trimmed.index(after: dash)...]) else {
        return nil
      }
      let words = line[close.upperBound...].split(separator: " ", maxSplits: 3)
      guard words.count >= 3, let seconds = Double(words[1].dropLast()), words[2].last == ":" else { return nil }
      task = String(trimmed[..<dash])
      self.process = process
      self.cpu = cpu
      self.seconds = seconds
      self.name = String(words[2].dropLast())
      detail = words.count > 3 ? String(words[3]) : ""
    }
  }

  package let events: [Event]
  /// Events for which the buffer had no room.
  package let lost: Int
  /// The kernel's log meanwhile, where debug messages were switched on.
  package var messages: [String] = []

  private static let limit = 256 << 20

  /// Reads the instance of rdmactl.
  package init(_ host: Host) throws(TraceFailure) {
    let path = TraceFiles.instance(try TraceFiles.root(host.files)) + "/trace"
    do { self.init(text: String(decoding: try host.files.read(path, limit: Self.limit), as: UTF8.self)) } catch {
      throw .unreadable(error)
    }
  }

  package init(text: String) {
    var events: [Event] = []
    var lost = 0
    for line in text.split(separator: "\n") {
      guard line.hasPrefix("#") else {
        if let event = Event(line) { events.append(event) }
        continue
      }
      // "# entries-in-buffer/entries-written: 90/90   #P:1"
      guard let mark = line.firstRange(of: "entries-written: ") else { continue }
      let numbers = line[mark.upperBound...].prefix { $0 != " " }.split(separator: "/").compactMap { Int($0) }
      if numbers.count == 2 { lost = numbers[1] - numbers[0] }
    }
    self.events = events
    self.lost = lost
  }

  /// Without events: debug messages alone were asked for.
  package init() {
    events = []
    lost = 0
  }
}
