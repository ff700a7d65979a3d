package import HostAccess

/// What version 0.1 noted of burns and of stored masks, without numbers.
package struct OldJournals {
  private static let limit = 1 << 20
  /// Stands for a mask that is not stored.
  package static let noMask = "none"

  private let host: Host

  package init(_ host: Host) { self.host = host }

  /// - Parameter kind: only entries of this kind.
  /// - Returns: entries with the number 0.
  package func records(_ kind: String?) -> [ChangeRecord] {
    let burns = kind == nil || kind == "firmware" ? self.burns : []
    return burns + (kind == nil || kind == "masks" ? masks : [])
  }

  /// `burns/CARD.journal`: `TIME start burn target=… version=…`, `TIME begin 3`, `TIME done`.
  private var burns: [ChangeRecord] {
    let directory = host.places.state + "/burns"
    return ((try? host.store.list(directory)) ?? []).filter { $0.hasSuffix(".journal") }.flatMap { name in
      var records: [ChangeRecord] = []
      for words in lines("\(directory)/\(name)") where words.count > 1 {
        switch words[1] {
        case "start" where words.count > 2:
          records.append(
            record(words[0], "firmware", words[2], subject: String(name.dropLast(".journal".count)), path: name))
        case "done" where !records.isEmpty:
          records[records.count - 1].events.append(.init(time: words[0], words: ["done"]))
        default: continue
        }
      }
      return records
    }
  }

  /// `guid-masks.journal`: `TIME GUID NEW was OLD  # port`.
  private var masks: [ChangeRecord] {
    let path = host.places.state + "/guid-masks.journal"
    return lines(path).filter { $0.count >= 5 && $0[3] == "was" }.map { words in
      let place = ChangePlace(ChangeObject("guid-masks"), words[1])
      let change = PlannedChange(
        place, before: ChangeValue(words[4]), after: ChangeValue(words[2]),
        reason: words.count > 6 && words[5] == "#" ? words[6] : nil)
      var record = record(words[0], "masks", "apply", subject: words[1], path: path, [change])
      record.events.append(.init(time: words[0], words: ["done"]))
      return record
    }
  }

  private func lines(_ path: String) -> [[String]] {
    let bytes = (try? host.store.read(path, limit: Self.limit)) ?? []
    return bytes.split(separator: 0x0a).map { line in
      String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
    }
  }

  private func record(
    _ time: String, _ kind: String, _ action: String, subject: String, path: String, _ changes: [PlannedChange] = []
  ) -> ChangeRecord {
    var record = ChangeRecord(
      id: 0, time: time, kind: kind, action: action, origin: ChangeOrigin(), scope: ChangeScope(), subject: subject,
      trialSeconds: nil, undoes: nil, attachments: [:], irreversible: nil, changes: changes, before: [:])
    record.path = path
    record.events = [ChangeRecord.Event(time: time, words: [ChangeState.begun.word])]
    return record
  }
}
