import HostAccess
import Testing

@testable import SimulatedHardware

/// What a part does with one who does not keep its rules, and that it is remembered.
@Suite struct FlashRuleTests {
  private let adapter = SimulatedAdapter(.connectx3)
  private let tool: PlainTool

  init() throws {
    tool = PlainTool(adapter: adapter)
    try tool.lock()
  }

  @Test func programmingOnlyClearsBits() throws {
    try tool.program(Array(repeating: 0x0f, count: 16), at: 0)
    try tool.program(Array(repeating: 0xf3, count: 16), at: 0)
    #expect(adapter.flash(0..<1) == [0x03])
    #expect(adapter.violations == [.setsBits(address: 0)])
  }

  @Test func nothingHappensWithoutWriteEnable() throws {
    try tool.command(0xd8, 0b01100, address: 0)
    #expect(adapter.violations == [.withoutWriteEnable(opcode: 0xd8)])
    #expect(adapter.operations.isEmpty)
    try tool.writeEnable()
    #expect(try tool.status() == 2)
    try tool.command(0xd8, 0b01100, address: 0)
    // The latch is used up by the command that it allowed.
    try tool.settle()
    #expect(try tool.status() == 0)
    #expect(adapter.operations.count == 1)
  }

  @Test func aPageWraps() throws {
    let bytes = (0..<32).map { UInt8($0) }
    try tool.program(bytes, at: 0x1f0)
    #expect(adapter.flash(0x1f0..<0x200) == Array(bytes[..<16]))
    #expect(adapter.flash(0x100..<0x110) == Array(bytes[16...]))
    #expect(adapter.flash(0x200..<0x201) == [0xff])
    #expect(adapter.violations == [.pageWrap(address: 0x1f0)])
  }

  @Test func aBusyPartHearsOnlyStatus() throws {
    try tool.writeEnable()
    try tool.command(0xd8, 0b01100, address: 0)
    try tool.command(0x03, 0b11101, address: 0, log2: 4)
    #expect(adapter.violations == [.commandWhileBusy(opcode: 0x03)])
    try tool.settle()
    #expect(adapter.counters.opcodes[0x05] == 4)
    #expect(try tool.flash(0)[0] == .max)
  }

  @Test(arguments: [(0x20, 0x1000, 0x12000), (0xd8, 0x10000, 0x10000)])
  func erasesAsMuchAsTheOpcodeSays(_ opcode: Int, _ size: Int, _ start: Int) throws {
    let adapter = SimulatedAdapter(.connectx3, flash: Array(repeating: 0, count: 0x40000))
    let tool = PlainTool(adapter: adapter)
    try tool.lock()
    try tool.erase(UInt32(opcode), 0x12345)
    #expect(adapter.operations == [FlashOperation(.erase, at: start, size: size)])
    #expect(adapter.flash(start..<start + size).allSatisfy { $0 == 0xff })
    #expect(adapter.flash(start - 1..<start) == [0] && adapter.flash(start + size..<start + size + 1) == [0])
    #expect(adapter.violations.isEmpty)
  }

  @Test func theOldPartHasNoSmallSectors() throws {
    #expect(NORPart.m25p80.erases.map(\.size) == [0x10000])
    #expect(NORPart.m25p80.erases.allSatisfy { $0.opcode == 0xd8 })
  }

  @Test(arguments: [
    (0x04, 0x3f0000..<0x400000), (0x08, 0x3e0000..<0x400000), (0x24, 0..<0x10000), (0x1c, 0..<0x400000),
    (0x44, 0x3ff000..<0x400000), (0x00, 0..<0),
  ])
  func protectedBlocksStayAsTheyAre(_ status: Int, _ area: Range<Int>) throws {
    #expect(NORPart.w25q32.protectedRange(status: UInt8(status)) == area)
    try tool.writeEnable()
    try tool.write(0xf0410, UInt32(status) << 24)
    try tool.command(0x01, 0b10100)
    try tool.settle()
    #expect(try tool.status() == UInt32(status))
    guard let start = area.first else { return }
    try tool.program(Array(repeating: 0, count: 16), at: UInt32(start))
    #expect(adapter.flash(start..<start + 1) == [0xff])
    #expect(adapter.violations == [.writeProtected(address: start)])
    #expect(adapter.operations.isEmpty)
  }

