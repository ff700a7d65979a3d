import HostAccess
import TestSupport
import Testing

@testable import PortModule

/// The memory of modules, as somebody printed it in public with what ethtool made of it, and as the specifications lay it out.
@Suite struct ModuleTests {
  /// An active cable with its measurements: netdev mailing list, 12 November 2022, "amd-xgbe: fix active cable"
  /// (`ethtool -m` and `ethtool -m hex on` of the same cable).
  private static let activeCable = """
    03 04 21 00 00 00 00 00 08 00 00 06 67 00 00 00 00 00 05 00 4d 69 6b 72 6f 54 69 6b 20 20 20 20
    20 20 20 20 00 00 00 00 53 2b 41 4f 30 30 30 35 20 20 20 20 20 20 20 20 31 2e 30 20 0c 00 00 5a
    00 12 00 00 53 54 53 54 30 35 30 42 31 39 30 30 30 30 31 20 32 31 30 35 31 35 20 20 00 00 05 25
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    """
  private static let activeCableDiagnostics = """
    55 00 f6 00 50 00 fb 00 8c a0 6d 60 88 b8 71 48 1d 4c 00 fa 17 70 01 f4 31 2d 04 ea 27 10 06 30
    31 2d 01 3c 27 10 01 8e 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    00 00 00 00 3f 80 00 00 00 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 00 00 00 44
    20 e6 7f 00 0c b0 1e 54 0d e4 00 00 00 00 30 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    """

  private static func bytes(_ text: String) -> [UInt8] {
    text.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
  }

  /// A page with texts and bytes at addresses of the specification.
  private static func page(_ texts: [(Int, String)], _ values: [Int: UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 256)
    for (address, text) in texts { for (index, byte) in text.utf8.enumerated() { bytes[address + index] = byte } }
    for (address, value) in values { bytes[address] = value }
    return bytes
  }

  @Test func anActiveCableOfAPublicRecordReadsAsEthtoolReadsIt() throws {
    var memory = ModuleMemory()
    memory.set(Self.bytes(Self.activeCable), of: .lower)
    memory.set(Self.bytes(Self.activeCableDiagnostics), of: .diagnostics)
    let facts = try #require(ModuleFacts(memory))
    #expect(facts.kind == "SFP" && facts.technology == "active cable" && facts.connector == "copper pigtail")
    #expect(facts.vendor == "MikroTik" && facts.oui == "00:00:00" && facts.partNumber == "S+AO0005")
    #expect(facts.revision == "1.0" && facts.serialNumber == "STST050B1900001" && facts.date == "2021-05-15")
    #expect(facts.length == 5 && facts.voltage == 3.2512 && facts.temperature.map { ($0 * 100).rounded() } == 3290)
    #expect(facts.lanes == [ModuleFacts.Lane(receivePower: 0.3556, transmitPower: 0.7764, bias: 6.496)])
    #expect(facts.alarms == [])
  }

  /// SFF-8636: the label is on the upper page, lanes and flags on the lower one.
  @Test func aQSFPWithALostSignalNamesTheLane() throws {
    let page = Self.page(
      [(148, "Vendor          "), (168, "PN-1"), (184, "A5"), (196, "SN7"), (212, "200131")],
      [
        0: 0x11, 3: 0b0100, 6: 0x80, 22: 0x28, 23: 0x80, 26: 0x80, 27: 0xe8, 34: 0x27, 35: 0x10, 42: 0x0e, 43: 0xa6,
        50: 0x27, 51: 0x10, 130: 0x23, 143: 50, 147: 0xb0,
      ])
    var memory = ModuleMemory()
    memory.set(Array(page[..<128]), of: .lower)
    memory.set(Array(page[128...]), of: .upper(0))
    let facts = try #require(ModuleFacts(memory))
    #expect(facts.kind == "QSFP28" && facts.vendor == "Vendor" && facts.partNumber == "PN-1" && facts.revision == "A5")
    #expect(
      facts.serialNumber == "SN7" && facts.date == "2020-01-31" && facts.technology == "copper, passive equalized")
    #expect(facts.length == 100 && facts.temperature == 40.5 && facts.voltage == 3.3)
    #expect(facts.lanes.count == 4 && facts.lanes[0].receivePower == 1 && facts.lanes[0].bias == 7.5)
    #expect(facts.alarms == ["lane 3: no signal received", "temperature too high"])
  }

  /// CMIS: lanes and their flags are on page 11h, which a cable without electronics does not have.
  @Test func aCableOfOSFPHasNoLanesAndItsLengthInTenths() throws {
    let page = Self.page([(129, "Maker"), (148, "PN-2")], [0: 0x19, 2: 0x80, 202: 0x0f, 203: 0x23, 212: 0x0a])
    var memory = ModuleMemory()
    memory.set(Array(page[..<128]), of: .lower)
    memory.set(Array(page[128...]), of: .upper(0))
    let facts = try #require(ModuleFacts(memory))
    #expect(facts.kind == "OSFP" && facts.vendor == "Maker" && facts.technology == "copper, unequalized")
    #expect(facts.length.map { ($0 * 10).rounded() } == 15 && facts.lanes == [] && facts.temperature == nil)
  }

  @Test func memoryThatWasCutGivesWhatIsThere() {
    let all = Self.bytes(Self.activeCable)
    for count in 0...all.count {
      var memory = ModuleMemory()
      memory.set(Array(all[..<count]), of: .lower)
      #expect((ModuleFacts(memory) == nil) == (count == 0))
    }
  }

  @Test func theKernelIsAskedForTheReasonTheCorrectionAndEachPage() throws {
    let network = FakeNetwork()
    let header = NetlinkAttribute(1, .nest([.text(2, "eth0")]))
    func expect(_ command: UInt16, _ more: [NetlinkAttribute], _ answer: [NetlinkAttribute]) {
      network.expect(
        NetlinkRequest(.generic("ethtool"), command, [header] + more, nests: NetlinkNests([1: NetlinkNests()])),
        .success(NetlinkAnswer(messages: [NetlinkMessage(command: command, answer)])))
    }
    func page(_ device: UInt8, _ bytes: String) {
      expect(
        31,
        [
          .number(2, UInt32(0)), .number(3, UInt32(128)), .number(4, UInt8(0)), .number(5, UInt8(0)),
          .number(6, device),
        ], [NetlinkAttribute(7, .bytes(Self.bytes(bytes)))])
    }
    expect(6, [], [.number(2, UInt8(0)), .number(5, UInt8(4)), .number(7, UInt32(3))])
    expect(29, [], [.number(4, UInt32(50))])
    page(0x50, Self.activeCable)
    page(0x51, Self.activeCableDiagnostics)
    let facts = try LinkReader(network, interface: "eth0").read()
    #expect(facts.isUp == false && facts.reason == "no cable" && facts.downCount == 3 && facts.fec == "RS")
    #expect(facts.module?.serialNumber == "STST050B1900001" && facts.notes == [] && network.outstanding == 0)
  }
}
