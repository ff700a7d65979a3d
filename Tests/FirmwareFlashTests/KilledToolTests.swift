internal import AdapterChips
internal import FirmwareImage
internal import HostAccess
internal import SimulatedHardware
internal import TestSupport
internal import Testing

@testable internal import FirmwareFlash

/// A tool is killed at some access to the adapter, in whatever it was doing.
@Suite struct KilledToolTests {
  /// Programs, erases and reads, and leaves everything as it is when it is killed.
  private func use(_ bench: Bench, _ way: AccessWay?) throws {
    let connection = try bench.open(way)
    let flash = try connection.flash()
    let sector = flash.geometry.sectorSize
    try flash.program(Bench.pattern(40), at: sector + 5)
    try flash.erase(at: 2 * sector, size: sector)
    _ = try flash.read(sector..<sector + 32)
    flash.close()
    connection.close()
  }

  @Test("Killed at any access: the next tool unlocks, reads and writes", arguments: AdapterProfile.all)
  func anyAccess(profile: AdapterProfile) throws {
    let way: AccessWay? = profile.isOld ? .window : nil
    let whole = Bench(profile)
    try use(whole, way)
    let accesses = whole.adapter.counters.configurationOperations
    #expect(accesses > 50)
    // Of all accesses some, from another one on for every kind of adapter.
    for access in stride(from: 2 + accesses % 3, through: accesses, by: 3) {
      var faults = FaultPlan()
      faults.toolDeathAtAccess = access
      let bench = Bench(profile, faults: faults)
      // The last accesses give things back; what fails there is not told.
      try? use(bench, way)
      let left = bench.adapter.nextTool()
      let pci = SimulatedPCI([try Bench.address: left])
      let clock = FakeClock()
      _ = try AdapterConnection.unlock(
        pci: pci, address: try Bench.address, pciDevice: profile.pciDevice, clock: clock, preference: way)
      let connection = try AdapterConnection.open(
        pci: pci, address: try Bench.address, pciDevice: profile.pciDevice, clock: clock, preference: way)
      let flash = try connection.flash()
      let sector = flash.geometry.sectorSize
      #expect(try flash.read(sector..<sector + 64) == left.flash(sector..<sector + 64), "access \(access)")
      try flash.erase(at: sector, size: sector)
      try flash.program(Bench.pattern(40), at: sector + 5)
      #expect(left.flash(sector + 5..<sector + 45) == Bench.pattern(40), "access \(access)")
      flash.close()
      connection.close()
      #expect(!left.flashIsLocked, "access \(access)")
    }
  }

  @Test(
    "Killed while the firmware's cache is off: unlock switches it on again",
    arguments: [AdapterProfile.connectx4, .connectx5])
  func cacheIsRestored(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let files = FakeFiles()
    files.allowWriting(below: "/run/rdmactl")
    let record = RegisterRecord(of: "0000:03:00.0", on: .fake(files: files))
    bench.adapter.poke(0xf0420, 0x101)
    let connection = try bench.open()
    let flash = try connection.flash(record: record)
    #expect(bench.adapter.peek(0xf0420) == 0x100)
    let left = bench.adapter.nextTool()
    withExtendedLifetime((connection, flash)) {}
    func unlock(onlyLooking: Bool) throws -> [String] {
      try AdapterConnection.unlock(
        pci: SimulatedPCI([try Bench.address: left]), address: try Bench.address, pciDevice: profile.pciDevice,
        clock: FakeClock(), record: record, onlyLooking: onlyLooking)
    }
    #expect(try unlock(onlyLooking: true).isEmpty == false)
    #expect(left.peek(0xf0420) == 0x100, "looking changes nothing")
    #expect(try unlock(onlyLooking: false).contains("cache of the firmware, switched off (0xf0420)"))
    #expect(left.peek(0xf0420) == 0x101)
    #expect(record.values().isEmpty)
    #expect(try unlock(onlyLooking: false) == [])
  }

  @Test(
    "Killed between two transfers that hold chip select: unlock raises it before the next opcode",
    arguments: AdapterProfile.all.filter { $0.format != .fs1 })
  func chipSelectIsRaised(profile: AdapterProfile) throws {
    let way: AccessWay? = profile.isOld ? .window : nil
    let whole = Bench(profile)
    try use(whole, way)
    var found = 0
    for access in 2..<whole.adapter.counters.configurationOperations {
      var faults = FaultPlan()
      faults.toolDeathAtAccess = access
      let bench = Bench(profile, faults: faults)
      try? use(bench, way)
      guard bench.adapter.peek(0xf0400) & 0x20 != 0, bench.adapter.peek(0xf0400) & 0x4000_0000 == 0 else { continue }
      let left = bench.adapter.nextTool()
      let pci = SimulatedPCI([try Bench.address: left])
      let unlocked = try AdapterConnection.unlock(
        pci: pci, address: try Bench.address, pciDevice: profile.pciDevice, clock: FakeClock(), preference: way)
      found += unlocked.contains("chip select of the flash") ? 1 : 0
      let connection = try AdapterConnection.open(
        pci: pci, address: try Bench.address, pciDevice: profile.pciDevice, clock: FakeClock(), preference: way)
      try connection.flash().close()
      #expect(left.violations.isEmpty, "access \(access): \(left.violations)")
    }
    #expect(found > 0)
  }

  @Test(
    "A part that reports an error shows its contents afterwards",
    arguments: [AdapterProfile.infinihost, .infinihost3ex])
  func failingPart(profile: AdapterProfile) throws {
    var faults = FaultPlan()
    faults.failing = 1
    let bench = Bench(profile, flash: Bench.pattern(64), faults: faults)
    let flash = try bench.open(.window).flash()
    #expect(throws: FlashError.self) { try flash.program([0], at: 3) }
    #expect(try flash.read(0..<64) == Bench.pattern(64))
    #expect(throws: FlashError.self) { try flash.erase(at: 0, size: flash.geometry.sectorSize) }
    #expect(try flash.read(0..<64) == Bench.pattern(64))
  }
}
