internal import AdapterChips
internal import ArgumentParser
internal import Change
internal import FirmwareFlash
internal import HostAccess
internal import Vocabulary

/// Changes of firmware in the journal, and how they are taken back.
struct FirmwareHistory: ChangeTarget {
  typealias Access = NoAccess

  let host: Host
  let kind = FlashChange.firmware
  let locks: [ChangeLock] = []

  func locks(of record: ChangeRecord) -> [ChangeLock] {
    record.scope.card.map { [FlashChange.lock(of: $0.address)] } ?? []
  }

  func read(_ places: Set<ChangePlace>, _ access: NoAccess) -> ChangeSnapshot { [:] }
  func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) {}

  func isUntouched(_ record: ChangeRecord) -> Bool { FlashChange.isUntouched(record) }

  func wayBack(_ record: ChangeRecord) -> ChangeWayBack {
    if let why = record.irreversible { return .impossible(why) }
    guard let card = record.scope.card else { return .impossible("the card is not known") }
    let back = FlashChange.back(from: record, on: host)
    do {
      return .change(
        try DeviceSession.change(
          back.purpose, of: card.address, reach: try .parse([]), host: host, keepsOpen: false
        ) { try back.plan($0.flashSession) })
    } catch {
      return .impossible(error.sentence)
    }
  }
}
