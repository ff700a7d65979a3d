/// What the flash is like where an image shall be put.
public struct FlashGeometry: Sendable, Equatable {
  /// Bytes in all.
  public let size: Int
  /// What can be erased at once, smallest first; all positions are multiples of it.
  public let eraseSizes: [Int]
  /// Bytes that one program operation may touch; it wraps at their end.
  public let pageSize: Int

  public init(size: Int, eraseSizes: [Int], pageSize: Int) {
    self.size = size
    self.eraseSizes = eraseSizes
    self.pageSize = pageSize
  }

  /// The smallest area that can be erased.
  public var sectorSize: Int { eraseSizes[0] }
}

/// How bytes get onto a flash so that power may fail at any moment: steps in their order, each finished and read back
/// before the next begins. Formats write recipes; the burn engine cooks them and knows no format.
public struct BurnRecipe: Sendable, Equatable {
  public enum Step: Sendable, Equatable {
    /// The bytes from `address` on shall be these. Sectors that differ are erased (only where bits must be set) and
    /// programmed. No other byte of a touched sector may change: a recipe only makes areas that end at erasable borders,
    /// or whose neighbours it gives as well.
    case make(address: Int, bytes: [UInt8])
    /// Bits are cleared without an erase: the switch to the new image, or the end of the old one.
    case program(address: Int, bytes: [UInt8])

    /// Ends what begins at `address` with a magic pattern or a signature: its first dword becomes zero.
    public static func end(at address: Int) -> Step { .program(address: address, bytes: deadWord) }
    static let deadWord: [UInt8] = [0, 0, 0, 0]
  }

  /// Where the new image starts.
  public let placement: Placement
  public let steps: [Step]
  /// The position in `steps` of the step that makes the new image the one that boots.
  public let activation: Int

  public init(placement: Placement, steps: [Step], activation: Int) {
    self.placement = placement
    self.steps = steps
    self.activation = activation
  }
}
