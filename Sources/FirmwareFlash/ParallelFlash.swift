internal import FirmwareImage
internal import HostAccess

/// Parallel NOR flash with Intel's or AMD's commands.
final class ParallelFlash: FlashDevice {
  let partName: String
  let geometry: FlashGeometry
  /// Such parts protect sectors by a pin or a voltage, and do not tell.
  let protectedAreas: [Range<Int>] = []

  private let gateway: ParallelGateway
  private let description: FlashDescription
  private let unlock: Unlock
  private let guardian: FlashGuard
  private let clock: any Clock

  /// Where AMD's parts want their first two bytes: they differ for wide parts in byte mode.
  private struct Unlock {
    let first: Int
    let second: Int

    static let narrow = Unlock(first: 0x555, second: 0x2aa)
    static let wide = Unlock(first: 0xaaa, second: 0x555)
  }

  private enum Command {
    static let intelReadArray: UInt8 = 0xff, intelErase: UInt8 = 0x20, intelProgram: UInt8 = 0x40
    static let intelBuffer: UInt8 = 0xe8, intelConfirm: UInt8 = 0xd0, intelClear: UInt8 = 0x50
    static let amdReset: UInt8 = 0xf0, amdUnlock1: UInt8 = 0xaa, amdUnlock2: UInt8 = 0x55, amdProgram: UInt8 = 0xa0
    static let amdEraseSetup: UInt8 = 0x80, amdErase: UInt8 = 0x30
    static let query: UInt8 = 0x98
  }

  private enum Place { static let query = 0x55, reset = 0x555 }

  private enum Status { static let ready: UInt8 = 0x80, error: UInt8 = 0x3e }

  init(_ guardian: FlashGuard, _ space: any CRSpace, _ clock: any Clock) throws(FlashError) {
    self.guardian = guardian
    self.clock = clock
    gateway = try ParallelGateway(space, clock)
    let (table, isWide) = try Self.query(gateway)
    // The part answers with its table until it is told not to, and an adapter boots from what it reads.
    for command in [Command.amdReset, Command.intelReadArray] { try gateway.write(command, at: Place.reset) }
    guard let description = FlashDescription(table), description.size <= ParallelGateway.reach else {
      throw .unknownPart(
        table.isEmpty
          ? 0
          : table[FlashDescription.Entry.commandSet...].prefix(4).reduce(0) {
            $0 << 8 | UInt32($1)
          })
    }
    self.description = description
    unlock = isWide ? .wide : .narrow
    let maker = description.commandSet == .amd ? "AMD" : "Intel"
    partName = "parallel NOR, \(maker) commands"
    geometry = FlashGeometry(
      size: description.size, eraseSizes: [description.eraseSize], pageSize: max(description.bufferSize, 16))
  }

  deinit { close() }

  func close() { guardian.end() }

