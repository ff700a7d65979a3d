public import AdapterChips
public import Vocabulary

/// `2.42.5000`.
public struct FirmwareVersion: Sendable, Equatable, Comparable, CustomStringConvertible {
  public let major: Int
  public let minor: Int
  public let patch: Int

  public init(_ major: Int, _ minor: Int, _ patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// - Returns: `nil` unless `text` is three numbers of 16 bits with points between.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt16($0) }
    guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2] else { return nil }
    self.init(Int(major), Int(minor), Int(patch))
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }

  /// As the field writes it: the last part has four digits from ConnectX on ("2.9.1000", "12.28.0052"), and
  /// the middle one too when it has three. InfiniHost firmware (1, 3, 4, 5) has neither ("4.8.930").
  public var description: String {
    guard ![1, 3, 4, 5].contains(major) else { return "\(major).\(minor).\(patch)" }
    return "\(major).\(minor < 100 ? "\(minor)" : Self.fourDigits(minor)).\(Self.fourDigits(patch))"
  }

  private static func fourDigits(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 4 - String(number).count)) + String(number)
  }
}

/// The GUIDs of a card with up to two ports. A GUID that is blank (all ones) or not stored is `nil`.
public struct CardGUIDs: Sendable, Equatable {
  public var node: GUID?
  public var port1: GUID?
  public var port2: GUID?
  public var systemImage: GUID?

  public init(node: GUID? = nil, port1: GUID? = nil, port2: GUID? = nil, systemImage: GUID? = nil) {
    self.node = node
    self.port1 = port1
    self.port2 = port2
    self.systemImage = systemImage
  }
}

/// The MACs of a card with up to two ports; `nil` when blank or not stored.
public struct CardMACs: Sendable, Equatable {
  public var port1: MACAddress?
  public var port2: MACAddress?

  public init(port1: MACAddress? = nil, port2: MACAddress? = nil) {
    self.port1 = port1
    self.port2 = port2
  }
}

/// One expansion ROM in an image: what `mstflint query` lists as "Rom Info".
public struct ExpansionROM: Sendable, Equatable {
  /// `PXE`, `CLP`, `UEFI`, … as mstflint names them.
  public let type: String
  /// `3.4.752`; `nil` when it has none.
  public let version: String?
  /// Further words of mstflint's line ("port=1 proto=VPI"), in order; empty when there are none.
  public let properties: [String]

  public init(type: String, version: String?, properties: [String] = []) {
    self.type = type
    self.version = version
    self.properties = properties
  }

  /// The ROMs in the bytes of a ROM section.
  package static func list(in bytes: [UInt8]) -> [ExpansionROM] { ExpansionROMSection.list(in: bytes) }

  /// A ROM section without the text that names its kind; `size` in bytes.
  static func unknown(size: Int) -> ExpansionROM {
    ExpansionROM(type: "unknown ROM", version: nil, properties: ["\(size) bytes"])
  }
}

/// What an image says of itself. Unknown is `nil`.
public struct FirmwareFacts: Sendable, Equatable {
  public var format: ImageFormat
  public var version: FirmwareVersion?
  public var productVersion: String?
  /// `2014-06-21`, the build date.
  public var releaseDate: String?
  public var psid: String?
  /// Hardware ids that the image supports, `revision << 16 | id` as stored (FS2 tag 10, FS3/FS4 IMAGE_INFO).
  public var hardwareIDs: [UInt32]
  /// The PCI device id the image is for (FS2 tag 3, IMAGE_INFO); FS1: of BOOT2's invariant where it has one.
  public var pciDevice: UInt16?
  public var guids: CardGUIDs
  public var macs: CardMACs
  /// The MACs are not stored: they follow from the port GUIDs (FS2 without MACs, ImageFormats.md#fs2).
  public var macsAreDerived: Bool
  public var vsd: String?
  public var roms: [ExpansionROM]
  /// Bytes from the image's start to its end.
  public var size: Int
  public var name: String?
  public var description: String?
  /// The firmware accepts only updates through itself (ImageFormats.md#fs3, secure_fw).
  public var isSecure: Bool
  /// Why the GUIDs, MACs and texts cannot be trusted: the first of the parts that hold them whose checksum is wrong.
  /// `nil` when all are right, or the format keeps them elsewhere.
  public var identityDamage: String?
  public var isSigned: Bool
  public var isEncrypted: Bool
  /// Firmware takes it as an update of itself (`mcc_en` of FS3 and FS4).
  public var acceptsUpdates = false
  /// An update image: whole, but without the sections that belong to a card (MFG_INFO, DEV_INFO), as makers ship it.
  public var isUpdate = false
  /// Log2 of the size of a slot where the image says so (FS3, FS4), else `nil`.
  public var slotSizeLog2: Int?

  public init(format: ImageFormat) {
    self.format = format
    hardwareIDs = []
    guids = CardGUIDs()
    macs = CardMACs()
    macsAreDerived = false
    roms = []
    size = 0
    isSecure = false
    isSigned = false
    isEncrypted = false
  }
}
