internal import FirmwareImage
public import HostAccess
internal import Vocabulary

/// What was begun on a card and whether it was finished: a file of lines, each on the disk before the flash is touched.
///
///     2026-11-21T06:52:00Z start burn target=0x10000 old=0x0 version=2.42.5000 steps=4
///     2026-11-21T06:52:00Z begin 0
///     2026-11-21T06:52:01Z end 0
///     2026-11-21T06:52:09Z done
public struct BurnJournal {
  /// Above this the file is begun anew when the next burn starts.
  private static let renewal = 1 << 16
  private static let limit = 1 << 20

  /// What was begun and not finished.
  public struct Unfinished: Sendable, Equatable {
    public let purpose: String
    /// When it was begun.
    public let since: String
    /// Where the new image was to start.
    public let target: Int?
    public let version: String?
    /// Whether the step that switches to the new image had been begun.
    public let switching: Bool
  }

  public let path: String
  private let files: any FileReading & FileWriting
  private let clock: any Clock

  public init(of card: Card, on host: Host) {
    path = host.places.state + "/burns/\(card.fileName).journal"
    files = host.store
    clock = host.clock
  }

  /// The last thing that was begun, unless it was finished. A journal that cannot be read tells nothing.
  public func unfinished() -> Unfinished? {
    guard let bytes = try? files.read(path, limit: Self.limit) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
    guard let start = lines.lastIndex(where: { $0.count > 2 && $0[1] == "start" }) else { return nil }
    let later = lines[(start + 1)...]
    guard !later.contains(where: { $0.count == 2 && $0[1] == "done" }) else { return nil }
    let words = lines[start]
    func value(_ name: String) -> Substring? {
      words.first { $0.hasPrefix(name + "=") }.map { $0.dropFirst(name.count + 1) }
    }
    let activation = value("activation")
    return Unfinished(
      purpose: String(words[2]), since: String(words[0]),
      target: value("target").flatMap { HexadecimalText.value(of: $0, bytes: 8) }.flatMap { Int(exactly: $0) },
      version: value("version").map(String.init),
      switching: later.contains { $0.count == 3 && $0[1] == "begin" && $0[2] == activation })
  }

  func start(_ plan: BurnPlan) throws(FileError) {
    try start(
      plan.purpose.rawValue,
      [
        ("target", plan.target.map { hexadecimal($0.start) }), ("old", plan.booting.map { hexadecimal($0.start) }),
        ("version", plan.newVersion?.description),
        ("activation", plan.steps.firstIndex { $0.role == .activate }.map(String.init)),
      ])
  }

  /// Notes that something begins that changes the flash.
  /// - Parameters:
  ///   - purpose: one word.
  ///   - values: what ``unfinished()`` is to know; those without a value are left out.
  public func start(_ purpose: String, _ values: [(name: String, value: String?)]) throws(FileError) {
    var line = "start \(purpose)"
    for (name, value) in values {
      guard let value else { continue }
      // A line has one word for each: drivers may call a version anything.
      line +=
        " \(name)=" + String(value.unicodeScalars.map { $0.value > 0x20 && $0.value < 0x7f ? Character($0) : "_" })
    }
    let old = try previous()
    guard let old else { return try files.replace(path, with: Array("\(clock.timestamp) \(line)\n".utf8)) }
    // A power cut may have left a line without its end.
    try write(line, before: old.last == nil || old.last == 0x0a ? "" : "\n")
  }

  /// What the journal holds; `nil` when it has grown too long to go on with.
  private func previous() throws(FileError) -> [UInt8]? {
    do { return try files.read(path, limit: Self.renewal) } catch {
      switch error.reason {
      case .notFound: return []
      case .tooLarge: return nil
      default: throw error
      }
    }
  }

  func begin(_ step: Int) throws(FileError) { try write("begin \(step)") }
  func end(_ step: Int) throws(FileError) { try write("end \(step)") }
  /// Stopped on purpose or by a failure; unfinished all the same.
  public func stopped(_ why: String) throws(FileError) { try write("stopped \(why)") }
  public func done() throws(FileError) { try write("done") }

  private func write(_ words: String, before start: String = "") throws(FileError) {
    try files.append(path, Array("\(start)\(clock.timestamp) \(words)\n".utf8))
  }
}
