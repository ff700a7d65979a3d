internal import AdapterChips
internal import BinaryLayout

/// Reading what FS1 and FS2 images say of themselves.
extension SectionList {
  /// Values of the GUID section, Image Info and the ROM; nothing else is read.
  func facts(_ format: ImageFormat, _ window: ImageWindow) throws -> FirmwareFacts {
    var facts = FirmwareFacts(format: format)
    facts.size = end
    let guids = try guidEntry()
    let guidBytes = try guids.bytes(in: window)
    let section = try GUIDSection(guids.data(of: guidBytes))
    facts.guids = section.guids
    if format == .fs2 { facts.setMACs(of: section) }
    var holders = [(entry: guids, bytes: guidBytes)]
    if let entry = try infoEntry() {
      let bytes = try entry.bytes(in: window)
      holders.append((entry, bytes))
      let info = try ImageInfo(entry.data(of: bytes))
      facts.version = info.version
      facts.releaseDate = info.releaseDate
      facts.psid = info.psid
      facts.vsd = info.vsd
      facts.productVersion = info.productVersion
      facts.pciDevice = info.deviceType
      facts.hardwareIDs = info.hardwareIDs
    }
    facts.identityDamage = holders.first { !SectionVerifier.check($0.entry, $0.bytes).isGood }?.entry.name
    if let rom = first(.rom) { facts.roms = ExpansionROMSection.list(in: try window.read(rom.data, "the ROM")) }
    return facts
  }

  /// The section that the header's pointer means.
  func guidEntry() throws(ImageError) -> SectionEntry {
    try entry(.guid, at: Int(self[layout.guidPointer]), "the GUID pointer")
  }

  /// `nil` when the header points to none.
  func infoEntry() throws(ImageError) -> SectionEntry? {
    guard ByteSum.isZero(self[layout.infoPointerWord]) else {
      throw .damaged(what: "the pointer to Image Info", why: "has a wrong check byte")
    }
    let pointer = Int(self[layout.infoPointer])
    return pointer == 0 ? nil : try entry(.imageInfo, at: pointer, "the pointer to Image Info")
  }

  func imageInfo(_ window: ImageWindow) throws -> ImageInfo? {
    guard let entry = try infoEntry() else { return nil }
    return try ImageInfo(window.read(entry.data, "Image Info"))
  }

  private func entry(_ type: SectionType, at address: Int, _ what: String) throws(ImageError) -> SectionEntry {
    guard let entry = entries.first(where: { $0.type == type && $0.data.lowerBound == address }) else {
      throw .damaged(what: what, why: "does not point to a section \(type.name)")
    }
    return entry
  }

  var parts: [Image.Section] {
    entries.map { Image.Section(name: $0.name, address: $0.address, size: $0.size, data: $0.data) }
  }
}

extension FirmwareFacts {
  /// The MACs of a GUID section, or those that follow from its GUIDs.
  fileprivate mutating func setMACs(of section: GUIDSection) {
    if let stored = section.storedMACs {
      macs = stored
    } else {
      macs = GUIDSection.derivedMACs(section.guids)
      macsAreDerived = macs != CardMACs()
    }
  }
}
