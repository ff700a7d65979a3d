import Foundation
import SimulatedHardware
import Vocabulary

/// What a command did to the adapter.
struct Report: Encodable {
  let profile: String
  let counters: AccessCounters
  /// How often each opcode was sent to the flash, by its two hexadecimal digits.
  let opcodes: [String: Int]
  let operations: [FlashOperation]
  let violations: [String]
  let violationCount: Int
  let unknownRegisterReads: [String]
  let unknownFirmwareRegisters: [String]
  /// Where the adapter would boot now; left out when nowhere.
  let bootsAt: Int?
  let bootAddress: Int?
  let flashIsLocked: Bool

  init(_ adapter: SimulatedAdapter) {
    profile = adapter.profile.name
    counters = adapter.counters
    opcodes = Dictionary(
      uniqueKeysWithValues: counters.opcodes.enumerated().filter { $0.element > 0 }
        .map { (UInt8($0.offset).hexadecimal(digits: 2), $0.element) })
    operations = adapter.operations
    violations = adapter.violations.map { "\($0)" }
    violationCount = adapter.violationCount
    unknownRegisterReads = adapter.unknownRegisterReads.map { "0x" + String($0, radix: 16) }
    unknownFirmwareRegisters = adapter.unknownFirmwareRegisters.map { "0x" + String($0, radix: 16) }
    bootsAt = BootROM.imageStart(in: adapter.flash, of: adapter.profile)
    bootAddress = adapter.bootAddress
    flashIsLocked = adapter.flashIsLocked
  }

  var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      return try encoder.encode(self)
    }
  }
}
