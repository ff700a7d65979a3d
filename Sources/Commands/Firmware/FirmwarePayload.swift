internal import AdapterChips
internal import FirmwareImage
internal import Presentation
internal import Vocabulary

/// The values of an image, as every firmware command's JSON has them.
struct FirmwarePayload: Encodable {
  struct GUIDs: Encodable {
    @ExplicitNull var node: GUID?
    @ExplicitNull var port1: GUID?
    @ExplicitNull var port2: GUID?
    @ExplicitNull var systemImage: GUID?
  }

  struct MACs: Encodable {
    @ExplicitNull var port1: MACAddress?
    @ExplicitNull var port2: MACAddress?
    let derived: Bool
  }

  struct ROM: Encodable {
    let type: String
    @ExplicitNull var version: String?
    let properties: [String]

    init(_ rom: ExpansionROM) {
      type = rom.type
      version = rom.version
      properties = rom.properties
    }
  }

  @ExplicitNull var format: ImageFormat?
  @ExplicitNull var version: String?
  @ExplicitNull var productVersion: String?
  @ExplicitNull var releaseDate: String?
  @ExplicitNull var psid: String?
  let deviceIds: [Int]
  let hardwareIds: [Int]
  let guids: GUIDs
  let macs: MACs
  @ExplicitNull var vsd: String?
  let rom: [ROM]
  @ExplicitNull var size: Int?
  @ExplicitNull var name: String?
  @ExplicitNull var description: String?
  @ExplicitNull var secure: Bool?
  @ExplicitNull var signed: Bool?
  @ExplicitNull var encrypted: Bool?
  /// An image without the card's own data.
  @ExplicitNull var updateImage: Bool?

  /// - Parameter facts: `nil` of a device whose flash nobody but its driver can read; the driver may tell the version
  ///   and the PSID.
  init(_ facts: FirmwareFacts?, version told: String? = nil, psid toldPSID: String? = nil) {
    format = facts?.format
    version = facts?.version?.description ?? told
    productVersion = facts?.productVersion
    releaseDate = facts?.releaseDate
    psid = facts?.psid ?? toldPSID
    deviceIds = facts?.pciDevice.map { [Int($0)] } ?? []
    hardwareIds = facts?.hardwareIDs.map(Int.init) ?? []
    let guid = facts?.guids
    guids = GUIDs(node: guid?.node, port1: guid?.port1, port2: guid?.port2, systemImage: guid?.systemImage)
    macs = MACs(port1: facts?.macs.port1, port2: facts?.macs.port2, derived: facts?.macsAreDerived ?? false)
    vsd = facts?.vsd
    rom = facts?.roms.map(ROM.init) ?? []
    size = facts?.size
    name = facts?.name
    description = facts?.description
    secure = facts?.isSecure
    signed = facts?.isSigned
    encrypted = facts?.isEncrypted
    updateImage = facts?.isUpdate
  }
}

extension FirmwareFacts {
  /// Names and values for people, in the order in which they are looked for.
  var fields: [(name: String, value: String?)] {
    [
      ("format", format.rawValue + (isUpdate ? ", update image: without the card's own data" : "")),
      ("version", version?.description),
      ("product version", productVersion),
      ("released", releaseDate),
      ("PSID", psid),
      ("PCI device id", pciDevice.map { "\($0) (0x\($0.hexadecimal(digits: 4)))" }),
      ("supported hardware", hardwareIDs.isEmpty ? nil : hardwareIDs.map(AdapterChip.describe).joined(separator: ", ")),
      ("name", name),
      ("description", description),
      ("node GUID", guids.node?.description),
      ("port 1 GUID", guids.port1?.description),
      ("port 2 GUID", guids.port2?.description),
      ("system image GUID", guids.systemImage?.description),
      ("port 1 MAC", macs.port1.map { $0.description + (macsAreDerived ? " (from its GUID)" : "") }),
      ("port 2 MAC", macs.port2.map { $0.description + (macsAreDerived ? " (from its GUID)" : "") }),
      ("VSD", vsd),
      ("ROM", roms.isEmpty ? nil : roms.map(\.line).joined(separator: "; ")),
      ("size", "\(size) bytes"),
      ("security", security),
    ]
  }

  private var security: String? {
    let words = [
      isSecure ? "secure firmware" : nil, isSigned ? "signed" : nil, isEncrypted ? "encrypted" : nil,
    ].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }
}

extension ExpansionROM {
  /// `PXE 3.4.752 (proto=VPI)`
  var line: String {
    ([type, version].compactMap { $0 } + (properties.isEmpty ? [] : ["(" + properties.joined(separator: " ") + ")"]))
      .joined(separator: " ")
  }
}
