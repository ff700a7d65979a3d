internal import BinaryLayout
internal import HostAccess

/// What one transfer of the gateway carries over the wires. Without an opcode it goes on with the one before it, whose
/// chip select was held.
struct SPITransfer {
  enum Payload {
    case none
    case read(Int)
    case write([UInt8])

    /// Bytes: 1, 2, 4, 8 or 16.
    var count: Int {
      switch self {
      case .none: 0
      case .read(let count): count
      case .write(let bytes): bytes.count
      }
    }
  }

  var opcode: UInt8?
  var address: Int?
  /// The address goes out as four bytes instead of three.
  var isLong = false
  var payload = Payload.none
  var hold = false
}

/// The one engine for all SPI gateways.
final class SPIGateway {
  let layout: SPIGatewayLayout
  private let space: any CRSpace
  private let clock: any Clock
  /// Which of the chips that stand side by side is meant.
  var chip = 0
  private var selectedChip: Int?
  /// What the last transfer was doing when it left chip select low.
  private var heldPayload: SPITransfer.Payload?

  /// The gateway needs microseconds; a driver that is stuck will not get better.
  private static let patience = Patience(quick: 1000, interval: 1, limit: 1000)

  init(_ layout: SPIGatewayLayout, _ space: any CRSpace, _ clock: any Clock) {
    self.layout = layout
    self.space = space
    self.clock = clock
  }

  /// Carries out one transfer and waits for its end.
  /// - Returns: the bytes read.
  @discardableResult func run(_ transfer: SPITransfer) throws(FlashError) -> [UInt8] {
    if transfer.opcode != nil { releaseChip() }
    return try space.exclusively { () throws(FlashError) in try runAlone(transfer) }
  }

  private func runAlone(_ transfer: SPITransfer) throws(FlashError) -> [UInt8] {
    if case .register(let address, let field) = layout.chipSelect, selectedChip != chip {
      try space.write(field.setting(UInt32(chip), in: 0), to: address)
      selectedChip = chip
    }
    let dwords = encode(transfer)
    if case .write(let bytes) = transfer.payload {
      for (index, dword) in Self.dwords(bytes).enumerated() {
        try space.write(dword, to: layout.data + UInt32(4 * index))
      }
    }
    if transfer.address != nil || layout.opcode.dword == 1 { try space.write(dwords[1], to: layout.address) }
    heldPayload = transfer.hold ? transfer.payload : nil
    try space.write(dwords[0], to: layout.command)
    try waitUntilReady()
    guard case .read(let count) = transfer.payload else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for offset in stride(from: 0, to: count, by: 4) {
      let dword = try space.read(layout.data + UInt32(offset))
      for byte in 0..<min(4, count - offset) {
        bytes.append(UInt8(truncatingIfNeeded: dword >> UInt32(24 - 8 * byte)))
      }
    }
    return bytes
  }

  /// Whether a tool that was killed between two held transfers has left chip select low, as the command register shows.
  /// The next opcode would be taken for data then.
  func findHeldChip() throws(FlashError) -> Bool {
    guard let hold = layout.hold else { return false }
    let command = try space.read(layout.command)
    guard command != .max, hold.value(in: command) == 1, layout.busy.value(in: command) == 0 else { return false }
    if case .field(let field) = layout.chipSelect { chip = Int(field.value(in: command)) }
    heldPayload = layout.reads.value(in: command) == 1 ? .read(4) : .write([])
    return true
  }

  /// Lets go of a chip select that a failed read or program left low, in a way that changes nothing on the part.
  func releaseChip() {
    guard let held = heldPayload else { return }
    heldPayload = nil
    let ones = [UInt8](repeating: 0xff, count: SPIGatewayLayout.transferSize)
    if case .write = held {
      _ = try? run(SPITransfer(payload: .write(ones)))
    } else {
      _ = try? run(SPITransfer(payload: .read(4)))
    }
  }

  /// Raises a chip select that was found low. That may start a page program, during which the part ignores everything but
  /// its status.
  func raiseChip() throws(FlashError) {
    releaseChip()
    try waitForPart()
  }

  /// Waits until the part has finished what it was doing.
  func waitForPart() throws(FlashError) {
    try Patience(quick: 20, interval: 5, limit: 10_000).wait(for: "the flash part", clock) { () throws(FlashError) in
      try register(SPIOpcode.status) & 1 == 0
    }
  }

  private func waitUntilReady() throws(FlashError) {
    try Self.patience.wait(for: "the flash gateway", clock) { () throws(FlashError) in
      let value = try space.read(layout.command)
      if value == .max { throw .noAnswer }
      return layout.busy.value(in: value) == 0
    }
  }

  private func encode(_ transfer: SPITransfer) -> [UInt32] {
    var dwords: [UInt32] = [0, 0]
    func set(_ field: LayoutField?, _ value: UInt32 = 1) {
      if let field { dwords[field.dword] = field.setting(value, in: dwords[field.dword]) }
    }
    layout.always.forEach { set($0) }
    set(layout.busy)
    if case .field(let field) = layout.chipSelect { set(field, UInt32(chip)) }
    if let opcode = transfer.opcode {
      set(layout.commandPhase)
      if layout.special == nil || opcode != SPIOpcode.read {
        set(layout.opcode, UInt32(opcode))
        set(layout.special)
      }
    }
    if let address = transfer.address {
      set(layout.addressPhase)
      set(layout.flashAddress, UInt32(truncatingIfNeeded: address))
      if transfer.isLong { set(layout.longAddress) }
    } else {
      set(layout.noAddress)
    }
    let count = transfer.payload.count
    if count > 0 {
      set(layout.dataPhase)
      set(layout.size, UInt32(layout.sizeIsLog2 ? count.trailingZeroBitCount : count))
      if case .read = transfer.payload { set(layout.reads) }
    } else {
      set(layout.noData)
    }
    if transfer.hold { set(layout.hold) }
    return dwords
  }

  /// The first byte in the highest bits.
  private static func dwords(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      (start..<start + 4).reduce(0) { $0 << 8 | UInt32($1 < bytes.count ? bytes[$1] : 0xff) }
    }
  }
}

/// The commands of serial NOR flash. Source: DeviceAccess.md#serial-nor-flash.
enum SPIOpcode {
  static let read: UInt8 = 0x03, readLong: UInt8 = 0x13
  static let program: UInt8 = 0x02, programLong: UInt8 = 0x12
  static let eraseSubsector: UInt8 = 0x20, eraseSubsectorLong: UInt8 = 0x21
  static let eraseSector: UInt8 = 0xd8, eraseSectorLong: UInt8 = 0xdc
  static let writeEnable: UInt8 = 0x06
  static let status: UInt8 = 0x05
  static let identification: UInt8 = 0x9f
  static let signature: UInt8 = 0xab
}
