internal import AdapterChips

/// What an adapter would boot at power-on: a judge that looks only at what the hardware looks at, the magic pattern or
/// the signature, and at nothing that the burn engine computes. Source: ImageFormats.md#magic and ImageFormats.md#fs1.
public enum BootROM {
  private static let searched = [
    0, 0x10000, 0x20000, 0x40000, 0x80000, 0x100000, 0x200000, 0x400000, 0x800000, 0x1000000,
  ]
  private static let magic2: [UInt32] = [0x4d54_4657, 0x8cdf_d000, 0xdead_9270, 0x4154_beef]
  private static let magic4: [UInt32] = [0x4d54_4657, 0xabcd_ef00, 0xfade_1234, 0x5678_dead]
  /// FS1: the mark of a failsafe layout, and of a pointer sector that counts.
  private static let signature: UInt32 = 0x5a44_5a44
  private static let failsafeMark = 0x24
  private static let pointerSignature = 0x8

  /// Where the image starts that `profile`'s hardware would take from these bytes of its flash; `nil` when it would
  /// find none and come up in recovery mode.
  public static func imageStart(in flash: [UInt8], of profile: AdapterProfile) -> Int? {
    switch profile.format {
    case .fs1: return pointedImage(in: flash)
    case .fs2, .fs3: return first(magic2, in: flash)
    case .fs4: return first(magic4, in: flash)
    }
  }

  private static func first(_ magic: [UInt32], in flash: [UInt8]) -> Int? {
    searched.first { start in
      magic.enumerated().allSatisfy { dword(start + 4 * $0.offset, in: flash) == $0.element }
    }
  }

  /// The invariant sector's code takes the primary pointer sector when it is signed, else the secondary.
  private static func pointedImage(in flash: [UInt8]) -> Int? {
    guard dword(failsafeMark, in: flash) == signature else {
      // One bare image at the start: its second-stage loader begins at 0x28 with a length that is neither 0 nor blank.
      guard let length = dword(0x2c, in: flash), (4...0x100000).contains(length) else { return nil }
      return 0
    }
    guard let parameters = dword(0x14, in: flash).map({ Int($0 & 0xffff) }),
      let log2 = dword(0x30 + parameters, in: flash).map({ Int($0 & 0xffff) }), (12...20).contains(log2)
    else { return nil }
    for sector in [1 << log2, 2 << log2] where dword(sector + pointerSignature, in: flash) == signature {
      if let start = dword(sector, in: flash), Int(start) < flash.count { return Int(start) }
    }
    return nil
  }

  private static func dword(_ offset: Int, in flash: [UInt8]) -> UInt32? {
    guard offset >= 0, offset + 4 <= flash.count else { return nil }
    return flash[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
