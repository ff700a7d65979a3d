internal import HostAccess
internal import SimulatedHardware
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable internal import FirmwareFlash

/// What each way does on the bus, operation by operation.
@Suite("Ways into CR space")
struct AccessWayTests {
  private static let probe: [ScriptedFunction.Step] = [.write([0xf0014], at: 0x58)]

  @Test("Window: address and data of a write are one operation, and so are those of a read")
  func window() throws {
    let function = ScriptedFunction(
      Self.probe + [
        .read(0x58, gives: 0xf0014),
        .readTwo(0x58, gives: [0xf0014, 0x1f5]),
        .write([0xf0400, 0x4000_0001], at: 0x58),
        .readTwo(0x58, gives: [0xf0400, 0x4000_0001]), .readTwo(0x58, gives: [0xf0400, 1]),
        .write([0xf0410], at: 0x58), .readTwo(0x58, gives: [0xf0410, 0x1234_5678]),
        // Another tool may have moved the address: a value must not end in its register.
        .write([0xf0410, 7], at: 0x58),
      ])
    let space = try ConfigWindow(function, clock: FakeClock())
    #expect(try space.read(0xf0014) == 0x1f5)
    try space.write(0x4000_0001, to: 0xf0400)
    #expect(try space.read(0xf0400) == 0x4000_0001)
    #expect(try space.read(0xf0400) == 1)
    #expect(try space.read(0xf0410) == 0x1234_5678)
    try space.write(7, to: 0xf0410)
    #expect(function.isDone)
  }

  @Test("Window: a value read where another tool has moved the address is not believed")
  func movedAddress() throws {
    let function = ScriptedFunction(
      Self.probe + [
        .read(0x58, gives: 0xf0014), .write([0xf0410], at: 0x58), .readTwo(0x58, gives: [0xf0014, 0x1f5]),
        .write([0xf0410], at: 0x58), .readTwo(0x58, gives: [0xf0410, 7]),
      ])
    #expect(try ConfigWindow(function, clock: FakeClock()).read(0xf0410) == 7)
    #expect(function.isDone)
  }

  @Test("Window whose address register cannot be read back: the address is written before each read")
  func unreadableAddress() throws {
    let function = ScriptedFunction(
      Self.probe + [
        .read(0x58, gives: 0), .write([0xf0410], at: 0x58), .read(0x5c, gives: 1), .write([0xf0410], at: 0x58),
        .read(0x5c, gives: 2),
      ])
    let space = try ConfigWindow(function, clock: FakeClock())
    #expect(try space.read(0xf0410) == 1)
    #expect(try space.read(0xf0410) == 2)
    #expect(function.isDone)
  }

  @Test("Window with a write-only address: bit 0 marks reads, and the data goes before the address")
  func writeOnlyWindow() throws {
    let function = ScriptedFunction(
      Self.probe + [
        .read(0x58, gives: 0xbada_cce5),
        .write([0xf0401], at: 0x58), .read(0x5c, gives: 5),
        .write([0xf0401], at: 0x58), .read(0x5c, gives: 6),
        .write([9], at: 0x5c), .write([0xf0400], at: 0x58),
      ])
    let space = try ConfigWindow(function, clock: FakeClock())
    #expect(try space.read(0xf0400) == 5)
    #expect(try space.read(0xf0400) == 6)
    try space.write(9, to: 0xf0400)
    #expect(function.isDone)
  }

  @Test("Window: each stretch of accesses is locked against other tools, which get gaps")
  func lockedStretches() throws {
    let bench = LockBench()
    let space = try ConfigWindow(SimulatedAdapter(.connectx3), clock: bench.clock, locks: bench.locks)
    try space.exclusively { () throws(FlashError) in
      _ = try space.read(0xf0014)
      #expect(bench.isLocked)
      _ = try space.read(0x1f064)
    }
    #expect(!bench.isLocked)
    #expect(bench.clock.sleeps == [])
    bench.clock.sleep(milliseconds: 10)
    _ = try space.read(0xf0014)
    #expect(bench.clock.sleeps == [10, 1])
  }

