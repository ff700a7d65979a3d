/// A family of serial flash parts: what the engine must know beyond what every SPI NOR part does alike.
/// Source: DeviceAccess.md#serial-nor-flash and the makers' data sheets.
public struct FlashPart: Sendable, Equatable {
  /// The name that mstflint prints for the family.
  public let name: String
  /// The first two bytes of the JEDEC id.
  public let vendor: UInt8
  public let type: UInt8
  /// Log2 of the sizes in bytes that the family has.
  public let sizes: ClosedRange<Int>
  /// The part erases 4 KiB at a time too; 64 KiB all of them do.
  public let erasesSubsectors: Bool
  /// Bytes that one program command may carry; 1 for the parts that know no page program.
  public let pageSize: Int
  /// `nil`: no block protection that could be read and told.
  public let protection: BlockProtection?

  init(
    _ name: String, _ vendor: UInt8, _ type: UInt8, sizes: ClosedRange<Int> = FlashPart.small,
    erasesSubsectors: Bool = true, pageSize: Int = 256, protection: BlockProtection? = nil
  ) {
    self.name = name
    self.vendor = vendor
    self.type = type
    self.sizes = sizes
    self.erasesSubsectors = erasesSubsectors
    self.pageSize = pageSize
    self.protection = protection
  }

  /// 512 KiB to 16 MiB: what three address bytes reach.
  static let small = 19...24

  /// What a JEDEC id (three bytes as a number, `0xef4018`) means: the family and the size in bytes.
  public static func find(jedec: UInt32) -> (part: FlashPart, size: Int)? {
    let (vendor, type) = (UInt8(truncatingIfNeeded: jedec >> 16), UInt8(truncatingIfNeeded: jedec >> 8))
    guard let log = sizeLog2(vendor: vendor, type: type, capacity: UInt8(truncatingIfNeeded: jedec)) else { return nil }
    // Atmel keeps its family in three bits and the size in the other five.
    let family = vendor == atmel ? type >> 5 : type
    return all.first { $0.vendor == vendor && $0.type == family && $0.sizes.contains(log) }.map { ($0, 1 << log) }
  }

  /// What the electronic signature of a part that has no JEDEC id (old M25P) means.
  public static func find(signature: UInt8) -> (part: FlashPart, size: Int)? {
    guard (0x10...0x16).contains(signature), let part = all.first(where: { $0.vendor == 0x20 && $0.type == 0x20 })
    else { return nil }
    return (part, 1 << (Int(signature) + 1))
  }

  private static let atmel: UInt8 = 0x1f
  private static let sst: UInt8 = 0xbf
  private static let macronix: UInt8 = 0xc2
  private static let macronixLowVoltage: UInt8 = 0x25

  private static func sizeLog2(vendor: UInt8, type: UInt8, capacity: UInt8) -> Int? {
    switch (vendor, capacity) {
    case (atmel, _): (4...7).contains(type & 0x1f) ? Int(type & 0x1f) + 15 : nil
    case (sst, 0x41): 21
    case (sst, 0x4a): 22
    case (sst, 0x8d): 19
    case (sst, 0x8e): 20
    case (sst, _): nil
    // Macronix' 1.8 V parts (MX25U, MX66U) have the size code of the other parts plus 0x20, and no other. Source: their
    // data sheets, table "ID Definitions": MX25U12835F c2 25 38, MX25U25645G c2 25 39, MX25U51245G c2 25 3a.
    case (macronix, _) where type == macronixLowVoltage: (0x31...0x3b).contains(capacity) ? Int(capacity) - 0x20 : nil
    // From 512 Mbit on makers count on in decimal digits.
    case (_, 0x20): 26
    default: Int(capacity)
    }
  }
}

/// How a part says which of its sectors it refuses to change: the block protect bits of its status register.
public struct BlockProtection: Sendable, Equatable {
  /// The bits, lowest first.
  public let bits: [Int]
  /// The opcode of the register, and the bit in it, that says "from the bottom" (else from the top).
  public let bottomOpcode: UInt8
  public let bottomBit: Int
  /// The bit of the status register that makes the unit 4 KiB instead of a sector or more, where there is one.
  public let subsectorBit: Int?
  /// The first step is a 64th of the part, where that is more than a sector of 64 KiB.
  public let isProportional: Bool

  init(
    bits: [Int] = [2, 3, 4], bottom: (opcode: UInt8, bit: Int) = (0x05, 5), subsectorBit: Int? = nil,
    isProportional: Bool = false
  ) {
    self.bits = bits
    bottomOpcode = bottom.opcode
    bottomBit = bottom.bit
    self.subsectorBit = subsectorBit
    self.isProportional = isProportional
  }

