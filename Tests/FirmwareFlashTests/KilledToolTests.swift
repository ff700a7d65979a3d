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
