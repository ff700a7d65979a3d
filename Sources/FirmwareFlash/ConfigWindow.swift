internal import HostAccess

/// The old way through configuration space: the address at 0x58, the data at 0x5c. Source:
/// DeviceAccess.md#address-window.
///
/// Address and data of a write travel in one operation (the kernel makes two ascending cycles of it), always both:
/// another tool may have moved the address meanwhile, and a value must not end in its register. For a read an address
/// that the register still holds is not written again: a poll is one read.
final class ConfigWindow: CRSpace {
  private static let address = 0x58
  private static let data = 0x5c
  /// What the address register of some chips reads as: it takes writes only.
  private static let writeOnly: UInt32 = 0xbadacce5
  /// With a write-only address register, this bit of the address says that it is for a read.
  private static let readFlag: UInt32 = 1

  private let function: any PCIFunction
  private let isWriteOnly: Bool
  /// The address that the register holds.
  private var held: UInt32?

  init(_ function: any PCIFunction) throws(FlashError) {
    self.function = function
    isWriteOnly = try function.configuration(at: Self.address) == Self.writeOnly
  }

  func read(_ address: UInt32) throws(FlashError) -> UInt32 {
    if isWriteOnly {
      try function.configure([address | Self.readFlag], at: Self.address)
    } else if held != address {
      held = nil
      try function.configure([address], at: Self.address)
      held = address
    }
    return try function.configuration(at: Self.data)
  }

  func write(_ value: UInt32, to address: UInt32) throws(FlashError) {
    if isWriteOnly {
      try function.configure([value], at: Self.data)
      try function.configure([address], at: Self.address)
    } else {
      held = nil
      try function.configure([address, value], at: Self.address)
      held = address
    }
  }
}
