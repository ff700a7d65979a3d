internal import Vocabulary

extension JournalText {
  /// Why a file is no entry: half a sentence.
  struct Damage: Error, Equatable {
    let reason: String
  }

  /// The entry in a file. Lines after the head that make no sense (one torn by a power cut) are left out.
  static func entry(_ bytes: [UInt8]) throws(Damage) -> JournalEntry {
    // What has no line feed at its end is not all there.
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
    guard let first = lines.first, JournalWords.words(first) == title else {
      throw Damage(reason: "does not begin as one")
    }
    var head = Head()
    var isComplete = false
    var number = 1
    for line in lines.dropFirst() {
      number += 1
      guard let words = JournalWords.words(line), head.take(words) else {
        throw Damage(reason: "is damaged in line \(number)")
      }
      if words == ["begin"] {
        isComplete = true
        break
      }
    }
    guard isComplete, var entry = head.entry else { throw Damage(reason: "is cut off") }
    var pending = Pending()
    for line in lines.dropFirst(number) {
      if let words = JournalWords.words(line) { pending.take(words, from: head, into: &entry) }
    }
    return entry
  }

  /// What the lines before `begin` have told.
  private struct Head {
    private var id: Int?
    private var time = ""
    private var origin = JournalEntry.Origin.set
    private var bootID: String?
    private var trialSeconds: Int?
    private var command: [String] = []
    private var identities: [String: InterfaceIdentity] = [:]
    private var changes: [KnobChange] = []
    private var before: Snapshot = [:]

    var entry: JournalEntry? {
      id.map {
        JournalEntry(
          id: $0, time: time, bootID: bootID, origin: origin, command: command, trialSeconds: trialSeconds,
          changes: changes, before: before)
      }
    }

    /// - Returns: `false` for a line that does not belong here.
    mutating func take(_ words: [String]) -> Bool {
      let rest = words.dropFirst()
      switch words.first {
      case "entry":
        guard rest.count == 3, let number = Int(words[1]), let origin = JournalEntry.Origin(rawValue: words[3]) else {
          return false
        }
        (id, time, self.origin) = (number, words[2], origin)
      case "boot" where rest.count == 1: bootID = words[1]
      case "trial":
        guard rest.count == 1, let seconds = Int(words[1]), seconds > 0 else { return false }
        trialSeconds = seconds
      case "command": command = Array(rest)
      case "interface": return takeInterface(rest)
      case "change": return takeChange(rest)
      case "before":
        guard let (place, state, more) = setting(rest), more.isEmpty else { return false }
        before[place] = state
      case "begin": return rest.isEmpty
      default: return false
      }
      return true
    }

    private mutating func takeInterface(_ words: ArraySlice<String>) -> Bool {
      guard words.count >= 3, let label = words.first, let name = words.dropFirst().first,
        let index = words.lazy.compactMap({ $0.value(of: "index") }).first.flatMap({ Int($0) })
      else { return false }
      let facts = words.dropFirst(2)
      identities[label] = InterfaceIdentity(
        name: name, index: index,
        permanentMAC: facts.lazy.compactMap { $0.value(of: "mac") }.first.flatMap { MACAddress($0) },
        pciAddress: facts.lazy.compactMap { $0.value(of: "pci") }.first.flatMap { PCIAddress($0) })
      return true
    }

    private mutating func takeChange(_ words: ArraySlice<String>) -> Bool {
      guard let (place, state, more) = setting(words), more.count >= 2, more.first == "to" else { return false }
      var rest = more.dropFirst(2)
      let key = rest.option("for")
      let reason = rest.option("because")
      guard rest.isEmpty else { return false }
      changes.append(
        KnobChange(place, before: state, wanted: more[more.startIndex + 1], key: key, reason: reason))
      return true
    }

    /// A place, its state, and the words after them.
    func setting(_ words: ArraySlice<String>) -> (Place, KnobState, ArraySlice<String>)? {
      let fields = Array(words.prefix(4))
      guard fields.count == 4, let kind = Knob.Kind(rawValue: fields[1]),
        fields[0] == "machine" || identities[fields[0]] != nil
      else { return nil }
      var rest = words.dropFirst(4)
      var state = KnobState(fields[3])
      if let active = rest.first?.value(of: "active") {
        state.active = active
        rest = rest.dropFirst()
      }
      if rest.first == "fixed" {
        state.isFixed = true
        rest = rest.dropFirst()
      }
      return (Place(identities[fields[0]], Knob(kind, fields[2])), state, rest)
    }
  }

  /// Lines that count only when the line that ends them is there.
  private struct Pending {
    private var snapshots: [String: Snapshot] = [:]

    mutating func take(_ words: [String], from head: Head, into entry: inout JournalEntry) {
      guard words.count >= 2 else { return }
      switch words[1] {
      case "got", "side", "foreign":
        guard let (place, state, more) = head.setting(words.dropFirst(2)), more.isEmpty else { return }
        snapshots[words[1], default: [:]][place] = state
      case "done":
        entry.results = snapshots["got"] ?? [:]
        entry.sideStates = snapshots["side"] ?? [:]
        entry.events.append(JournalEntry.Event(time: words[0], word: words[1]))
      case "undoing":
        // A second attempt goes by what the first one found.
        if entry.status != .undoing { entry.foreign = snapshots["foreign"] ?? [:] }
        entry.events.append(JournalEntry.Event(time: words[0], word: words[1]))
      case "guarded", "kept", "undone", "failed":
        entry.events.append(JournalEntry.Event(time: words[0], word: words[1]))
      default: return
      }
    }
  }
}

extension String {
  /// What stands after `name=`.
  fileprivate func value(of name: String) -> String? {
    hasPrefix(name + "=") ? String(dropFirst(name.count + 1)) : nil
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
