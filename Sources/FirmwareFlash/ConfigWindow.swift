internal import HostAccess

/// The old window in configuration space: the register address at 0x58, its data at 0x5c.
///
/// Other register tools use the same window. mstflint's tools lock a file for each stretch of accesses and give up after
/// 15 ms, but they also write the address once at their start without a lock. So this window
/// - takes the lock files for each stretch and leaves a gap for the others every few milliseconds,
/// - reads address and data in one operation and repeats the read when the address has been moved, and
/// - writes address and data in one operation (the kernel makes two ascending cycles of it).
///
/// Sources: DeviceAccess.md#address-window, `mtcr_ul/mtcr_ul_com.c` of mstflint (LOCK_FILE_FORMAT, MAX_RETRY_CNT), and strace of mstflint 4.21.
final class ConfigWindow: CRSpace {
  /// What reading the address register gives.
  private enum AddressRegister { case address, writeOnly, something }

  private static let address = 0x58
  private static let data = 0x5c
  /// What the address register of some chips reads as: it takes writes only.
  private static let writeOnly: UInt32 = 0xbadacce5
  /// With a write-only address register, this bit of the address marks a read.
  private static let readFlag: UInt32 = 1
  /// Reads in a row that may find the address moved.
  private static let attempts = 100
  /// Milliseconds to wait for another tool's lock: at the beginning, and in the middle of the work.
  private static let patience = (opening: 2000, working: 500)
  /// Milliseconds of use after which the others get a gap, while one has been seen and else; the length of the gap; and
  /// for how long another tool counts as seen.
  private static let turn = (shared: 2, alone: 6, gap: 1, memory: 1000)

  private let function: any PCIFunction
  private let clock: any Clock
  /// `nil` when no other tool reaches the adapter.
  private let locks: ToolLocks?
  private var register = AddressRegister.something
  /// The address that the register holds, as far as nobody else has moved it.
  private var held: UInt32?
  private var depth = 0
  private var isLocked = false
  private var lastGap: Int
  /// When another tool was last seen, by what it did to the address.
  private var lastSeen: Int?

  init(_ function: any PCIFunction, clock: any Clock, locks: ToolLocks? = nil) throws(FlashError) {
    self.function = function
    self.clock = clock
    self.locks = locks
    lastGap = clock.milliseconds
    let outcome = locks?.take(waiting: Self.patience.opening)
    if case .held(let holder) = outcome { throw .heldByTool(holder?.words) }
    defer { if outcome == .taken { locks?.release() } }
    let probe = AdapterConnection.hardwareIDAddress
    try function.configure([probe], at: Self.address)
    switch try function.configuration(at: Self.address) {
    case probe: (register, held) = (.address, probe)
    case Self.writeOnly: register = .writeOnly
    default: register = .something
    }
  }

  func exclusively<Value>(_ body: () throws(FlashError) -> Value) throws(FlashError) -> Value {
    if depth == 0 { enter() }
    depth += 1
    defer {
      depth -= 1
      if depth == 0 { leave() }
    }
    return try body()
  }

  func read(_ address: UInt32) throws(FlashError) -> UInt32 {
    try exclusively { () throws(FlashError) in
      guard register == .address else {
        try function.configure([register == .writeOnly ? address | Self.readFlag : address], at: Self.address)
        return try function.configuration(at: Self.data)
      }
      for _ in 0..<Self.attempts {
        if held != address {
          held = nil
          try function.configure([address], at: Self.address)
        }
        let answer = try function.configuration(at: Self.address, count: 2)
        held = answer[0]
        if answer[0] == address { return answer[1] }
        if answer[0] == .max { throw .noAnswer }
        lastSeen = clock.milliseconds
      }
      throw .timeout("the window in configuration space, which another tool uses without a lock,")
    }
  }

  func write(_ value: UInt32, to address: UInt32) throws(FlashError) {
    try exclusively { () throws(FlashError) in
      held = nil
      if register == .writeOnly {
        try function.configure([value], at: Self.data)
        try function.configure([address], at: Self.address)
      } else {
        try function.configure([address, value], at: Self.address)
        held = address
      }
    }
  }

  /// In the middle of the work a lock that is not given back is no reason to stop: every read checks its address.
  private func enter() {
    guard let locks else { return }
    isLocked = locks.take(waiting: Self.patience.working) == .taken
    if !isLocked { held = nil }
  }

  private func leave() {
    guard isLocked else { return }
    locks?.release()
    isLocked = false
    let now = clock.milliseconds
    let isShared = lastSeen.map { now - $0 < Self.turn.memory } ?? false
    guard now - lastGap >= (isShared ? Self.turn.shared : Self.turn.alone) else { return }
    clock.sleep(milliseconds: Self.turn.gap)
    lastGap = clock.milliseconds
  }
}
