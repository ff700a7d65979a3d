internal import AdapterChips

/// The standing part of a function's configuration space: header and capabilities, little endian. Source: PCI Local Bus
/// Specification 3.0, chapter 6; places as real adapters have them.
enum ConfigurationSpace {
  static let windowAddress = 0x58
  static let windowData = 0x5c
  /// Where the vendor specific capability stands.
  static let vendorCapability = 0xc0
  static let size = 256
  static let vendor: UInt16 = 0x15b3

  /// 256 bytes as 64 dwords.
  static func dwords(of profile: AdapterProfile) -> [UInt32] {
    var dwords = [UInt32](repeating: 0, count: size / 4)
    dwords[0] = UInt32(profile.pciDevice) << 16 | UInt32(vendor)
    // Memory space and bus master on; there is a list of capabilities.
    dwords[1] = 0x0010_0006
    dwords[2] = UInt32(classCode(profile)) << 8 | UInt32(profile.hardwareRevision)
    if profile.hasBAR0 { dwords[4] = 0xdf00_0004 }
    dwords[0x2c / 4] = UInt32(subsystem(profile)) << 16 | UInt32(vendor)
    dwords[0x34 / 4] = 0x40
    // Power management, PCI Express or none, and at the end the adapter's own.
    let last: UInt32 = profile.access == .capability ? UInt32(vendorCapability) : 0
    dwords[0x40 / 4] = 0x0003_0001 | 0x48 << 8
    dwords[0x48 / 4] = 0x0000_0003 | 0x9c << 8
    dwords[0x9c / 4] = 0x003f_0011 | 0x60 << 8
    dwords[0x60 / 4] = 0x0002_0010 | last << 8
    if profile.access == .window {
      // There the window lies behind the capability's first dwords.
      dwords[0x9c / 4] = 0x003f_0011
      dwords[0x60 / 4] = 0
    } else {
      dwords[vendorCapability / 4] = 0x0018_0009
    }
    return dwords
  }

  /// Network, InfiniBand.
  static func classCode(_ profile: AdapterProfile) -> UInt32 { profile.format == .fs1 ? 0x0c0600 : 0x020700 }

  static func subsystem(_ profile: AdapterProfile) -> UInt16 { profile.pciDevice }
}
