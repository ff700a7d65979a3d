internal import AdapterChips
public import FirmwareImage
internal import Vocabulary

/// What a new simulated adapter has on its flash: an image of its generation, failsafe where the generation is, with a
/// board id and GUIDs of its own. The code in it is arbitrary; everything around it is right.
public enum InitialFlash {
  /// What is on the label of a board of each kind.
  private struct Board {
    let psid: String
    let name: String
    let version: FirmwareVersion

    init(_ psid: String, _ name: String, _ major: Int, _ minor: Int, _ patch: Int) {
      self.psid = psid
      self.name = name
      version = FirmwareVersion(major, minor, patch)
    }
  }

  /// Board ids and last firmware versions as public release notes have them.
  private static let boards: [String: Board] = [
    "infinihost": Board("MT_0030000001", "MHXL-CF128-T", 3, 5, 0),
    "infinihost3ex": Board("MT_0370110001", "MHGA28-1TC", 5, 3, 0),
    "infinihost3lx": Board("MT_0260000001", "MHGS18-XTC", 1, 2, 940),
    "connectx": Board("MT_04A0110002", "MHGH28-XTC", 2, 9, 1000),
    "connectx2": Board("MT_0D80110009", "MHQH29C-XTR", 2, 10, 720),
    "connectx3": Board("MT_1090120019", "MCX354A-FCB", 2, 42, 5000),
    "connectx3pro": Board("MT_1090111019", "MCX354A-FCC", 2, 42, 5000),
    "connectx4": Board("MT_2190110032", "MCX456A-ECA_Ax", 12, 28, 2006),
    "connectx4lx": Board("MT_2420110034", "MCX4121A-ACA_Ax", 14, 32, 1010),
    "connectx5": Board("MT_0000000008", "MCX556A-ECA_Ax", 16, 35, 3502),
    "connectx6": Board("MT_0000000223", "MCX653106A-ECA_Ax", 20, 39, 3004),
  ]

  private static let unknown = Board("MT_0000000000", "", 1, 0, 0)
  /// Of the vendor's own company id; the part numbers are far from those of real cards.
  private static let firstNode: UInt64 = 0x0002_c903_0051_0000
  /// Bytes at the end of the flash that belong to the device, not to an image (FS3).
  private static let deviceArea = 0x10000

  /// An image file for adapters of a profile: what a burn takes.
  /// - Parameters:
  ///   - version: the firmware version that it claims; `nil`: one of the generation's last.
  ///   - codeSize: bytes of its largest section; the larger, the longer a burn takes. Rounded to dwords.
  ///   - seed: what the code is made from.
  public static func image(
    for profile: AdapterProfile, version: FirmwareVersion? = nil, codeSize: Int = 0x4000, seed: UInt64 = 1
  ) throws -> [UInt8] {
    let board = boards[profile.kind] ?? unknown
    let version = version ?? board.version
    let code = codeSize / 4 * 4
    switch profile.format {
    case .fs1:
      var builder = FS1Builder()
      (builder.version, builder.psid, builder.guids, builder.seed) = (version, board.psid, guids(profile), seed)
      builder.pciDevice = profile.hardwareID
      builder.hardwareRevision = profile.hardwareRevision
      builder.sectorLog2 = profile.flashPart.eraseSize.trailingZeroBitCount
      builder.size = try builder.buildShort().count + code
      return try builder.build()
    case .fs2:
      var builder = FS2Builder()
      (builder.version, builder.psid, builder.guids, builder.seed) = (version, board.psid, guids(profile), seed)
      builder.productVersion = nil
      let mac = MACAddress(firstNode >> 16 & 0xffff_ff00_0000 | firstNode & 0xffff | number(profile) << 8)
      builder.macs = CardMACs(port1: mac, port2: MACAddress(mac.rawValue + 1))
      builder.pciDevice = profile.pciDevice
      builder.hardwareIDs = [profile.hardware]
      builder.hardwareRevision = profile.hardwareRevision
      // Two chunks each for the image and the one that follows it.
      builder.chunkLog2 = profile.flashSize.trailingZeroBitCount - 2
      builder.size = try builder.build().count + code
      return try builder.build()
    case .fs3, .fs4:
      var content = TabledImageContent(
        name: board.name, description: "Simulated \(profile.title)", pciDevice: profile.pciDevice,
        hardwareID: profile.hardware)
      (content.version, content.psid, content.seed, content.mainCodeSize) = (version, board.psid, seed, code)
      content.productVersion = ""
      content.acceptsUpdates = true
      content.guids.base = guids(profile).node
      content.macs.base = MACAddress(0x0002_c900_0000 | number(profile) << 8)
      return profile.format == .fs3
        ? FS3Builder(content, deviceDataAddress: profile.flashSize - deviceArea).build()
        : FS4Builder(content, size: profile.flashSize).build()
    }
  }

  /// All bytes of a new adapter's flash.
  public static func flash(for profile: AdapterProfile) throws -> [UInt8] {
    let geometry = FlashGeometry(
      size: profile.flashSize, eraseSizes: profile.flashPart.erases.map(\.size).sorted(),
      pageSize: profile.flashPart.pageSize)
    return try Firmware.freshFlash(geometry, holding: try image(for: profile), format: profile.format)
  }

  private static func number(_ profile: AdapterProfile) -> UInt64 {
    UInt64(AdapterProfile.all.firstIndex { $0.kind == profile.kind } ?? 0)
  }

  private static func guids(_ profile: AdapterProfile) -> CardGUIDs {
    let node = firstNode + (number(profile) << 8)
    return CardGUIDs(node: GUID(node), port1: GUID(node + 1), port2: GUID(node + 2), systemImage: GUID(node + 3))
  }
}

extension AdapterProfile {
  /// Id and revision as an image names the hardware that it supports.
  fileprivate var hardware: UInt32 { UInt32(hardwareRevision) << 16 | UInt32(hardwareID) }
}
