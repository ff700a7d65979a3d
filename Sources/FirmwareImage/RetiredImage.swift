internal import AdapterChips

/// An image that a burn has ended: all of it is there but the first dword of its magic pattern, which was zeroed so that
/// the adapter does not find it. Through this source it reads as it was.
public struct RetiredImage: ByteSource {
  public let placement: Placement
  private let source: any ByteSource
  private let magic: ArraySlice<UInt8>

  private static let patterns = [FS2Layout.magic, FS4Layout.magic]
  private static let ended = 4

  public var count: Int { source.count }

  public func read(_ range: Range<Int>) throws -> [UInt8] {
    var bytes = try source.read(range)
    let start = placement.start
    for position in range.clamped(to: start..<start + magic.count) {
      bytes[position - range.lowerBound] = magic[position - start]
    }
    return bytes
  }

  /// The ended images of a flash, in the order of their places.
  public static func all(in source: any ByteSource) throws -> [RetiredImage] {
    try Firmware.startAddresses.compactMap { start in
      guard let magic = try endedMagic(at: start, in: source) else { return nil }
      // What format it is, is told by what follows the magic.
      let asItWas = RetiredImage(placement: Placement(format: .fs2, start: start), source: source, magic: magic)
      guard let placement = try Firmware.locate(in: asItWas, medium: .flash).first(where: { $0.start == start }) else {
        return nil
      }
      return RetiredImage(placement: placement, source: source, magic: magic)
    }
  }

  private static func endedMagic(at start: Int, in source: any ByteSource) throws -> ArraySlice<UInt8>? {
    let length = FS2Layout.magic.count
    guard start <= source.count - length else { return nil }
    let bytes = try source.read(start..<start + length)
    guard bytes.prefix(ended).allSatisfy({ $0 == 0 }) else { return nil }
    return patterns.first { $0.dropFirst(ended).elementsEqual(bytes.dropFirst(ended)) }?.prefix(ended)
  }
}
