internal import AdapterChips
internal import ArgumentParser
internal import Change
internal import FirmwareFlash
internal import HostAccess
internal import PortStatus
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
    let backup = record.attachments["backup"]
    do {
      if back.purpose == .burn {
        guard let backup else { return .impossible("no backup was made") }
        if let update = try update(card.address, backup) { return .change(update) }
      }
      return .change(
        try DeviceSession.change(
          back.purpose, of: card.address, reach: try .parse([]), host: host, keepsOpen: false
        ) { session in
          guard back.purpose == .burn, let backup else { return try back.plan(session.flashSession) }
          return try session.flashSession.plan(try CardBackup(backup, host).image(host).request)
        })
    } catch {
      return .impossible(error.sentence)
    }
  }

  /// A card whose firmware runs takes its backup through its firmware.
  private func update(_ address: String, _ backup: String) throws -> UpdateChange? {
    let reach: DeviceReach = try .parse([])
    let adapter = try NamedAdapter.resolve(address, in: InventoryReader(host: host).read(InventoryRequest()))
    guard try RunningSession.open(adapter, as: address, reach: reach, host: host, { _ in true }) == true else {
      return nil
    }
    return UpdateChange(
      adapter, named: address, file: try NamedFile(backup, host: host), psid: nil, reach: reach,
      allowed: [.downgrade], wantsBackup: true, keepsPlan: false, host: host)
  }
}
