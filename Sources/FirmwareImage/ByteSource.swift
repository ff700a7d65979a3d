/// Bytes that can be asked for piece by piece: a file in memory, or a flash, of which every byte costs.
///
/// All positions are physical: how an image lies on them (``Placement``) is not the source's business.
public protocol ByteSource {
  /// All bytes there are.
  var count: Int { get }
  /// - Precondition: `range` lies within `0..<count`. Readers check before they ask.
  /// - Throws: what the source has to say (a flash may fail); never for a range that is in bounds of a file.
  func read(_ range: Range<Int>) throws -> [UInt8]
}

extension ByteSource {
  /// Flash parts have a power of two of bytes; an image file has it only when it is made as large as a flash.
  var isOfFlashSize: Bool { count.nonzeroBitCount == 1 }
}

/// Bytes in memory.
public struct MemoryBytes: ByteSource, Sendable {
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var count: Int { bytes.count }
  public func read(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }
}
