/// Takes the answers of many hosts, in any order and form, and keeps of each what is compared.
///
/// A line is `host: text`, as clush, pdsh and `clubak -L` print it, or an answer that names its host itself.
package struct FleetReader {
  /// A part of an answer; parts of equal hosts have the same shape.
  struct Part {
    let key: UInt32
    let label: UInt32
    let model: UInt32?
    let shape: Int
    let time: String
  }

  struct Host {
    var parts: [UInt32: Part] = [:]
    var schemas: Set<UInt32> = []
    /// Why the host's answer cannot be compared; the most telling one.
    var fault: Fault?
  }

  /// Why there is no answer; what tells most has the highest rank.
  struct Fault: Hashable {
    let rank: Int
    let reason: String

    static let silent = Fault(rank: 0, reason: "no answer")
    static func exited(_ words: String) -> Fault { Fault(rank: 1, reason: "no answer: \(words)") }
    static func words(_ words: String) -> Fault { Fault(rank: 2, reason: "no answer: \(words)") }
    static let malformed = Fault(rank: 3, reason: "no answer: not the JSON of rdmactl")
    static let truncated = Fault(rank: 4, reason: "truncated answer")
    static func failed(_ id: String) -> Fault { Fault(rank: 5, reason: "no answer: \(id)") }

    /// Whether it counts although the host has answered.
    var isDecisive: Bool { rank >= Self.malformed.rank }

    /// Whichever came first: of two of a rank the one that sorts first.
    func tellsMore(than other: Fault) -> Bool {
      rank == other.rank ? reason < other.reason : rank > other.rank
    }
  }

  private(set) var hosts: [String: Host] = [:]
  var scanner = AnswerScanner()
  private(set) var shapes: [[AnswerScanner.Field]] = []
  private var shapeNumbers: [[AnswerScanner.Field]: Int] = [:]
  /// Paths of fields that stand for a problem, with its id.
  private(set) var problems: [UInt32: String] = [:]
  /// The beginnings of answers that come in several lines.
  private var pending: [String: [UInt8]] = [:]

  package init() {}

  /// - Parameter host: whose line it is, where the line does not say it: the name of its file.
  package mutating func take(line: [UInt8], of host: String? = nil) {
    let (label, start) = host.map { ($0, 0) } ?? Self.label(of: line)
    if let label, host == nil, label == "clush" || label.hasPrefix("pdsh@") {
      return takeReport(line[min(start, line.count)...])
    }
    take(Array(line[min(start, line.count)...]), from: label ?? "")
  }

  /// A host that is known to have been asked.
  package mutating func expect(_ host: String) { blame([host], .silent) }

  /// After the last line.
  package mutating func finish() {
    for (label, bytes) in pending {
      if let fault = scan(bytes, from: label) { blame(NodeSet.expand(label), fault) }
    }
    pending = [:]
  }

  // MARK: Lines

  private static let longestLabel = 512

  /// `gpu07: text`: the host, and where the text begins.
  private static func label(of line: [UInt8]) -> (String?, Int) {
    guard let colon = line.prefix(longestLabel).firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return (nil, 0) }
    for byte in line[..<colon] {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: "@"):
        continue
      default: return (nil, 0)
      }
    }
    let hasSpace = colon + 1 < line.count && line[colon + 1] == 0x20
    return (String(decoding: line[..<colon], as: UTF8.self), colon + (hasSpace ? 2 : 1))
  }

  private mutating func take(_ text: [UInt8], from label: String) {
    // clubak adds a space; within an answer a brace that is indented begins nothing.
    let text = pending[label] == nil ? Array(text.drop { $0 == 0x20 }) : text
    let begins = text.first == UInt8(ascii: "{")
    if label.isEmpty, begins, let earlier = pending.removeValue(forKey: "") {
      if let fault = scan(earlier, from: "") { blame(["?"], fault) }
    }
    if pending[label] != nil, !begins {
      pending[label]?.append(contentsOf: text)
      pending[label]?.append(0x0a)
      return
    }
    guard begins else { return takeWords(text, from: label) }
    if let earlier = pending.removeValue(forKey: label), let fault = scan(earlier, from: label) {
      blame(NodeSet.expand(label), fault)
    }
    guard let fault = scan(text, from: label) else { return }
    if fault == .truncated { pending[label] = text + [0x0a] } else { blame(NodeSet.expand(label), fault) }
  }

  private mutating func takeWords(_ text: [UInt8], from label: String) {
    let words = Self.trimmed(text)
    guard !label.isEmpty else { return }
    blame(NodeSet.expand(label), words.isEmpty ? .silent : .words(words))
  }

  /// `clush: gpu[07,09] (2): exited with exit code 255`; of pdsh `gpu07: ssh exited with exit code 255`.
  private mutating func takeReport(_ line: ArraySlice<UInt8>) {
    let text = String(decoding: line, as: UTF8.self)
    guard let colon = text.firstIndex(of: ":") else { return }
    let nodes = String(text[..<colon].prefix { $0 != " " })
    let words = Self.trimmed(Array(text[text.index(after: colon)...].utf8))
    blame(NodeSet.expand(nodes), .exited(words))
  }

  private static func trimmed(_ text: [UInt8]) -> String {
    var text = text[...]
    while let last = text.last, last <= 0x20 { text.removeLast() }
    while let first = text.first, first <= 0x20 { text.removeFirst() }
    return String(String(decoding: text, as: UTF8.self).prefix(200))
  }

  private mutating func blame(_ names: [String], _ fault: Fault) {
    for name in names {
      if let known = hosts[name]?.fault, !fault.tellsMore(than: known) { continue }
      hosts[name, default: Host()].fault = fault
    }
  }

  // MARK: Answers

  /// - Returns: why it is no answer.
  private mutating func scan(_ bytes: [UInt8], from label: String) -> Fault? {
    let answer: AnswerScanner.Answer
    do throws(AnswerScanner.Fault) {
      answer = try scanner.scan(bytes.span)
    } catch {
      return error == .truncated ? .truncated : .malformed
    }
    guard let schema = answer.schema, scanner.values.plain(schema).hasPrefix("rdmactl.") else { return .malformed }
    let names = label.isEmpty ? [answer.host.map { scanner.values.plain($0) } ?? "?"] : NodeSet.expand(label)
    if let failure = answer.failure {
      let id = scanner.values.plain(failure.id)
      blame(names, .failed(id))
      return nil
    }
    let parts = parts(of: answer)
    for name in names {
      hosts[name, default: Host()].schemas.insert(schema)
      for part in parts {
        // Of two answers about one thing the later one holds.
        if let known = hosts[name]?.parts[part.key], (known.time, known.shape) >= (part.time, part.shape) { continue }
        hosts[name]?.parts[part.key] = part
      }
    }
    return nil
  }

  private mutating func parts(of answer: AnswerScanner.Answer) -> [Part] {
    let time = answer.time.map { scanner.values.plain($0) } ?? ""
    let whole = answer.subject ?? scanner.wholeKey
    var parts = answer.parts + [.init(key: whole, label: whole, model: nil, fields: answer.fields)]
    let labels = Dictionary(
      parts.dropLast().indices.flatMap { index in
        [parts[index].label, parts[index].key].map { (scanner.values.plain($0), index) }
      }
    ) { first, _ in first }
    for finding in answer.findings {
      let words = scanner.values.plain(finding.subject).split(separator: "/", maxSplits: 1)
      let position = words.first.flatMap { labels[String($0)] } ?? parts.count - 1
      let port = words.count > 1 && words[1] != "1" ? " (port \(words[1]))" : ""
      let id = scanner.values.plain(finding.id) + port
      let path = scanner.paths.number(of: "problem \(id)")
      problems[path] = id
      parts[position].fields.append(.init(path: path, value: scanner.present))
    }
    return parts.map { part in
      let fields = Set(part.fields).sorted { ($0.path, $0.value) < ($1.path, $1.value) }
      let shape = shapeNumbers[fields] ?? shapes.count
      if shape == shapes.count {
        shapes.append(fields)
        shapeNumbers[fields] = shape
      }
      return Part(key: part.key, label: part.label, model: part.model, shape: shape, time: time)
    }
  }
}
