internal import HostAccess

/// The directory of the journal, `offload` in the directory of state: a file for each call that changed something.
struct Journal {
  /// Bytes that are read of an entry. Forwarding is a matter of every interface, and each of some thousands has a line for
  /// each feature and each queue: an entry that cannot be read cannot be undone.
  private static let limit = 256 << 20
  private static let suffix = ".journal"
  private static let mostDigits = 9

  let directory: String
  private let files: any FileReading & FileWriting
  private let clock: any Clock

  init(_ host: Host) {
    directory = host.places.state + "/offload"
    files = host.store
    clock = host.clock
  }

  func path(_ id: Int) -> String {
    let number = String(id)
    return directory + "/" + String(repeating: "0", count: max(0, 4 - number.count)) + number + Self.suffix
  }

  /// The numbers of the entries, ascending.
  func identifiers() throws(OffloadFailure) -> [Int] {
    do {
      return try files.list(directory).compactMap(Self.identifier).sorted()
    } catch {
      guard error.reason == .notFound else { throw .journalUnreadable(error) }
      return []
    }
  }

  /// A name that ``path(_:)`` would not have given is no entry of ours.
  private static func identifier(_ name: String) -> Int? {
    guard name.hasSuffix(suffix) else { return nil }
    let digits = name.dropLast(suffix.count)
    guard (4...mostDigits).contains(digits.utf8.count), digits.utf8.count == 4 || digits.first != "0" else {
      return nil
    }
    return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
  }

  func entry(_ id: Int) throws(OffloadFailure) -> JournalEntry {
    let path = path(id)
    let bytes: [UInt8]
    do { bytes = try files.read(path, limit: Self.limit) } catch {
      switch error.reason {
      case .notFound: throw .noEntry(id)
      case .notPermitted: throw .journalUnreadable(error)
      default: throw .badEntry(UnreadableEntry(path: path, reason: error.explanation))
      }
    }
    do throws(JournalText.Damage) {
      let entry = try JournalText.entry(bytes)
      guard entry.id == id else { throw JournalText.Damage(reason: "is that of entry \(entry.id)") }
      return entry
    } catch {
      throw .badEntry(UnreadableEntry(path: path, reason: error.reason))
    }
  }

  /// Every entry, oldest first, and the files that are none.
  func all() throws(OffloadFailure) -> (entries: [JournalEntry], unreadable: [UnreadableEntry]) {
    var entries: [JournalEntry] = []
    var unreadable: [UnreadableEntry] = []
    for id in try identifiers() {
      do throws(OffloadFailure) {
        entries.append(try entry(id))
      } catch {
        switch error {
        case .badEntry(let file): unreadable.append(file)
        // Gone since the directory was listed.
        case .noEntry: continue
        default: throw error
        }
      }
    }
    return (entries, unreadable)
  }

  /// Puts a new entry on the disk: from now on whatever it changes can be taken back.
  func begin(_ draft: (_ id: Int, _ time: String) -> JournalEntry) throws(OffloadFailure) -> JournalEntry {
    let last = try identifiers().last ?? 0
    // What has a longer name would not be found again.
    guard String(last + 1).utf8.count <= Self.mostDigits else {
      throw .journal(FileError(path: path(last), reason: .other("no number is left after that of this file")))
    }
    let entry = draft(last + 1, clock.timestamp)
    do { try files.replace(path(entry.id), with: JournalText.head(entry)) } catch { throw .journal(error) }
    return entry
  }

  func finish(_ entry: JournalEntry, results: Snapshot, sideEffects: Snapshot) throws(FileError) {
    let now = clock.timestamp
    try add(
      JournalText.lines("got", results, of: entry, at: now) + JournalText.lines("side", sideEffects, of: entry, at: now)
        + JournalText.line("done", at: now), to: entry)
  }

  /// - Parameter foreign: what somebody else changed since; it stays.
  func beginUndo(_ entry: JournalEntry, foreign: Snapshot) throws(FileError) {
    let now = clock.timestamp
    try add(JournalText.lines("foreign", foreign, of: entry, at: now) + JournalText.line("undoing", at: now), to: entry)
  }

  func note(_ word: String, in entry: JournalEntry) throws(FileError) {
    try add(JournalText.line(word, at: clock.timestamp), to: entry)
  }

  private func add(_ bytes: [UInt8], to entry: JournalEntry) throws(FileError) {
    let path = path(entry.id)
    // A power cut may have left a line without its end.
    let end = try files.part(path, from: -1, limit: 1).bytes
    try files.append(path, (end.last == 0x0a ? [] : [0x0a]) + bytes)
  }
}
