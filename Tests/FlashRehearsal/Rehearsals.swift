internal import AdapterChips
internal import FirmwareFlash
public import FirmwareImage
internal import Vocabulary

/// The burns that are rehearsed: every format, from either slot, to larger and smaller images.
public enum Rehearsals {
  public static let guids = CardGUIDs.consecutive(from: GUID(0x0002_c903_00ab_cdec))
  public static let macs = CardMACs.consecutive(from: MACAddress(0x0002_c9ab_cdec))

  public static func all() throws -> [Rehearsal] { try fs2() + fs1() }

  /// An FS2 image of `size` bytes; with the identity of the card, or blank as makers publish it.
  public static func fs2Image(version: FirmwareVersion, size: Int, isBlank: Bool, seed: UInt64 = 1) throws -> [UInt8] {
    var builder = FS2Builder()
    builder.version = version
    builder.size = size
    builder.chunkLog2 = 16
    builder.configurationArea = nil
    builder.seed = seed
    if !isBlank {
      builder.guids = guids ?? CardGUIDs()
      builder.macs = macs
      builder.vsd = "the card's own"
    }
    return try builder.build()
  }

  static let older = FirmwareVersion(2, 9, 1000)
  static let newer = FirmwareVersion(2, 42, 5000)

  public static func fs2() throws -> [Rehearsal] {
    let old = try fs2Image(version: older, size: 4000, isBlank: false)
    let fresh = try fs2Image(version: newer, size: 4000, isBlank: true, seed: 2)
    func rehearsal(_ name: String, old: [UInt8]?, new: [UInt8], turns: Int = 0) throws -> Rehearsal {
      try Rehearsal("FS2 " + name, format: .fs2, size: 1 << 17, old: old, new: new, turns: turns)
    }
    return [
      try rehearsal("first burn", old: nil, new: old),
      try rehearsal("into the second slot", old: old, new: fresh),
      try rehearsal("larger", old: old, new: try fs2Image(version: newer, size: 7000, isBlank: true, seed: 3)),
      try rehearsal(
        "smaller", old: try fs2Image(version: older, size: 7000, isBlank: false, seed: 4), new: fresh),
      try rehearsal("over an older image", old: old, new: fresh, turns: 1),
    ]
  }

  public static func fs1Image(version: FirmwareVersion, size: Int, isBlank: Bool, seed: UInt64 = 1) throws -> [UInt8] {
    var builder = FS1Builder()
    builder.version = version
    builder.size = size
    builder.sectorLog2 = 12
    builder.seed = seed
    if !isBlank {
      builder.guids = guids ?? CardGUIDs()
      builder.vsd = "the card's own"
    }
    return try builder.build()
  }

  public static func fs1() throws -> [Rehearsal] {
    let old = try fs1Image(version: FirmwareVersion(4, 7, 400), size: 4000, isBlank: false)
    let fresh = try fs1Image(version: FirmwareVersion(4, 8, 930), size: 4000, isBlank: true, seed: 2)
    func rehearsal(_ name: String, old: [UInt8]?, new: [UInt8], turns: Int = 0) throws -> Rehearsal {
      try Rehearsal(
        "FS1 " + name, format: .fs1, size: 1 << 16, eraseSizes: [4096], old: old, new: new, turns: turns,
        // The boot code is never rewritten.
        sacred: { _ in old == nil ? [] : [0..<4096] })
    }
    return [
      try rehearsal("first burn", old: nil, new: old),
      try rehearsal("over both copies", old: old, new: fresh),
      try rehearsal(
        "larger", old: old, new: try fs1Image(version: FirmwareVersion(4, 8, 930), size: 6000, isBlank: true, seed: 3)),
      try rehearsal("into the other place", old: old, new: fresh, turns: 1),
    ]
  }
}
