internal import AdapterChips
internal import BinaryLayout
internal import CardRegisters
internal import FirmwareImage
internal import Vocabulary

extension Device {
  typealias Status = RunningFirmware.Status

  /// One access to a register: `value` is the question, and the answer afterwards.
  mutating func serve(_ register: AccessRegister, _ value: inout [UInt8], writes: Bool) -> Status {
    switch register {
    case .mcam: serveCapabilities(&value)
    case .mgir: serveInformation(&value)
    case .mqis: serveTexts(&value)
    case .mcqs: serveComponents(&value)
    case .mcqi: serveComponent(&value)
    case .mcc: serveUpdate(&value, writes: writes)
    case .mcda: serveUpdateData(&value, writes: writes)
    // No time stamps: all zero.
    case .mvts: .done
    case .mfrl: serveReset(&value, writes: writes)
    case .mfpa: serveFlash(&value)
    case .mfba: writes ? .method : serveFlashBlock(&value)
    case .mnvqc: serveSettingTypes(&value)
    case .mnvda: serveSetting(&value, writes: writes)
    case .mnvia: serveSettingsReset(writes: writes)
    case .mnvgc: serveSettingModes(&value)
    default: .register
    }
  }

  private static let served: [AccessRegister] = [
    .mcam, .mgir, .mqis, .mcqs, .mcqi, .mcc, .mcda, .mvts, .mfrl, .mfpa, .mfba, .mnvqc, .mnvda, .mnvia, .mnvgc,
  ]

  private func serveCapabilities(_ value: inout [UInt8]) -> Status {
    for register in Self.served {
      guard let bit = MCAM.bit(of: register), MCAM.group.read(value) == bit.group else { continue }
      bit.field.write(1, into: &value)
    }
    return .done
  }

  private mutating func serveInformation(_ value: inout [UInt8]) -> Status {
    guard let facts = runningFacts() else { return .parameter }
    let version = facts.version ?? FirmwareVersion(0, 0, 0)
    let mac = facts.macs.port1?.rawValue ?? 0
    let values: [(LayoutField, UInt64)] = [
      (MGIR.pciDevice, UInt64(profile.pciDevice)), (MGIR.hardwareRevision, UInt64(profile.hardwareRevision)),
      (MGIR.ports, 2), (MGIR.hardwareID, UInt64(profile.hardwareID)), (MGIR.manufacturingMACHigh, mac >> 32),
      (MGIR.manufacturingMACLow, mac & 0xffff_ffff), (MGIR.isSecure, facts.isSecure ? 1 : 0),
      (MGIR.isSigned, facts.isSigned ? 1 : 0), (MGIR.major, UInt64(version.major)),
      (MGIR.minor, UInt64(version.minor)), (MGIR.subMinor, UInt64(version.patch)), (MGIR.uptime, 3600),
    ]
    for (field, number) in values { field.write(number, into: &value) }
    put(facts.psid, at: MGIR.psid, into: &value)
    for (rom, place) in zip(facts.roms.prefix(MGIR.roms.count), MGIR.roms.reversed()) {
      guard let type = MGIR.romTypes.first(where: { $0.value == rom.type })?.key,
        let version = rom.version.flatMap({ FirmwareVersion($0) })
      else { continue }
      place.type.write(type, into: &value)
      place.major.write(UInt64(version.major), into: &value)
      place.minor.write(UInt64(version.minor), into: &value)
      place.build.write(UInt64(version.patch), into: &value)
    }
    return .done
  }

  private func put(_ text: String?, at place: (byte: Int, count: Int), into value: inout [UInt8]) {
    for (index, byte) in (text ?? "").utf8.prefix(place.count).enumerated() { value[place.byte + index] = byte }
  }

  private mutating func serveTexts(_ value: inout [UInt8]) -> Status {
    guard let facts = runningFacts(), let kind = MQIS.Kind(rawValue: MQIS.kind.read(value) ?? 0) else {
      return .parameter
    }
    let text: [UInt8] =
      switch kind {
      case .vpd: profile.vitalProductData
      case .name: Array((facts.name ?? "").utf8)
      case .description: Array((facts.description ?? "").utf8)
      case .imageVSD, .deviceVSD: Array((facts.vsd ?? "").utf8)
      }
    let start = Int(MQIS.readOffset.read(value) ?? 0)
    let wanted = min(Int(MQIS.readLength.read(value) ?? 0), MQIS.text.count)
    let piece = Array(text.dropFirst(start).prefix(wanted))
    MQIS.length.write(UInt64(text.count), into: &value)
    MQIS.readLength.write(UInt64(piece.count), into: &value)
    value.replaceSubrange(MQIS.text.byte..<MQIS.text.byte + piece.count, with: piece)
    return .done
  }

