internal import AdapterChips
internal import FirmwareImage
internal import HostAccess

/// Serial NOR flash behind an SPI gateway: one to four parts of a kind, side by side in one range of addresses.
final class SerialFlash: FlashDevice {
  let partName: String
  let geometry: FlashGeometry
  private(set) var protectedAreas: [Range<Int>] = []

  private let gateway: SPIGateway
  private let part: FlashPart
  /// Bytes of one part.
  private let partSize: Int
  private let isLong: Bool
  private let guardian: FlashGuard
  private let clock: any Clock

  /// Takes what must be held, and asks the part what it is.
  init(
    _ layout: SPIGatewayLayout, _ guardian: FlashGuard, _ space: any CRSpace, _ clock: any Clock
  ) throws(FlashError) {
    self.guardian = guardian
    self.clock = clock
    gateway = SPIGateway(layout, space, clock)
    if try gateway.findHeldChip() { try gateway.raiseChip() }
    gateway.chip = 0
    let found = try Self.identifyWhenReady(gateway)
    let chips = try Self.chips(like: found.id, gateway)
    part = found.part
    // Without four address bytes the gateway reaches no further than three do.
    partSize = layout.longAddress == nil ? min(found.size, 1 << 24) : found.size
    isLong = partSize > 1 << 24
    partName = "\(part.name) (\(found.id))"
    geometry = FlashGeometry(
      size: partSize * chips, eraseSizes: (part.erasesSubsectors ? [0x1000] : []) + [0x10000], pageSize: 256)
    protectedAreas = try readProtection()
  }

  deinit { close() }

  func close() {
    gateway.releaseChip()
    guardian.end()
  }

