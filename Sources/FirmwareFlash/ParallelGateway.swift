internal import BinaryLayout
internal import HostAccess

/// The window to parallel flash of InfiniHost and InfiniHost III Ex: four bytes are read at a time and one is written.
/// Banks of 512 KiB are chosen over three GPIO lines. Source: DeviceAccess.md#cr-space and the public history of
/// mstflint (2005 to 2011).
final class ParallelGateway {
  private enum Register {
    static let command: UInt32 = 0xf01a4
    static let data: UInt32 = 0xf01a8
    static let processorMode: UInt32 = 0xf0150
    static let direction: UInt32 = 0xf008c
    static let polarity: UInt32 = 0xf0094
    static let mode: UInt32 = 0xf009c
    static let clear: UInt32 = 0xf00d4
    static let set: UInt32 = 0xf00dc
  }

  private enum Field {
    static let operation = LayoutField.register("operation", bits: 29...31)
    static let address = LayoutField.register("address", bits: 0...18)
    static let byte = LayoutField.register("byte", bits: 24...31)
    static let bank = LayoutField.register("bank", bits: 4...6)
    /// Who drives the flash: 1 is this window.
    static let owner = LayoutField.register("owner", bits: 30...31)
  }

  private enum Operation {
    static let read4: UInt32 = 1
    static let write1: UInt32 = 2
  }

  /// Bytes that the address reaches; the bank says which.
  static let bankSize = 0x80000
  /// Bytes that all banks reach.
  static let reach = bankSize * 8

  private static let patience = Patience(quick: 1000, interval: 1, limit: 1000)

  private let space: any CRSpace
  private let clock: any Clock
  private var bank: Int?

  /// Sets the GPIO lines and the flash's owner up.
  init(_ space: any CRSpace, _ clock: any Clock) throws(FlashError) {
    self.space = space
    self.clock = clock
    try change(Register.direction) { Field.bank.setting(7, in: $0) }
    try change(Register.polarity) { Field.bank.setting(0, in: $0) }
    try change(Register.mode) { Field.bank.setting(0, in: $0) }
    try change(Register.processorMode) { Field.owner.setting(1, in: $0) }
  }

  /// The four bytes at an aligned address, the first in the highest bits.
  func read(at address: Int) throws(FlashError) -> UInt32 {
    try space.exclusively { () throws(FlashError) in
      try command(Operation.read4, address)
      return try space.read(Register.data)
    }
  }

  func write(_ byte: UInt8, at address: Int) throws(FlashError) {
    try space.exclusively { () throws(FlashError) in
      try space.write(Field.byte.setting(UInt32(byte), in: 0), to: Register.data)
      try command(Operation.write1, address)
    }
  }

  private func command(_ operation: UInt32, _ address: Int) throws(FlashError) {
    let wanted = address / Self.bankSize
    if bank != wanted {
      bank = nil
      try space.write(Field.bank.mask, to: Register.clear)
      try space.write(Field.bank.setting(UInt32(wanted), in: 0), to: Register.set)
      bank = wanted
    }
    let place = Field.address.setting(UInt32(address % Self.bankSize), in: 0)
    try space.write(Field.operation.setting(operation, in: place), to: Register.command)
    try Self.patience.wait(for: "the flash gateway", clock) { () throws(FlashError) in
      let value = try space.read(Register.command)
      if value == .max { throw .noAnswer }
      return Field.operation.value(in: value) == 0
    }
  }

  private func change(_ address: UInt32, _ change: (UInt32) -> UInt32) throws(FlashError) {
    let old = try space.read(address)
    if change(old) != old { try space.write(change(old), to: address) }
  }
}
