internal import AdapterChips

/// An FS3 or FS4 image of which the tables have been read, and nothing else.
struct TabledImage {
  let placement: Placement
  /// Log2 of the size of a slot on the flash.
  let slotLog2: Int
  let boot: BootBlock
  let itoc: TableOfContents
  /// The device's own table: FS4 only.
  let dtoc: TableOfContents?
  /// Parts of the image that no entry names, BOOT2 and the tables aside; from the image's start.
  let unlisted: [Range<Int>]
  /// A table of hashes over the sections stands in it.
  var isHashed = false
  /// The firmware is encrypted, and with it its table: only what lies outside of it can be read.
  var isEncrypted = false
  /// How many of the checks that loading made come before BOOT2, and before the device's own table.
  var checksBeforeBoot = 0
  var checksBeforeDevice: Int?

  /// The source is as large as a flash: it must hold the card's own data too.
  var isWholeFlash = false

  var start: Int { placement.start }
  /// The file is an update image: nothing in it belongs to a card. A flash without such data is damaged instead; a file
  /// has a flash's size, which is a power of two, only when it is made for one, with the card's data at its end.
  var isUpdate: Bool { deviceEntries.isEmpty && dtoc == nil && !isWholeFlash }
  var entries: [TOCEntry] { itoc.entries + (dtoc?.entries ?? []) }
  var deviceEntries: [TOCEntry] { entries.filter(\.isDeviceData) }
  func entries(_ type: TOCSectionType) -> [TOCEntry] { entries.filter { $0.type == type } }

  /// What a burn writes: parts of the image itself, from the image's start.
  var imageParts: [Range<Int>] {
    unlisted + [boot.address..<boot.address + boot.size, itoc.address..<itoc.address + itoc.bytes.count]
      + itoc.entries.filter { !$0.isDeviceData }.map { $0.address..<$0.address + $0.size }
  }

  /// What belongs to the device, in physical bytes: its sections and its table.
  var deviceParts: [Range<Int>] {
    deviceEntries.map { $0.range(from: start) } + (dtoc.map { [$0.address..<$0.address + $0.bytes.count] } ?? [])
  }

  /// Bytes from the start to the end of the last part.
  var extent: Int { imageParts.map(\.upperBound).max() ?? 0 }

  var sections: [Image.Section] {
    var sections = [Image.Section(name: boot.name, address: boot.address, size: boot.size)]
    for table in [itoc, dtoc].compactMap({ $0 }) {
      let isDevice = table.kind.isDevice
      sections.append(
        .init(
          name: isDevice ? "DTOC_HEADER" : "ITOC_HEADER", address: table.address, size: TOCHeaderLayout.size,
          isDeviceData: isDevice))
      sections += table.entries.map {
        .init(name: $0.type.name, address: $0.address, size: $0.size, isDeviceData: $0.isDeviceData)
      }
    }
    return sections
  }

  /// The bytes of a section whose checksum is right.
  func bytes(of entry: TOCEntry, in source: any ByteSource) throws -> [UInt8] {
    let bytes = try source.read(entry.type.name, at: entry.position(from: start), count: entry.size)
    let check = SectionChecksum(of: entry, bytes)
    guard check.verdict.isAcceptable else {
      throw ImageError.damaged(what: entry.type.name, why: "has another checksum than the one stored")
    }
    return bytes
  }

  /// The whole as one contiguous file: the image at its start, the device's data at their own positions, `ff` between.
  func contents(of source: any ByteSource) throws -> [UInt8] {
    let parts =
      imageParts.map { (from: $0.lowerBound + start, to: $0) } + deviceParts.map { (from: $0.lowerBound, to: $0) }
    let end = dtoc == nil ? parts.map(\.to.upperBound).max() ?? 0 : source.count
    guard end <= source.count else {
      throw ImageError.outOfBounds(what: "the image", position: end, limit: source.count)
    }
    var file = [UInt8](repeating: 0xff, count: end)
    for part in parts where !part.to.isEmpty {
      file.replaceSubrange(part.to, with: try source.read("the image", at: part.from, count: part.to.count))
    }
    return file
  }

  /// - Throws: `damaged` when two sections share bytes.
  func checkOverlap() throws(ImageError) {
    let sections = itoc.entries.filter { !$0.isDeviceData && $0.size > 0 }.map { $0.address..<$0.address + $0.size }
    let fixed = [boot.address..<boot.address + boot.size, itoc.address..<itoc.address + itoc.bytes.count]
    let parts = (sections + fixed).sorted { $0.lowerBound < $1.lowerBound }
    for (part, next) in zip(parts, parts.dropFirst()) where part.upperBound > next.lowerBound {
      throw .damaged(what: "the image", why: "has two sections at byte \(next.lowerBound)")
    }
  }
}

/// How large a slot may be: mstflint knows none above 2^24, and none can be smaller than one flash sector.
enum SlotSize {
  static let allowedLog2 = 12...24
}
