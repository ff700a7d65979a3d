internal import AdapterChips

/// What FS3 and FS4 have in common: sections that a table of contents names.
protocol TabledCodec: FormatCodec {
  /// Reads header and tables. What is wrong but does not keep from going on is added to `checks`.
  static func load(
    _ placement: Placement, in source: any ByteSource, checks: inout [Verification.Check]
  ) throws -> TabledImage
  /// What the device has of its own on a flash, its MFG_INFO whole; `nil` when it cannot be found.
  static func deviceData(
    holding present: [Placement], slotLog2: Int, in source: any ByteSource
  ) throws -> DeviceData?
}

extension TabledCodec {
  /// Reads header and tables, all of which must be right.
  static func load(_ placement: Placement, in source: any ByteSource) throws -> TabledImage {
    var checks: [Verification.Check] = []
    let image = try load(placement, in: source, checks: &checks)
    if let (check, complaint) = checks.lazy.compactMap({ check in check.complaint.map { (check, $0) } }).first {
      throw ImageError.damaged(what: check.name, why: complaint)
    }
    return image
  }

  static func read(_ placement: Placement, from source: any ByteSource) throws -> Image {
    let image = try load(placement, in: source)
    var facts = FirmwareFacts(format: placement.format)
    facts.size = image.extent
    facts.slotSizeLog2 = image.slotLog2
    if let entry = image.itoc.entry(.imageInfo) {
      try ImageInfoSection(image.bytes(of: entry, in: source)).fill(&facts)
    }
    facts.isEncrypted = facts.isEncrypted || image.isEncrypted
    facts.isUpdate = image.isUpdate
    if let entry = image.itoc.entry(.rom) {
      facts.roms = ExpansionROMSection.list(in: try image.bytes(of: entry, in: source))
    }
    if let info = try image.deviceInfo(in: source) {
      facts.guids = info.identifiers.guids
      facts.macs = info.identifiers.macs
      facts.vsd = info.vsd ?? facts.vsd
    }
    return Image(placement: placement, facts: facts, sections: image.sections)
  }

  static func verify(
    _ placement: Placement, in source: any ByteSource, progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws -> Verification {
    var checks: [Verification.Check] = []
    do {
      let image = try load(placement, in: source, checks: &checks)
      try image.verify(in: source, checks: &checks, progress: progress)
    } catch let error as ImageError {
      checks.append(.bad("HEADER", address: 0, size: 0, error.message))
    }
    return Verification(checks: checks)
  }

  static func contents(_ placement: Placement, of source: any ByteSource) throws -> [UInt8] {
    try load(placement, in: source).contents(of: source)
  }
}

extension TabledImage {
  /// The copy of DEV_INFO in use. Of two with a signature (a change was cut off before the old one was cleared) the first
  /// that is whole.
  func deviceInfoEntry(in source: any ByteSource) throws -> TOCEntry? {
    let copies = entries(.deviceInfo)
    guard dtoc != nil else { return copies.first }
    let signed = try copies.filter { try DeviceInfo.isPresent(at: $0.address, size: $0.size, in: source) }
    guard signed.count > 1 else { return signed.first }
    return signed.first { (try? bytes(of: $0, in: source)) != nil } ?? signed.first
  }

  /// DEV_INFO in use, its checksum right; `nil` when the image has none.
  func deviceInfo(in source: any ByteSource) throws -> DeviceInfo? {
    guard let entry = try deviceInfoEntry(in: source) else { return nil }
    return try DeviceInfo(bytes(of: entry, in: source))
  }

  /// MFG_INFO, its checksum right; `nil` when the image has none.
  func manufacturingInfo(in source: any ByteSource) throws -> ManufacturingInfo? {
    guard let entry = entries(.manufacturingInfo).first else { return nil }
    return try ManufacturingInfo(bytes(of: entry, in: source))
  }
}
