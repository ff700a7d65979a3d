internal import HostAccess

/// A register that is a semaphore: reading it while it is free takes it, writing 0 frees it.
struct HardwareSemaphore: Sendable, Equatable {
  /// In words, for messages: "flash semaphore".
  let name: String
  let address: UInt32
  /// The bits that are 0 while it is free.
  let mask: UInt32

  /// Milliseconds after which we give up.
  static let patience = 2000

  init(_ name: String, _ address: UInt32, mask: UInt32 = .max) {
    self.name = name
    self.address = address
    self.mask = mask
  }

  func take(in space: any CRSpace, _ clock: any Clock) throws(FlashError) {
    let start = clock.milliseconds
    while try !tryToTake(in: space) {
      let waited = clock.milliseconds - start
      guard waited < Self.patience else { throw .semaphoreTaken("\(name) (\(place))", milliseconds: waited) }
      clock.sleep(milliseconds: 10)
    }
  }

  func free(in space: any CRSpace) throws(FlashError) { try space.write(0, to: address) }

  /// - Returns: `false` when somebody holds it.
  func tryToTake(in space: any CRSpace) throws(FlashError) -> Bool {
    let value = try space.read(address)
    if value == .max { throw .noAnswer }
    if SecureAnswer.isOne(value) { throw .secured(SecureAnswer.closedSpace) }
    return value & mask == 0
  }

  private var place: String { "0x" + String(address, radix: 16) }
}

/// What registers answer that the adapter does not show.
enum SecureAnswer {
  /// The hardware id of an adapter in secure host mode.
  static let secureHost: UInt32 = 0xbad0_cafe
  /// Addresses that are closed answer 0xbadacce0 to 0xbadaccef.
  private static let closed: UInt32 = 0xbada_cce0

  static func isOne(_ value: UInt32) -> Bool { value & ~0xf == closed }

  static let closedSpace =
    "the adapter does not let the host at its flash: its firmware is secured and takes updates itself"
  static let secureHostMode =
    "the adapter is in secure host mode: its registers are closed until it is opened with its key (mstflint hw_access)"
}
