package import HostAccess

/// The journal: the directory `history` in the directory of state, one file for each change of whatever kind. Entries of
/// version 0.1, which had one directory for settings, are read beside them.
package struct ChangeHistory {
  private static let mostDigits = 9
  private static let lockPatience = 5_000
  private static let lockPause = 5

  package let directory: String
  private let oldDirectory: String
  let host: Host
  /// The most that is read of an entry, in bytes.
  private let limit: Int

  package init(_ host: Host, limit: Int = 64 << 20) {
    self.host = host
    self.limit = limit
    directory = host.places.state + "/history"
    oldDirectory = host.places.state + "/offload"
  }

  // MARK: reading

  /// The numbers of the entries, ascending, with their files.
  private func paths() throws(ChangeFailure) -> [(id: Int, path: String)] {
    var found: [Int: String] = [:]
    for (directory, suffix) in [(oldDirectory, ".journal"), (directory, ".change")] {
      do {
        for name in try host.store.list(directory) {
          if let id = Self.identifier(name, suffix) { found[id] = "\(directory)/\(name)" }
        }
      } catch {
        guard error.reason == .notFound else { throw .journalUnreadable(error) }
      }
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The numbers of the entries, ascending.
  package func identifiers() throws(ChangeFailure) -> [Int] { try paths().map(\.id) }

  /// A name that ``path(_:)`` would not have given is not an entry.
  private static func identifier(_ name: String, _ suffix: String) -> Int? {
    guard name.hasSuffix(suffix) else { return nil }
    let digits = name.dropLast(suffix.count)
    guard (4...mostDigits).contains(digits.utf8.count), digits.utf8.count == 4 || digits.first != "0" else {
      return nil
    }
    return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
  }

  private func path(_ id: Int) -> String {
    let number = String(id)
    return directory + "/" + String(repeating: "0", count: max(0, 4 - number.count)) + number + ".change"
  }

  package func record(_ id: Int) throws(ChangeFailure) -> ChangeRecord {
    guard let path = try paths().first(where: { $0.id == id })?.path else { throw .noEntry(id) }
    return try record(id, path)
  }

  private func record(_ id: Int, _ path: String) throws(ChangeFailure) -> ChangeRecord {
    let bytes: [UInt8]
    do { bytes = try host.store.read(path, limit: limit) } catch {
      switch error.reason {
      case .notFound: throw .noEntry(id)
      case .notPermitted: throw .journalUnreadable(error)
      default: throw .badEntry(UnreadableRecord(path: path, reason: error.explanation))
      }
    }
    do throws(RecordText.Damage) {
      var record = try RecordText.record(bytes)
      guard record.id == id else { throw RecordText.Damage(reason: "is that of entry \(record.id)") }
      record.path = path
      return record
    } catch {
      throw .badEntry(UnreadableRecord(path: path, reason: error.reason))
    }
  }

  /// Every entry, oldest first, and the files that are damaged.
  /// - Parameter kind: only those of this kind.
  package func all(
    _ kind: String? = nil
  ) throws(ChangeFailure) -> (records: [ChangeRecord], unreadable: [UnreadableRecord]) {
    try read(try paths(), kind)
  }

  /// The newest entries, oldest first.
  package func newest(_ count: Int, _ kind: String) throws(ChangeFailure) -> [ChangeRecord] {
    try read(try paths().suffix(count), kind).records
  }

  private func read(
    _ paths: some Sequence<(id: Int, path: String)>, _ kind: String?
  ) throws(ChangeFailure) -> (records: [ChangeRecord], unreadable: [UnreadableRecord]) {
    var records: [ChangeRecord] = []
    var unreadable: [UnreadableRecord] = []
    for (id, path) in paths {
      do throws(ChangeFailure) {
        let record = try record(id, path)
        if kind == nil || record.kind == kind { records.append(record) }
      } catch {
        switch error {
        case .badEntry(let file): unreadable.append(file)
        // Removed since the directory was listed.
        case .noEntry: continue
        default: throw error
        }
      }
    }
    return (records, unreadable)
  }

  /// The entries whose process should still be at work, oldest first. Only the last line of each file is read for it.
  func unfinished() throws(ChangeFailure) -> [ChangeRecord] {
    let open = try paths().filter { _, path in
      guard let tail = try? host.store.part(path, from: -Self.tail, limit: Self.tail).bytes,
        let line = tail.split(separator: 0x0a).last, tail.last == 0x0a, let words = JournalWords.words(line),
        words.count > 1
      else { return true }
      return ChangeRecord.states[words[1]]?.isUnfinished ?? true
    }
    return try read(open, nil).records.filter(\.state.isUnfinished)
  }

  private static let tail = 256

  // MARK: writing

  /// Puts a new entry on the disk: from now on whatever it changes can be taken back.
  package func begin(
    isBegun: Bool = true, _ draft: (_ id: Int, _ time: String) -> ChangeRecord
  ) throws(ChangeFailure) -> ChangeRecord {
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    let last = try identifiers().last ?? 0
    // A longer name would not be found again.
    guard String(last + 1).utf8.count <= Self.mostDigits else {
      throw .journal(FileError(path: path(last), reason: .other("no number is left after that of this file")))
    }
    let now = host.clock.timestamp
    var record = draft(last + 1, now)
    record.path = path(record.id)
    var text = RecordText.head(record)
    if isBegun {
      record.events = [ChangeRecord.Event(time: now, words: [ChangeState.begun.word])]
      text += RecordText.line([ChangeState.begun.word], at: now)
    }
    // What comes of it is written behind it, and is at most as long as what was before, twice: done, and undone.
    guard text.count <= limit / 4 else {
      throw .journal(FileError(path: record.path, reason: .tooLarge(limit: limit / 4)))
    }
    do {
      try host.store.makePrivateDirectory(directory)
      try host.store.replace(record.path, with: text)
    } catch {
      throw .journal(error)
    }
    return record
  }

  /// Numbers are given one at a time, whatever is changed.
  private func lock() throws(ChangeFailure) -> any Lock {
    let end = host.clock.milliseconds + Self.lockPatience
    while true {
      do throws(FileError) { return try host.store.lock(host.places.run + "/history.lock") } catch {
        guard error.isHeld, host.clock.milliseconds < end else { throw .lock(error) }
        host.clock.sleep(milliseconds: Self.lockPause)
      }
    }
  }

  func finish(_ record: ChangeRecord, results: ChangeSnapshot, sides: ChangeSnapshot) throws(FileError) {
    let now = host.clock.timestamp
    try add(
      RecordText.lines("got", results, of: record, at: now) + RecordText.lines("side", sides, of: record, at: now)
        + RecordText.line([ChangeState.done.word], at: now), to: record)
  }

  /// - Parameter foreign: what somebody else changed since; it stays.
  func beginUndo(_ record: ChangeRecord, foreign: ChangeSnapshot, by user: String?) throws(FileError) {
    let now = host.clock.timestamp
    try add(
      RecordText.lines("foreign", foreign, of: record, at: now)
        + RecordText.line([ChangeState.undoing.word] + (user.map { ["by", $0] } ?? []), at: now), to: record)
  }

  func note(_ state: ChangeState, _ more: [String] = [], in record: ChangeRecord) throws(FileError) {
    try note([state.word] + more, in: record)
  }

  func note(_ words: [String], in record: ChangeRecord) throws(FileError) {
    try add(RecordText.line(words, at: host.clock.timestamp), to: record)
  }

  private func add(_ bytes: [UInt8], to record: ChangeRecord) throws(FileError) {
    // A power cut may have left a line without its end.
    let end = try host.store.part(record.path, from: -1, limit: 1).bytes
    try host.store.append(record.path, (end.last == 0x0a ? [] : [0x0a]) + bytes)
  }
}

/// What a writer notes in the journal while it writes, each line on the disk before the call returns.
package struct ChangeLog {
  let history: ChangeHistory
  let record: ChangeRecord

  package var id: Int { record.id }

  /// - Parameter words: `["begin", "3"]`
  package func note(_ words: String...) throws(ChangeFailure) {
    do { try history.note(["note"] + words, in: record) } catch { throw .journalIncomplete(record.id, error) }
  }
}
