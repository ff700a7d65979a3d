/// The text of a journal entry: a head that is on the disk before the first write, and what came of it, line by line.
///
///     rdmactl change 1
///     entry 7 2026-11-21T06:52:00Z offload set
///     user uid=0 name=root sudo=alice
///     command offload set eth0 tso=off
///     scope machine=… boot=2f1c… netns=net:[4026531840]
///     subject eth0
///     object 0 eth0 index=2 mac=52:54:00:12:34:56 pci=0000:00:04.0
///     change 0 "feature tx-tcp-segmentation" on active=on to off for tso
///     before 0 "ring rx" 256
///     end
///     2026-11-21T06:52:00Z begun
///     2026-11-21T06:52:00Z got 0 "feature tx-tcp-segmentation" off active=off
///     2026-11-21T06:52:00Z done
enum RecordText {
  static let title = ["rdmactl", "change", "1"]
  /// The journal of version 0.1, which had settings of interfaces only.
  static let oldTitle = ["rdmactl", "offload", "journal", "1"]
  static let end = ["end"]
  static let oldEnd = ["begin"]
  /// Stands for an object where there is none.
  static let machine = "machine"

  static func head(_ record: ChangeRecord) -> [UInt8] {
    let labels = Labels(record)
    var lines = [title, ["entry", "\(record.id)", record.time, record.kind, record.action]]
    lines.append(
      ["user"]
        + facts([
          ("uid", record.origin.uid.map(String.init)), ("name", record.origin.user),
          ("sudo", record.origin.sudoUser),
        ]))
    lines.append(["command"] + record.origin.command)
    let scope = record.scope
    lines.append(
      ["scope"]
        + facts([
          ("machine", scope.machine), ("boot", scope.boot), ("netns", scope.networkNamespace),
          ("card", scope.card?.address), ("guid", scope.card?.guid),
        ]))
    lines.append(["subject", record.subject])
    if let seconds = record.trialSeconds { lines.append(["trial", "\(seconds)"]) }
    if let id = record.undoes { lines.append(["undoes", "\(id)"]) }
    for (name, path) in record.attachments.sorted(by: { $0.key < $1.key }) { lines.append(["attachment", name, path]) }
    if let why = record.irreversible { lines.append(["irreversible", why]) }
    for (number, object) in labels.objects.enumerated() {
      lines.append(["object", "\(number)", object.name] + object.facts)
    }
    for change in record.changes {
      lines.append(
        ["change"] + labels.words(change.place, change.before) + ["to", change.after.text] + change.after.facts
          + (change.key.map { ["for", $0] } ?? []) + (change.reason.map { ["because", $0] } ?? []))
    }
    let planned = Dictionary(record.changes.map { ($0.place, $0.before) }) { first, _ in first }
    for (place, value) in record.before.ordered where planned[place] != value {
      lines.append(["before"] + labels.words(place, value))
    }
    lines.append(end)
    return Array(lines.map(JournalWords.line).joined().utf8)
  }

  private static func facts(_ facts: [(String, String?)]) -> [String] {
    facts.compactMap { name, value in value.map { "\(name)=\($0)" } }
  }

  /// Lines about places, one for each.
  static func lines(_ word: String, _ snapshot: ChangeSnapshot, of record: ChangeRecord, at time: String) -> [UInt8] {
    guard !snapshot.isEmpty else { return [] }
    let labels = Labels(record)
    return Array(snapshot.ordered.map { JournalWords.line([time, word] + labels.words($0, $1)) }.joined().utf8)
  }

  static func line(_ words: [String], at time: String) -> [UInt8] { Array(JournalWords.line([time] + words).utf8) }

  /// The numbers that stand for the objects in the file.
  private struct Labels {
    let objects: [ChangeObject]
    private let numbers: [ChangeObject: Int]

    init(_ record: ChangeRecord) {
      objects = (record.objects + record.before.ordered.compactMap(\.key.object)).unique
      numbers = Dictionary(objects.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    func words(_ place: ChangePlace, _ value: ChangeValue) -> [String] {
      [place.object.flatMap { numbers[$0] }.map(String.init) ?? RecordText.machine, place.key, value.text] + value.facts
    }
  }
}
