extension RecordText {
  /// Why a file is not an entry: half a sentence.
  struct Damage: Error, Equatable {
    let reason: String
  }

  /// The entry in a file. Lines after the head that make no sense (one torn by a power cut) are left out.
  static func record(_ bytes: [UInt8]) throws(Damage) -> ChangeRecord {
    // A line without its line feed is not complete.
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
    let first = lines.first.flatMap { JournalWords.words($0) }
    guard first == title || first == oldTitle else { throw Damage(reason: "does not begin as a journal entry") }
    var head = Head(isOld: first == oldTitle)
    var isComplete = false
    var number = 1
    for line in lines.dropFirst() {
      number += 1
      guard let words = JournalWords.words(line) else { throw Damage(reason: "is damaged in line \(number)") }
      if words == (head.isOld ? oldEnd : end) {
        isComplete = true
        break
      }
      guard head.take(words) else { throw Damage(reason: "is damaged in line \(number)") }
    }
    guard isComplete, var record = head.record else { throw Damage(reason: "is cut off") }
    var pending = Pending()
    for line in lines.dropFirst(number) {
      if let words = JournalWords.words(line) { pending.take(words, from: head, into: &record) }
    }
    return record
  }

  /// What the lines before the end of the head say.
  private struct Head {
    let isOld: Bool
    private var id: Int?
    private var time = ""
    private var kind = "offload"
    private var action = ""
    private var origin = ChangeOrigin()
    private var scope = ChangeScope()
    private var subject: String?
    private var trialSeconds: Int?
    private var undoes: Int?
    private var attachments: [String: String] = [:]
    private var irreversible: String?
    private var objects: [String: ChangeObject] = [:]
    private var changes: [PlannedChange] = []
    private var before: ChangeSnapshot = [:]

    init(isOld: Bool) { self.isOld = isOld }

    var record: ChangeRecord? {
      guard let id else { return nil }
      let names = changes.compactMap(\.place.object?.name).unique
      var record = ChangeRecord(
        id: id, time: time, kind: kind, action: action, origin: origin, scope: scope,
        subject: subject ?? (names.isEmpty ? machine : names.joined(separator: " ")), trialSeconds: trialSeconds,
        undoes: undoes, attachments: attachments, irreversible: irreversible, changes: changes,
        before: before.merging(changes.map { ($0.place, $0.before) }) { own, _ in own })
      if isOld { record.events = [ChangeRecord.Event(time: time, words: [ChangeState.begun.word])] }
      return record
    }

    /// - Returns: `false` for a line that does not belong here.
    mutating func take(_ words: [String]) -> Bool {
      let rest = words.dropFirst()
      switch (words[0], rest.count) {
      case ("entry", isOld ? 3 : 4):
        guard let number = Int(words[1]) else { return false }
        (id, time, action) = (number, words[2], words[words.count - 1])
        if !isOld { kind = words[3] }
      case ("boot", 1) where isOld: scope.boot = words[1]
      case ("user", _):
        let facts = ChangeObject("", facts: Array(rest))
        (origin.uid, origin.user) = (facts.fact("uid").flatMap { Int($0) }, facts.fact("name"))
        origin.sudoUser = facts.fact("sudo")
      case ("scope", _):
        let facts = ChangeObject("", facts: Array(rest))
        (scope.machine, scope.boot) = (facts.fact("machine"), facts.fact("boot"))
        scope.networkNamespace = facts.fact("netns")
        scope.card = facts.fact("card").map { ChangeScope.Card(guid: facts.fact("guid"), address: $0) }
      case ("subject", 1): subject = words[1]
      case ("trial", 1):
        guard let seconds = Int(words[1]), seconds > 0 else { return false }
        trialSeconds = seconds
      case ("undoes", 1):
        guard let number = Int(words[1]) else { return false }
        undoes = number
      case ("attachment", 2): attachments[words[1]] = words[2]
      case ("irreversible", 1): irreversible = words[1]
      case ("command", _): origin.command = (isOld ? ["offload"] : []) + rest
      case ("object", 2...), ("interface", 3...):
        let facts = Array(rest.dropFirst(2))
        // Without its number an interface cannot be told from another.
        guard !isOld || ChangeObject("", facts: facts).fact("index").flatMap({ Int($0) }) != nil else { return false }
        objects[words[1]] = ChangeObject(words[2], facts: facts)
      case ("change", _): return takeChange(rest)
      case ("before", _):
        guard let (place, value) = setting(rest) else { return false }
        before[place] = value
      default: return false
      }
      return true
    }

    private mutating func takeChange(_ words: ArraySlice<String>) -> Bool {
      // A value may be the word "to", too: it comes before the first place where that can stand.
      let start = words.startIndex + (isOld ? 4 : 3)
      guard start < words.endIndex, let to = words[start...].firstIndex(of: "to"), to + 1 < words.endIndex,
        let (place, before) = setting(words[..<to])
      else { return false }
      var rest = words[(to + 2)...]
      let facts = Array(rest.prefix { !["for", "because"].contains($0) })
      rest = rest.dropFirst(facts.count)
      let key = rest.option("for")
      let reason = rest.option("because")
      guard rest.isEmpty else { return false }
      let after = ChangeValue(words[to + 1], facts: facts)
      changes.append(PlannedChange(place, before: before, after: after, key: key, reason: reason))
      return true
    }

    /// A place and its value.
    func setting(_ words: ArraySlice<String>) -> (ChangePlace, ChangeValue)? {
      let fields = Array(words)
      // Old: interface, kind, name, value. The kinds are those of the last journal that was written so.
      let length = isOld ? 3 : 2
      guard fields.count > length, fields[0] == machine || objects[fields[0]] != nil,
        !isOld || Self.oldKinds.contains(fields[1])
      else { return nil }
      let place = ChangePlace(objects[fields[0]], fields[1..<length].joined(separator: " "))
      return (place, ChangeValue(fields[length], facts: Array(fields[(length + 1)...])))
    }

    private static let oldKinds: Set<String> = [
      "feature", "channels", "rss", "coalesce", "ring", "pause", "link", "sysfs", "interrupt", "sysctl",
    ]
  }

  /// Lines that count only when the line that ends them is there.
  private struct Pending {
    private var snapshots: [String: ChangeSnapshot] = [:]

    mutating func take(_ words: [String], from head: Head, into record: inout ChangeRecord) {
      guard words.count >= 2 else { return }
      switch words[1] {
      case "got", "side", "foreign":
        guard let (place, value) = head.setting(words.dropFirst(2)) else { return }
        snapshots[words[1], default: [:]][place] = value
        return
      case "done":
        record.results = snapshots["got"] ?? [:]
        record.sides = snapshots["side"] ?? [:]
      case "undoing":
        // A second attempt goes by what the first one found.
        if !record.isUndoBegun { record.foreign = snapshots["foreign"] ?? [:] }
      case "guarded", "note": break
      default: guard ChangeRecord.states[words[1]] != nil else { return }
      }
      record.events.append(ChangeRecord.Event(time: words[0], words: Array(words.dropFirst())))
    }
  }
}

extension ArraySlice<String> {
  /// Takes a word and the one after it away.
  fileprivate mutating func option(_ name: String) -> String? {
    guard count >= 2, first == name else { return nil }
    defer { self = dropFirst(2) }
    return self[startIndex + 1]
  }
}
