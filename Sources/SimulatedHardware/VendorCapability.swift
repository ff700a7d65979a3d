/// The registers of the vendor specific capability. Source: DeviceAccess.md#vendor-specific-capability.
struct VendorCapability: Sendable, Equatable {
  enum Offset {
    static let control = 0x4, counter = 0x8, semaphore = 0xc, address = 0x10, data = 0x14
    static let all = 0x4..<0x18
  }

  enum Space {
    static let icmdExtended: UInt32 = 1, registers: UInt32 = 2, icmd: UInt32 = 3, semaphore: UInt32 = 0xa
    static let supported = [icmdExtended, registers, icmd, semaphore]
  }

  static let flag: UInt32 = 1 << 31
  static let addressBits: UInt32 = 1 << 30 - 1
  static let spaceBits: UInt32 = 0xffff
  /// Status 1 in bits 31:29: the space is supported.
  static let spaceIsSupported: UInt32 = 1 << 29

  var space: UInt32 = Space.registers
  /// The next ticket.
  var ticket: UInt32 = 1
  var owner: UInt32 = 0
  var address: UInt32 = 0
  var data: UInt32 = 0

  var control: UInt32 { space | (Space.supported.contains(space) ? Self.spaceIsSupported : 0) }
}