  func read(_ range: Range<Int>) throws(FlashError) -> [UInt8] {
    try guardian.check(range, size: geometry.size)
    let start = range.lowerBound / 4 * 4
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count + 8)
    for position in stride(from: start, to: range.upperBound, by: 4) {
      let dword = try gateway.read(at: position)
      for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: dword >> shift)) }
    }
    return Array(bytes[range.lowerBound - start..<range.upperBound - start])
  }

  func erase(at address: Int, size: Int) throws(FlashError) {
    try guardian.check(address..<address + size, size: geometry.size)
    precondition(size == geometry.sectorSize && address % size == 0, "no erase of that size at that place")
    try showingContentsAfterwards { () throws(FlashError) in
      for sector in description.sectors(in: address..<address + size) {
        if description.commandSet == .amd { try eraseAMD(sector) } else { try eraseIntel(sector) }
      }
    }
  }

  func program(_ bytes: [UInt8], at address: Int) throws(FlashError) {
    try guardian.check(address..<address + bytes.count, size: geometry.size)
    try showingContentsAfterwards { () throws(FlashError) in
      if description.commandSet == .amd {
        for (offset, byte) in bytes.enumerated() where byte != 0xff { try programAMD(byte, at: address + offset) }
        return
      }
      let unit = description.bufferSize
      var position = address
      while position < address + bytes.count {
        let end = min(position / unit * unit + unit, address + bytes.count)
        let part = Array(bytes[position - address..<end - address])
        if part.contains(where: { $0 != 0xff }) { try programIntel(part, at: position) }
        position = end
      }
      try reset()
    }
  }

  func rest() { guardian.rest() }

  func setBootAddress(_ address: Int) throws(FlashError) { try guardian.setBootAddress(address) }

  // A byte takes 10 µs, a buffer 1 ms, a sector a second or five: data sheets' limits, with room.
  private static let programPatience = Patience(quick: 200, interval: 1, limit: 1000)
  private static let erasePatience = Patience(quick: 2, interval: 10, limit: 20_000)

  /// A part that fails goes on telling its status. It is made to show its contents all the same: what boots is read next.
  private func showingContentsAfterwards(_ change: () throws(FlashError) -> Void) throws(FlashError) {
    do throws(FlashError) { try change() } catch {
      if description.commandSet != .amd { try? gateway.write(Command.intelClear, at: Place.reset) }
      try? reset()
      throw error
    }
  }

  private func reset() throws(FlashError) {
    try gateway.write(
      description.commandSet == .amd ? Command.amdReset : Command.intelReadArray, at: Place.reset)
  }

  // MARK: Intel

  private func eraseIntel(_ sector: Int) throws(FlashError) {
    try gateway.write(Command.intelErase, at: sector)
    try gateway.write(Command.intelConfirm, at: sector)
    try waitIntel(at: sector, Self.erasePatience)
    try reset()
  }

  private func programIntel(_ bytes: [UInt8], at address: Int) throws(FlashError) {
    guard description.bufferSize > 1 else {
      try gateway.write(Command.intelProgram, at: address)
      try gateway.write(bytes[0], at: address)
      return try waitIntel(at: address, Self.programPatience)
    }
    // The part may have no free buffer yet: it is asked again.
    try Self.programPatience.wait(for: "the flash part", clock) { () throws(FlashError) in
      try gateway.write(Command.intelBuffer, at: address)
      return try status(at: address) & Status.ready != 0
    }
    try gateway.write(UInt8(bytes.count - 1), at: address)
    for (offset, byte) in bytes.enumerated() { try gateway.write(byte, at: address + offset) }
    try gateway.write(Command.intelConfirm, at: address)
    try waitIntel(at: address, Self.programPatience)
  }

  private func waitIntel(at address: Int, _ patience: Patience) throws(FlashError) {
    var last: UInt8 = 0
    try patience.wait(for: "the flash part", clock) { () throws(FlashError) in
      last = try status(at: address)
      return last & Status.ready != 0
    }
    guard last & Status.error == 0 else {
      throw .access(
        "the flash part reports an error (status 0x\(String(last, radix: 16))) at 0x\(String(address, radix: 16)):"
          + " the sector is protected or worn out")
    }
  }

  /// Intel's status register, which every read gives after a command.
  private func status(at address: Int) throws(FlashError) -> UInt8 {
    UInt8(truncatingIfNeeded: try gateway.read(at: address / 4 * 4) >> 24)
  }

  // MARK: AMD

  private func eraseAMD(_ sector: Int) throws(FlashError) {
    try unlockAMD(sector, Command.amdEraseSetup)
    try writeUnlock(sector)
    try gateway.write(Command.amdErase, at: sector)
    // While it works the part shows status bits, of which one is 0.
    try Self.erasePatience.wait(for: "the flash part", clock) { () throws(FlashError) in
      try gateway.read(at: sector) == .max
    }
  }

  private func programAMD(_ byte: UInt8, at address: Int) throws(FlashError) {
    try unlockAMD(address, Command.amdProgram)
    try gateway.write(byte, at: address)
    let shift = UInt32(24 - address % 4 * 8)
    try Self.programPatience.wait(for: "the flash part", clock) { () throws(FlashError) in
      UInt8(truncatingIfNeeded: try gateway.read(at: address / 4 * 4) >> shift) == byte
    }
  }

  /// A command in the bank of `address`: the part looks at the low address lines only, and the bank stays.
  private func unlockAMD(_ address: Int, _ command: UInt8) throws(FlashError) {
    try writeUnlock(address)
    try gateway.write(command, at: bank(address) + unlock.first)
  }

  private func writeUnlock(_ address: Int) throws(FlashError) {
    try gateway.write(Command.amdUnlock1, at: bank(address) + unlock.first)
    try gateway.write(Command.amdUnlock2, at: bank(address) + unlock.second)
  }

  private func bank(_ address: Int) -> Int { address / ParallelGateway.bankSize * ParallelGateway.bankSize }

  // MARK: identification

  /// The query table, and whether the part is a wide one in byte mode, which shows each entry twice.
  private static func query(_ gateway: ParallelGateway) throws(FlashError) -> (table: [UInt8], isWide: Bool) {
    let answer = try ask(gateway)
    if FlashDescription(answer.table) != nil { return answer }
    // A tool that was killed while it filled Intel's buffer: commands are taken for data until that is full. Ones change
    // nothing, and are not what confirms a program.
    for _ in 0...largestBuffer { try gateway.write(Command.intelReadArray, at: Place.query) }
    try gateway.write(Command.intelClear, at: Place.query)
    return try ask(gateway)
  }

  /// The count of bytes that a buffer is filled with is one byte.
  private static let largestBuffer = 256

  private static func ask(_ gateway: ParallelGateway) throws(FlashError) -> (table: [UInt8], isWide: Bool) {
    try gateway.write(Command.intelReadArray, at: Place.query)
    try gateway.write(Command.query, at: Place.query)
    let narrow = try table(gateway, stride: 1, entries: FlashDescription.Entry.commandSet)
    if narrow[FlashDescription.Entry.signature...].starts(with: FlashDescription.signature) {
      return (try table(gateway, stride: 1, entries: FlashDescription.Entry.count), false)
    }
    return (try table(gateway, stride: 2, entries: FlashDescription.Entry.count), true)
  }

  private static func table(_ gateway: ParallelGateway, stride width: Int, entries: Int) throws(FlashError) -> [UInt8] {
    var table = [UInt8](repeating: 0, count: entries)
    let first = FlashDescription.Entry.signature * width / 4 * 4
    for position in stride(from: first, to: entries * width, by: 4) {
      let dword = try gateway.read(at: position)
      for offset in 0..<4 where (position + offset) % width == 0 && (position + offset) / width < entries {
        table[(position + offset) / width] = UInt8(truncatingIfNeeded: dword >> UInt32(24 - 8 * offset))
      }
    }
    return table
  }
}
