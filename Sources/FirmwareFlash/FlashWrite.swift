/// One piece of work that is read back as a whole: an area that is erased and programmed, or bits that are cleared
/// without an erase.
public struct FlashWrite: Sendable, Equatable {
  /// What is read back: one erase area, or just the bytes that are programmed.
  public let area: Range<Int>
  /// What `area` shall hold in the end.
  let wanted: ArraySlice<UInt8>
  /// Whether `area` is erased first; it is then one of the sizes that the flash erases at once.
  public let erases: Bool
  /// What is programmed, within pages, in order.
  public let programs: [Range<Int>]

  /// The wanted bytes of a part of `area`.
  func wanted(_ range: Range<Int>) -> ArraySlice<UInt8> {
    let start = wanted.startIndex + range.lowerBound - area.lowerBound
    return wanted[start..<start + range.count]
  }

  /// Bytes erased.
  public var bytesErased: Int { erases ? area.count : 0 }
  /// Bytes programmed.
  public var bytesProgrammed: Int { programs.reduce(0) { $0 + $1.count } }
}
