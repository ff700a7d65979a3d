internal import Change
public import HostAccess
internal import Vocabulary

/// A change of a card's firmware that was started and not finished.
public struct UnfinishedBurn: Sendable, Equatable {
  /// "burn", "set_identity", "recover".
  public let purpose: String
  /// When it was started, UTC.
  public let since: String
  /// Where the new image was to start.
  public let target: Int?
  public let version: String?
  /// Whether the step that switches to the new image had been started.
  public let switching: Bool

  /// The last change of a card, unless it was finished. A journal that cannot be read shows nothing.
  public static func last(of card: Card, on host: Host) -> UnfinishedBurn? {
    let records = (try? ChangeHistory(host).all(FlashChange.firmware).records) ?? []
    guard
      let record = records.last(where: {
        $0.scope.card?.address == card.identifier && ![FlashChange.unlock, FlashChange.activate].contains($0.action)
      })
    else {
      return earlier(of: card, on: host)
    }
    return record.state == .unknown || record.state.isUnfinished ? UnfinishedBurn(record) : nil
  }

  private init?(_ record: ChangeRecord) {
    guard let facts = record.changes.first?.after.facts else { return nil }
    func fact(_ name: String) -> String? {
      facts.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
    purpose = record.action
    since = record.time
    target = fact("target").flatMap { HexadecimalText.value(of: $0, bytes: 8) }.flatMap { Int(exactly: $0) }
    version = fact("version")
    let activation = fact("activation")
    switching = activation != nil && record.notes.contains { $0 == ["begin", activation] }
  }

  // MARK: journals of version 0.1

  private static let limit = 1 << 20

  /// Of version 0.1, which had one file for each PCI function:
  ///
  ///     2026-11-21T06:52:00Z start burn target=0x10000 old=0x0 version=2.42.5000 activation=1
  ///     2026-11-21T06:52:00Z begin 0
  ///     2026-11-21T06:52:09Z done
  private static func earlier(of card: Card, on host: Host) -> UnfinishedBurn? {
    let name = card.fileName
    let functions = name.hasSuffix(".0") ? (0..<8).map { "\(name.dropLast())\($0)" } : [name]
    return functions.lazy.compactMap { function -> UnfinishedBurn? in
      let path = host.places.state + "/burns/\(function).journal"
      return (try? host.store.read(path, limit: limit)).flatMap(UnfinishedBurn.init(journal:))
    }.first
  }

  init?(journal bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
    guard let start = lines.lastIndex(where: { $0.count > 2 && $0[1] == "start" }) else { return nil }
    let later = lines[(start + 1)...]
    guard !later.contains(where: { $0.count == 2 && $0[1] == "done" }) else { return nil }
    let words = lines[start]
    func value(_ name: String) -> Substring? {
      words.first { $0.hasPrefix(name + "=") }.map { $0.dropFirst(name.count + 1) }
    }
    let activation = value("activation")
    purpose = String(words[2])
    since = String(words[0])
    target = value("target").flatMap { HexadecimalText.value(of: $0, bytes: 8) }.flatMap { Int(exactly: $0) }
    version = value("version").map(String.init)
    switching = later.contains { $0.count == 3 && $0[1] == "begin" && $0[2] == activation }
  }
}
