internal import AdapterChips
internal import ArgumentParser
internal import Change
internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import PortStatus
internal import Vocabulary

/// Changes of firmware in the journal: how a burn is taken back, by a burn of its backup.
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

  func wayBack(_ record: ChangeRecord) -> ChangeWayBack {
    guard record.action != BurnPlan.Purpose.recover.rawValue else {
      return .impossible("a repair cannot be taken back")
    }
    guard let card = record.scope.card, let backup = record.attachments["backup"] else {
      return .impossible("no backup was made")
    }
    do {
      if let update = try update(card.address, backup) { return .change(update) }
      return .change(
        try DeviceSession.change(
          .burn, of: card.address, reach: try .parse([]), host: host, keepsOpen: false
        ) { session in try session.flashSession.plan(try CardBackup(backup, host).image(host).request) })
    } catch {
      return .impossible((error as? any Failure)?.message ?? "\(error)")
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
