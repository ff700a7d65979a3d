internal import AdapterChips
internal import BinaryLayout
package import FirmwareFlash
package import FirmwareImage
internal import HostAccess

/// The flash of a running card, as its firmware lets it be read (MFBA). It is written through an update only.
package final class RunningFlash: FlashDevice {
  package let partName: String
  package let geometry: FlashGeometry
  package let protectedAreas: [Range<Int>] = []
  private let card: RunningCard

  /// - Throws: what the firmware answers where it does not show its flash.
  package init(_ card: RunningCard) throws(FlashError) {
    self.card = card
    let found: (name: String, size: Int, sectorSize: Int)?
    do throws(CardRegisterError) { found = try card.flashPart() } catch { throw Self.translated(error) }
    guard let found, found.size > 0 else {
      throw .access("the card's firmware does not report its flash part")
    }
    partName = found.name
    geometry = FlashGeometry(size: found.size, eraseSizes: [max(found.sectorSize, 4096)], pageSize: 256)
  }

  package func read(_ range: Range<Int>) throws(FlashError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= geometry.size else {
      throw .access("bytes beyond the end of the flash were asked for")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count + 8)
    var position = range.lowerBound & ~3
    while position < range.upperBound {
      let count = min(MFBA.data.count, (range.upperBound - position + 3) / 4 * 4)
      do throws(CardRegisterError) { bytes += try card.flashBlock(at: position, count: count) } catch {
        throw Self.translated(error)
      }
      position += count
    }
    return Array(bytes[range.lowerBound % 4..<range.lowerBound % 4 + range.count])
  }

  package func erase(at address: Int, size: Int) throws(FlashError) { throw Self.closed }
  package func program(_ bytes: [UInt8], at address: Int) throws(FlashError) { throw Self.closed }
  package func setBootAddress(_ address: Int) throws(FlashError) { throw Self.closed }
  package func close() { card.close() }

  private static let closed = FlashError.secured(
    "the card's firmware runs from the flash: the flash is written through the firmware only")

  private static func translated(_ error: CardRegisterError) -> FlashError {
    switch error {
    case .access(let error): error
    case .mailboxTaken(_, let milliseconds):
      .semaphoreTaken("semaphore of the firmware's command mailbox", milliseconds: milliseconds)
    default: .access(error.message)
    }
  }
}

extension RunningCard {
  fileprivate func flashBlock(at address: Int, count: Int) throws(CardRegisterError) -> [UInt8] {
    let end = MFBA.data.byte + count
    let value = try mailbox.access(
      .mfba, .read, [(MFBA.size, UInt64(count)), (MFBA.address, UInt64(address))], asking: MFBA.data.byte,
      wanted: MFBA.data.byte..<end)
    return stride(from: MFBA.data.byte, to: end, by: 4).flatMap { value.bytes[$0..<$0 + 4].reversed() }
  }
}
