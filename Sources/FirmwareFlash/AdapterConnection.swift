public import AdapterChips
public import HostAccess
public import Vocabulary

/// An adapter whose registers are open: what it is, and how it is reached.
public final class AdapterConnection {
  public let chip: AdapterChip
  /// Firmware is missing or broken: it answers with its recovery id.
  public let isInRecovery: Bool
  public let way: AccessWay
  /// Why this way, as half a sentence.
  public let reason: String
  /// As register 0xf0014 has them.
  public let hardwareID: UInt16
  public let revision: UInt8

  let space: any CRSpace
  private let clock: any Clock

  static let hardwareIDAddress: UInt32 = 0xf0014

  /// Opens a PCI function. What has to be held for as long as the connection lasts (the semaphore of the vendor specific
  /// capability) is freed by ``close()``, or with the last object that uses it, the connection or its flash.
  /// - Parameters:
  ///   - pciDevice: the device id of the function, which says what to expect.
  ///   - preference: the only way to try; `nil` chooses.
  ///   - locks: `nil` when no other tool reaches the adapter.
  public static func open(
    pci: any PCIAccess, address: PCIAddress, pciDevice: UInt16, clock: any Clock, preference: AccessWay? = nil,
    locks: ToolLocks? = nil
  ) throws(FlashError) -> AdapterConnection {
    let entrance = try CRSpaceEntrance(pci: pci, address: address, pciDevice: pciDevice, clock: clock, locks: locks)
    return try AdapterConnection(try entrance.open(preference), entrance, clock)
  }

  private init(_ opened: CRSpaceEntrance.Opened, _ entrance: CRSpaceEntrance, _ clock: any Clock) throws(FlashError) {
    space = opened.space
    way = opened.way
    reason = opened.reason
    self.clock = clock
    let value: UInt32
    do throws(FlashError) {
      value = try Self.readHardwareID(opened.space)
    } catch {
      opened.space.close()
      throw error
    }
    hardwareID = UInt16(truncatingIfNeeded: value)
    revision = UInt8(truncatingIfNeeded: value >> 16)
    isInRecovery = entrance.known?.role == .flashRecovery
    // Some chips share a hardware id; the PCI id tells those apart, when the adapter shows its own.
    let named = entrance.known?.chip
    if let named, entrance.known?.role == .adapter, named.hardwareID?.matches(hardwareID, revision: revision) == true {
      chip = named
    } else if let found = AdapterChip.find(hardwareID: hardwareID, revision: revision) {
      chip = found
    } else {
      opened.space.close()
      throw .unknownChip(value)
    }
  }

  private static func readHardwareID(_ space: any CRSpace) throws(FlashError) -> UInt32 {
    let value = try space.read(hardwareIDAddress)
    if value == .max { throw .noAnswer }
    if value == SecureAnswer.secureHost { throw .secured(SecureAnswer.secureHostMode) }
    if SecureAnswer.isOne(value) { throw .secured(SecureAnswer.closedSpace) }
    return value
  }

  /// Frees what the way holds; the last object that uses it does so too. Later calls are a mistake of the program.
  public func close() { space.close() }

  /// The adapter's flash, its semaphore taken.
  /// - Parameters:
  ///   - ignoringCache: also when the firmware runs from the flash meanwhile (mstflint's `-ocr`): that may hang the
  ///     adapter.
  ///   - record: where registers that are changed meanwhile are kept.
  public func flash(ignoringCache: Bool = false, record: RegisterRecord? = nil) throws(FlashError) -> any FlashDevice {
    guard let traits = chip.firmware else { throw .unknownChip(UInt32(hardwareID)) }
    guard let layout = SPIGatewayLayout.of(traits.gateway) else {
      let guardian = try FlashGuard(
        traits, semaphores: [SPIGatewayLayout.flashSemaphore], ignoringCache: ignoringCache, space, clock)
      return try ParallelFlash(guardian, space, clock)
    }
    if layout.steadiesLink { try steadyLink() }
    let guardian = try FlashGuard(
      traits, semaphores: layout.semaphores, cacheEnables: layout.cacheEnables, ignoringCache: ignoringCache,
      record: record, space, clock)
    return try SerialFlash(layout, guardian, space, clock)
  }

