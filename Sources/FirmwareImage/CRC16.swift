/// The checksum of every section of a firmware image: generator x^16+x^12+x^3+x+1, most significant bit first.
///
/// The images' own rule (register at ffff, message shifted through it, 16 zero bits at the end) is the same as the
/// table form used here, with the register preset to f6aa. Source: ImageFormats.md#checksums.
public struct CRC16: Sendable, Equatable {
  private static let generator: UInt16 = 0x100b
  /// ffff after 16 steps with zero bits.
  private static let preset: UInt16 = 0xf6aa

  private var register = preset

  public init() {}

  /// The checksum of all bytes so far. It may be asked at any time, and more bytes may follow.
  public var value: UInt16 { register ^ 0xffff }

  public mutating func update(_ bytes: [UInt8]) { update(bytes[...]) }

  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    let tables = Self.tables
    var register = register
    var index = bytes.startIndex
    let end = bytes.endIndex
    while end - index >= 8 {
      let first = tables[7 << 8 | Int(bytes[index] ^ UInt8(register >> 8))]
      let second = tables[6 << 8 | Int(bytes[index + 1] ^ UInt8(register & 0xff))]
      let third = tables[5 << 8 | Int(bytes[index + 2])] ^ tables[4 << 8 | Int(bytes[index + 3])]
      let fourth = tables[3 << 8 | Int(bytes[index + 4])] ^ tables[2 << 8 | Int(bytes[index + 5])]
      let fifth = tables[1 << 8 | Int(bytes[index + 6])] ^ tables[Int(bytes[index + 7])]
      register = first ^ second ^ third ^ fourth ^ fifth
      index += 8
    }
    while index < end {
      register = register << 8 ^ tables[Int(bytes[index] ^ UInt8(register >> 8))]
      index += 1
    }
    self.register = register
  }

  /// The checksum of `bytes`.
  public static func of(_ bytes: [UInt8]) -> UInt16 { of(bytes[...]) }

  /// The checksum of `bytes`.
  public static func of(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    var crc = CRC16()
    crc.update(bytes)
    return crc.value
  }

  /// Eight tables of 256 behind each other: what a byte does to the register when 0 to 7 more bytes follow it. An
  /// array, for a large `InlineArray` is copied with each use.
  private static let tables: [UInt16] = {
    var tables = [UInt16](repeating: 0, count: 8 << 8)
    for byte in 0..<256 {
      var register = UInt16(byte) << 8
      for _ in 0..<8 { register = register & 0x8000 != 0 ? register << 1 ^ generator : register << 1 }
      tables[byte] = register
    }
    for index in 256..<tables.count {
      let shorter = tables[index - 256]
      tables[index] = shorter << 8 ^ tables[Int(shorter >> 8)]
    }
    return tables
  }()
}