  private mutating func serveComponents(_ value: inout [UInt8]) -> Status {
    guard MCQS.index.read(value) == 0 else { return .parameter }
    MCQS.isLast.write(1, into: &value)
    MCQS.identifier.write(MCQS.bootImage, into: &value)
    MCQS.status.write(MCQS.inUse, into: &value)
    MCQS.updateState.write(pendingFacts() == nil ? MCQS.active : MCQS.pendingReset, into: &value)
    return .done
  }

  private mutating func serveComponent(_ value: inout [UInt8]) -> Status {
    guard let facts = MCQI.isPending.read(value) == 1 ? pendingFacts() : runningFacts(), MCQI.index.read(value) == 0,
      let kind = MCQI.Kind(rawValue: MCQI.kind.read(value) ?? 0)
    else { return .parameter }
    let size: Int
    switch kind {
    case .capabilities:
      typealias Layout = MCQI.Capabilities
      size = Layout.size
      let values: [(LayoutField, UInt64)] = [
        (Layout.kinds, 0b10_0011), (Layout.componentSize, UInt64(facts.size)), (Layout.maximalSize, 0x80_0000),
        (Layout.maximalWrite, UInt64(MCDA.data.count)), (Layout.wordLog2, 2), (Layout.matchesPSID, 1),
        (Layout.matchesChip, 1), (Layout.signedOnly, facts.isSecure ? 1 : 0),
      ]
      for (field, number) in values { field.write(number, into: &value) }
    case .version:
      size = MCQI.Version.size
      writeVersion(facts, into: &value)
    case .activation:
      size = MCQI.Activation.size
      MCQI.Activation.onFirmwareReset.write(1, into: &value)
      MCQI.Activation.onReboot.write(1, into: &value)
    }
    MCQI.infoSize.write(UInt64(size), into: &value)
    return .done
  }

  private func writeVersion(_ facts: FirmwareFacts, into value: inout [UInt8]) {
    typealias Layout = MCQI.Version
    let version = facts.version ?? FirmwareVersion(0, 0, 0)
    let text = facts.productVersion ?? ""
    Layout.major.write(UInt64(version.major), into: &value)
    Layout.minor.write(UInt64(version.minor), into: &value)
    Layout.subMinor.write(UInt64(version.patch), into: &value)
    Layout.textLength.write(UInt64(text.utf8.count), into: &value)
    put(text, at: Layout.text, into: &value)
    // `2014-06-21`: its digits are those of binary coded decimal.
    let date = (facts.releaseDate ?? "").split(separator: "-").compactMap { UInt64($0, radix: 16) }
    guard date.count == 3 else { return }
    Layout.hasBuildTime.write(1, into: &value)
    for (field, number) in zip([Layout.year, Layout.month, Layout.day], date) { field.write(number, into: &value) }
  }

  /// A reset over PCIe and a warm reboot are possible (levels 3 and 6). Where it is asked for a warm reboot, that happens at
  /// once: a simulated machine has no other.
  private mutating func serveReset(_ value: inout [UInt8], writes: Bool) -> Status {
    if writes {
      guard MFRL.trigger.read(value) == 1 << 6 else { return .parameter }
      set(Register.bootedImage, to: 0)
      firmware?.facts = nil
      return .done
    }
    MFRL.trigger.write(1 << 3 | 1 << 6, into: &value)
    MFRL.type.write(1, into: &value)
    return .done
  }

  private func serveFlash(_ value: inout [UInt8]) -> Status {
    MFPA.flashCount.write(UInt64(profile.flashChips), into: &value)
    MFPA.erases64K.write(1, into: &value)
    if case .serial(let jedec, _) = profile.flashPart.interface { MFPA.jedec.write(UInt64(jedec), into: &value) }
    MFPA.sectorSize.write(UInt64(profile.flashPart.eraseSize >> 10), into: &value)
    return .done
  }

  private func serveFlashBlock(_ value: inout [UInt8]) -> Status {
    let address = Int(MFBA.address.read(value) ?? 0)
    let size = Int(MFBA.size.read(value) ?? 0)
    guard size <= MFBA.data.count, size % 4 == 0, address % 4 == 0, address + size <= profile.flashSize else {
      return .parameter
    }
    for offset in stride(from: 0, to: size, by: 4) {
      let start = MFBA.data.byte + offset
      value.replaceSubrange(
        start..<start + 4, with: flash.cells.bytes(address + offset..<address + offset + 4).reversed())
    }
    return .done
  }
}
