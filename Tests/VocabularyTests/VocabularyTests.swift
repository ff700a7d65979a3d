import Testing
import Vocabulary

@Suite struct GUIDTests {
  @Test(arguments: [
    "0x0002c90300abcdef", "0X2C90300ABCDEF", "0002c90300abcdef", "0002:c903:00ab:cdef", "0002-C903-00AB-CDEF",
    "00:02:c9:03:00:ab:cd:ef", "00-02-C9-03-00-AB-CD-EF",
  ])
  func everySpelling(_ text: String) { #expect(GUID(text)?.rawValue == 0x0002_c903_00ab_cdef) }

  @Test(arguments: [
    "", "0x", "0x0002c90300abcdef0", "2c90300abcdef", "0002c90300abcdeg", "0002:c903:00ab", "0002:c903-00ab:cdef",
    "00:02:c9:03:00:ab:cd:e", "0002c90300abcdef ", "+002c90300abcdef", "::::", "٠٠٠٢c90300abcdef",
  ])
  func nothingElse(_ text: String) { #expect(GUID(text) == nil) }

  @Test func spelling() {
    let guid = GUID(0x0002_c903_00ab_cdef)
    #expect(guid.description == "0002c90300abcdef")
    #expect(guid.colonDescription == "0002:c903:00ab:cdef")
    #expect(guid.bytes == [0, 2, 0xc9, 3, 0, 0xab, 0xcd, 0xef])
    #expect(guid.oui == 0x0002c9)
    #expect(GUID(guid.colonDescription) == guid && GUID(guid.description) == guid)
  }
}

@Suite struct MACAddressTests {
  @Test(arguments: ["00:02:c9:ab:cd:ef", "00-02-C9-AB-CD-EF", "0002.c9ab.cdef", "0002c9abcdef", "0x2c9abcdef"])
  func everySpelling(_ text: String) { #expect(MACAddress(text)?.description == "00:02:c9:ab:cd:ef") }

  @Test(arguments: ["", "00:02:c9:ab:cd", "00:02:c9:ab:cd:ef:00", "zz:02:c9:ab:cd:ef"])
  func nothingElse(_ text: String) { #expect(MACAddress(text) == nil) }

  @Test func bits() {
    #expect(MACAddress("01:00:5e:00:00:01")?.isMulticast == true)
    #expect(MACAddress("00:02:c9:00:00:01")?.isMulticast == false)
    #expect(MACAddress(bytes: [1, 2, 3]) == nil)
  }
}

@Suite struct PCIAddressTests {
  @Test(arguments: [
    ("0000:3b:00.0", "0000:3b:00.0"), ("3b:00.1", "0000:3b:00.1"), ("10000:e1:1f.7", "10000:e1:1f.7"),
  ])
  func reads(_ text: String, _ expected: String) { #expect(PCIAddress(text)?.description == expected) }

  @Test(arguments: [
    "", "3b", "3b:00", "3b:20.0", "3b:00.8", "3:00.0", "0000:3b:00.0.0", "x:3b:00.0", "+000:3b:00.0", "3b:00.-1",
    "123456789:3b:00.0",
  ])
  func nothingElse(_ text: String) { #expect(PCIAddress(text) == nil) }
}

@Suite struct ExitStatusTests {
  /// The contract of `product.md`.
  @Test func numbersAreStable() {
    #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 130])
    #expect(ExitStatus.allCases.allSatisfy { $0.meaning.hasSuffix(".") })
  }
}