  /// Whether anything is protected, by the status register alone.
  public func isActive(status: UInt8) -> Bool { step(status) > 0 }

  /// What is protected of `size` bytes, from the status register and the register that holds the bottom bit.
  public func area(status: UInt8, bottomRegister: UInt8, size: Int) -> Range<Int>? {
    let step = step(status)
    guard step > 0 else { return nil }
    let length =
      if let subsectorBit, status >> UInt8(subsectorBit) & 1 == 1 {
        0x1000 << (min(step, 4) - 1)
      } else {
        min(size, (isProportional ? max(0x10000, size / 64) : 0x10000) << (step - 1))
      }
    return bottomRegister >> UInt8(bottomBit) & 1 == 1 ? 0..<length : size - length..<size
  }

  private func step(_ status: UInt8) -> Int {
    bits.enumerated().reduce(0) { $0 | Int(status >> UInt8($1.element) & 1) << $1.offset }
  }
}

extension FlashPart {
  /// Every family that rdmactl knows; of two that share an id the sizes tell which.
  public static let all: [FlashPart] = [
    FlashPart("M25PXxx", 0x20, 0x71),
    FlashPart("M25Pxx", 0x20, 0x20, sizes: 17...24, erasesSubsectors: false),
    FlashPart("N25Q0XX", 0x20, 0xba, protection: .micron),
    FlashPart("MT25QLxxx", 0x20, 0xba, sizes: 25...26, protection: .micron),
    FlashPart("MT25QUxxx", 0x20, 0xbb, sizes: 26...26, protection: .micron),
    FlashPart("SST25VFxx", 0xbf, 0x25, erasesSubsectors: false, pageSize: 1),
    FlashPart("W25QxxBV", 0xef, 0x40, protection: .narrow),
    FlashPart("W25Qxxx", 0xef, 0x40, sizes: 25...26, protection: .wide),
    FlashPart("W25Qxxx", 0xef, 0x60, sizes: 22...22, protection: .narrow),
    FlashPart("W25Qxxx", 0xef, 0x60, sizes: 26...26, protection: .wide),
    FlashPart("W25Qxxx", 0xef, 0x80, sizes: 22...22, protection: .narrow),
    FlashPart("W25Qxxx", 0xef, 0x80, sizes: 26...26, protection: .wide),
    FlashPart("W25Xxx", 0xef, 0x30),
    FlashPart("W25Qxxx", 0xef, 0x70, sizes: 24...24, protection: .narrow),
    FlashPart("W25Qxxx", 0xef, 0x70, sizes: 25...25, protection: .wide),
    FlashPart("AT25DFxxx", 0x1f, 0x02),
    FlashPart("S25FLXXXP", 0x01, 0x02, erasesSubsectors: false),
    FlashPart("S25FL11xx", 0x01, 0x40, protection: .narrow),
    FlashPart("S25FLxxx", 0x01, 0x60, sizes: 24...24, protection: .narrow),
    FlashPart("MX25L16xxx", 0xc2, 0x20, protection: .macronix),
    FlashPart("MX25Lxxx", 0xc2, 0x20, sizes: 25...25, protection: .macronix),
    FlashPart("MX25Uxxx", 0xc2, 0x25, sizes: 19...26, protection: .macronix),
    FlashPart("IS25LPxxx", 0x9d, 0x60, sizes: 19...25, protection: .issi),
    FlashPart("IS25WPxxx", 0x9d, 0x70, sizes: 22...26, protection: .issi),
    FlashPart("GD25LBxxx", 0xc8, 0x40, sizes: 24...25, protection: .narrow),
    FlashPart("GD25LBxxxMF", 0xc8, 0x60, sizes: 26...26, protection: .wide),
  ]
}

extension BlockProtection {
  /// Three bits in steps of a 64th, with sectors of 4 KiB as the finer unit.
  static let narrow = BlockProtection(subsectorBit: 6, isProportional: true)
  /// The fourth bit stands above the bottom bit.
  static let micron = BlockProtection(bits: [2, 3, 4, 6])
  /// Four bits, and the bottom bit above them.
  static let wide = BlockProtection(bits: [2, 3, 4, 5], bottom: (0x05, 6))
  /// The bottom bit is in the configuration register.
  static let macronix = BlockProtection(bits: [2, 3, 4, 5], bottom: (0x15, 3))
  /// The bottom bit is in the function register.
  static let issi = BlockProtection(bits: [2, 3, 4, 5], bottom: (0x48, 1))
}
