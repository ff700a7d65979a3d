internal import ArgumentParser
internal import CardRegisters
internal import Change
internal import FirmwareFlash
internal import HostAccess
internal import PortStatus
internal import Vocabulary

extension SettingsWriter {
  /// A change of the settings of the named card.
  static func change(_ wish: SettingsWish, of name: String, reach: DeviceReach, host: Host) throws -> SettingsWriter {
    let adapter = try NamedAdapter.resolve(name, in: InventoryReader(host: host).read(InventoryRequest()))
    return SettingsWriter(
      wish, of: adapter.address.card.description, lock: FlashChange.lock,
      open: { purpose, _ in try opened(adapter, as: name, purpose, reach: reach, host: host) })
  }

  /// For history and undo: the cards are those of the entries.
  static func history(_ host: Host) -> SettingsWriter {
    SettingsWriter(
      lock: FlashChange.lock,
      open: { purpose, address in
        let adapter = try NamedAdapter.resolve(address, in: InventoryReader(host: host).read(InventoryRequest()))
        return try opened(adapter, as: address, purpose, reach: try .parse([]), host: host)
      })
  }

  private static func opened(
    _ adapter: NamedAdapter, as name: String, _ purpose: ChangePurpose, reach: DeviceReach, host: Host
  ) throws -> (card: RunningCard, close: () -> Void) {
    // To write, the engine holds the card's lock.
    let lock = purpose == .look ? try DeviceSession.readerLock(of: adapter, host) : nil
    guard let session = try RunningSession.connect(adapter, as: name, reach: reach, host: host) else {
      throw NoRunningFirmware(name: name)
    }
    return (session.card, { withExtendedLifetime(lock) { session.close() } })
  }
}

/// The card's firmware does not run, or takes no commands.
struct NoRunningFirmware: Failure {
  let name: String
  let id = "config.no_firmware"
  let message = "the card's settings are kept by its firmware, and its firmware does not run or takes no commands"
  var subject: String? { name }
  let fix: [String] = []
  let exitStatus = ExitStatus.unsupported
}
