package import AdapterChips
internal import BinaryLayout
package import FirmwareFlash
package import FirmwareImage
package import HostAccess
package import Vocabulary

/// What the firmware of a running card reports about itself and its card.
package struct RunningCardFacts: Sendable, Equatable {
  /// As an image would tell it; the version is the one that runs.
  package var firmware: FirmwareFacts
  /// A newer image that is complete and waits for a reset; `nil` when there is none.
  package var pendingVersion: FirmwareVersion?
  package var hardwareRevision: Int
  package var portCount: Int
  /// Seconds since the firmware started.
  package var uptime: Int
  package var isDebug: Bool
  package var isDevelopment: Bool
  package var secureBoot: Bool
  /// `production`, `ga_secured`, `ga_non_secured`, `rma`.
  package var lifeCycle: String?
}

/// A card whose firmware runs and takes commands.
package final class RunningCard {
  let mailbox: CommandMailbox
  let format: ImageFormat

  /// - Parameter format: what its chip boots.
  package init(_ space: VendorCapability, format: ImageFormat, clock: any Clock) {
    mailbox = CommandMailbox(space, clock: clock)
    self.format = format
  }

  package func close() { mailbox.close() }

  /// Everything that `fw query` shows. What a card does not tell is `nil`.
  package func query() throws(CardRegisterError) -> RunningCardFacts {
    let general = try mailbox.access(.mgir, wanted: 0..<0x80)
    var firmware = FirmwareFacts(format: format)
    firmware.psid = general.text(MGIR.psid)
    firmware.pciDevice = UInt16(truncatingIfNeeded: general[MGIR.pciDevice])
    let revision = general[MGIR.hardwareRevision]
    firmware.hardwareIDs = [UInt32(revision) << 16 | UInt32(general[MGIR.hardwareID])]
    firmware.isSecure = general[MGIR.isSecure] == 1
    firmware.isSigned = general[MGIR.isSigned] == 1
    firmware.isEncrypted = general[MGIR.isEncrypted] == 1
    firmware.roms = MGIR.roms.compactMap { Self.rom(general, $0) }
    firmware.version = FirmwareVersion(
      Int(general[MGIR.major]), Int(general[MGIR.minor]), Int(general[MGIR.subMinor]))
    var pending: FirmwareVersion?
    if let image = try bootImage() {
      if let running = try version(of: image, pending: false) {
        (firmware.version, firmware.releaseDate, firmware.productVersion) = (running.number, running.date, running.text)
      }
      pending = try version(of: image, pending: true)?.number
      if pending == firmware.version { pending = nil }
      firmware.size = try capability(MCQI.Capabilities.componentSize, of: image)
    }
    try readAddresses(&firmware)
    firmware.name = try text(.name)
    firmware.description = try text(.description)
    firmware.vsd = try text(.deviceVSD)
    return RunningCardFacts(
      firmware: firmware, pendingVersion: pending, hardwareRevision: Int(revision),
      portCount: Int(general[MGIR.ports]), uptime: Int(general[MGIR.uptime]), isDebug: general[MGIR.isDebug] == 1,
      isDevelopment: general[MGIR.isDevelopment] == 1, secureBoot: general[MGIR.secureBoot] == 1,
      lifeCycle: MGIR.lifeCycles[general[MGIR.lifeCycle]])
  }

  /// The flash part behind the firmware; `nil` where the firmware does not tell it or it is not known.
  package func flashPart() throws(CardRegisterError) -> (name: String, size: Int, sectorSize: Int)? {
    guard let value = try optional({ () throws(CardRegisterError) in try mailbox.access(.mfpa) }) else { return nil }
    let jedec = UInt32(value[MFPA.jedec])
    guard let found = FlashPart.find(jedec: jedec) else { return nil }
    return (
      "\(found.part.name) (\(UInt64(jedec).hexadecimal(digits: 6)))", found.size, Int(value[MFPA.sectorSize]) << 10
    )
  }

  /// A setting; `nil` when the card does not have the type, or does not tell this of its values.
  /// - Parameter size: its bytes, or more: the answer is as long as the card says.
  package func setting(
    _ type: SettingType, size: Int, _ mode: MNVDA.Mode
  ) throws(CardRegisterError) -> SettingData? {
    let end = MNVDA.data.byte + (size + 3) / 4 * 4
    let value = try optional { () throws(CardRegisterError) in
      try mailbox.access(
        .mnvda, .read,
        [(MNVDA.length, UInt64(size)), (MNVDA.type, UInt64(type.rawValue)), (MNVDA.mode, mode.rawValue)],
        size: end)
    }
    guard let value else { return nil }
    let length = Int(value[MNVDA.length])
    let bytes = value.bytes[MNVDA.data.byte..<end].prefix(length == 0 ? size : length)
    return SettingData(bytes: Array(bytes), version: Int(value[MNVDA.version]))
  }

  /// Writes a setting for the next start of the firmware. As mstconfig does it: mstflint
  /// `mlxconfig/mlxcfg_generic_commander.cpp`; as the kernel does it: `mlx5/core/lib/nv_param.c`.
  package func write(_ data: SettingData, to type: SettingType) throws(CardRegisterError) {
    let padded = data.bytes + [UInt8](repeating: 0, count: (4 - data.bytes.count % 4) % 4)
    _ = try mailbox.access(
      .mnvda, .write,
      [
        (MNVDA.length, UInt64(data.bytes.count)), (MNVDA.version, UInt64(data.version)),
        (MNVDA.writer, MNVDA.configurationTool), (MNVDA.canOverride, 1), (MNVDA.type, UInt64(type.rawValue)),
      ],
      bytes: (MNVDA.data.byte, padded), size: MNVDA.data.byte + padded.count, wanted: 0..<0)
  }

  /// The GUID that the card counts its own from; `nil` when it does not tell one.
  package func baseGUID() throws(CardRegisterError) -> GUID? {
    var facts = FirmwareFacts(format: format)
    try readAddresses(&facts)
    return facts.guids.node
  }

  /// Which values the card tells of a setting besides that of the next start.
  package func settingModes() throws(CardRegisterError) -> [MNVDA.Mode] {
    guard let value = try optional({ () throws(CardRegisterError) in try mailbox.access(.mnvgc) }) else {
      return [.next]
    }
    return [.next] + (value[MNVGC.readsCurrent] == 1 ? [.current] : [])
      + (value[MNVGC.readsFactory] == 1 ? [.factory] : [])
  }

  // MARK: components

  /// The index of the firmware image among the components; `nil` where the firmware has no such list.
  func bootImage() throws(CardRegisterError) -> UInt64? {
    for index in 0..<UInt64(Self.mostComponents) {
      let value = try optional { () throws(CardRegisterError) in
        try mailbox.access(.mcqs, .read, [(MCQS.index, index)])
      }
      guard let value else { return nil }
      if value[MCQS.identifier] == MCQS.bootImage { return index }
      if value[MCQS.isLast] == 1 { return nil }
    }
    return nil
  }

  private static let mostComponents = 64

  func version(
    of component: UInt64, pending: Bool
  ) throws(CardRegisterError) -> (number: FirmwareVersion, date: String?, text: String?)? {
    typealias Layout = MCQI.Version
    let value = try information(component, .version, size: Layout.size, pending: pending)
    guard let value else { return nil }
    let number = FirmwareVersion(Int(value[Layout.major]), Int(value[Layout.minor]), Int(value[Layout.subMinor]))
    let date = [value[Layout.year], value[Layout.month], value[Layout.day]].map { digits in
      let text = String(digits, radix: 16)
      return text.count < 2 ? "0" + text : text
    }
    return (
      number, value[Layout.hasBuildTime] == 1 ? date.joined(separator: "-") : nil,
      value[Layout.textLength] == 0 ? nil : value.text(Layout.text)
    )
  }

  private func capability(_ field: LayoutField, of component: UInt64) throws(CardRegisterError) -> Int {
    let value = try information(component, .capabilities, size: MCQI.Capabilities.size, pending: false)
    return value.map { Int($0[field]) } ?? 0
  }

  func information(
    _ component: UInt64, _ kind: MCQI.Kind, size: Int, pending: Bool
  ) throws(CardRegisterError) -> RegisterValue? {
    try optional { () throws(CardRegisterError) in
      try mailbox.access(
        .mcqi, .read,
        [
          (MCQI.index, component), (MCQI.isPending, pending ? 1 : 0), (MCQI.kind, kind.rawValue),
          (MCQI.dataSize, UInt64(size)),
        ],
        wanted: MCQI.dataStart..<MCQI.dataStart + size)
    }
  }

  // MARK: what belongs to the card

  private func readAddresses(_ facts: inout FirmwareFacts) throws(CardRegisterError) {
    guard let bytes = try setting(.baseAddresses, size: 16, .next)?.bytes, bytes.count >= 16 else { return }
    let number = { (range: Range<Int>) in bytes[range].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
    let (mac, guid) = (number(0..<8), number(8..<16))
    if mac != 0 { facts.macs = CardMACs(port1: MACAddress(mac)) }
    if guid != 0 { facts.guids = CardGUIDs(node: GUID(guid)) }
  }

  /// A text of the card, read in pieces; `nil` when it has none.
  private func text(_ kind: MQIS.Kind) throws(CardRegisterError) -> String? {
    var bytes: [UInt8] = []
    var length = 1
    while bytes.count < min(length, Self.longestText) {
      let start = bytes.count
      let value = try optional { () throws(CardRegisterError) in
        try mailbox.access(
          .mqis, .read,
          [
            (MQIS.kind, kind.rawValue), (MQIS.readOffset, UInt64(start)), (MQIS.readLength, UInt64(MQIS.text.count)),
          ], wanted: 4..<MQIS.text.byte + MQIS.text.count)
      }
      guard let value else { return nil }
      length = Int(value[MQIS.length])
      let piece = value.bytes[MQIS.text.byte...].prefix(min(Int(value[MQIS.readLength]), length - start))
      guard !piece.isEmpty else { break }
      bytes += piece
      // What follows a zero is padding.
      if piece.contains(0) { break }
    }
    let shown = bytes.prefix { $0 != 0 }.map { (0x20..<0x7f).contains($0) ? $0 : UInt8(ascii: "?") }
    return shown.isEmpty ? nil : String(decoding: shown, as: UTF8.self)
  }

  private static let longestText = 512

  private static func rom(_ general: RegisterValue, _ place: MGIR.ROM) -> ExpansionROM? {
    let type = general[place.type]
    guard type != 0 else { return nil }
    let architecture = MGIR.romArchitectures[general[place.architecture]]
    return ExpansionROM(
      type: MGIR.romTypes[type] ?? "0x\(String(type, radix: 16))",
      version: "\(general[place.major]).\(general[place.minor]).\(general[place.build])",
      properties: architecture.map { ["cpu=\($0)"] } ?? [])
  }

  /// What the firmware refuses it does not have; every other failure is one.
  func optional(
    _ body: () throws(CardRegisterError) -> RegisterValue
  ) throws(CardRegisterError) -> RegisterValue? {
    do throws(CardRegisterError) { return try body() } catch .register { return nil } catch { throw error }
  }
}

/// The bytes of a setting, and which version of it the card has.
package struct SettingData: Sendable, Equatable {
  package var bytes: [UInt8]
  package let version: Int

  package init(bytes: [UInt8], version: Int) {
    self.bytes = bytes
    self.version = version
  }
}
