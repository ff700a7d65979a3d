import AdapterChips
import HostAccess
import Testing

@testable import SimulatedHardware

/// The least that a tool does to an adapter, written as plainly as the facts say it: not the burn engine's way.
struct PlainTool {
  let adapter: SimulatedAdapter
  private let vsc = 0xc0

  func read(_ address: UInt32) throws -> UInt32 {
    guard adapter.profile.access == .capability else {
      try adapter.writeConfiguration([address], at: 0x58)
      return try adapter.readConfiguration(at: 0x5c)
    }
    return try owning {
      try adapter.writeConfiguration([address], at: vsc + 0x10)
      #expect(try adapter.readConfiguration(at: vsc + 0x10) >> 31 == 1)
      return try adapter.readConfiguration(at: vsc + 0x14)
    }
  }

  func write(_ address: UInt32, _ value: UInt32) throws {
    guard adapter.profile.access == .capability else {
      try adapter.writeConfiguration([address], at: 0x58)
      return try adapter.writeConfiguration([value], at: 0x5c)
    }
    try owning {
      try adapter.writeConfiguration([value], at: vsc + 0x14)
      try adapter.writeConfiguration([address | 1 << 31], at: vsc + 0x10)
      #expect(try adapter.readConfiguration(at: vsc + 0x10) >> 31 == 0)
    }
  }

  private func owning<R>(_ body: () throws -> R) throws -> R {
    #expect(try adapter.readConfiguration(at: vsc + 0xc) == 0)
    let ticket = try adapter.readConfiguration(at: vsc + 8)
    try adapter.writeConfiguration([ticket], at: vsc + 0xc)
    #expect(try adapter.readConfiguration(at: vsc + 0xc) == ticket)
    try adapter.writeConfiguration([2], at: vsc + 4)
    #expect(try adapter.readConfiguration(at: vsc + 4) >> 29 != 0)
    let result = try body()
    try adapter.writeConfiguration([0], at: vsc + 0xc)
    return result
  }

  var isFifth: Bool { adapter.profile.locksGateway }

  func lock() throws { #expect(try read(isFifth ? 0xf0400 : 0xf03fc) & (isFifth ? 1 << 31 : .max) == 0) }
  func unlock() throws { try write(isFifth ? 0xf0400 : 0xf03fc, 0) }

  /// A gateway command; `bits` are the phases.
  func command(_ opcode: UInt32, _ bits: UInt32, address: UInt32? = nil, log2: UInt32 = 0) throws {
    if let address { try write(0xf0404, address) }
    let lock: UInt32 = isFifth ? 1 << 31 : 0
    try write(0xf0400, lock | 1 << 30 | opcode << 16 | 1 << 13 | log2 << 8 | bits)
    #expect(try read(0xf0400) & 1 << 30 == 0)
  }

  func data(_ index: UInt32) throws -> UInt32 { try read(0xf0410 + 4 * index) }

  func status() throws -> UInt32 {
    try command(0x05, 0b10101)
    return try data(0) >> 24
  }

  func settle() throws { while try status() & 1 != 0 {} }

  func writeEnable() throws { try command(0x06, 0b00100) }

  func erase(_ opcode: UInt32, _ address: UInt32) throws {
    try writeEnable()
    try command(opcode, 0b01100, address: address)
    try settle()
  }

  /// Whole 16 bytes, held together by chip select.
  func program(_ bytes: [UInt8], at address: UInt32) throws {
    try writeEnable()
    for start in stride(from: 0, to: bytes.count, by: 16) {
      for word in 0..<4 {
        let value = bytes[start + 4 * word..<start + 4 * word + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        try write(0xf0410 + 4 * UInt32(word), value)
      }
      let hold: UInt32 = start + 16 < bytes.count ? 0b100000 : 0
      if start == 0 {
        try command(0x02, 0b11100 | hold, address: address, log2: 4)
      } else {
        try command(0, 0b10000 | hold, log2: 4)
      }
    }
    try settle()
  }

  func flash(_ address: UInt32) throws -> [UInt32] {
    try command(0x03, 0b11101, address: address, log2: 4)
    return try (0..<4).map { try data($0) }
  }
}

let serialProfiles = AdapterProfile.all.filter { $0.format != .fs1 && $0.flashSize < 1 << 25 }

@Suite struct SerialFlashTests {
  @Test(arguments: serialProfiles) func identifiesItself(_ profile: AdapterProfile) throws {
    let tool = PlainTool(adapter: SimulatedAdapter(profile))
    #expect(try tool.read(0xf0014) & 0xffff == UInt32(profile.hardwareID))
    try tool.lock()
    try tool.command(0x9f, 0b10101, log2: 2)
    guard case .serial(let jedec, _) = profile.flashPart.interface else { return }
    #expect(try tool.data(0) >> 8 == jedec)
    try tool.unlock()
    #expect(tool.adapter.violations.isEmpty)
    #expect(!tool.adapter.flashIsLocked)
  }

  @Test(arguments: serialProfiles) func programsAndErases(_ profile: AdapterProfile) throws {
    let tool = PlainTool(adapter: SimulatedAdapter(profile, flash: [0x12, 0x34]))
    try tool.lock()
    #expect(try tool.flash(0) == [0x1234_ffff, .max, .max, .max])
    let bytes = (0..<256).map { UInt8($0) }
    try tool.program(bytes, at: 0x20000)
    #expect(tool.adapter.flash(0x20000..<0x20100) == bytes)
    try tool.erase(0xd8, 0x20010)
    #expect(tool.adapter.flash(0x20000..<0x30000).allSatisfy { $0 == 0xff })
    #expect(
      tool.adapter.operations == [
        FlashOperation(.program, at: 0x20000, size: 256), FlashOperation(.erase, at: 0x20000, size: 0x10000),
      ])
    #expect(tool.adapter.counters.programs == 1)
    #expect(tool.adapter.counters.erases64K == 1)
    #expect(tool.adapter.violations.isEmpty)
  }
}
