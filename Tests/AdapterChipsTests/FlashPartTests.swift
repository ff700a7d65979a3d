import AdapterChips
import Testing

@Suite struct FlashPartTests {
  @Test(arguments: [
    (0xef4018, "W25QxxBV", 0x100_0000), (0x202014, "M25Pxx", 0x10_0000), (0x20ba18, "N25Q0XX", 0x100_0000),
    (0x20ba20, "MT25QLxxx", 0x400_0000), (0xbf258e, "SST25VFxx", 0x10_0000), (0x1f4500, "AT25DFxxx", 0x10_0000),
    (0xc22019, "MX25Lxxx", 0x200_0000), (0xc2253a, "MX25Uxxx", 0x400_0000), (0xc22539, "MX25Uxxx", 0x200_0000),
    (0xc22538, "MX25Uxxx", 0x100_0000), (0xc22537, "MX25Uxxx", 0x80_0000), (0xc22536, "MX25Uxxx", 0x40_0000),
    (0xc22535, "MX25Uxxx", 0x20_0000),
  ])
  func jedecIDs(jedec: UInt32, name: String, size: Int) throws {
    let found = try #require(FlashPart.find(jedec: jedec))
    #expect(found.part.name == name)
    #expect(found.size == size)
  }

  @Test(arguments: [0, 0xffffff, 0xef4000, 0xef40ff, 0x123418, 0xbf2500, 0xc22519, 0xc22518, 0xc2253c] as [UInt32])
  func whatIsNoPart(jedec: UInt32) { #expect(FlashPart.find(jedec: jedec) == nil) }

  @Test func oldPartsHaveASignature() {
    #expect(FlashPart.find(signature: 0x13)?.size == 0x10_0000)
    #expect(FlashPart.find(signature: 0xff) == nil)
    #expect(FlashPart.find(signature: 0) == nil)
  }

  @Test(
    arguments: [
      (0x00, nil), (0x04, 0xfc_0000..<0x100_0000), (0x08, 0xf8_0000..<0x100_0000), (0x24, 0..<0x4_0000),
      (0x64, 0..<0x1000), (0x1c, 0..<0x100_0000),
    ] as [(UInt8, Range<Int>?)])
  func blockProtection(status: UInt8, area: Range<Int>?) throws {
    let part = try #require(FlashPart.find(jedec: 0xef4018))
    #expect(part.part.protection?.area(status: status, bottomRegister: status, size: part.size) == area)
  }
}