  @Test("Window: busy when another tool holds its lock at the beginning; in the middle of the work it goes on")
  func heldLock() throws {
    let bench = LockBench()
    let space = try ConfigWindow(SimulatedAdapter(.connectx3), clock: bench.clock, locks: bench.locks)
    let other = try bench.files.lock(LockBench.path)
    #expect(throws: FlashError.self) {
      try ConfigWindow(SimulatedAdapter(.connectx3), clock: bench.clock, locks: bench.locks)
    }
    #expect(bench.clock.milliseconds < 2100)
    #expect(try space.read(0xf0014) & 0xffff == 0x1f5)
    withExtendedLifetime(other) {}
  }

  @Test("Capability: freed at least every 100 ms, and selected anew afterwards")
  func freedInTurns() throws {
    let adapter = SimulatedAdapter(.connectx5)
    let base = try #require(try VendorCapability.find(in: adapter))
    let clock = FakeClock()
    let space = try #require(try VendorCapability(adapter, at: base, clock: clock))
    _ = try space.read(0xf0014)
    #expect(clock.sleeps == [])
    clock.sleep(milliseconds: 80)
    // The driver, in the gap, selects another space.
    clock.at(82) {
      try? adapter.writeConfiguration([1], at: base + 0xc)
      try? adapter.writeConfiguration([3], at: base + 4)
      try? adapter.writeConfiguration([0], at: base + 0xc)
    }
    #expect(try space.read(0xf0014) & 0xffff == 0x20d)
    #expect(clock.sleeps == [80, 3])
    space.rest()
    #expect(try adapter.readConfiguration(at: base + 0xc) == 0)
    #expect(try space.read(0xf0014) & 0xffff == 0x20d)
    space.close()
    #expect(adapter.violations == [])
  }

  private static let list: [ScriptedFunction.Step] = [
    .read(0x34, gives: 0x40), .read(0x40, gives: 0x4801), .read(0x48, gives: 0x0009),
  ]
  private static let taking: [ScriptedFunction.Step] = [
    .read(0x54, gives: 0), .read(0x50, gives: 0x77), .write([0x77], at: 0x54), .read(0x54, gives: 0x77),
  ]

  @Test("Capability: found in the list, semaphore and space once, two operations a dword read, freed at the end")
  func capability() throws {
    let function = ScriptedFunction(
      Self.list + Self.taking + [
        .read(0x4c, gives: 0x2000_0003), .write([0x2000_0002], at: 0x4c), .read(0x4c, gives: 0x2000_0002),
        .write([0xf0014], at: 0x58), .readTwo(0x58, gives: [0xf0014, 7]), .readTwo(0x58, gives: [0x800f_0014, 0x209]),
        .write([5], at: 0x5c), .write([0x800f_0400], at: 0x58), .read(0x58, gives: 0x800f_0400),
        .read(0x58, gives: 0xf0400),
        .write([0], at: 0x54),
      ])
    let base = try #require(try VendorCapability.find(in: function))
    let space = try #require(try VendorCapability(function, at: base, clock: FakeClock()))
    #expect(try space.read(0xf0014) == 0x209)
    try space.write(5, to: 0xf0400)
    space.close()
    #expect(function.isDone)
  }

  @Test("Capability without CR space: freed, and there is none")
  func capabilityWithoutSpace() throws {
    let function = ScriptedFunction(
      Self.taking + [
        .read(0x4c, gives: 0), .write([2], at: 0x4c), .read(0x4c, gives: 2), .write([0], at: 0x54),
      ])
    #expect(try VendorCapability(function, at: 0x48, clock: FakeClock()) == nil)
    #expect(function.isDone)
  }

  @Test("A capability whose ticket somebody else's overtook is asked for again")
  func lostTicket() throws {
    let function = ScriptedFunction(
      [.read(0x54, gives: 0), .read(0x50, gives: 0x76), .write([0x76], at: 0x54), .read(0x54, gives: 0x99)]
        + [.read(0x54, gives: 0x99)] + Self.taking + [
          .read(0x4c, gives: 0), .write([2], at: 0x4c), .read(0x4c, gives: 0x2000_0002), .write([0], at: 0x54),
        ])
    let clock = FakeClock()
    try #require(try VendorCapability(function, at: 0x48, clock: clock)).close()
    #expect(clock.sleeps == [1, 1])
    #expect(function.isDone)
  }

  @Test("A capability that stops answering is no endless poll")
  func deadCapability() throws {
    let function = ScriptedFunction(
      Self.taking + [.read(0x4c, gives: .max), .write([0xffff_0002], at: 0x4c), .read(0x4c, gives: .max)]
        + [.write([0xf0014], at: 0x58), .readTwo(0x58, gives: [.max, .max]), .write([0], at: 0x54)])
    let space = try #require(try VendorCapability(function, at: 0x48, clock: FakeClock()))
    #expect(throws: FlashError.noAnswer) { try space.read(0xf0014) }
    space.close()
    #expect(function.isDone)
  }

  @Test("A list of capabilities that runs in a circle ends")
  func circle() throws {
    let function = ScriptedFunction(
      [.read(0x34, gives: 0x40)] + Array(repeating: .read(0x40, gives: 0x4001), count: 48))
    #expect(try VendorCapability.find(in: function) == nil)
    #expect(function.isDone)
  }

  @Test(
    "What PCI has to say reaches the user as what it is",
    arguments: [
      (PCIError.notPermitted, FlashError.notPermitted), (.lockedDown, .lockedDown),
      (.failed("Input/output error"), .access("Input/output error")),
    ])
  func errors(pci: PCIError, flash: FlashError) throws {
    #expect(throws: flash) {
      try ConfigWindow(ScriptedFunction(Self.probe + [.readFails(0x58, pci)]), clock: FakeClock())
    }
  }
}

/// The lock files of mstflint's tools, in memory.
private struct LockBench {
  static let path = "/tmp/mstflint_lockfiles/0000:03:00.0_config"
  let files = FakeFiles()
  let clock = FakeClock()
  let locks: ToolLocks?

  init() {
    for kind in ["config", "mem"] { files.allowLocking("/tmp/mstflint_lockfiles/0000:03:00.0_\(kind)") }
    locks = PCIAddress("0000:03:00.0").map { [files, clock] in ToolLocks($0, on: .fake(files: files, clock: clock)) }
  }

  var isLocked: Bool { (try? files.lock(Self.path)) == nil }
}
