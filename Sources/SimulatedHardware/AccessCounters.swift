/// How much an adapter was asked. Everything counts from when the adapter was made or powered on.
public struct AccessCounters: Sendable, Equatable, Encodable {
  /// Operations on configuration space, whatever their length.
  public var configurationReads = 0
  public var configurationWrites = 0
  public var configurationReadDwords = 0
  public var configurationWriteDwords = 0
  /// Dwords through BAR 0.
  public var memoryReads = 0
  public var memoryWrites = 0
  /// Dwords of CR space, by whatever way.
  public var registerReads = 0
  public var registerWrites = 0
  /// Of them, reads of addresses where the model has no register.
  public var unknownRegisterReads = 0
  public var gatewayCommands = 0
  /// Commands to the running firmware.
  public var commands = 0
  /// Of them, those that move an update: instructions (MCC) and pieces of data (MCDA).
  public var updateSteps = 0
  /// Commands to serial flash by opcode, 256 of them.
  public var opcodes = [Int](repeating: 0, count: 256)
  public var erases4K = 0
  public var erases64K = 0
  public var erases128K = 0
  /// Executed program operations: a page, a buffer or a byte each, as the part has it.
  public var programs = 0

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case configurationReads, configurationWrites, configurationReadDwords, configurationWriteDwords, memoryReads
    case memoryWrites, registerReads, registerWrites, unknownRegisterReads, gatewayCommands, commands, updateSteps
    case erases4K, erases64K
    case erases128K, programs
  }

  /// All operations on configuration space.
  public var configurationOperations: Int { configurationReads + configurationWrites }
}

/// An erase or a program operation on the flash, in physical addresses.
public struct FlashOperation: Sendable, Equatable, Encodable {
  public enum Kind: String, Sendable, Encodable { case erase, program }
  public let kind: Kind
  public let address: Int
  /// Bytes.
  public let size: Int

  public init(_ kind: Kind, at address: Int, size: Int) {
    self.kind = kind
    self.address = address
    self.size = size
  }
}

/// What a careful tool never does. Real hardware would ignore it, or do something else than wished.
public enum RuleViolation: Sendable, Equatable {
  /// An erase, a program or a status write without WREN before it.
  case withoutWriteEnable(opcode: UInt8)
  /// A program operation that ran over the end of its page and wrapped to the page's start.
  case pageWrap(address: Int)
  /// The part is still erasing or programming.
  case commandWhileBusy(opcode: UInt8)
  case unknownOpcode(UInt8)
  /// An address phase of three bytes for a command of four, or the reverse.
  case addressLength(opcode: UInt8)
  /// The area is block protected: nothing was changed.
  case writeProtected(address: Int)
  /// Bits that are zero cannot become one by programming.
  case setsBits(address: Int)
  /// No chip answers this chip select.
  case noChip(select: Int)
  case beyondFlash(address: Int)
  /// A data phase without a command before it.
  case dataWithoutCommand
  /// A command was sent while chip select was held low by another one.
  case commandWithinCommand(opcode: UInt8)
  /// The gateway was used without the flash semaphore (or the gateway's own lock).
  case gatewayWithoutSemaphore
  /// The flash was reached past the firmware that runs from it.
  case gatewayWhileFirmwareRuns
  /// A command to the firmware without its semaphore.
  case commandWithoutSemaphore
  /// The gateway's flash enable bit is missing (ConnectX to ConnectX-3).
  case flashNotEnabled
  /// A semaphore was freed that nobody held.
  case freedFreeSemaphore(address: UInt32)
  case unknownRegisterWrite(address: UInt32)
  case readOnlyRegisterWrite(address: UInt32)
  case misaligned(address: UInt32)
  /// The capability was used without its semaphore.
  case capabilityWithoutSemaphore
  /// A semaphore ticket that was never given out.
  case foreignTicket(UInt32)
  case unsupportedSpace(UInt32)
  /// Parallel flash: a sequence of commands that means nothing.
  case brokenSequence(address: Int)
}
