internal import Vocabulary

/// The entries as they are written down: a line for each part, `name:`, `also:`, `stood:`, `did:`, `range:`, `rules:`,
/// `here:` or `none:`, `knob:`, and a `run:` for each command, in this order; a line that begins with two spaces goes
/// on with the one above; a blank line ends an entry. Lists are divided by `;`, a command from its purpose by two spaces
/// and `#`.
///
/// Text and not Swift values: a hundred and more literals of a dozen strings cost seconds of compiling and a page of
/// code each, and a writer of entries should see words. A unit test parses every line, so a slip cannot reach a user.
enum GlossaryText {
  /// A line that is not as it should be.
  struct Malformed: Error, Equatable, CustomStringConvertible {
    let line: String
    let reason: String
    var description: String { "\(reason): \"\(line)\"" }
  }

  private static let order = ["name", "also", "stood", "did", "range", "rules", "here", "none", "knob", "run"]

  static func entries(_ text: Substring, group: GlossaryGroup) throws(Malformed) -> [GlossaryEntry] {
    var entries: [GlossaryEntry] = []
    var parts: [(tag: String, text: String)] = []
    for line in text.pieces(UInt8(ascii: "\n")) + [""] {
      if line.isEmpty {
        if !parts.isEmpty { entries.append(try entry(parts, group: group)) }
        parts = []
      } else if line.hasPrefix("  ") {
        guard let open = parts.popLast() else { throw Malformed(line: String(line), reason: "goes on with nothing") }
        parts.append((open.tag, "\(open.text) \(line.withoutIndent)"))
      } else {
        guard let (tag, rest) = line.divided(at: ": "), order.contains(tag) else {
          throw Malformed(line: String(line), reason: "no such part")
        }
        parts.append((tag, rest))
      }
    }
    return entries
  }

  private static func entry(_ parts: [(tag: String, text: String)], group: GlossaryGroup) throws(Malformed)
    -> GlossaryEntry
  {
    let name = parts[0].text
    let ranks = parts.compactMap { part in order.firstIndex(of: part.tag) }
    for (rank, next) in zip(ranks, ranks.dropFirst()) where rank > next || rank == next && order[rank] != "run" {
      throw Malformed(line: name, reason: "\(order[next]) stands twice or too late")
    }
    func part(_ tag: String) -> String? { parts.first { $0.tag == tag }?.text }
    func list(_ tag: String) -> [String] {
      (part(tag) ?? "").pieces(UInt8(ascii: ";")).filter { !$0.isEmpty }.map { String($0.withoutIndent) }
    }
    guard parts[0].tag == "name", let meaning = part("did") else {
      throw Malformed(line: name, reason: "without its name or what it did")
    }
    guard (part("here") == nil) != (part("none") == nil) else {
      throw Malformed(line: name, reason: "what is here, or why nothing is: one of the two")
    }
    var commands: [GlossaryEntry.Command] = []
    for run in parts where run.tag == "run" {
      guard let (line, purpose) = run.text[...].divided(at: "  # ") else {
        throw Malformed(line: run.text, reason: "a command without its purpose")
      }
      commands.append(GlossaryEntry.Command(line: line, purpose: purpose))
    }
    return GlossaryEntry(
      name: name, spellings: list("also"), group: group, severity: nil, place: part("stood"), meaning: meaning,
      range: part("range"), rules: part("rules"), counterpart: part("here"), absence: part("none"), knobs: list("knob"),
      commands: commands + undo(commands))
  }

  /// Whatever `offload set` changed is taken back by the same command.
  private static func undo(_ commands: [GlossaryEntry.Command]) -> [GlossaryEntry.Command] {
    commands.contains { $0.line.hasPrefix("rdmactl offload set ") }
      ? [undo] : []
  }

  /// The text of each entry.
  static func blocks(_ text: String) -> [Substring] {
    var blocks: [Substring] = []
    let bytes = text.utf8
    var (start, end) = (bytes.startIndex, bytes.startIndex)
    var wasLineEnd = true
    for index in bytes.indices {
      let isLineEnd = bytes[index] == UInt8(ascii: "\n")
      if isLineEnd, wasLineEnd {
        if start < end { blocks.append(text[start..<end]) }
        start = bytes.index(after: index)
      }
      if isLineEnd, !wasLineEnd { end = index }
      wasLineEnd = isLineEnd
    }
    return start < bytes.endIndex ? blocks + [text[start...]] : blocks
  }

  /// The names of an entry, and its knobs, as they stand in its text.
  static func labels(of block: Substring) -> (names: [Substring], knobs: [Substring]) {
    var (names, knobs): ([Substring], [Substring]) = ([], [])
    let bytes = block.utf8
    /// What stands behind the tag, up to the next line that is not indented.
    func value(_ start: Substring.Index, _ tag: String.UTF8View) -> Substring.Index? {
      bytes[start...].starts(with: tag) ? bytes.index(start, offsetBy: tag.count) : nil
    }
    func end(_ start: Substring.Index) -> Substring.Index {
      var position = start
      while let line = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) {
        let next = bytes.index(after: line)
        guard next < bytes.endIndex, bytes[next] == UInt8(ascii: " ") else { return line }
        position = next
      }
      return bytes.endIndex
    }
    func list(_ text: Substring) -> [Substring] {
      text.utf8.split(separator: UInt8(ascii: ";")).map { Substring($0) }
    }
    var line = bytes.startIndex
    while line < bytes.endIndex {
      let stop = end(line)
      if let start = value(line, "name: ".utf8) { names.append(block[start..<stop]) }
      if let start = value(line, "also: ".utf8) { names += list(block[start..<stop]) }
      if let start = value(line, "knob: ".utf8) { knobs += list(block[start..<stop]) }
      line = stop < bytes.endIndex ? bytes.index(after: stop) : stop
    }
    return (names, knobs)
  }

  static let undo = GlossaryEntry.Command(line: "rdmactl offload undo", purpose: "take the last change back")
}

// By bytes: what stands here is 100 KB at each start, and to look for marks among characters takes ten times as long.
extension StringProtocol where SubSequence == Substring {
  /// What stands between the marks, empty pieces too.
  func pieces(_ mark: UInt8) -> [Substring] {
    Array(utf8).split(separator: mark, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)[...]
    }
  }

  /// What stands before and behind the first `mark`.
  func divided(at mark: String) -> (String, String)? {
    guard let first = mark.utf8.first else { return nil }
    var rest = self[...]
    while let start = rest.utf8.firstIndex(of: first) {
      rest = rest[start...]
      if rest.utf8.starts(with: mark.utf8) {
        return (String(self[..<start]), String(rest[rest.utf8.index(start, offsetBy: mark.utf8.count)...]))
      }
      rest = rest[rest.utf8.index(after: start)...]
    }
    return nil
  }

  /// Without the blanks that it begins with.
  var withoutIndent: Substring { self[(utf8.firstIndex { $0 != UInt8(ascii: " ") } ?? endIndex)...] }
}
