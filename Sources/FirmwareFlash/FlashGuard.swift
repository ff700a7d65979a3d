internal import AdapterChips
internal import HostAccess

/// What stands around every use of a flash: the semaphores, the firmware's cache switched off meanwhile, the boot address.
/// Whatever was taken is given back by ``end()``, also when the beginning fails half way.
final class FlashGuard {
  private let space: any CRSpace
  private let traits: FirmwareTraits
  private var held: [HardwareSemaphore] = []
  private var switchedOff: [(address: UInt32, value: UInt32)] = []
  private var isEnded = false

  /// - Parameter ignoringCache: go on although the firmware runs from the flash (mstflint's `-ocr`).
  init(
    _ traits: FirmwareTraits, semaphores: [HardwareSemaphore], cacheEnables: [UInt32] = [], ignoringCache: Bool,
    _ space: any CRSpace, _ clock: any Clock
  ) throws(FlashError) {
    self.space = space
    self.traits = traits
    do throws(FlashError) {
      if let cache = traits.cacheReplacement { try check(cache, ignoring: ignoringCache) }
      for semaphore in semaphores {
        try semaphore.take(in: space, clock)
        held.append(semaphore)
      }
      for address in cacheEnables {
        let value = try space.read(address)
        guard value & 1 == 1 else { continue }
        switchedOff.append((address, value))
        try space.write(value & ~1, to: address)
      }
    } catch {
      end()
      throw error
    }
  }

  deinit { end() }

  /// Restores and frees everything, last taken first. What fails here cannot be helped any more.
  func end() {
    guard !isEnded else { return }
    isEnded = true
    for register in switchedOff.reversed() { try? space.write(register.value, to: register.address) }
    for semaphore in held.reversed() { try? semaphore.free(in: space) }
  }

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
    let offset = try space.read(cache.offsetAddress)
    let command = try space.read(cache.commandAddress)
    if offset == .max && command == .max { throw .noAnswer }
    if SecureAnswer.isOne(offset) || SecureAnswer.isOne(command) { throw .secured(SecureAnswer.closedSpace) }
    if offset & cache.offsetMask != 0 || command & cache.commandMask != 0 {
      throw .secured(
        "the adapter's firmware runs from the flash (cache replacement is active): the flash is reached through the"
          + " firmware only")
    }
  }
}
