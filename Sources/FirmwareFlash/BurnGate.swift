public import AdapterChips
public import FirmwareImage
public import Vocabulary

/// Why an image is not burned on this card. Each says what stands against what, and which option (if any) lets it pass.
/// Source of the rules: DeviceAccess.md#refusals, what the field's burner refuses.
public enum BurnGate: DeviceError, Equatable {
  /// Hardware ids as `revision << 16 | id`.
  case hardware(card: UInt32, image: [UInt32])
  case pciDevice(card: UInt16, image: UInt16)
  case psid(card: String, image: String)
  case damagedImage(part: String, why: String)
  case format(card: ImageFormat, image: ImageFormat)
  case older(card: FirmwareVersion, image: FirmwareVersion)
  /// The card's firmware says that only it itself may update the card.
  case secured(Card)
  /// What boots now cannot tell the card's identity, and none is given.
  case identityUnreadable(why: String)
  /// Neither the card nor the image nor the user gives GUIDs.
  case noGUIDs
  case multicast(MACAddress)
  /// GUIDs and MACs are not part of images of this format: they are set on the card.
  case identityOfCard(ImageFormat)
  case protected(area: Range<Int>, planned: Range<Int>)
  /// The geometry of the flash cannot hold this image.
  case layout(String)

  public var id: String {
    switch self {
    case .hardware, .pciDevice: "burn.wrong_hardware"
    case .psid: "burn.psid_differs"
    case .damagedImage: "burn.image_damaged"
    case .format: "burn.wrong_format"
    case .older: "burn.older_version"
    case .secured: "burn.secured"
    case .identityUnreadable: "burn.identity_unreadable"
    case .noGUIDs: "burn.guids_blank"
    case .multicast: "burn.mac_multicast"
    case .identityOfCard: "burn.identity_of_card"
    case .protected: "burn.write_protected"
    case .layout: "burn.layout"
    }
  }

  public var message: String { reason + "; nothing was written" }

  /// The same, without what became of it.
  public var reason: String {
    switch self {
    case .hardware(let card, let image):
      "the image is for other hardware: the card is \(Self.name(card)), the image supports "
        + image.map(Self.name).joined(separator: ", ")
    case .pciDevice(let card, let image):
      "the image is for another card: this one has the PCI device id \(Self.id(card)), the image is for "
        + Self.id(image)
    case .psid(let card, let image): "the card's PSID is \(card), the image's is \(image)"
    case .damagedImage(let part, let why): "the image is damaged: \(part) \(why)"
    case .format(let card, let image):
      "the image is of another generation: the card holds \(card.rawValue), the image is \(image.rawValue)"
    case .older(let card, let image): "the card has version \(card), the image is the older \(image)"
    case .secured(let card): "\(card.name) has secured firmware, which only it itself may update"
    case .identityUnreadable(let why): "the card's GUIDs and MACs cannot be read (\(why)), and none are given"
    case .noGUIDs: "the card has no GUIDs, the image has none, and none are given"
    case .multicast(let mac): "\(mac) is a multicast address, which no port may have as its own"
    case .identityOfCard(let format):
      "GUIDs, MACs and VSD of a card with \(format.rawValue) firmware are not part of the image: they stay as they are"
    case .protected(let area, let planned):
      "the flash protects \(Self.text(area)) against writing, and the plan writes \(Self.text(planned))"
    case .layout(let words): "this image cannot be put on this flash: \(words)"
    }
  }

  public var isClosed: Bool { if case .secured = self { true } else { false } }

  public func fix(on device: String) -> [String] {
    switch self {
    case .psid, .hardware, .pciDevice, .format: ["rdmactl fw query -d \(device)"]
    default: []
    }
  }

  public func hint(on device: String) -> [String] {
    let otherImage = "take the image for this card's PSID"
    return switch self {
    case .psid: [otherImage, "or add \(BurnRequest.Override.psidChange.rawValue): the card becomes another board"]
    case .hardware, .pciDevice: [otherImage, "or add \(BurnRequest.Override.otherHardware.rawValue)"]
    case .format: [otherImage]
    case .older: ["add \(BurnRequest.Override.downgrade.rawValue) to burn it all the same"]
    case .secured: [Self.throughKernel(device)]
    case .identityUnreadable, .noGUIDs: ["add --guid GUID --mac MAC; both are on the card's label"]
    case .identityOfCard: ["burn without these values, then set them: rdmactl fw set-guids -d \(device) --guid GUID"]
    case .damagedImage: ["download the image again"]
    case .multicast, .protected, .layout: []
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .secured: .unsupported
    default: .refused
    }
  }

  private static func name(_ hardware: UInt32) -> String { AdapterChip.describe(hardware: hardware) }

  private static func id(_ device: UInt16) -> String { "\(device) (0x\(device.hexadecimal(digits: 4)))" }

  private static func text(_ range: Range<Int>) -> String {
    "\(hexadecimal(range.lowerBound))..\(hexadecimal(range.upperBound))"
  }
}
