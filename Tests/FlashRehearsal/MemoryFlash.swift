public import FirmwareFlash
public import FirmwareImage

/// A NOR flash in memory with the semantics of the real thing: programming only clears bits, erasing sets whole areas,
/// power fails in the middle of an operation, and parts lie.
public final class MemoryFlash: FlashDevice {
  /// When power fails: at the operation with this number, counted from 1.
  public struct PowerCut: Sendable, Equatable {
    public let operation: Int
    /// The operation is carried out in part; else not at all.
    public let isTorn: Bool

    public init(operation: Int, isTorn: Bool) {
      self.operation = operation
      self.isTorn = isTorn
    }
  }

  /// How often, of a thousand operations, what goes wrong.
  public struct Faults: Sendable {
    /// Reports a failure and does nothing.
    public var failing = 0
    /// Reports success and does nothing.
    public var lying = 0
    /// Reports success and does a part.
    public var partial = 0
    /// Does all, and one bit in the area turns over.
    public var flipping = 0

    public init(failing: Int = 0, lying: Int = 0, partial: Int = 0, flipping: Int = 0) {
      self.failing = failing
      self.lying = lying
      self.partial = partial
      self.flipping = flipping
    }
  }

  public let partName = "Memory"
  public let geometry: FlashGeometry
  public var protectedAreas: [Range<Int>] = []
  public private(set) var bytes: [UInt8]
  public private(set) var operations = 0
  public private(set) var erases = 0
  public private(set) var programs = 0
  public private(set) var bytesRead = 0
  public private(set) var bootAddress: Int?
  /// What no driver of a real flash may do.
  public private(set) var violations: [String] = []
  /// Bytes that belong to the card: every change of them is a violation.
  public var sacred: [Range<Int>] = []
  public var cut: PowerCut?
  public var faults = Faults()
  /// Called before every operation, with its number.
  public var before: (Int) -> Void = { _ in }
  private var chance: SeededChance
  private var isDead = false
  private var isClosed = false

  public init(_ bytes: [UInt8], eraseSizes: [Int] = [4096, 65536], pageSize: Int = 256, seed: UInt64 = 1) {
    self.bytes = bytes
    geometry = FlashGeometry(size: bytes.count, eraseSizes: eraseSizes, pageSize: pageSize)
    chance = SeededChance(seed: seed)
  }

  /// A flash of `size` bytes as it comes from its maker.
  public static func blank(_ size: Int, eraseSizes: [Int] = [4096, 65536]) -> MemoryFlash {
    MemoryFlash([UInt8](repeating: 0xff, count: size), eraseSizes: eraseSizes)
  }

  /// Power comes back: counters and faults begin anew, the bytes are what they are.
  public func restart(seed: UInt64 = 1) {
    cut = nil
    faults = Faults()
    before = { _ in }
    chance = SeededChance(seed: seed)
    (operations, erases, programs, bytesRead) = (0, 0, 0, 0)
    (isDead, isClosed) = (false, false)
  }

  public func close() { isClosed = true }

  public func read(_ range: Range<Int>) throws(FlashError) -> [UInt8] {
    guard !isDead else { throw .noAnswer }
    check(range, "read")
    bytesRead += range.count
    return Array(bytes[range.clamped(to: 0..<bytes.count)])
  }

  public func erase(at address: Int, size: Int) throws(FlashError) {
    let area = address..<address + size
    check(area, "erase")
    if !geometry.eraseSizes.contains(size) || address % size != 0 { violations.append("erase of \(area)") }
    try operate(on: area) { _ in 0xff }
    erases += 1
  }

  public func program(_ new: [UInt8], at address: Int) throws(FlashError) {
    let area = address..<address + new.count
    check(area, "program")
    if new.isEmpty || address / geometry.pageSize != (area.upperBound - 1) / geometry.pageSize {
      violations.append("program of \(area), which is not within a page")
    }
    try operate(on: area) { [bytes] in bytes[$0] & new[$0 - address] }
    programs += 1
  }

  public func setBootAddress(_ address: Int) throws(FlashError) {
    guard !isDead else { throw .noAnswer }
    bootAddress = address
  }

  private func check(_ range: Range<Int>, _ verb: String) {
    if isClosed { violations.append("\(verb) after close") }
    if range.lowerBound < 0 || range.upperBound > bytes.count { violations.append("\(verb) beyond the end: \(range)") }
  }

  private func operate(on area: Range<Int>, _ result: (Int) -> UInt8) throws(FlashError) {
    guard !isDead else { throw .noAnswer }
    if let protected = protectedAreas.first(where: { $0.overlaps(area) }) { throw .writeProtected(protected) }
    operations += 1
    before(operations)
    for range in sacred where range.clamped(to: area).contains(where: { result($0) != bytes[$0] }) {
      violations.append("operation \(operations) changes \(range), which belongs to the card")
    }
    if let cut, cut.operation <= operations {
      isDead = true
      if cut.isTorn { tear(area, result) }
      throw .noAnswer
    }
    if chance.strikes(faults.failing) { throw .timeout("fault of the rehearsal") }
    if chance.strikes(faults.lying) { return }
    if chance.strikes(faults.partial) { return tear(area, result) }
    for position in area { bytes[position] = result(position) }
    if chance.strikes(faults.flipping) {
      bytes[area.lowerBound + chance.below(area.count)] ^= 1 << UInt8(chance.below(8))
    }
  }

  /// What an operation leaves that lost its power: some bytes done, some not begun, some between.
  private func tear(_ area: Range<Int>, _ result: (Int) -> UInt8) {
    let style = chance.below(3)
    let done = area.lowerBound + chance.below(area.count + 1)
    for position in area {
      let (old, new) = (bytes[position], result(position))
      switch style {
      case 0 where position >= done, 1 where position < done: continue
      case 2:
        // Each bit on its way may or may not have arrived.
        let arrived = UInt8(chance.below(256))
        bytes[position] = old & ~arrived | new & arrived
      default: bytes[position] = new
      }
    }
  }
}

/// A generator of numbers that gives the same for the same seed (SplitMix64).
public struct SeededChance: Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }

  public mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// Whether what happens `perMille` times in a thousand happens now.
  mutating func strikes(_ perMille: Int) -> Bool { perMille > 0 && below(1000) < perMille }
}
