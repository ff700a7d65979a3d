public import FirmwareImage

/// An image that a burn has ended: all of it is there but the first dword of its magic pattern, which was zeroed so that
/// the adapter does not find it. Here it reads as it was.
public struct RetiredSlot: ByteSource {
  /// Where it starts.
  public let start: Int
  private let source: any ByteSource
  private let magic: [UInt8]

  public var count: Int { source.count }

  public func read(_ range: Range<Int>) throws -> [UInt8] {
    var bytes = try source.read(range)
    for position in range.clamped(to: start..<start + magic.count) {
      bytes[position - range.lowerBound] = magic[position - start]
    }
    return bytes
  }

  /// - Returns: `nil` unless a known magic pattern without its first dword stands at `start`.
  private init?(at start: Int, in source: any ByteSource) throws {
    guard start + MagicPattern.length <= source.count else { return nil }
    let bytes = try source.read(start..<start + MagicPattern.length)
    guard bytes.prefix(4).allSatisfy({ $0 == 0 }),
      let magic = MagicPattern.all.first(where: { $0.dropFirst(4).elementsEqual(bytes.dropFirst(4)) })
    else { return nil }
    self.start = start
    self.source = source
    self.magic = Array(magic.prefix(4))
  }

  /// The ended images of a flash, each with the source through which it can be read.
  static func all(in source: any ByteSource) throws -> [(placement: Placement, slot: RetiredSlot)] {
    var found: [(placement: Placement, slot: RetiredSlot)] = []
    for start in Firmware.startAddresses where start < source.count {
      guard let slot = try RetiredSlot(at: start, in: source),
        let placement = try Firmware.locate(in: slot, medium: .flash).first(where: { $0.start == start })
      else { continue }
      found.append((placement, slot))
    }
    return found
  }
}
