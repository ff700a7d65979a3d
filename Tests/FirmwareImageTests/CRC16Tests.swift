internal import FirmwareImage
internal import Testing

@Suite("CRC16")
struct CRC16Tests {
  @Test(
    "The vectors of ImageFormats.md#checksums",
    arguments: [
      ([], 0x0955), ([0, 0, 0, 0], 0x0009), ([0xff, 0xff, 0xff, 0xff], 0xc41a), ([0x12, 0x34, 0x56, 0x78], 0x025e),
      (Array("123456781234".utf8), 0x2d2f), (Array(0...0x3f), 0xa4a0),
    ] as [([UInt8], UInt16)])
  func vectors(_ bytes: [UInt8], _ crc: UInt16) {
    #expect(CRC16.of(bytes) == crc)
  }

  /// The images' own description, bit by bit: the message is shifted through the register, 16 zero bits flush it.
  static func bitByBit(_ bytes: [UInt8]) -> UInt16 {
    var register: UInt32 = 0xffff
    for byte in bytes + [0, 0] {
      for bit in (0..<8).reversed() {
        register = register << 1 | UInt32(byte >> UInt8(bit) & 1)
        if register & 0x10000 != 0 { register ^= 0x1_100b }
      }
    }
    return UInt16(register) ^ 0xffff
  }

  @Test("Any length, in any pieces, from any slice, is what the definition says", arguments: 0...40)
  func definition(_ length: Int) {
    let bytes = (0..<length + 3).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
    let message = Array(bytes.dropFirst(3))
    #expect(CRC16.of(message) == Self.bitByBit(message))
    #expect(CRC16.of(bytes.dropFirst(3)) == Self.bitByBit(message))
    for cut in 0...length {
      var crc = CRC16()
      crc.update(message[..<cut])
      crc.update(Array(message[cut...]))
      #expect(crc.value == Self.bitByBit(message))
    }
  }
}
