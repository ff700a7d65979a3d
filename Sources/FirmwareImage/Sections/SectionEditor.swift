internal import BinaryLayout

/// A contiguous FS1 or FS2 image whose values are changed; every checksum of a part is right afterwards.
struct SectionEditor {
  private(set) var bytes: [UInt8]
  private let layout: ImageHeaderLayout
  private(set) var list: SectionList

  init(_ image: [UInt8], _ layout: ImageHeaderLayout) throws(ImageError) {
    bytes = image
    self.layout = layout
    list = try Self.list(image, layout)
  }

  private static func list(_ image: [UInt8], _ layout: ImageHeaderLayout) throws(ImageError) -> SectionList {
    try inMemory { try SectionList(ImageWindow(image), layout) }
  }

  /// The image without what may follow it in a file.
  var whole: [UInt8] { Array(bytes.prefix(list.end)) }

  var guids: GUIDSection {
    get throws(ImageError) { try GUIDSection(Array(bytes[try list.guidEntry().data])) }
  }

  mutating func set(guids: CardGUIDs?, macs: CardMACs?) throws(ImageError) {
    guard guids != nil || macs != nil else { return }
    let entry = try list.guidEntry()
    var section = try self.guids
    try section.set(guids: guids, macs: macs)
    bytes.replaceSubrange(
      entry.data.lowerBound..<entry.data.lowerBound + section.bytes.count, with: section.bytes)
    if section.isBlank {
      StoredCRC.field.write(UInt64(GUIDSection.blankCRC), into: &bytes, at: entry.end - 4)
    } else {
      seal(entry)
    }
  }

  /// Replaces a text of Image Info.
  mutating func set(_ text: String?, _ tag: ImageInfo.Tag, what: String) throws(ImageError) {
    guard let text else { return }
    guard let entry = try list.infoEntry(), let range = try ImageInfo(Array(bytes[entry.data])).range(tag) else {
      throw .unsupported("this image has no place for a \(what)")
    }
    let value = try ImageText.encode(text, size: range.count, what: what)
    let start = entry.data.lowerBound + range.lowerBound
    bytes.replaceSubrange(start..<start + range.count, with: value)
    seal(entry)
  }

  private mutating func seal(_ entry: SectionEntry) {
    Self.seal(&bytes, from: entry.address, to: entry.end)
  }

  /// Writes the checksum of the section between two addresses.
  static func seal(_ bytes: inout [UInt8], from start: Int, to end: Int) {
    StoredCRC.field.write(UInt64(CRC16.of(bytes[start..<end - 4])), into: &bytes, at: end - 4)
  }

  /// Puts an expansion ROM in place of the one there is, or as the second section as mstflint does; without bytes, takes
  /// it out. What follows moves: pointers and sizes are redone.
  mutating func set(rom: [UInt8]) throws(ImageError) {
    guard rom.count % 4 == 0, rom.count <= SectionHeader.largestData else {
      throw .unsupported("an expansion ROM has whole dwords, and at most \(SectionHeader.largestData) bytes")
    }
    var sections: [(header: SectionHeader, data: [UInt8])] = []
    var isDone = rom.isEmpty
    for (index, entry) in list.entries.filter({ $0.header != nil }).enumerated() {
      guard let header = entry.header else { continue }
      if !isDone && (index == 1 || header.type == .rom) {
        sections.append((SectionHeader(.rom, dataSize: rom.count), rom))
        isDone = true
      }
      if header.type != .rom { sections.append((header, Array(bytes[entry.data]))) }
    }
    if !isDone { sections.append((SectionHeader(.rom, dataSize: rom.count), rom)) }
    let boot = list.entries.filter { $0.header == nil }.map(\.end).max() ?? layout.size
    bytes = Self.assemble(start: Array(bytes[..<boot]), sections, layout)
    list = try Self.list(bytes, layout)
  }

  /// An image of its start (header and BOOT2) and sections, with every pointer, size and checksum of a section.
  static func assemble(
    start: [UInt8], _ sections: [(header: SectionHeader, data: [UInt8])], _ layout: ImageHeaderLayout
  ) -> [UInt8] {
    var bytes = start
    for (index, section) in sections.enumerated() {
      let address = bytes.count
      let end = address + SectionHeader.sizeWithChecksum + section.data.count
      var header = section.header
      header.next = index + 1 < sections.count ? UInt32(end) : SectionHeader.end
      bytes += [UInt8](repeating: 0, count: SectionHeader.size) + section.data + [0, 0, 0, 0]
      header.write(into: &bytes, at: address)
      let isBlank = section.header.type == .guid && section.data.allSatisfy { $0 == 0xff }
      if isBlank {
        StoredCRC.field.write(UInt64(GUIDSection.blankCRC), into: &bytes, at: end - 4)
      } else {
        seal(&bytes, from: address, to: end)
      }
      let data = UInt64(address + SectionHeader.size)
      if section.header.type == .guid { layout.guidPointer.write(data, into: &bytes) }
      if section.header.type == .imageInfo { layout.infoPointerWord.write(ByteSum.sealed(data), into: &bytes) }
    }
    layout.imageSize.write(UInt64(bytes.count), into: &bytes)
    return bytes
  }
}
