internal import AdapterChips
internal import FirmwareImage
internal import SimulatedHardware
internal import Testing

@testable internal import FirmwareFlash

/// Every kind of adapter, through the registers alone: nothing here knows which one it has.
@Suite("Flash of simulated adapters")
struct FlashDeviceTests {
  @Test("Identified: chip, way, part, size; everything freed", arguments: AdapterProfile.all)
  func identify(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let connection = try bench.open()
    #expect(connection.chip.name == profile.title)
    #expect(connection.hardwareID == profile.hardwareID)
    #expect(connection.way == (profile.isOld ? .bar : .capability))
    let flash = try connection.flash()
    #expect(flash.geometry.size == profile.flashSize)
    #expect(flash.geometry.sectorSize == profile.flashPart.erases.map(\.size).min())
    #expect(flash.protectedAreas.isEmpty)
    #expect(bench.adapter.flashIsLocked)
    flash.close()
    connection.close()
    #expect(!bench.adapter.flashIsLocked)
    #expect(bench.adapter.violations.isEmpty)
    // Where ConnectX-6 keeps its cache replacement only the newest mstflint knows; the model has nothing there.
    #expect(Set(bench.adapter.unknownRegisterReads).isSubset(of: [0xf0444, 0xf0448]))
  }

  @Test("Read, erase, program through configuration space", arguments: AdapterProfile.all)
  func change(profile: AdapterProfile) throws {
    let size = profile.flashSize
    let bench = Bench(profile, flash: Bench.pattern(0x100))
    let connection = try bench.open(profile.isOld ? .window : nil)
    let flash = try connection.flash()
    let sector = flash.geometry.sectorSize
    #expect(try flash.read(5..<77) == Array(Bench.pattern(0x100)[5..<77]))
    #expect(try flash.read(7..<7) == [])

    // Not at a border of a page or a transfer, with ones in the middle, and where only the highest address bits lead.
    var bytes = Bench.pattern(100)
    bytes.replaceSubrange(32..<48, with: [UInt8](repeating: 0xff, count: 16))
    let ones = [UInt8](repeating: 0xff, count: 160)
    for start in [size - 2 * sector, size - 160] {
      try flash.program(bytes, at: start + 9)
      let wanted = ones.prefix(9) + bytes + ones.prefix(51)
      #expect(bench.adapter.flash(start..<start + 160).elementsEqual(wanted))
      #expect(try flash.read(start..<start + 160).elementsEqual(wanted))
    }

    try flash.erase(at: size - 2 * sector, size: sector)
    #expect(bench.adapter.flash(size - 2 * sector..<size - 2 * sector + 160) == ones)
    // Nothing else was touched: the last program, and what was there at first.
    #expect(bench.adapter.flash(size - 151..<size - 51) == bytes)
    #expect(bench.adapter.flash(0..<0x100) == Bench.pattern(0x100))
    #expect(bench.adapter.operations.allSatisfy { $0.address >= size - 2 * sector })
    flash.close()
    connection.close()
    #expect(bench.adapter.violations.isEmpty)
    #expect(!bench.adapter.flashIsLocked)
  }

  @Test("What is all ones is not programmed", arguments: AdapterProfile.all)
  func ones(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let flash = try bench.open().flash()
    try flash.program([UInt8](repeating: 0xff, count: 16), at: 0x100)
    #expect(bench.adapter.operations.isEmpty)
  }

  @Test("Outside of the flash nothing is asked of the part", arguments: AdapterProfile.all)
  func bounds(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let flash = try bench.open().flash()
    let size = profile.flashSize
    #expect(throws: FlashError.self) { try flash.read(size - 1..<size + 1) }
    #expect(throws: FlashError.self) { try flash.program([1], at: size) }
    #expect(throws: FlashError.self) { try flash.erase(at: size, size: flash.geometry.sectorSize) }
    #expect(bench.adapter.operations.isEmpty)
    #expect(bench.adapter.violations.isEmpty)
  }

  @Test("The boot address reaches its register, where there is one", arguments: AdapterProfile.all)
  func bootAddress(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let connection = try bench.open()
    let flash = try connection.flash()
    try flash.setBootAddress(0x20_0000)
    let chip = try #require(connection.chip.firmware)
    if let register = chip.bootAddress {
      #expect(bench.adapter.peek(register.address) >> UInt32(register.shift) == 0x20_0000)
    }
    #expect(bench.adapter.violations.isEmpty)
  }

  @Test("Bytes are read once, until they are said to have changed", arguments: AdapterProfile.all)
  func cache(profile: AdapterProfile) throws {
    let bench = Bench(profile, flash: Bench.pattern(0x2000))
    let bytes = FlashBytes(try bench.open().flash())
    #expect(bytes.count == profile.flashSize)
    #expect(try bytes.read(0x3f0..<0x1234) == bench.adapter.flash(0x3f0..<0x1234))
    let before = bench.adapter.counters.registerReads
    #expect(try bytes.read(0x400..<0x1230) == bench.adapter.flash(0x400..<0x1230))
    #expect(bench.adapter.counters.registerReads == before)
    bytes.forget(0x501..<0x502)
    #expect(try bytes.read(0x400..<0x600) == bench.adapter.flash(0x400..<0x600))
    let after = bench.adapter.counters.registerReads
    #expect(after > before)
    // The one block, and not its neighbours.
    #expect(after - before <= 9)
  }
}