  /// What a killed tool has left: taken semaphores, a chip select that is held low, the firmware's cache switched off. All
  /// of it is restored unless ``onlyLooking``; that is safe only while no process works on the adapter.
  /// - Returns: what was found, in words. Behind a capability that is taken the rest cannot be seen.
  public static func unlock(
    pci: any PCIAccess, address: PCIAddress, pciDevice: UInt16, clock: any Clock, preference: AccessWay? = nil,
    record: RegisterRecord? = nil, locks: ToolLocks? = nil, onlyLooking: Bool = false
  ) throws(FlashError) -> [String] {
    let entrance = try CRSpaceEntrance(pci: pci, address: address, pciDevice: pciDevice, clock: clock, locks: locks)
    var found: [String] = []
    if try entrance.freeCapability(preference, onlyLooking: onlyLooking) {
      found.append(VendorCapability.semaphoreName)
      if onlyLooking { return found }
    }
    let connection = try AdapterConnection(try entrance.open(preference), entrance, clock)
    defer { connection.close() }
    return try found + connection.restore(record, onlyLooking: onlyLooking)
  }

  private func restore(_ record: RegisterRecord?, onlyLooking: Bool) throws(FlashError) -> [String] {
    guard let traits = chip.firmware else { throw .unknownChip(UInt32(hardwareID)) }
    let layout = SPIGatewayLayout.of(traits.gateway)
    var found: [String] = []
    var free: [HardwareSemaphore] = []
    if let capability = try commandSpace(), try capability.freeMailbox(clock, onlyLooking: onlyLooking) {
      found.append(VendorCapability.mailboxName)
    }
    let runs = try firmwareRuns
    // To look at a semaphore takes a free one. The chip can be used only while they are taken, by whomever.
    let semaphores = layout?.semaphores ?? [SPIGatewayLayout.flashSemaphore]
    for semaphore in semaphores {
      if try semaphore.tryToTake(in: space) { free.append(semaphore) } else { found.append(semaphore.name) }
    }
    // The gateway of a running card is its firmware's.
    if !runs, let gateway = layout.map({ SPIGateway($0, space, clock) }), try gateway.findHeldChip() {
      found.append("chip select of the flash")
      if !onlyLooking { try gateway.raiseChip() }
    }
    for (address, value) in record?.values() ?? [] where try space.read(address) == value & ~1 && value & 1 == 1 {
      found.append("cache of the firmware, switched off (0x\(address.hexadecimal()))")
      if !onlyLooking { try space.write(value, to: address) }
    }
    if !onlyLooking { record?.remove() }
    for semaphore in onlyLooking ? free : semaphores { try semaphore.free(in: space) }
    return found
  }

  /// What the burn engine needs to know of the adapter.
  /// - Parameter name: as the user called it.
  public func card(named name: String, at address: PCIAddress, pciDevice: UInt16?) -> Card {
    Card(
      name: name, identifier: address.card.description, hardwareID: UInt32(revision) << 16 | UInt32(hardwareID),
      pciDevice: isInRecovery ? nil : pciDevice,
      equivalentDevices: chip.pciDevices + (chip.hardwareID.map { [$0.id] } ?? []), format: chip.firmware?.format)
  }

  /// Without firmware, ConnectX to ConnectX-3 reset themselves when their link drops; this disables that.
  private func steadyLink() throws(FlashError) {
    guard try space.read(LinkReset.withoutFirmware) > LinkReset.threshold else { return }
    let control = try space.read(LinkReset.control)
    try space.write(LinkReset.mode.setting(LinkReset.off, in: control), to: LinkReset.control)
  }
}
