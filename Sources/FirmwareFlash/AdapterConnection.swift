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

  private let space: any CRSpace
  private let clock: any Clock

  static let hardwareIDAddress: UInt32 = 0xf0014

  /// Opens a PCI function. What has to be held for as long as the connection lasts (the semaphore of the vendor specific
  /// capability) is freed by ``close()``, or with the last object that uses it, the connection or its flash.
  /// - Parameters:
  ///   - pciDevice: the device id of the function, which says what to expect.
  ///   - preference: the only way to try; `nil` chooses.
  public static func open(
    pci: any PCIAccess, address: PCIAddress, pciDevice: UInt16, clock: any Clock, preference: AccessWay? = nil
  ) throws(FlashError) -> AdapterConnection {
    let entrance = try CRSpaceEntrance(pci: pci, address: address, pciDevice: pciDevice, clock: clock)
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
  /// - Parameter ignoringCache: also when the firmware runs from the flash meanwhile (mstflint's `-ocr`): that may hang
  ///   the adapter.
  public func flash(ignoringCache: Bool = false) throws(FlashError) -> any FlashDevice {
    guard let traits = chip.firmware else { throw .unknownChip(UInt32(hardwareID)) }
    guard let layout = SPIGatewayLayout.of(traits.gateway) else {
      let guardian = try FlashGuard(
        traits, semaphores: [SPIGatewayLayout.flashSemaphore], ignoringCache: ignoringCache, space, clock)
      return try ParallelFlash(guardian, space, clock)
    }
    if layout.steadiesLink { try steadyLink() }
    let guardian = try FlashGuard(
      traits, semaphores: layout.semaphores, cacheEnables: layout.cacheEnables, ignoringCache: ignoringCache, space,
      clock)
    return try SerialFlash(layout, guardian, space, clock)
  }

  /// The semaphores that a killed tool has left, freed unless ``onlyLooking``: to be freed only when no process works on
  /// the adapter.
  /// - Returns: the names of those that were taken. Behind a capability that is taken the others cannot be seen.
  public static func unlock(
    pci: any PCIAccess, address: PCIAddress, pciDevice: UInt16, clock: any Clock, preference: AccessWay? = nil,
    onlyLooking: Bool = false
  ) throws(FlashError) -> [String] {
    let entrance = try CRSpaceEntrance(pci: pci, address: address, pciDevice: pciDevice, clock: clock)
    var taken: [String] = []
    if try entrance.freeCapability(preference, onlyLooking: onlyLooking) {
      taken.append(VendorCapability.semaphoreName)
      if onlyLooking { return taken }
    }
    let connection = try AdapterConnection(try entrance.open(preference), entrance, clock)
    defer { connection.close() }
    guard let traits = connection.chip.firmware else { throw .unknownChip(UInt32(connection.hardwareID)) }
    let semaphores = SPIGatewayLayout.of(traits.gateway)?.semaphores ?? [SPIGatewayLayout.flashSemaphore]
    for semaphore in semaphores {
      let wasTaken =
        onlyLooking ? try semaphore.isTaken(in: connection.space) : try semaphore.release(in: connection.space)
      if wasTaken { taken.append(semaphore.name) }
    }
    return taken
  }

  /// What the burn engine needs to know of the adapter.
  /// - Parameter name: as the user called it.
  public func card(named name: String, at address: PCIAddress, pciDevice: UInt16?) -> Card {
    Card(
      name: name, identifier: address.description, hardwareID: UInt32(revision) << 16 | UInt32(hardwareID),
      pciDevice: isInRecovery ? nil : pciDevice,
      equivalentDevices: chip.pciDevices + (chip.hardwareID.map { [$0.id] } ?? []), format: chip.firmware?.format)
  }

  /// ConnectX without firmware takes an unstable link down and itself with it: it is told not to.
  private func steadyLink() throws(FlashError) {
    guard try space.read(LinkReset.withoutFirmware) > LinkReset.threshold else { return }
    let control = try space.read(LinkReset.control)
    try space.write(LinkReset.mode.setting(LinkReset.off, in: control), to: LinkReset.control)
  }
}
