internal import AdapterChips
internal import Vocabulary

/// Other values in an image file, every checksum right afterwards.
struct IdentityEdit<Codec: TabledCodec> {
  private var file: [UInt8]
  private let image: TabledImage

  init(_ bytes: [UInt8]) throws(ImageError) {
    let file = try inMemory { try ImageFile<Codec>(bytes) }
    self.file = file.bytes
    image = file.tabled
  }

  func applying(_ change: IdentityChange) throws(ImageError) -> [UInt8] {
    guard change.rom == nil else {
      throw .unsupported("the expansion ROM of an \(image.placement.format.rawValue) image cannot be exchanged")
    }
    var copy = self
    let source = MemoryBytes(file)
    if let psid = change.psid { try copy.setPSID(psid) }
    if change.guids != nil || change.macs != nil || change.vsd != nil {
      let image = image
      let update = try inMemory { try DeviceInfoChange(change, of: image, in: source) }
      copy.write(update)
    }
    return copy.file
  }

  private mutating func setPSID(_ psid: String) throws(ImageError) {
    guard let index = image.itoc.entries.firstIndex(where: { $0.type == .imageInfo }) else {
      throw .damaged(what: "the image", why: "has no IMAGE_INFO")
    }
    let entry = image.itoc.entries[index]
    let source = MemoryBytes(file)
    let image = image
    var bytes = try inMemory { try image.bytes(of: entry, in: source) }
    guard try !ImageInfoSection(bytes).isSealed, !image.isHashed else {
      throw .unsupported("the image is signed: with another PSID no adapter would accept it")
    }
    try ImageInfoLayout.psid.write(psid, into: &bytes)
    replace(entry, at: index, in: image.itoc, with: bytes)
  }

  private mutating func write(_ update: DeviceInfoChange) {
    for table in [image.itoc, image.dtoc].compactMap({ $0 }) {
      guard let index = table.entries.firstIndex(of: update.target) else { continue }
      replace(update.target, at: index, in: table, with: update.bytes)
    }
    if update.target != update.old {
      let position = update.old.position(from: image.start)
      file.replaceSubrange(position..<position + 4, with: [UInt8](repeating: 0, count: 4))
    }
  }

  /// Puts a section and its checksum in place.
  private mutating func replace(_ entry: TOCEntry, at index: Int, in table: TableOfContents, with bytes: [UInt8]) {
    let sealed = entry.sealing(bytes)
    let position = entry.position(from: image.start)
    file.replaceSubrange(position..<position + sealed.bytes.count, with: sealed.bytes)
    let place = table.address + TOCHeaderLayout.size + index * TOCEntryLayout.size
    file.replaceSubrange(place..<place + TOCEntryLayout.size, with: sealed.entry.bytes)
  }
}

extension TOCEntry {
  /// A section of this entry's size with its checksum, and the entry that goes with it.
  func sealing(_ section: [UInt8]) -> (bytes: [UInt8], entry: TOCEntry) {
    var bytes = section
    var entry = self
    switch checksumPlace {
    case .entry: entry.setSectionCRC(CRC16.of(bytes))
    case .section where bytes.count >= 4:
      let body = bytes.count - 4
      bytes.replaceSubrange(body..., with: UInt64(CRC16.of(bytes[..<body])).bigEndianBytes(4))
    case .section, .nowhere, nil: break
    }
    return (bytes, entry)
  }
}

/// DEV_INFO with other values, and where it goes.
struct DeviceInfoChange {
  /// The copy in use.
  let old: TOCEntry
  /// The copy to write: the other one where there are two (FS4), else the same.
  let target: TOCEntry
  /// The whole section, not yet sealed.
  let bytes: [UInt8]

  /// - Throws: `unsupported` when the card's maker forbids other GUIDs; `damaged` without a whole DEV_INFO.
  init(_ change: IdentityChange, of image: TabledImage, in source: any ByteSource) throws {
    guard let old = try image.deviceInfoEntry(in: source) else {
      throw ImageError.damaged(what: "the image", why: "has no DEV_INFO to change")
    }
    if change.guids != nil || change.macs != nil {
      guard try image.manufacturingInfo(in: source)?.allowsOtherGUIDs == true else {
        throw ImageError.unsupported(
          "the card's maker allows no other GUIDs and MACs than those in MFG_INFO (guids_override_en is 0)")
      }
    }
    var info = try DeviceInfo(image.bytes(of: old, in: source))
    try info.change(change)
    self.old = old
    bytes = info.bytes
    guard image.dtoc != nil else {
      target = old
      return
    }
    guard let free = image.entries(.deviceInfo).first(where: { $0 != old }),
      free.size == old.size, free.checksumPlace == .section
    else { throw ImageError.unsupported("there is no second copy of DEV_INFO that could take the change") }
    target = free
  }
}
