internal import AdapterChips
internal import SimulatedHardware
internal import Testing

@testable internal import FirmwareFlash

/// Operations on configuration space: what a verify and a burn spend their time with.
@Suite("Costs in configuration operations")
struct CostTests {
  static let profiles: [AdapterProfile] = [.connectx, .connectx2, .connectx3, .connectx3pro]

  @Test("Window: 10 a block of 16 bytes, after one for the address", arguments: profiles)
  func windowReads(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let flash = try bench.open(.window).flash()
    #expect(try bench.cost { _ = try flash.read(0..<0x1000) } == 256 * 10 + 1)
    #expect(try bench.cost { _ = try flash.read(0x20..<0x30) } == 11)
  }

  @Test("Window: 6 a block of a page, and 15 around it", arguments: profiles)
  func windowPrograms(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let flash = try bench.open(.window).flash()
    let cost = try bench.cost { try flash.program(Bench.pattern(256).map { $0 & 0xfe }, at: 0x400) }
    #expect(cost <= 16 * 6 + 15)
    #expect(bench.adapter.counters.programs == 1)
  }

  @Test(
    "Capability: 13 a block of 16 bytes read, 17 programmed",
    arguments: [AdapterProfile.connectx4, .connectx5, .connectx6])
  func capabilityReads(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let flash = try bench.open().flash()
    #expect(try bench.cost { _ = try flash.read(0..<0x1000) } == 256 * 13 + 3)
    let cost = try bench.cost { try flash.program(Bench.pattern(256).map { $0 & 0xfe }, at: 0x400) }
    #expect(cost <= 16 * 17 + 40)
  }

  @Test("InfiniHost: 11 a block of 16 bytes over SPI, 16 in parallel")
  func infiniHost() throws {
    let serial = Bench(.infinihost3lx)
    let flash = try serial.open(.window).flash()
    #expect(try serial.cost { _ = try flash.read(0..<0x1000) } <= 256 * 11 + 1)
    let parallel = Bench(.infinihost3ex)
    let other = try parallel.open(.window).flash()
    #expect(try parallel.cost { _ = try other.read(0..<0x1000) } <= 256 * 16 + 2)
  }

  @Test("To open an adapter and know its flash", arguments: AdapterProfile.all)
  func opening(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let cost = try bench.cost {
      let connection = try bench.open(profile.isOld ? .window : nil)
      try connection.flash().close()
      connection.close()
    }
    #expect(cost <= (profile.format == .fs1 && profile != .infinihost3lx ? 250 : 75))
  }

  @Test("Through BAR 0 configuration space is left alone", arguments: profiles)
  func bar(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    let cost = try bench.cost {
      let connection = try bench.open()
      _ = try connection.flash().read(0..<64)
    }
    #expect(cost == 0)
  }
}
