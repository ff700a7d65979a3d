public import AdapterChips
public import FirmwareImage
public import Vocabulary

/// What the user wants on the flash.
public struct BurnRequest: Sendable, Equatable {
  /// Refusals that the user may set aside, each by its own option. There is none for all.
  public enum Override: String, Sendable, CaseIterable, Encodable {
    case psidChange = "--psid-from-image"
    case otherHardware = "--allow-other-hardware"
    case downgrade = "--allow-downgrade"
  }

  /// The image file, contiguous.
  public var image: [UInt8]
  public var format: ImageFormat
  /// `nil` keeps the device's own.
  public var guids: CardGUIDs?
  /// `nil` keeps the device's own.
  public var macs: CardMACs?
  /// `nil` keeps the device's own.
  public var vsd: String?
  /// The image has the identity of this very device already, as its backup has: nothing in it is changed.
  package var isOfThisCard = false
  /// The device's expansion ROM goes into an image that has none (FS2).
  public var keepsROM: Bool
  public var overrides: Set<Override>
  /// What is on the flash is stored first.
  public var wantsBackup: Bool

  public init(
    image: [UInt8], format: ImageFormat, guids: CardGUIDs? = nil, macs: CardMACs? = nil, vsd: String? = nil,
    keepsROM: Bool = true, overrides: Set<Override> = [], wantsBackup: Bool = true
  ) {
    self.image = image
    self.format = format
    self.guids = guids
    self.macs = macs
    self.vsd = vsd
    self.keepsROM = keepsROM
    self.overrides = overrides
    self.wantsBackup = wantsBackup
  }
}

extension CardGUIDs {
  /// Node, port 1, port 2 and system image GUID as makers number them: one after the other from `base` on.
  /// `nil` when they would run past the last number there is. Source: ImageFormats.md#fs2.
  public static func consecutive(from base: GUID) -> CardGUIDs? {
    guard base.rawValue <= .max - 3 else { return nil }
    let all = (0..<4).map { GUID(base.rawValue + $0) }
    return CardGUIDs(node: all[0], port1: all[1], port2: all[2], systemImage: all[3])
  }

  var isBlank: Bool { node == nil && port1 == nil && port2 == nil && systemImage == nil }
}

extension CardMACs {
  /// The MACs of port 1 and port 2: `base` and the next. `nil` when there is no next.
  public static func consecutive(from base: MACAddress) -> CardMACs? {
    guard base.rawValue < 0xffff_ffff_ffff else { return nil }
    return CardMACs(port1: base, port2: MACAddress(base.rawValue + 1))
  }

  var isBlank: Bool { port1 == nil && port2 == nil }
}
