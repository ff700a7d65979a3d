internal import AdapterChips
internal import FirmwareImage
internal import HostAccess
internal import SimulatedHardware
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable internal import CardRegisters
@testable internal import FirmwareFlash

@Suite("A running card")
struct RunningCardTests {
  private static let kinds: [AdapterProfile] = [.connectx4, .connectx4lx, .connectx5, .connectx6]

  private func connect(_ adapter: SimulatedAdapter) throws -> AdapterConnection {
    let address = try #require(PCIAddress("0000:03:00.0"))
    return try AdapterConnection.open(
      pci: SimulatedPCI([address: adapter]), address: address, pciDevice: adapter.profile.pciDevice, clock: FakeClock())
  }

  @Test("It tells what its image tells, and its flash is not touched", arguments: kinds)
  func query(_ kind: AdapterProfile) throws {
    let flash = try InitialFlash.flash(for: kind)
    let adapter = SimulatedAdapter(kind.running, flash: flash)
    let connection = try connect(adapter)
    let space = try #require(try connection.commandSpace())
    let card = RunningCard(space, format: kind.format, clock: FakeClock())
    let told = try card.query().firmware
    card.close()
    connection.close()
    let source = MemoryBytes(flash)
    let image = try Firmware.read(try #require(Firmware.locate(in: source, medium: .flash).first), from: source).facts
    #expect(told.version == image.version && told.psid == image.psid && told.releaseDate == image.releaseDate)
    #expect(told.guids.node == image.guids.node && told.macs.port1 == image.macs.port1)
    #expect(told.name == image.name && told.description == image.description && told.vsd == image.vsd)
    #expect(adapter.violations.isEmpty && adapter.counters.gatewayCommands == 0)
    #expect(adapter.unknownFirmwareRegisters.isEmpty)
    // mstflint needs 6,352 operations for the same: half of it is the bar.
    #expect(adapter.counters.configurationOperations < 3_170, "\(adapter.counters.configurationOperations)")
  }

  @Test("In recovery no command is given", arguments: kinds)
  func recovery(_ kind: AdapterProfile) throws {
    let adapter = SimulatedAdapter(kind, flash: try InitialFlash.flash(for: kind))
    let connection = try connect(adapter)
    #expect(try connection.commandSpace() == nil)
    connection.close()
    #expect(adapter.counters.commands == 0)
  }

  @Test("Past the running firmware the flash is refused; a tool that goes there is counted", arguments: kinds)
  func directly(_ kind: AdapterProfile) throws {
    let adapter = SimulatedAdapter(kind.running, flash: try InitialFlash.flash(for: kind))
    let connection = try connect(adapter)
    #expect(throws: FlashError.self) { try connection.flash() }
    #expect(adapter.violations.isEmpty)
    _ = try connection.flash(ignoringCache: true)
    connection.close()
    #expect(adapter.violations.contains(.gatewayWhileFirmwareRuns))
  }

  @Test("Settings: what differs from the default, and what the next start changes")
  func settings() throws {
    let adapter = SimulatedAdapter(.connectx5.running, flash: try InitialFlash.flash(for: .connectx5))
    let connection = try connect(adapter)
    let card = RunningCard(try #require(try connection.commandSpace()), format: .fs4, clock: FakeClock())
    let entries = try CardSettings(of: card).entries()
    let names = entries.map(\.parameter.name)
    #expect(names.contains("SRIOV_EN") && names.contains("LINK_TYPE_P2") && !names.contains("ATS_ENABLED"))
    #expect(entries.allSatisfy { !$0.differs && $0.next == $0.factory && $0.next == $0.current })
    let link = try #require(entries.first { $0.parameter.name == "LINK_TYPE_P1" })
    #expect(link.next.map(link.parameter.words) == "ETH(2)")
    #expect(try card.setting(.global(0x999), size: 4, .next) == nil)
    card.close()
    connection.close()
    // A tenth of mstconfig's 310,000 is the bar.
    #expect(adapter.counters.configurationOperations < 31_000, "\(adapter.counters.configurationOperations)")
    #expect(adapter.violations.isEmpty)
  }

  @Test("Another tool's mailbox is not taken from it")
  func takenMailbox() throws {
    let adapter = SimulatedAdapter(.connectx5.running, flash: try InitialFlash.flash(for: .connectx5))
    let connection = try connect(adapter)
    let space = try #require(try connection.commandSpace())
    try space.write(4711, to: 0, in: .semaphore)
    let card = RunningCard(space, format: .fs4, clock: FakeClock())
    let error = #expect(throws: CardRegisterError.self) { try card.query() }
    guard case .mailboxTaken(owner: 4711, _) = error else { Issue.record("\(error as Any)"); return }
    #expect(error?.exitStatus == .busy)
    connection.close()
    // A killed tool's, that is: freed when asked for, and told by name.
    let address = try #require(PCIAddress("0000:03:00.0"))
    let freed = try AdapterConnection.unlock(
      pci: SimulatedPCI([address: adapter]), address: address, pciDevice: adapter.profile.pciDevice, clock: FakeClock())
    #expect(freed == ["semaphore of the firmware's command mailbox"])
  }

  @Test("Vital product data is read up to damage")
  func vitalProductData() {
    let bytes: [UInt8] =
      [0x82, 4, 0] + Array("Card".utf8) + [0x90, 14, 0] + Array("PN".utf8) + [3] + Array("ABC".utf8)
      + Array("SN".utf8) + [2] + Array("77".utf8) + Array("RV".utf8) + [0, 0x78]
    let data = VitalProductData(bytes)
    #expect(data?.name == "Card" && data?.partNumber == "ABC" && data?.serialNumber == "77" && data?.fields.count == 2)
    for length in 0..<bytes.count { _ = VitalProductData(Array(bytes[..<length])) }
    #expect(VitalProductData([0xff, 0xff, 0xff]) == nil)
  }
}