  func read(_ range: Range<Int>) throws(FlashError) -> [UInt8] {
    try guardian.check(range, size: geometry.size)
    guard !range.isEmpty else { return [] }
    let size = SPIGatewayLayout.transferSize
    let start = range.lowerBound / size * size
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count + 2 * size)
    var isContinued = false
    for position in stride(from: start, to: range.upperBound, by: size) {
      let isLast = position + size >= range.upperBound || (position + size) % partSize == 0
      bytes += try gateway.run(
        transfer(
          isLong ? SPIOpcode.readLong : SPIOpcode.read, at: position, .read(size), continues: isContinued,
          hold: !isLast))
      isContinued = canHold && !isLast
    }
    return Array(bytes[range.lowerBound - start..<range.upperBound - start])
  }

  func erase(at address: Int, size: Int) throws(FlashError) {
    try guardian.check(address..<address + size, size: geometry.size, changing: protectedAreas)
    let opcode =
      switch (size, isLong) {
      case (0x1000, false): SPIOpcode.eraseSubsector
      case (0x1000, true): SPIOpcode.eraseSubsectorLong
      case (_, false): SPIOpcode.eraseSector
      case (_, true): SPIOpcode.eraseSectorLong
      }
    precondition(geometry.eraseSizes.contains(size) && address % size == 0, "no erase of that size at that place")
    try enableWriting(at: address)
    try gateway.run(transfer(opcode, at: address))
    try waitUntilWritten(Self.erasePatience)
  }

  func program(_ bytes: [UInt8], at address: Int) throws(FlashError) {
    try guardian.check(address..<address + bytes.count, size: geometry.size, changing: protectedAreas)
    if part.pageSize == 1 {
      for (offset, byte) in bytes.enumerated() where byte != 0xff { try programByte(byte, at: address + offset) }
      return
    }
    // Whole transfers, filled up with ones, which change nothing; a page, or a transfer where no chip select is held.
    let unit = canHold ? part.pageSize : SPIGatewayLayout.transferSize
    var position = address
    while position < address + bytes.count {
      let end = min(position / unit * unit + unit, address + bytes.count)
      try programRun(Array(bytes[position - address..<end - address]), at: position)
      position = end
    }
  }

  func rest() { guardian.rest() }

  func setBootAddress(_ address: Int) throws(FlashError) { try guardian.setBootAddress(address) }

  // A page takes a millisecond or five, a sector half a second or three: data sheets' limits, with room.
  private static let programPatience = Patience(quick: 20, interval: 1, limit: 1000)
  private static let erasePatience = Patience(quick: 2, interval: 5, limit: 10_000)

  private var canHold: Bool { gateway.layout.hold != nil }

  /// Programs bytes that lie within one unit, with one write enable and one status wait.
  private func programRun(_ bytes: [UInt8], at address: Int) throws(FlashError) {
    let size = SPIGatewayLayout.transferSize
    guard let first = bytes.firstIndex(where: { $0 != 0xff }), let last = bytes.lastIndex(where: { $0 != 0xff })
    else { return }
    let start = (address + first) / size * size
    let end = (address + last) / size * size + size
    try enableWriting(at: address)
    for position in stride(from: start, to: end, by: size) {
      let block = (position..<position + size).map {
        bytes.indices.contains($0 - address) ? bytes[$0 - address] : 0xff
      }
      try gateway.run(
        transfer(
          isLong ? SPIOpcode.programLong : SPIOpcode.program, at: position, .write(block), continues: position > start,
          hold: position + size < end))
    }
    try waitUntilWritten(Self.programPatience)
  }

  /// A part without page program takes one byte a command.
  private func programByte(_ byte: UInt8, at address: Int) throws(FlashError) {
    try enableWriting(at: address)
    var transfer = transfer(SPIOpcode.program, at: address)
    transfer.payload = .write([byte])
    try gateway.run(transfer)
    try waitUntilWritten(Self.programPatience)
  }

  private func enableWriting(at address: Int) throws(FlashError) {
    gateway.chip = address / partSize
    try gateway.run(SPITransfer(opcode: SPIOpcode.writeEnable))
  }

  private func waitUntilWritten(_ patience: Patience) throws(FlashError) {
    try patience.wait(for: "the flash part \(partName)", clock) { () throws(FlashError) in
      try gateway.register(SPIOpcode.status) & 1 == 0
    }
  }

  private func transfer(
    _ opcode: UInt8, at address: Int, _ payload: SPITransfer.Payload = .none, continues: Bool = false,
    hold: Bool = false
  ) -> SPITransfer {
    gateway.chip = address / partSize
    return SPITransfer(
      opcode: continues ? nil : opcode, address: continues ? nil : address % partSize, isLong: isLong,
      payload: payload, hold: hold && canHold)
  }

  private func readProtection() throws(FlashError) -> [Range<Int>] {
    guard let protection = part.protection else { return [] }
    var areas: [Range<Int>] = []
    for chip in 0..<geometry.size / partSize {
      gateway.chip = chip
      let status = try gateway.register(SPIOpcode.status)
      guard protection.isActive(status: status) else { continue }
      let bottom =
        protection.bottomOpcode == SPIOpcode.status ? status : try gateway.register(protection.bottomOpcode)
      guard let area = protection.area(status: status, bottomRegister: bottom, size: partSize) else { continue }
      areas.append(area.lowerBound + chip * partSize..<area.upperBound + chip * partSize)
    }
    return areas
  }

  /// How many parts of the same kind stand side by side.
  private static func chips(like first: String, _ gateway: SPIGateway) throws(FlashError) -> Int {
    defer { gateway.chip = 0 }
    var count = 1
    while count < gateway.layout.chipLimit {
      gateway.chip = count
      do throws(FlashError) {
        guard try identify(gateway).id == first else { break }
      } catch .unknownPart {
        break
      }
      count += 1
    }
    return count
  }

  /// A part that still erases or programs for a tool that was killed does not answer until it has finished.
  private static func identifyWhenReady(
    _ gateway: SPIGateway
  ) throws(FlashError) -> (part: FlashPart, size: Int, id: String) {
    do throws(FlashError) { return try identify(gateway) } catch {
      guard case .unknownPart = error else { throw error }
      let status = try gateway.register(SPIOpcode.status)
      guard status & 1 == 1, status != 0xff else { throw error }
      try gateway.waitForPart()
      return try identify(gateway)
    }
  }

  private static func identify(_ gateway: SPIGateway) throws(FlashError) -> (part: FlashPart, size: Int, id: String) {
    var jedec: UInt32 = 0
    if gateway.layout.identification == .jedec {
      let id = try gateway.run(SPITransfer(opcode: SPIOpcode.identification, payload: .read(4)))
      jedec = id.prefix(3).reduce(0) { $0 << 8 | UInt32($1) }
      if let found = FlashPart.find(jedec: jedec) {
        return (found.part, found.size, String(jedec, radix: 16))
      }
    }
    // Parts from before JEDEC ids answer ones or zeros to that question, and tell a signature.
    if jedec == 0 || jedec == 0xff_ffff {
      let signature = try gateway.register(SPIOpcode.signature)
      if let found = FlashPart.find(signature: signature) {
        return (found.part, found.size, "signature \(String(signature, radix: 16))")
      }
      throw .unknownPart(jedec == 0 ? UInt32(signature) : jedec)
    }
    throw .unknownPart(jedec)
  }
}

extension SPIGateway {
  /// A register of the part that repeats as long as it is read (status): the freshest byte of it.
  func register(_ opcode: UInt8) throws(FlashError) -> UInt8 {
    try run(SPITransfer(opcode: opcode, payload: .read(4)))[3]
  }
}
