import HostAccess
import Testing

@testable import SimulatedHardware

@Suite struct FaultTests {
  private static let old = Array(repeating: UInt8(0x3c), count: 0x10000)
  private static let new = (0..<256).map { UInt8(truncatingIfNeeded: $0 &* 7) }

  /// Erases a sector and programs two pages; answers at which operation it was stopped, or `nil`.
  private func work(_ adapter: SimulatedAdapter) -> Int? {
    let tool = PlainTool(adapter: adapter)
    let before = adapter.operations.count
    do {
      try tool.lock()
      try tool.erase(0xd8, 0)
      try tool.program(Self.new, at: 0)
      try tool.program(Self.new, at: 0x100)
      try tool.unlock()
      return nil
    } catch {
      return adapter.operations.count - before
    }
  }

  @Test(arguments: 1...3) func aCleanCutDoesNothing(_ operation: Int) throws {
    let adapter = SimulatedAdapter(.connectx3, flash: Self.old, faults: .interrupted(at: operation, .cleanPowerCut))
    #expect(work(adapter) == operation)
    #expect(!adapter.hasPower)
    #expect(throws: PCIError.self) { try adapter.readConfiguration(at: 0) }
    let again = adapter.powerOn()
    #expect(!again.flashIsLocked)
    let expected: [UInt8] = [0x3c, 0xff, Self.new[1]]
    #expect(again.flash(1..<2) == [expected[operation - 1]])
    #expect(again.flash(0x101..<0x102) == [operation == 1 ? 0x3c : 0xff])
    #expect(work(again) == nil)
    #expect(again.violations.isEmpty)
  }

  @Test(arguments: 0..<16) func aTornProgramLeavesSomeBits(_ seed: Int) throws {
    let adapter = SimulatedAdapter(
      .connectx3, flash: Self.old, faults: .interrupted(at: 2, .tornPowerCut, seed: UInt64(seed)))
    #expect(work(adapter) == 2)
    let bytes = adapter.flash(0..<256)
    // Every bit is as it was or as it should be, and nothing else is touched.
    #expect(zip(bytes, Self.new).allSatisfy { $0 & $1 == $1 })
    #expect(adapter.flash(0x100..<0x10000).allSatisfy { $0 == 0xff })
    let twin = SimulatedAdapter(
      .connectx3, flash: Self.old, faults: .interrupted(at: 2, .tornPowerCut, seed: UInt64(seed)))
    #expect(work(twin) == 2)
    #expect(twin.flash == adapter.flash)
  }

  @Test func tornErasesDiffer() throws {
    let results = (0..<16).map { seed in
      let adapter = SimulatedAdapter(
        .connectx3, flash: Self.old + [7], faults: .interrupted(at: 1, .tornPowerCut, seed: UInt64(seed)))
      #expect(work(adapter) == 1)
      #expect(adapter.flash(0x10000..<0x10001) == [7])
      return adapter.flash(0..<0x10000)
    }
    #expect(Set(results).count > 8)
  }

  @Test func aDeadToolLeavesALiveAdapter() throws {
    let adapter = SimulatedAdapter(.connectx3, flash: Self.old, faults: .interrupted(at: 2, .toolDeath))
    #expect(work(adapter) == 2)
    #expect(adapter.flash(0..<256) == Self.new)
    #expect(adapter.flashIsLocked && adapter.hasPower)
    let next = adapter.nextTool()
    #expect(next.flashIsLocked)
    next.poke(0xf03fc, 0)
    #expect(work(next) == nil)
    #expect(next.operations.count == 5)
  }

  @Test func aToolMayDieAtAnyAccess() throws {
    var plan = FaultPlan()
    plan.toolDeathAtAccess = 5
    let adapter = SimulatedAdapter(.connectx3, faults: plan)
    for _ in 1..<5 { _ = try adapter.readConfiguration(at: 0) }
    #expect(throws: PCIError.self) { try adapter.readConfiguration(at: 0) }
    #expect(throws: PCIError.self) { try adapter.writeConfiguration([0], at: 0x58) }
    #expect(adapter.counters.configurationOperations == 4)
  }

  @Test func anAbsentFunctionReadsOnes() throws {
    var plan = FaultPlan()
    plan.absentFromAccess = 2
    let adapter = SimulatedAdapter(.connectx3, faults: plan)
    #expect(try adapter.readConfiguration(at: 0) == 0x1003_15b3)
    #expect(try adapter.readConfiguration(at: 0) == .max)
    try adapter.writeConfiguration([0xf03fc], at: 0x58)
    #expect(try adapter.mapBAR0(length: 0x100000).read(at: 0xf0014) == .max)
    #expect(!adapter.flashIsLocked)
  }

  @Test func liesAndParts() throws {
    var plan = FaultPlan()
    plan.lying = 1
    let liar = SimulatedAdapter(.connectx3, flash: Self.old, faults: plan)
    #expect(work(liar) == nil)
    #expect(liar.flash(0..<0x10000) == Self.old)
    #expect(liar.operations.count == 3)
    plan.lying = 0
    plan.partial = 1
    let part = SimulatedAdapter(.connectx3, flash: Self.old, faults: plan)
    #expect(work(part) == nil)
    #expect(part.flash(0..<256) != Self.new)
  }

  @Test func bitsFlipOnTheWay() throws {
    var plan = FaultPlan()
    plan.bitFlip = 1
    let adapter = SimulatedAdapter(.connectx3, flash: Self.old, faults: plan)
    let tool = PlainTool(adapter: adapter)
    try tool.lock()
    let words = try tool.flash(0)
    #expect(words.allSatisfy { ($0 ^ 0x3c3c_3c3c).nonzeroBitCount == 1 })
    #expect(adapter.flash(0..<16) == Array(repeating: 0x3c, count: 16))
  }

  @Test func thingsThatStick() throws {
    var plan = FaultPlan()
    plan.semaphoreIsStuck = true
    #expect(try PlainTool(adapter: SimulatedAdapter(.connectx3, faults: plan)).read(0xf03fc) == 1)
    #expect(try SimulatedAdapter(.connectx4, faults: plan).readConfiguration(at: 0xcc) != 0)
    plan = FaultPlan()
    plan.gatewayIsStuck = true
    #expect(try PlainTool(adapter: SimulatedAdapter(.connectx3, faults: plan)).read(0xf0400) >> 30 & 1 == 1)
    plan = FaultPlan()
    plan.stuckBusy = 1
    let tool = PlainTool(adapter: SimulatedAdapter(.connectx3, faults: plan))
    try tool.lock()
    try tool.writeEnable()
    try tool.command(0xd8, 0b01100, address: 0)
    for _ in 0..<100 { #expect(try tool.status() & 1 == 1) }
  }

  @Test func copiesAreTheirOwn() throws {
    let adapter = SimulatedAdapter(.connectx3, flash: Self.old)
    let copy = adapter.copy()
    #expect(work(copy) == nil)
    #expect(adapter.flash(0..<0x10000) == Self.old)
    #expect(adapter.counters == AccessCounters())
    #expect(copy.flash(0..<256) == Self.new)
  }

  @Test func probabilitiesAreKept() {
    var random = SplitMix64(seed: 42)
    let hits = (0..<10_000).count { _ in random.happens(0.25) }
    #expect((2_300..<2_700).contains(hits))
    #expect(!random.happens(0) && random.happens(1))
  }
}
