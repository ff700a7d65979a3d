internal import Devlink
internal import FirmwareImage
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl fw query`.
struct QueryAnswer: Presentable {
  struct Slot {
    let placement: Placement
    /// Whether the adapter starts this one; of a file, whether it is the first.
    let boots: Bool
    /// Retired: a later burn has replaced it, and the adapter does not find it.
    var isEnded = false
    /// `nil` where that was not looked at: every byte of a flash costs.
    let isValid: Bool?
    let version: FirmwareVersion?
  }

  struct SlotPayload: Encodable {
    let address: Int
    let active: Bool
    let ended: Bool
    @ExplicitNull var valid: Bool?
    @ExplicitNull var version: String?
  }

  struct Payload: Encodable {
    let target: String
    let firmware: FirmwarePayload
    let slots: [SlotPayload]
    @ExplicitNull var device: DevicePayload?
    @ExplicitNull var devlink: DevlinkPayload?
    /// `null` unless the card's firmware answered by its registers.
    @ExplicitNull var running: RunningPayload?
    @ExplicitNull var vpd: VPDPayload?

    private enum CodingKeys: CodingKey { case target, slots, device, devlink, running, vpd }

    func encode(to encoder: any Encoder) throws {
      try firmware.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(target, forKey: .target)
      try container.encode(slots, forKey: .slots)
      try container.encode(device, forKey: .device)
      try container.encode(devlink, forKey: .devlink)
      try container.encode(running, forKey: .running)
      try container.encode(vpd, forKey: .vpd)
    }
  }

  /// What stands behind the image: the chip and its flash.
  struct DevicePayload: Encodable {
    let pciAddress: String
    let chip: String
    let hardwareRevision: Int
    /// No firmware runs: the card answers with its recovery id until an image is burnt.
    let recovery: Bool
    let access: String
    let accessReason: String
    /// `null` where the firmware of a running card does not tell it.
    @ExplicitNull var flash: String?
    @ExplicitNull var flashSize: Int?
    @ExplicitNull var sectorSize: Int?
    let writeProtected: [[Int]]
  }

  static let schema = "rdmactl.fw.query/1"
  let target: String
  /// `nil` of a device whose flash only its driver can read.
  let facts: FirmwareFacts?
  let slots: [Slot]
  let device: DevicePayload?
  /// What its driver tells; `nil` of a file, and where devlink does not know the device.
  var devlink: DevlinkInformation?
  /// What the card's firmware tells; `nil` of a file, and of a card that was read directly.
  var running: RunningPayload?
  var vpd: VPDPayload?
  let problems: [Problem]
  var notes: [Note] = []

  /// What the driver calls the version, where only the driver can tell.
  private var toldVersion: String? { devlink?.version(.stored) ?? devlink?.version(.running) }

  var payload: Payload {
    Payload(
      target: target, firmware: FirmwarePayload(facts, version: toldVersion, psid: devlink?.psid),
      slots: slots.map {
        SlotPayload(
          address: $0.placement.start, active: $0.boots, ended: $0.isEnded, valid: $0.isValid,
          version: $0.version?.description)
      },
      device: device, devlink: devlink.map(DevlinkPayload.init), running: running, vpd: vpd)
  }

  var quietLines: [String] { [facts?.version?.description ?? toldVersion ?? "unknown"] }

  func write(to page: inout Page) {
    page.line(target, tone: .heading)
    page.fields(
      (facts?.fields ?? []) + (running?.fields ?? []) + (vpd?.fields ?? []) + (device?.fields ?? [])
        + (devlink?.fields ?? []))
    if slots.count > 1 || device != nil && !slots.isEmpty {
      page.gap()
      var table = Table([.init("SLOT", .right), .init("BOOTS"), .init("VERSION"), .init("STATE")])
      for slot in slots {
        table.add([
          .init(flashAddress(slot.placement.start)),
          slot.boots ? .init("yes", tone: .good) : .init("no", tone: .faint), .init(slot.version?.description),
          slot.isValid.map { $0 ? .init("complete", tone: .good) : .init("damaged", tone: .bad) }
            ?? .init(slot.isEnded ? "retired" : nil, tone: .faint),
        ])
      }
      page.table(table)
    }
    page.write(problems)
  }
}

extension QueryAnswer.DevicePayload {
  fileprivate var fields: [(name: String, value: String?)] {
    [
      ("chip", "\(chip), revision 0x\(UInt8(clamping: hardwareRevision).hexadecimal(digits: 2))"),
      ("state", recovery ? "flash recovery: no firmware runs until a good image is burnt" : nil),
      ("access", "\(access): \(accessReason)"),
      (
        "flash",
        flash.map {
          [$0, flashSize.map { "\($0 >> 10) KiB" }, sectorSize.map { "sectors of \($0 >> 10) KiB" }].compactMap { $0 }
            .joined(separator: ", ")
        }
      ),
      (
        "write protected",
        writeProtected.isEmpty
          ? nil
          : writeProtected.map { "\($0[1] >> 10) KiB at \(flashAddress($0[0]))" }
            .joined(separator: ", ")
      ),
    ]
  }
}
