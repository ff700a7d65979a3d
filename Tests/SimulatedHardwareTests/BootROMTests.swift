import Testing

@testable import SimulatedHardware

@Suite struct BootROMTests {
  private static let magic2: [UInt8] = [
    0x4d, 0x54, 0x46, 0x57, 0x8c, 0xdf, 0xd0, 0, 0xde, 0xad, 0x92, 0x70, 0x41, 0x54, 0xbe, 0xef,
  ]
  private static let magic4: [UInt8] = [
    0x4d, 0x54, 0x46, 0x57, 0xab, 0xcd, 0xef, 0, 0xfa, 0xde, 0x12, 0x34, 0x56, 0x78, 0xde, 0xad,
  ]

  private func flash(_ parts: [Int: [UInt8]]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xff, count: 0x200000)
    for (start, part) in parts { bytes.replaceSubrange(start..<start + part.count, with: part) }
    return bytes
  }

  @Test func takesTheFirstMagic() {
    #expect(BootROM.imageStart(in: flash([0x10000: Self.magic2]), of: .connectx3) == 0x10000)
    #expect(BootROM.imageStart(in: flash([0x10000: Self.magic2, 0: Self.magic2]), of: .connectx3) == 0)
    #expect(BootROM.imageStart(in: flash([0x30000: Self.magic2]), of: .connectx3) == nil)
    #expect(BootROM.imageStart(in: flash([0x100000: Self.magic4]), of: .connectx5) == 0x100000)
    #expect(BootROM.imageStart(in: flash([0: Self.magic2]), of: .connectx5) == nil)
    #expect(BootROM.imageStart(in: [], of: .connectx5) == nil)
  }

  @Test func aMagicWithAZeroedDwordIsNone() {
    let zeroed = [0, 0, 0, 0] + Self.magic2[4...]
    #expect(BootROM.imageStart(in: flash([0: zeroed, 0x10000: Self.magic2]), of: .connectx4) == 0x10000)
  }

  @Test func takesTheSignedPointerSector() {
    let signature: [UInt8] = [0x5a, 0x44, 0x5a, 0x44]
    func pointer(_ start: UInt8, signed: Bool) -> [UInt8] { [0, start, 0, 0, 0, 0, 1, 0] + (signed ? signature : []) }
    let invariant: [Int: [UInt8]] = [0x14: [0, 0, 2, 0], 0x24: signature, 0x230: [0, 0, 0, 16]]
    func boots(_ primary: Bool, _ secondary: Bool) -> Int? {
      let sectors = [0x10000: pointer(3, signed: primary), 0x20000: pointer(4, signed: secondary)]
      return BootROM.imageStart(in: flash(invariant.merging(sectors) { $1 }), of: .infinihost3lx)
    }
    #expect(boots(true, true) == 0x30000)
    #expect(boots(false, true) == 0x40000)
    #expect(boots(false, false) == nil)
  }
}
