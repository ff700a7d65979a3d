/// One parallel NOR chip in byte mode, with Intel's or AMD's commands and the table that describes it (CFI). Source: JEDEC
/// JESD68 and JEP137, the parts' data sheets.
struct ParallelNOR: Sendable {
  private enum Mode: Sendable { case array, query, status, identification }

  /// A sequence of commands that has begun.
  private enum Sequence: Sendable, Equatable {
    case none
    /// Intel: after 20, 40 or e8.
    case erase(Int), program(Int), bufferCount(Int), bufferData(Int, left: Int), bufferConfirm(Int)
    /// AMD: after aa; after 55; after a0; after 80, and that sequence again.
    case unlock1, unlock2, byte, eraseSetup, eraseUnlock1, eraseUnlock2
  }

  private enum Status { static let ready: UInt8 = 0x80, eraseError: UInt8 = 0x20, programError: UInt8 = 0x10 }

  let part: NORPart
  private var mode = Mode.array
  private var sequence = Sequence.none
  private var buffer: [UInt8] = []
  private var bufferStart = 0
  private var status = Status.ready
  private var busyReads = 0
  /// AMD: the byte that is being programmed or whose sector is erased; while it lasts, bit 7 reads inverted.
  private var pending: (address: Int, value: UInt8)?

  init(part: NORPart) { self.part = part }

  private var isIntel: Bool { if case .intel = part.interface { true } else { false } }

  /// Time passes: what was running is done, unless it never will be.
  mutating func settle() { if busyReads != .max { busyReads = 0 } }

  mutating func read4(_ address: Int, flash: inout FlashArray) -> UInt32 {
    if busyReads > 0 {
      if busyReads != .max { busyReads -= 1 }
      if isIntel { return 0 }
      if let pending, pending.address & ~3 == address & ~3 {
        let shift = UInt32(24 - pending.address % 4 * 8)
        return flash.read(at: address & ~3) & ~(0xff << shift) | UInt32(~pending.value & 0x80) << shift
      }
      return 0
    }
    switch mode {
    case .array: return flash.read(at: address & ~3)
    case .status: return UInt32(status) * 0x0101_0101
    case .query, .identification:
      return (0..<4).reduce(0) { $0 << 8 | UInt32(query(address & ~3 | $1)) }
    }
  }

  mutating func write(
    _ byte: UInt8, at address: Int, flash: inout FlashArray, counters: inout AccessCounters, timing: BusyTimes,
    violations: inout Violations
  ) {
    if busyReads > 0 { return violations.add(.commandWhileBusy(opcode: byte)) }
    let outcome =
      isIntel
      ? writeIntel(byte, address, &flash, &counters, &violations)
      : writeAMD(byte, address, &flash, &counters, &violations)
    guard let (outcome, isErase) = outcome else { return }
    busyReads = outcome == .neverReady ? .max : isErase ? timing.erase : timing.program
    if outcome == .failed { status |= isErase ? Status.eraseError : Status.programError }
  }

  private typealias Done = (FlashArray.Outcome, isErase: Bool)

  private mutating func writeIntel(
    _ byte: UInt8, _ address: Int, _ flash: inout FlashArray, _ counters: inout AccessCounters,
    _ violations: inout Violations
  ) -> Done? {
    let now = sequence
    sequence = .none
    switch (now, byte) {
    case (.none, 0xff), (.none, 0xf0):
      mode = .array
      return nil
    case (.none, 0x98): mode = .query
    case (.none, 0x90): mode = .identification
    case (.none, 0x70): mode = .status
    case (.none, 0x50): status = Status.ready
    case (.none, 0x20): sequence = .erase(address)
    case (.none, 0x40), (.none, 0x10): sequence = .program(address)
    case (.none, 0xe8):
      mode = .status
      sequence = .bufferCount(address)
    case (.bufferCount(let start), 0xe8):  // Asked again for the buffer.
      sequence = .bufferCount(start)
    case (.erase(let start), 0xd0):
      mode = .status
      return (erase(start, &flash, &counters), true)
    case (.program(let start), _):
      mode = .status
      return (program([byte], start, &flash, &counters, &violations), false)
    case (.bufferCount(let start), _):
      buffer.removeAll(keepingCapacity: true)
      sequence = .bufferData(start, left: Int(byte) + 1)
      if Int(byte) >= part.pageSize || start % part.pageSize + Int(byte) >= part.pageSize {
        violations.add(.pageWrap(address: start))
      }
    case (.bufferData(let start, let left), _):
      if buffer.isEmpty { bufferStart = address }
      buffer.append(byte)
      sequence = left > 1 ? .bufferData(start, left: left - 1) : .bufferConfirm(start)
    case (.bufferConfirm, 0xd0):
      return (program(buffer, bufferStart, &flash, &counters, &violations), false)
    default: violations.add(.brokenSequence(address: address))
    }
    return nil
  }

