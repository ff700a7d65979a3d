import HostAccess
import Testing

@testable import SimulatedHardware

/// The parallel gateway of InfiniHost and InfiniHost III Ex, used as plainly as can be.
private struct ParallelTool {
  let adapter: SimulatedAdapter

  func read(_ register: UInt32) throws -> UInt32 {
    try adapter.writeConfiguration([register], at: 0x58)
    return try adapter.readConfiguration(at: 0x5c)
  }

  func write(_ register: UInt32, _ value: UInt32) throws {
    try adapter.writeConfiguration([register], at: 0x58)
    try adapter.writeConfiguration([value], at: 0x5c)
  }

  private func select(_ address: Int) throws -> UInt32 {
    try write(0xf00d4, 0x70)
    try write(0xf00dc, UInt32(address >> 19) << 4)
    return UInt32(address & 0x7ffff)
  }

  func flash(_ address: Int) throws -> UInt32 {
    try write(0xf01a4, 1 << 29 | select(address))
    return try read(0xf01a8)
  }

  func put(_ byte: UInt8, _ address: Int) throws {
    try write(0xf01a8, UInt32(byte) << 24)
    try write(0xf01a4, 2 << 29 | select(address))
  }

  func unlocked(_ byte: UInt8) throws {
    try put(0xaa, 0x555)
    try put(0x55, 0x2aa)
    try put(byte, 0x555)
  }
}

@Suite struct ParallelFlashTests {
  private func tool(_ profile: AdapterProfile, flash: [UInt8] = [], faults: FaultPlan = FaultPlan()) throws
    -> ParallelTool
  {
    let tool = ParallelTool(adapter: SimulatedAdapter(profile, flash: flash, faults: faults))
    #expect(try tool.read(0xf03fc) == 0)
    return tool
  }

  @Test func describesItself() throws {
    let wide = try tool(.infinihost3ex)
    try wide.put(0x98, 0x55)
    #expect(try wide.flash(0x20) == 0x5151_5252)
    #expect(try wide.flash(0x24) >> 16 == 0x5959)
    #expect(try wide.flash(0x4c) & 0xffff == 22 << 8 | 22)
    let narrow = try tool(.infinihost)
    try narrow.put(0x98, 0x55)
    #expect(try narrow.flash(0x10) == 0x5152_5902)
    // 64 sectors of 64 KiB.
    #expect(try narrow.flash(0x2c) == 0x013f_0000 && narrow.flash(0x30) >> 24 == 1)
    try narrow.put(0xf0, 0x555)
    #expect(try narrow.flash(0x10) == .max)
    #expect(wide.adapter.violations.isEmpty && narrow.adapter.violations.isEmpty)
  }

  @Test func intelBuffersAndErases() throws {
    let tool = try tool(.infinihost3ex)
    let start = 0x120040
    try tool.put(0xe8, start)
    #expect(try tool.flash(start) & 0x80 == 0x80)
    try tool.put(31, start)
    for offset in 0..<32 { try tool.put(UInt8(offset), start + offset) }
    try tool.put(0xd0, start)
    while try tool.flash(start) & 0x80 == 0 {}
    try tool.put(0xff, 0)
    #expect(try tool.flash(start + 4) == 0x0405_0607)
    #expect(tool.adapter.flash(start..<start + 32) == (0..<32).map { UInt8($0) })
    try tool.put(0x20, start)
    try tool.put(0xd0, start)
    while try tool.flash(start) & 0x80 == 0 {}
    #expect(
      tool.adapter.operations == [
        FlashOperation(.program, at: start, size: 32), FlashOperation(.erase, at: 0x120000, size: 0x20000),
      ])
    #expect(tool.adapter.violations.isEmpty)
  }

  @Test func intelSaysThatItFailed() throws {
    var plan = FaultPlan()
    plan.failing = 1
    let tool = try tool(.infinihost3ex, faults: plan)
    try tool.put(0x20, 0)
    try tool.put(0xd0, 0)
    while try tool.flash(0) & 0x80 == 0 {}
    #expect(try tool.flash(0) & 0x3e == 0x20)
    try tool.put(0x50, 0)
    #expect(try tool.flash(0) & 0x3e == 0)
  }

  @Test func amdProgramsBytesAndErases() throws {
    let tool = try tool(.infinihost, flash: Array(repeating: 0, count: 4))
    try tool.unlocked(0xa0)
    try tool.put(0x12, 0x200001)
    // Bit 7 is inverted until it is done.
    #expect(try tool.flash(0x200000) >> 16 & 0x80 == 0x80)
    #expect(try tool.flash(0x200000) == 0xff12_ffff)
    try tool.unlocked(0x80)
    try tool.put(0xaa, 0x555)
    try tool.put(0x55, 0x2aa)
    try tool.put(0x30, 0x20)
    while try tool.flash(0) != .max {}
    #expect(tool.adapter.counters.erases64K == 1 && tool.adapter.counters.programs == 1)
    #expect(tool.adapter.violations.isEmpty)
    try tool.put(0x12, 0x100)
    #expect(tool.adapter.violations == [.brokenSequence(address: 0x100)])
  }
}

@Suite struct LxFlashTests {
  @Test func programsAndReads() throws {
    let adapter = SimulatedAdapter(.infinihost3lx)
    let tool = ParallelTool(adapter: adapter)
    #expect(try tool.read(0xf03fc) == 0)
    #expect(try tool.read(0xf0810) >> 10 & 3 == 1)
    func command(_ bits: UInt32, _ opcode: UInt32, _ address: UInt32 = 0) throws {
      try tool.write(0xf0404, opcode << 24 | address)
      try tool.write(0xf0400, 1 << 30 | bits)
      #expect(try tool.read(0xf0400) >> 30 & 1 == 0)
    }
    // The electronic signature: four bytes, the last one counts.
    try command(1 << 6 | 1 << 5 | 2 << 8 | 1, 0xab)
    #expect(try tool.read(0xf0408) & 0xff == 0x13)
    try command(1 << 6 | 1 << 5 | 1 << 4, 0x06)
    for word in 0..<4 { try tool.write(0xf0408 + 4 * UInt32(word), 0x0102_0304 + UInt32(word)) }
    try command(1 << 6 | 4 << 8, 0x02, 0x50010)
    repeat { try command(1 << 6 | 1 << 5 | 2 << 8 | 1, 0x05) } while try tool.read(0xf0408) & 1 != 0
    try command(4 << 8 | 1, 0, 0x50010)
    #expect(try tool.read(0xf0414) == 0x0102_0307)
    #expect(adapter.operations == [FlashOperation(.program, at: 0x50010, size: 16)])
    // The second chip select leads nowhere.
    try tool.write(0xf0418, 1 << 30)
    try command(1 << 6 | 1 << 5 | 2 << 8 | 1, 0xab)
    #expect(try tool.read(0xf0408) == .max)
    #expect(adapter.violations.isEmpty)
  }
}
