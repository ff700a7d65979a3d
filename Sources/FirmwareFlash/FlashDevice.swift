public import FirmwareImage

/// The flash of an adapter, whatever gateway leads to it, by physical addresses. All that burns goes through this.
///
/// The object holds the adapter's flash semaphore from its creation until ``close()``.
public protocol FlashDevice: AnyObject {
  /// The part's name as makers print it, with its JEDEC id: "Winbond W25Qxx (ef4018)".
  var partName: String { get }
  var geometry: FlashGeometry { get }
  /// Areas that the part itself refuses to change now (block protection), as physical ranges.
  var protectedAreas: [Range<Int>] { get }
  func read(_ range: Range<Int>) throws(FlashError) -> [UInt8]
  /// Erases `size` bytes, one of the geometry's erase sizes, and waits for the end.
  func erase(at address: Int, size: Int) throws(FlashError)
  /// Clears the bits that are zero in `bytes`, at most one page, and waits for the end.
  func program(_ bytes: [UInt8], at address: Int) throws(FlashError)
  /// Tells the adapter where its next start reads its image, where the generation has such a register.
  func setBootAddress(_ address: Int) throws(FlashError)
  /// Lets drivers and other tools at the adapter's registers until the next call. The flash semaphore stays taken.
  func rest()
  /// Frees the semaphore. Later calls are a mistake of the program.
  func close()
}

extension FlashDevice {
  public func rest() {}
}
