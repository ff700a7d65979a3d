internal import HostAccess

/// The way of ConnectX-4 and later: the vendor specific capability of configuration space. Its semaphore is taken when
/// the object is made and freed by ``close()``, and the space is set once: a dword then costs two operations to read
/// and three to write.
/// Source: DeviceAccess.md#vendor-specific-capability.
final class VendorCapability: CRSpace {
  enum Offset {
    static let control = 0x4, counter = 0x8, semaphore = 0xc, address = 0x10, data = 0x14
  }
  static let identifier: UInt32 = 0x09
  static let semaphoreName = "semaphore of the vendor specific capability"
  private static let addressMask: UInt32 = 0x3fff_fffc
  private static let flag: UInt32 = 1 << 31
  private static let spaceMask: UInt32 = 0xffff
  private static let crSpace: UInt32 = 2
  /// A free semaphore is taken within a few reads; its holder keeps it for a dword or for a run.
  static let patience = 2000
  private static let pollLimit = 2048

  private let function: any PCIFunction
  private let base: Int
  private let clock: any Clock
  private var isHeld = false

  /// - Returns: `nil` when the capability does not lead to CR space on this adapter.
  init?(_ function: any PCIFunction, at base: Int, clock: any Clock) throws(FlashError) {
    self.function = function
    self.base = base
    self.clock = clock
    try take()
    do throws(FlashError) {
      if try selectCRSpace() { return }
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

  func read(_ address: UInt32) throws(FlashError) -> UInt32 {
    try function.configure([address & Self.addressMask], at: base + Offset.address)
    // The flag and behind it the data, in one operation: data that is read after the flag was up is valid.
    for _ in 0..<Self.pollLimit {
      let answer = try function.configuration(at: base + Offset.address, count: 2)
      if answer[0] == .max { throw .noAnswer }
      if answer[0] & Self.flag != 0 { return answer[1] }
    }
    throw Self.isSilent
  }

  func write(_ value: UInt32, to address: UInt32) throws(FlashError) {
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

  func close() {
    guard isHeld else { return }
    isHeld = false
    try? function.configure([0], at: base + Offset.semaphore)
  }

  private func take() throws(FlashError) {
    let start = clock.milliseconds
    while true {
      let owner = try function.configuration(at: base + Offset.semaphore)
      if owner == .max { throw .noAnswer }
      if owner == 0 {
        let ticket = try function.configuration(at: base + Offset.counter)
        try function.configure([ticket], at: base + Offset.semaphore)
        if try function.configuration(at: base + Offset.semaphore) == ticket {
          isHeld = true
          return
        }
      }
      let waited = clock.milliseconds - start
      guard waited < Self.patience else { throw .semaphoreTaken(Self.semaphoreName, milliseconds: waited) }
      clock.sleep(milliseconds: 1)
    }
  }

  private func selectCRSpace() throws(FlashError) -> Bool {
    let control = try function.configuration(at: base + Offset.control)
    try function.configure([control & ~Self.spaceMask | Self.crSpace], at: base + Offset.control)
    // The status says whether the space is there: 0 in bits 31:29 is no.
    return try function.configuration(at: base + Offset.control) >> 29 != 0
  }

  private static let isSilent = FlashError.timeout("the vendor specific capability")
}

/// Places in the header of a configuration space. Source: PCI Local Bus Specification 3.0, 6.1.
enum ConfigurationHeader {
  static let capabilities = 0x34
  static let size = 0x40
}
