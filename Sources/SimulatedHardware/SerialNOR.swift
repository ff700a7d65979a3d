/// One serial NOR chip: commands, write enable latch, status register, page buffer. Source:
/// DeviceAccess.md#serial-nor-flash and the parts' data sheets, which agree in this.
struct SerialNOR: Sendable {
  private enum Opcode {
    static let writeStatus: UInt8 = 0x01, program: UInt8 = 0x02, read: UInt8 = 0x03, writeDisable: UInt8 = 0x04
    static let status: UInt8 = 0x05, writeEnable: UInt8 = 0x06
    static let program4: UInt8 = 0x12, read4: UInt8 = 0x13, status3: UInt8 = 0x15
    static let writeStatus2: UInt8 = 0x31, status2: UInt8 = 0x35, status3Micron: UInt8 = 0x85
    static let identification: UInt8 = 0x9f, signature: UInt8 = 0xab, flags: UInt8 = 0x70
    static let configuration: UInt8 = 0xb5
  }

  /// What a transfer of the gateway carries over the wires.
  struct Transfer {
    var opcode: UInt8?
    /// The address, and how many bytes of it are sent.
    var address: Int?
    var addressBytes = 3
    /// Bytes to fetch, or to send.
    var fetch = 0
    var send: [UInt8] = []
    /// Chip select stays low: the next transfer goes on with this command.
    var hold = false
  }

  let part: NORPart
  /// Where the chip's first byte lies in the adapter's flash.
  let base: Int
  private(set) var status: UInt8
  private(set) var status2: UInt8 = 0
  private(set) var isWriteEnabled = false
  /// Status polls until the running operation is done; more than anyone will wait for when it never is.
  private var busyPolls = 0

  private var opcode: UInt8?
  private var position = 0
  private var buffer: [UInt8] = []
  private var isIgnored = false

  init(part: NORPart, base: Int, status: UInt8) {
    self.part = part
    self.base = base
    self.status = status
  }

  private var isBusy: Bool { busyPolls > 0 }

  /// One transfer. Answers the bytes that were fetched.
  mutating func transfer(
    _ transfer: Transfer, flash: inout FlashArray, counters: inout AccessCounters, timing: BusyTimes,
    violations: inout Violations
  ) -> [UInt8] {
    if let opcode = transfer.opcode, self.opcode != nil {
      clock(opcode, transfer, &violations)
    } else if let opcode = transfer.opcode {
      begin(opcode, transfer, counters: &counters, violations: &violations)
    } else if self.opcode == nil {
      violations.add(.dataWithoutCommand)
    }
    let fetched = transfer.fetch > 0 ? fetch(transfer.fetch, flash: &flash, violations: &violations) : []
    buffer += transfer.send
    if !transfer.hold { end(flash: &flash, counters: &counters, timing: timing, violations: &violations) }
    return fetched
  }

  private mutating func begin(
    _ opcode: UInt8, _ transfer: Transfer, counters: inout AccessCounters, violations: inout Violations
  ) {
    self.opcode = opcode
    position = transfer.address ?? 0
    buffer.removeAll(keepingCapacity: true)
    counters.opcodes[Int(opcode)] += 1
    isIgnored = isBusy && opcode != Opcode.status && opcode != Opcode.flags
    if isIgnored { violations.add(.commandWhileBusy(opcode: opcode)) }
    if let expected = addressBytes(opcode), transfer.address == nil || transfer.addressBytes != expected {
      violations.add(.addressLength(opcode: opcode))
      isIgnored = true
    }
    if position >= part.size, addressBytes(opcode) != nil { violations.add(.beyondFlash(address: base + position)) }
    position %= part.size
  }

  /// Chip select was still low: the bytes of the new command are data of the old one.
  private mutating func clock(_ opcode: UInt8, _ transfer: Transfer, _ violations: inout Violations) {
    violations.add(.commandWithinCommand(opcode: opcode))
    var bytes = [opcode]
    if let address = transfer.address {
      bytes += (0..<transfer.addressBytes).reversed().map { UInt8(truncatingIfNeeded: address >> (8 * $0)) }
    }
    buffer += bytes
    if self.opcode == Opcode.read || self.opcode == Opcode.read4 { position = (position + bytes.count) % part.size }
  }

