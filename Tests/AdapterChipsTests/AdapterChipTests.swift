import AdapterChips
import Testing

@Suite struct AdapterChipTests {
  @Test func everyIDNamesOneChip() {
    var seen: [UInt16: String] = [:]
    for chip in AdapterChip.all {
      for id in chip.pciDevices + chip.virtualFunctions + chip.recoveryDevices {
        #expect(seen[id] == nil, "\(chip.name) and \(seen[id] ?? "") both have \(id)")
        seen[id] = chip.name
      }
    }
  }

  @Test(arguments: [
    (0x673c, "ConnectX", AdapterChip.Role.adapter), (0x1003, "ConnectX-3", .adapter),
    (0x01f6, "ConnectX-3", .flashRecovery), (0x1018, "ConnectX-5", .virtualFunction), (0x5a44, "InfiniHost", .adapter),
  ])
  func pciIDs(device: UInt16, name: String, role: AdapterChip.Role) throws {
    let found = try #require(AdapterChip.find(device: device))
    #expect(found.chip.name == name)
    #expect(found.role == role)
  }

  @Test func anotherMakersIDIsNoAdapter() { #expect(AdapterChip.find(vendor: 0x8086, device: 0x1003) == nil) }

  /// ConnectX-2 has the hardware id of ConnectX and another revision.
  @Test(arguments: [
    (0x190, 0xa0, "ConnectX"), (0x190, 0xb0, "ConnectX-2"), (0x1f5, 0, "ConnectX-3"), (0x20d, 0, "ConnectX-5"),
    (0x6274, 0xa0, "InfiniHost III Lx"),
  ])
  func hardwareIDs(id: UInt16, revision: UInt8, name: String) {
    #expect(AdapterChip.find(hardwareID: id, revision: revision)?.name == name)
  }

  @Test func unknownHardwareIDIsNoChip() { #expect(AdapterChip.find(hardwareID: 0x1234, revision: 0) == nil) }
}
