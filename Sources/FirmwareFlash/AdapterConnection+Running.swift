internal import AdapterChips
internal import HostAccess

extension AdapterConnection {
  /// Firmware runs from the flash: its cache is active, and the flash must not be reached directly.
  package var firmwareRuns: Bool {
    get throws(FlashError) {
      guard !isInRecovery, let cache = chip.firmware?.cacheReplacement else { return false }
      return try cache.isActive(in: space)
    }
  }

  /// The way to give commands to the firmware; `nil` where no firmware answers: in flash recovery, before it has read its
  /// configuration, or on adapters without commands. Asking without firmware could hang the adapter.
  package func commandSpace() throws(FlashError) -> VendorCapability? {
    guard let capability = space as? VendorCapability, let interface = chip.firmware?.commandInterface,
      try firmwareRuns
    else { return nil }
    let notReady = try space.read(interface.staticConfigurationAddress) >> 31
    return notReady == 0 ? capability : nil
  }
}

extension VendorCapability {
  static let mailboxName = "semaphore of the firmware's command mailbox"

  /// Frees the semaphore of commands to the firmware when its holder does not move.
  /// - Parameter onlyLooking: tells whether it would be freed, and writes nothing.
  /// - Returns: whether a holder that does not move was found.
  func freeMailbox(_ clock: any Clock, onlyLooking: Bool) throws(FlashError) -> Bool {
    let holder = try read(0, in: .semaphore)
    guard holder != 0 else { return false }
    if holder == .max { throw .noAnswer }
    for _ in 0..<Self.stillnessChecks {
      clock.sleep(milliseconds: Self.stillnessInterval)
      guard try read(0, in: .semaphore) == holder else { return false }
    }
    if !onlyLooking { try write(0, to: 0, in: .semaphore) }
    return true
  }

  /// Firmware and drivers hold a semaphore for microseconds.
  static let stillnessChecks = 5
  static let stillnessInterval = 20
}

extension CacheReplacement {
  func isActive(in space: any CRSpace) throws(FlashError) -> Bool {
    let offset = try space.read(offsetAddress)
    let command = try space.read(commandAddress)
    if offset == .max && command == .max { throw .noAnswer }
    if SecureAnswer.isOne(offset) || SecureAnswer.isOne(command) { throw .secured(SecureAnswer.closedSpace) }
    return offset & offsetMask != 0 || command & commandMask != 0
  }
}
