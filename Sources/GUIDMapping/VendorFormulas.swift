internal import Vocabulary

/// The two vendors' formulas that are not a selection of bytes. Source: GUIDToMAC.md#rules rows C and D,
/// GUIDToMAC.md#linux.
enum Voltaire {
  /// 00:08:f1, g4^g6, g5^g7, (g5+g6+g7) mod 256.
  static func mac(of guid: GUID) -> MACAddress {
    let g = guid.bytes.map(UInt64.init)
    return MACAddress(0x0008f1 << 24 | (g[4] ^ g[6]) << 16 | (g[5] ^ g[7]) << 8 | (g[5] + g[6] + g[7]) & 0xff)
  }

  /// How many values of bytes 4 to 7 give this MAC; byte 3 does not enter the formula.
  static func solutionCount(of mac: MACAddress) -> Int {
    let bytes = mac.bytes
    let (xor, sum) = (bytes[4], bytes[5])
    // For each byte 4 (and with it byte 6): g5 + g7 = (g5 ^ g7) + 2 (g5 & g7), where the two terms share no bit.
    return (UInt8.min...UInt8.max).reduce(0) { count, g6 in
      let twice = sum &- g6 &- xor
      guard twice & 1 == 0 else { return count }
      let halves = [twice >> 1, twice >> 1 | 0x80]
      return count + halves.count { $0 & xor == 0 } * (1 << xor.nonzeroBitCount)
    }
  }
}

enum SilverStorm {
  private static let top: UInt64 = 0xfff000
  private static let first: UInt64 = 0x101
  private static let low: UInt64 = 0xff_ffff

  /// Whether the formula holds: the top bit of byte 5 and the low three bits of byte 4 are 0.
  static func covers(_ guid: GUID) -> Bool { guid.rawValue & 0x0780_0000 == 0 }

  /// 00:06:6a and 0xfff000 - 2 ((GUID & 0xffffff) - 0x101) - g3, modulo 2^24; byte 3 holds the port.
  static func mac(of guid: GUID) -> MACAddress {
    let card = (guid.rawValue & low) &- first
    let port = guid.rawValue >> 32 & 0xff
    return MACAddress(0x00066a << 24 | (top &- 2 &* card &- port) & low)
  }

  /// The low 24 bits of the GUID of `port` (byte 3) with this MAC; `nil` when the port's parity does not fit.
  static func lowBits(of mac: MACAddress, port: UInt64) -> UInt64? {
    let twice = (top &- port &- mac.rawValue) & low
    guard twice & 1 == 0 else { return nil }
    // Halving modulo 2^24 has two results that differ in bit 23, and the formula wants that bit to be 0.
    return (twice >> 1 &+ first) & 0x7f_ffff
  }
}

/// Interface identifiers made from MAC addresses. Source: RFC 4291 appendix A; GUIDToMAC.md#linux.
enum ModifiedEUI64 {
  /// The GUID that software adapters (rxe, siw) and RoCE GIDs make of a MAC: ff:fe in the middle, U/L bit turned.
  static func guid(of mac: MACAddress) -> GUID { GUID(plain(mac) ^ 0x0200_0000_0000_0000) }

  /// Same without turning the bit, as mlx5 does for virtual functions.
  static func plain(_ mac: MACAddress) -> UInt64 {
    (mac.rawValue >> 24) << 40 | 0xfffe << 24 | mac.rawValue & 0xff_ffff
  }
}