  private mutating func writeAMD(
    _ byte: UInt8, _ address: Int, _ flash: inout FlashArray, _ counters: inout AccessCounters,
    _ violations: inout Violations
  ) -> Done? {
    let now = sequence
    sequence = .none
    // The chip looks at 11 address lines here.
    switch (now, address & 0x7ff, byte) {
    case (.byte, _, _):
      pending = (address, byte)
      return (program([byte], address, &flash, &counters, &violations), false)
    case (.none, _, 0xf0), (.none, _, 0xff): mode = .array
    case (.none, 0x55, 0x98): mode = .query
    case (.none, 0x555, 0xaa): sequence = .unlock1
    case (.unlock1, 0x2aa, 0x55): sequence = .unlock2
    case (.unlock2, 0x555, 0xa0): sequence = .byte
    case (.unlock2, 0x555, 0x80): sequence = .eraseSetup
    case (.unlock2, 0x555, 0x90): mode = .identification
    case (.unlock2, 0x555, 0xf0): mode = .array
    case (.eraseSetup, 0x555, 0xaa): sequence = .eraseUnlock1
    case (.eraseUnlock1, 0x2aa, 0x55): sequence = .eraseUnlock2
    case (.eraseUnlock2, _, 0x30):
      pending = (address, 0xff)
      return (erase(address, &flash, &counters), true)
    default: violations.add(.brokenSequence(address: address))
    }
    return nil
  }

  private func erase(_ address: Int, _ flash: inout FlashArray, _ counters: inout AccessCounters)
    -> FlashArray.Outcome
  {
    let size = part.erases[0].size
    counters.count(erase: size)
    return flash.erase(at: address / size * size, size: size)
  }

  private func program(
    _ bytes: [UInt8], _ address: Int, _ flash: inout FlashArray, _ counters: inout AccessCounters,
    _ violations: inout Violations
  ) -> FlashArray.Outcome {
    for (offset, byte) in bytes.enumerated() where byte != 0xff && byte & ~flash.cells[address + offset] != 0 {
      violations.add(.setsBits(address: address + offset))
      break
    }
    counters.programs += 1
    return flash.program(bytes, at: address, area: address..<address + bytes.count) { address + $0 }
  }

  /// The description table. Wide parts in byte mode show each entry twice.
  private func query(_ address: Int) -> UInt8 {
    let entry = isIntel ? address / 2 : address
    let size = UInt8(truncatingIfNeeded: part.size.trailingZeroBitCount)
    let sector = part.erases[0].size
    let last = part.size / sector - 1
    switch entry & 0x7f {
    case 0x10: return 0x51
    case 0x11: return 0x52
    case 0x12: return 0x59
    case 0x13: return isIntel ? 1 : 2
    case 0x27: return size
    case 0x2a: return part.pageSize > 1 ? UInt8(truncatingIfNeeded: part.pageSize.trailingZeroBitCount) : 0
    case 0x2c: return 1
    case 0x2d: return UInt8(truncatingIfNeeded: last)
    case 0x2e: return UInt8(truncatingIfNeeded: last >> 8)
    case 0x2f: return UInt8(truncatingIfNeeded: sector >> 8)
    case 0x30: return UInt8(truncatingIfNeeded: sector >> 16)
    default: return 0
    }
  }
}

extension Device {
  mutating func runParallel(_ index: Int, _ value: UInt32) {
    typealias Bits = Register.Parallel
    counters.gatewayCommands += 1
    if !flashIsLocked { violations.add(.gatewayWithoutSemaphore) }
    let bank = Int(self.value(of: Register.GPIO.data) >> Register.GPIO.bankShift & 7)
    let address = bank * Bits.bankSize + Int(value & Bits.addressBits)
    if address >= profile.flashSize { violations.add(.beyondFlash(address: address)) }
    switch value & Bits.operation {
    case Bits.read4: set(Bits.data, to: parallel.read4(address % profile.flashSize, flash: &flash))
    case Bits.write1:
      parallel.write(
        UInt8(self.value(of: Bits.data) >> 24), at: address % profile.flashSize, flash: &flash, counters: &counters,
        timing: profile.times, violations: &violations)
    default: break
    }
    registers[index] = value & ~Bits.operation
  }
}
