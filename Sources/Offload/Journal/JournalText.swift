internal import Vocabulary

/// The text of a journal entry: a head that is written before the first change, and what came of it, line by line.
///
///     rdmactl offload journal 1
///     entry 7 2026-11-21T06:52:00Z set
///     boot 2f1c…
///     command rdmactl offload set eth0 tso=off
///     interface 0 eth0 index=2 mac=52:54:00:12:34:56 pci=0000:00:04.0
///     change 0 feature tx-tcp-segmentation on active=on to off for tso
///     before 0 ring rx 256
///     begin
///     2026-11-21T06:52:00Z got 0 feature tx-tcp-segmentation off active=off
///     2026-11-21T06:52:00Z done
enum JournalText {
  static let title = ["rdmactl", "offload", "journal", "1"]

  static func head(_ entry: JournalEntry) -> [UInt8] {
    let labels = Labels(entry)
    var lines = [title, ["entry", "\(entry.id)", entry.time, entry.origin.rawValue]]
    if let boot = entry.bootID { lines.append(["boot", boot]) }
    if let seconds = entry.trialSeconds { lines.append(["trial", "\(seconds)"]) }
    lines.append(["command"] + entry.command)
    for (number, identity) in labels.identities.enumerated() {
      lines.append(["interface", "\(number)", identity.name, "index=\(identity.index)"] + hardware(of: identity))
    }
    for change in entry.changes {
      lines.append(
        ["change"] + labels.words(change.place, change.before) + ["to", change.wanted]
          + (change.key.map { ["for", $0] } ?? []) + (change.reason.map { ["because", $0] } ?? []))
    }
    for (place, state) in entry.before.ordered { lines.append(["before"] + labels.words(place, state)) }
    lines.append(["begin"])
    return Array(lines.map(JournalWords.line).joined().utf8)
  }

  private static func hardware(of identity: InterfaceIdentity) -> [String] {
    (identity.permanentMAC.map { ["mac=\($0)"] } ?? []) + (identity.pciAddress.map { ["pci=\($0)"] } ?? [])
  }

  /// Lines about places, one for each.
  static func lines(_ word: String, _ snapshot: Snapshot, of entry: JournalEntry, at time: String) -> [UInt8] {
    let labels = Labels(entry)
    return Array(
      snapshot.ordered.map { JournalWords.line([time, word] + labels.words($0, $1)) }.joined().utf8)
  }

  static func line(_ word: String, at time: String) -> [UInt8] { Array(JournalWords.line([time, word]).utf8) }

  /// The numbers that stand for the interfaces in the file.
  private struct Labels {
    let identities: [InterfaceIdentity]
    private let numbers: [InterfaceIdentity: Int]

    init(_ entry: JournalEntry) {
      let all = entry.interfaces + entry.before.ordered.compactMap(\.key.interface)
      identities = all.unique
      numbers = Dictionary(identities.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    func words(_ place: Place, _ state: KnobState) -> [String] {
      let label = place.interface.flatMap { numbers[$0] }.map(String.init) ?? "machine"
      return [label, place.knob.kind.rawValue, place.knob.name, state.value]
        + (state.active.map { ["active=" + $0] } ?? []) + (state.isFixed ? ["fixed"] : [])
    }
  }
}

extension Snapshot {
  /// By interface and knob, so that the same snapshot is always the same text.
  var ordered: [(key: Place, value: KnobState)] {
    sorted { left, right in
      let (first, second) = (left.key.interface?.index ?? -1, right.key.interface?.index ?? -1)
      return first == second ? left.key.knob < right.key.knob : first < second
    }
  }
}