  @Test func unknownThingsAreRemembered() throws {
    try tool.command(0x77, 0b00100)
    try tool.write(0x12344, 1)
    #expect(try tool.read(0x55550) == 0)
    #expect(adapter.violations == [.unknownOpcode(0x77), .unknownRegisterWrite(address: 0x12344)])
    #expect(adapter.unknownRegisterReads == [0x55550])
    #expect(adapter.counters.unknownRegisterReads == 1)
  }

  @Test func theGatewayWantsItsSemaphoreAndItsEnableBit() throws {
    try tool.unlock()
    try tool.write(0xf0400, 1 << 30 | 0x06 << 16 | 0b100)
    #expect(adapter.violations == [.gatewayWithoutSemaphore, .flashNotEnabled])
    try tool.unlock()
    #expect(adapter.violations.last == .freedFreeSemaphore(address: 0xf03fc))
  }

  @Test func anotherChipSelectIsEmpty() throws {
    try tool.write(0xf0400, 1 << 30 | 0x9f << 16 | 1 << 13 | 1 << 11 | 2 << 8 | 0b10101)
    #expect(try tool.data(0) == .max)
    #expect(adapter.violations.isEmpty)
    try tool.write(0xf0400, 1 << 30 | 0x06 << 16 | 1 << 13 | 1 << 11 | 0b100)
    #expect(adapter.violations == [.noChip(select: 1)])
  }

  @Test func fourAddressBytesForLargeParts() throws {
    let adapter = SimulatedAdapter(.connectx6, flash: Array(repeating: 0, count: 0x20))
    let tool = PlainTool(adapter: adapter)
    try tool.lock()
    try tool.command(0x13, 0b11101 | 1 << 14, address: 0x1fffff0, log2: 4)
    #expect(try tool.data(3) == .max)
    try tool.command(0x13, 0b11101, address: 0, log2: 4)
    #expect(adapter.violations == [.addressLength(opcode: 0x13)])
  }
}

@Suite struct SemaphoreTests {
  @Test func aReadTakesIt() throws {
    let tool = PlainTool(adapter: SimulatedAdapter(.connectx3))
    #expect(try tool.read(0xf03fc) == 0)
    #expect(try tool.read(0xf03fc) == 1)
    try tool.write(0xf03fc, 0)
    #expect(try tool.read(0xf03fc) == 0)
    #expect(tool.adapter.flashIsLocked)
    #expect(!tool.adapter.powerOn().flashIsLocked)
    #expect(tool.adapter.nextTool().flashIsLocked)
  }

  @Test func theCapabilityIsOwnedByATicket() throws {
    let adapter = SimulatedAdapter(.connectx4)
    let first = try adapter.readConfiguration(at: 0xc8)
    let second = try adapter.readConfiguration(at: 0xc8)
    #expect(first != second)
    try adapter.writeConfiguration([first], at: 0xcc)
    try adapter.writeConfiguration([second], at: 0xcc)
    #expect(try adapter.readConfiguration(at: 0xcc) == first)
    try adapter.writeConfiguration([0x55], at: 0xc4)
    #expect(try adapter.readConfiguration(at: 0xc4) == 0x55)
    try adapter.writeConfiguration([0], at: 0xcc)
    #expect(adapter.violations.isEmpty)
    try adapter.writeConfiguration([2], at: 0xc4)
    try adapter.writeConfiguration([1000], at: 0xcc)
    #expect(adapter.violations == [.capabilityWithoutSemaphore, .foreignTicket(1000)])
  }

  @Test func capabilitiesAreAList() throws {
    let adapter = SimulatedAdapter(.connectx5)
    let space = adapter.configurationHeader
    var next = Int(space[0x34])
    var found: [UInt8] = []
    while next != 0, found.count < 10 {
      found.append(space[next])
      next = Int(space[next + 1])
    }
    #expect(found == [0x01, 0x03, 0x11, 0x10, 0x09])
  }

  @Test func theBARIsCRSpace() throws {
    let adapter = SimulatedAdapter(.connectx2)
    let window = try adapter.mapBAR0(length: 0x100000)
    #expect(window.read(at: 0xf0014) == 0xb00190)
    #expect(window.read(at: 0xf03fc) == 0)
    #expect(adapter.flashIsLocked)
    window.write(0, at: 0xf03fc)
    #expect(!adapter.flashIsLocked)
    #expect(adapter.counters.memoryReads == 2 && adapter.counters.memoryWrites == 1)
    #expect(adapter.counters.configurationOperations == 0)
    #expect(throws: PCIError.notFound) { try SimulatedAdapter(.connectx4).mapBAR0(length: 0x100000) }
  }
}
