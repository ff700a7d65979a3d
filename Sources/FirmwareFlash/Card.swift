public import AdapterChips
public import Vocabulary

/// What the caller knows of the adapter whose flash it is.
public struct Card: Sendable, Equatable {
  /// As the user named it: for messages, and for the commands that they advise.
  public let name: String
  /// What files of this card are called, whichever of its names and functions the user gave: the PCI address of its
  /// function 0.
  public let identifier: String
  /// Revision << 16 | hardware id, as images list what they support; `nil` when it could not be read.
  public let hardwareID: UInt32?
  /// The PCI device id; `nil` when the card is in flash recovery, where it says nothing.
  public let pciDevice: UInt16?
  /// Other ids by which images name the same chip: its other PCI device ids, and for FS1 its hardware id.
  public let equivalentDevices: [UInt16]
  /// What its chip boots; `nil` when the chip is not known.
  public let format: ImageFormat?

  public init(
    name: String, identifier: String, hardwareID: UInt32? = nil, pciDevice: UInt16? = nil,
    equivalentDevices: [UInt16] = [], format: ImageFormat? = nil
  ) {
    self.name = name
    self.identifier = identifier
    self.hardwareID = hardwareID
    self.pciDevice = pciDevice
    self.equivalentDevices = equivalentDevices
    self.format = format
  }

  /// The identifier as part of a file name: nothing in it leads to another directory.
  var fileName: String { fileNamePart(identifier) }
}

extension PCIAddress {
  /// Function 0 of the same device: the functions of a card share its flash.
  public var card: PCIAddress { PCIAddress(domain: domain, bus: bus, device: device, function: 0) }
}

/// Letters, digits and a few signs of a text; everything else becomes `_`, and so does a dot at its beginning.
func fileNamePart(_ text: String) -> String {
  let kept = text.unicodeScalars.map { scalar -> Character in
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ":", ".": Character(scalar)
    default: "_"
    }
  }
  let name = String(kept.prefix(64))
  return name.hasPrefix(".") ? "_" + name.dropFirst() : name.isEmpty ? "_" : name
}
