internal import HostAccess

/// The vendor specific capability of configuration space (ConnectX-4 and later). Its semaphore is taken when the object is
/// made and freed by ``close()``; while it is held, a dword costs two operations to read and three to write.
///
/// The driver and its health monitor use the same capability and give up after about two seconds, so the semaphore is
/// freed at least every 100 ms, long enough for a poll with pauses of a millisecond or two to find it free.
///
/// Sources: DeviceAccess.md#vendor-specific-capability, `drivers/net/ethernet/mellanox/mlx5/core/lib/pci_vsc.c` of Linux.
package final class VendorCapability: CRSpace {
  /// What an address means. The raw values are those of the capability's control register.
  package enum Space: UInt32, Sendable {
    case registers = 2
    /// Mailbox and control of commands to the running firmware (ICMD).
    case commands = 3
    case semaphore = 0xa
  }

  enum Offset {
    static let control = 0x4, counter = 0x8, semaphore = 0xc, address = 0x10, data = 0x14
  }
  static let identifier: UInt32 = 0x09
  static let semaphoreName = "semaphore of the vendor specific capability"
  private static let addressMask: UInt32 = 0x3fff_fffc
  private static let flag: UInt32 = 1 << 31
  private static let spaceMask: UInt32 = 0xffff
  /// Milliseconds to wait for the semaphore: at the beginning, and in the middle of the work.
  static let patience = (opening: 2000, working: 10_000)
  /// Milliseconds for which the semaphore is held at most, and for which it is free then. An access lasts microseconds,
  /// or under an emulated adapter a millisecond.
  private static let turn = (use: 80, gap: 3)
  private static let pollLimit = 2048

  private let function: any PCIFunction
  private let base: Int
  private let clock: any Clock
  private var isHeld = false
  private var takenAt = 0
  /// The space that is selected, and what the control register holds meanwhile.
  private var selected: Space?
  private var control: UInt32?

  /// - Returns: `nil` when the capability does not lead to CR space on this adapter.
  init?(_ function: any PCIFunction, at base: Int, clock: any Clock) throws(FlashError) {
    self.function = function
    self.base = base
    self.clock = clock
    try take(Self.patience.opening)
    do throws(FlashError) {
      if try select(.registers) { return }
    } catch {
      close()
      throw error
    }
    close()
    return nil
  }

  deinit { close() }

  /// Where the capability starts; `nil` when the function has none. The list may be damaged: its length is bounded.
  static func find(in function: any PCIFunction) throws(FlashError) -> Int? {
    var position = Int(try function.configuration(at: ConfigurationHeader.capabilities) & 0xfc)
    var left = 48
    while position >= ConfigurationHeader.size, left > 0 {
      let header = try function.configuration(at: position)
      guard header != .max else { return nil }
      if header & 0xff == identifier { return position }
      position = Int(header >> 8 & 0xfc)
      left -= 1
    }
    return nil
  }

  func read(_ address: UInt32) throws(FlashError) -> UInt32 { try read(address, in: .registers) }

  func write(_ value: UInt32, to address: UInt32) throws(FlashError) { try write(value, to: address, in: .registers) }

  package func read(_ address: UInt32, in space: Space) throws(FlashError) -> UInt32 {
    try hold(space)
    try function.configure([address & Self.addressMask], at: base + Offset.address)
    // The flag and behind it the data, in one operation: data that is read after the flag was up is valid.
    for _ in 0..<Self.pollLimit {
      let answer = try function.configuration(at: base + Offset.address, count: 2)
      if answer[0] == .max { throw .noAnswer }
      if answer[0] & Self.flag != 0 { return answer[1] }
    }
    throw Self.isSilent
  }

  package func write(_ value: UInt32, to address: UInt32, in space: Space) throws(FlashError) {
    try hold(space)
    // The address starts the write, and it lies before the data: two operations.
    try function.configure([value], at: base + Offset.data)
    try function.configure([address & Self.addressMask | Self.flag], at: base + Offset.address)
    for _ in 0..<Self.pollLimit {
      let value = try function.configuration(at: base + Offset.address)
      if value == .max { throw .noAnswer }
      if value & Self.flag == 0 { return }
    }
    throw Self.isSilent
  }

  package func close() { rest() }

  func rest() {
    guard isHeld else { return }
    isHeld = false
    try? function.configure([0], at: base + Offset.semaphore)
  }

  /// Makes sure that the semaphore is held and the space selected, for the next access.
  private func hold(_ space: Space) throws(FlashError) {
    if !isHeld || clock.milliseconds - takenAt >= Self.turn.use {
      if isHeld {
        rest()
        clock.sleep(milliseconds: Self.turn.gap)
      }
      try take(Self.patience.working)
      // Whoever had it meanwhile may have selected another space.
      if let control { try function.configure([control], at: base + Offset.control) }
    }
    guard selected != space else { return }
    guard try select(space) else {
      throw .access("the vendor specific capability does not lead to space \(space.rawValue) on this adapter")
    }
  }

  private func take(_ patience: Int) throws(FlashError) {
    let start = clock.milliseconds
    while true {
      let owner = try function.configuration(at: base + Offset.semaphore)
      if owner == .max { throw .noAnswer }
      if owner == 0 {
        let ticket = try function.configuration(at: base + Offset.counter)
        try function.configure([ticket], at: base + Offset.semaphore)
        if try function.configuration(at: base + Offset.semaphore) == ticket {
          (isHeld, takenAt) = (true, clock.milliseconds)
          return
        }
      }
      let waited = clock.milliseconds - start
      guard waited < patience else { throw .semaphoreTaken(Self.semaphoreName, milliseconds: waited) }
      clock.sleep(milliseconds: 1)
    }
  }

  /// - Returns: whether the adapter has the space.
  private func select(_ space: Space) throws(FlashError) -> Bool {
    selected = nil
    let present = try function.configuration(at: base + Offset.control)
    let wanted = present & ~Self.spaceMask | space.rawValue
    try function.configure([wanted], at: base + Offset.control)
    control = wanted
    // The status says whether the space is there: 0 in bits 31:29 is no.
    guard try function.configuration(at: base + Offset.control) >> 29 != 0 else { return false }
    selected = space
    return true
  }

  private static let isSilent = FlashError.timeout("the vendor specific capability")
}

/// Places in the header of a configuration space. Source: PCI Local Bus Specification 3.0, 6.1.
enum ConfigurationHeader {
  static let capabilities = 0x34
  static let size = 0x40
}
