public import AdapterChips
internal import FirmwareFlash
public import FirmwareImage
internal import Vocabulary

/// The burns that are rehearsed: every format, from either slot, to larger and smaller images.
public enum Rehearsals {
  public static let guids = CardGUIDs.consecutive(from: GUID(0x0002_c903_00ab_cdec))
  public static let macs = CardMACs.consecutive(from: MACAddress(0x0002_c9ab_cdec))

  public static func all() throws -> [Rehearsal] { try made.get() }

  /// Each is a burn or more to make, so they are made once.
  private static let made = Result { try fs2() + fs1() + tabled(.fs3) + tabled(.fs4) }

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

  private static func fs2() throws -> [Rehearsal] {
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

  private static func fs1() throws -> [Rehearsal] {
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

  /// Two slots of 64 KiB, and behind them what the card has of its own.
  private static let tabledFlash = 0x28000
  private static let deviceData: [ImageFormat: Int] = [.fs3: 0x20000, .fs4: 0x23000]

  /// An FS3 or FS4 image whose main code has `size` bytes.
  public static func tabledImage(
    _ format: ImageFormat, version: FirmwareVersion, size: Int, seed: UInt64 = 1
  ) -> [UInt8] {
    var content = format == .fs3 ? TabledImageContent.connectX4 : .connectX5
    (content.version, content.mainCodeSize, content.seed, content.slotLog2) = (version, size, seed, 16)
    content.guids = IdentifierRange(GUID(0xe41d_2d03_00ab_0000 + seed))
    return format == .fs3
      ? FS3Builder(content, deviceDataAddress: deviceData[.fs3]).build()
      : FS4Builder(content, size: tabledFlash).build()
  }

  private static func tabled(_ format: ImageFormat) throws -> [Rehearsal] {
    let old = tabledImage(format, version: FirmwareVersion(12, 18, 1000), size: 0x200)
    let fresh = tabledImage(format, version: FirmwareVersion(12, 28, 2006), size: 0x200, seed: 2)
    let large = tabledImage(format, version: FirmwareVersion(12, 28, 2006), size: 0x1400, seed: 3)
    func rehearsal(_ name: String, old: [UInt8]?, new: [UInt8], turns: Int = 0) throws -> Rehearsal {
      try Rehearsal(
        "\(format.rawValue) \(name)", format: format, size: tabledFlash, old: old, new: new, turns: turns,
        sacred: { _ in old == nil ? [] : [(deviceData[format] ?? 0)..<tabledFlash] })
    }
    return [
      try rehearsal("first burn", old: nil, new: old),
      try rehearsal("into the second slot", old: old, new: fresh),
      try rehearsal("larger", old: old, new: large),
      try rehearsal("over an older image", old: old, new: fresh, turns: 1),
    ]
  }
}
