internal import AdapterChips
internal import HostAccess

/// What every use of a flash needs: its semaphores, the firmware's cache switched off, the boot address. ``end()`` gives
/// everything back, also when the beginning fails.
final class FlashGuard {
  private let space: any CRSpace
  private let traits: FirmwareTraits
  private var held: [HardwareSemaphore] = []
  private var switchedOff: [(address: UInt32, value: UInt32)] = []
  private var isEnded = false
  private let record: RegisterRecord?

  /// - Parameters:
  ///   - ignoringCache: go on although the firmware runs from the flash (mstflint's `-ocr`).
  ///   - record: where the values of the cache's registers are kept until they are set back.
  init(
    _ traits: FirmwareTraits, semaphores: [HardwareSemaphore], cacheEnables: [UInt32] = [], ignoringCache: Bool,
    record: RegisterRecord? = nil, _ space: any CRSpace, _ clock: any Clock
  ) throws(FlashError) {
    self.space = space
    self.traits = traits
    self.record = record
    do throws(FlashError) {
      if let cache = traits.cacheReplacement { try check(cache, ignoring: ignoringCache) }
      for semaphore in semaphores {
        try semaphore.take(in: space, clock)
        held.append(semaphore)
      }
      try switchOff(cacheEnables)
    } catch {
      end()
      throw error
    }
  }

  deinit { end() }

  /// Records the registers before it changes them. Those that a killed session has switched off are set back with them.
  private func switchOff(_ addresses: [UInt32]) throws(FlashError) {
    guard !addresses.isEmpty else { return }
    let left = record?.values() ?? []
    var present: [(address: UInt32, value: UInt32)] = []
    for address in addresses {
      let value = try space.read(address)
      present.append((address, value))
      if value & 1 == 1 {
        switchedOff.append((address, value))
      } else if let old = left.first(where: { $0.address == address }), old.value & ~1 == value {
        switchedOff.append(old)
      }
    }
    if !switchedOff.isEmpty { try? record?.store(switchedOff) }
    for (address, value) in present where value & 1 == 1 { try space.write(value & ~1, to: address) }
  }

  /// Restores and frees everything, last taken first. What fails here stays in the record.
  func end() {
    guard !isEnded else { return }
    isEnded = true
    var isRestored = true
    for register in switchedOff.reversed() {
      do { try space.write(register.value, to: register.address) } catch { isRestored = false }
    }
    if isRestored, !switchedOff.isEmpty { record?.remove() }
    for semaphore in held.reversed() { try? semaphore.free(in: space) }
  }

  func rest() { space.rest() }

  func setBootAddress(_ address: Int) throws(FlashError) {
    guard let register = traits.bootAddress else { return }
    try space.write(register.value(for: address), to: register.address)
  }

  /// Stops what reaches outside of the flash, and what the part would silently not change.
  func check(_ range: Range<Int>, size: Int, changing protected: [Range<Int>] = []) throws(FlashError) {
    guard range.lowerBound >= 0, range.upperBound <= size else {
      throw .access("the bytes \(range.lowerBound) to \(range.upperBound) are not on the flash: it has \(size)")
    }
    if let area = protected.first(where: { $0.overlaps(range) }) { throw .writeProtected(area) }
  }

  private func check(_ cache: CacheReplacement, ignoring: Bool) throws(FlashError) {
    if ignoring {
      // A write to the register that takes none makes the firmware finish what it does with the flash.
      try space.write(0, to: AdapterConnection.hardwareIDAddress)
      return
    }
    if try cache.isActive(in: space) {
      throw .secured(
        "the adapter's firmware runs from the flash (cache replacement is active): the flash is reached through the"
          + " firmware only")
    }
  }
}