  /// How many bytes of address a command wants; `nil` when none.
  private func addressBytes(_ opcode: UInt8) -> Int? {
    switch opcode {
    case Opcode.read, Opcode.program: 3
    case Opcode.read4, Opcode.program4: 4
    default: part.erases.first { $0.opcode == opcode }?.addressBytes
    }
  }

  private mutating func fetch(_ count: Int, flash: inout FlashArray, violations: inout Violations) -> [UInt8] {
    guard !isIgnored, let opcode else { return Array(repeating: 0xff, count: count) }
    switch opcode {
    case Opcode.read, Opcode.read4:
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count)
      while bytes.count < count {
        let word = flash.read(at: base + position & ~3)
        for offset in position & 3..<4 where bytes.count < count {
          bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * offset)))
          position = (position + 1) % part.size
        }
      }
      return bytes
    case Opcode.status:
      let now = status | (isWriteEnabled ? 2 : 0) | (isBusy ? 1 : 0)
      if isBusy, busyPolls != .max { busyPolls -= 1 }
      return Array(repeating: now, count: count)
    case Opcode.status2: return Array(repeating: status2, count: count)
    case Opcode.status3, Opcode.status3Micron, Opcode.configuration: return Array(repeating: 0xff, count: count)
    case Opcode.flags: return Array(repeating: isBusy ? 0 : 0x80, count: count)
    case Opcode.identification:
      guard case .serial(let jedec, _) = part.interface else { return [] }
      let id = [UInt8(jedec >> 16 & 0xff), UInt8(jedec >> 8 & 0xff), UInt8(jedec & 0xff)]
      return (0..<count).map { $0 < id.count ? id[$0] : 0 }
    case Opcode.signature:
      guard case .serial(_, let signature) = part.interface else { return [] }
      // Three bytes pass before the signature is driven.
      return (0..<count).map { $0 < 3 ? 0xff : signature }
    default:
      return Array(repeating: 0xff, count: count)
    }
  }

  /// Chip select rises: what was sent takes effect.
  private mutating func end(
    flash: inout FlashArray, counters: inout AccessCounters, timing: BusyTimes, violations: inout Violations
  ) {
    guard let opcode else { return }
    self.opcode = nil
    guard !isIgnored else { return }
    switch opcode {
    case Opcode.read, Opcode.read4, Opcode.status, Opcode.status2, Opcode.status3, Opcode.status3Micron, Opcode.flags,
      Opcode.configuration,
      Opcode.identification, Opcode.signature:
      return
    case Opcode.writeEnable: isWriteEnabled = true
    case Opcode.writeDisable: isWriteEnabled = false
    case Opcode.writeStatus, Opcode.writeStatus2:
      guard takeWriteEnable(opcode, &violations), let first = buffer.first else { return }
      if opcode == Opcode.writeStatus {
        status = first & 0xfc
        if buffer.count > 1 { status2 = buffer[1] }
      } else {
        status2 = first
      }
      busyPolls = timing.program
    case Opcode.program, Opcode.program4:
      guard takeWriteEnable(opcode, &violations), !buffer.isEmpty else { return }
      program(flash: &flash, counters: &counters, timing: timing, violations: &violations)
    default:
      guard let erase = part.erases.first(where: { $0.opcode == opcode }) else {
        violations.add(.unknownOpcode(opcode))
        return
      }
      guard takeWriteEnable(opcode, &violations) else { return }
      let start = position / erase.size * erase.size
      guard !isProtected(start..<start + erase.size, &violations) else { return }
      counters.count(erase: erase.size)
      wait(timing.erase, after: flash.erase(at: base + start, size: erase.size))
    }
  }

  private mutating func program(
    flash: inout FlashArray, counters: inout AccessCounters, timing: BusyTimes, violations: inout Violations
  ) {
    let page = position / part.pageSize * part.pageSize
    let first = position - page
    if first + buffer.count > part.pageSize { violations.add(.pageWrap(address: base + position)) }
    // More bytes than a page: the last ones count.
    let bytes = buffer.count > part.pageSize ? Array(buffer.suffix(part.pageSize)) : buffer
    let start = first + buffer.count - bytes.count
    guard !isProtected(page..<page + part.pageSize, &violations) else { return }
    let (base, size) = (base, part.pageSize)
    for (offset, byte) in bytes.enumerated() where byte != 0xff {
      let place = base + page + (start + offset) % size
      if byte & ~flash.cells[place] != 0 {
        violations.add(.setsBits(address: place))
        break
      }
    }
    counters.programs += 1
    wait(
      timing.program,
      after: flash.program(bytes, at: base + position, area: base + page..<base + page + size) {
        base + page + (start + $0) % size
      })
  }

  private mutating func takeWriteEnable(_ opcode: UInt8, _ violations: inout Violations) -> Bool {
    guard isWriteEnabled else {
      violations.add(.withoutWriteEnable(opcode: opcode))
      return false
    }
    isWriteEnabled = false
    return true
  }

  private mutating func isProtected(_ range: Range<Int>, _ violations: inout Violations) -> Bool {
    guard part.protectedRange(status: status).overlaps(range) else { return false }
    violations.add(.writeProtected(address: base + range.lowerBound))
    return true
  }

  /// Time passes: what was running is done, unless it never will be.
  mutating func settle() { if busyPolls != .max { busyPolls = 0 } }

  private mutating func wait(_ polls: Int, after outcome: FlashArray.Outcome) {
    busyPolls = outcome == .neverReady ? Int.max : polls
  }

  private enum Lasting {
    static let writeEnabled: UInt32 = 1 << 16, selected: UInt32 = 1 << 17, ignored: UInt32 = 1 << 18
    static let opcodeShift: UInt32 = 24
    /// Bytes that were sent and are kept: more than a page only if a tool makes a mistake.
    static let bufferLimit = 1024
  }

  /// What of the chip outlives a process that used it: the status registers, whether it is write enabled, and the command
  /// that chip select holds.
  var lasting: [UInt32] {
    let registers = (isWriteEnabled ? Lasting.writeEnabled : 0) | UInt32(status2) << 8 | UInt32(status)
    guard let opcode else { return [registers] }
    let sent = buffer.suffix(Lasting.bufferLimit)
    return [
      registers | Lasting.selected | (isIgnored ? Lasting.ignored : 0) | UInt32(opcode) << Lasting.opcodeShift,
      UInt32(truncatingIfNeeded: position), UInt32(sent.count),
    ] + sent.map(UInt32.init)
  }

  /// Takes over the next chip's words.
  mutating func restore(_ words: inout ArraySlice<UInt32>) {
    guard let registers = words.popFirst() else { return }
    status = UInt8(registers & 0xff)
    status2 = UInt8(registers >> 8 & 0xff)
    isWriteEnabled = registers & Lasting.writeEnabled != 0
    opcode = nil
    guard registers & Lasting.selected != 0, let place = words.popFirst(), let count = words.popFirst() else { return }
    opcode = UInt8(registers >> Lasting.opcodeShift)
    isIgnored = registers & Lasting.ignored != 0
    position = Int(place)
    buffer = words.prefix(Int(count)).map { UInt8($0 & 0xff) }
    words = words.dropFirst(Int(count))
  }
}

/// How many status polls an operation lasts. Time itself does not pass in a model.
struct BusyTimes: Sendable, Equatable {
  var program = 1
  var erase = 3
}

/// The rules that were broken: how many times, and the first of them.
struct Violations: Sendable {
  private(set) var first: [RuleViolation] = []
  private(set) var count = 0

  mutating func add(_ violation: RuleViolation) {
    count += 1
    if first.count < 100 { first.append(violation) }
  }
}

extension AccessCounters {
  mutating func count(erase size: Int) {
    switch size {
    case 0x1000: erases4K += 1
    case 0x10000: erases64K += 1
    default: erases128K += 1
    }
  }
}
