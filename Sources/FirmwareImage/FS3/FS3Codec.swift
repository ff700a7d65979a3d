internal import AdapterChips

/// FS3: Connect-IB, ConnectX-4, ConnectX-4 Lx, Switch-IB, Spectrum. Source: ImageFormats.md#fs3.
enum FS3Codec: TabledCodec {
  static func placement(at start: Int, in source: any ByteSource, medium: Medium) throws -> Placement? {
    guard start >= 0, start <= source.count - FS3Layout.headerSize else { return nil }
    guard try source.read(start..<start + FS3Layout.magic.count) == FS3Layout.magic else { return nil }
    let dword = FS3Layout.formatDword
    let format = try source.read(start + dword.lowerBound..<start + dword.upperBound)
    return UInt64(format[0]) == FS3Layout.formatNumber ? Placement(format: .fs3, start: start) : nil
  }

  static func load(
    _ placement: Placement, in source: any ByteSource, checks: inout [Verification.Check]
  ) throws -> TabledImage {
    try TabledImage.fs3(placement, in: source, checks: &checks)
  }

  static func deviceData(
    holding present: [Placement], slotLog2: Int, in source: any ByteSource
  ) throws -> DeviceData? {
    // Without a live image a dead one may still tell where the device's data lies.
    let dead = [0, 1 << slotLog2].map { Placement(format: .fs3, start: $0) }.filter { !present.contains($0) }
    for placement in present + dead {
      do {
        let image = try load(placement, in: source)
        if try image.manufacturingInfo(in: source) != nil { return DeviceData(of: image) }
      } catch is ImageError {
        continue
      }
    }
    return nil
  }

  static func recipe(
    placing image: [UInt8], on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe {
    let image = try ImageFile<FS3Codec>(image)
    guard image.tabled.entries(.manufacturingInfo).first != nil else {
      throw ImageError.updateImage
    }
    let plan = try SlotPlan<FS3Codec>(for: image.tabled, on: flash, holding: present, source: source)
    var file = image.bytes
    var deviceData: [FlashPiece] = []
    if let device = plan.device {
      image.tabled.adopt(device, in: &file)
    } else {
      deviceData = image.tabled.deviceParts.map { FlashPiece(address: $0.lowerBound, bytes: file[$0]) }
    }
    return try plan.recipe(for: file, deviceData: deviceData, magicSize: FS3Layout.magic.count)
  }

  static func recipe(
    setting change: IdentityChange, on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe? {
    try DeviceInfoUpdate<FS3Codec>(change, on: flash, holding: present, source: source).fs3Recipe()
  }

  static func changing(_ image: [UInt8], _ change: IdentityChange) throws(ImageError) -> [UInt8] {
    try IdentityEdit<FS3Codec>(image).applying(change)
  }
}

extension TabledImage {
  /// Puts the device's own entries in place of the image's: where device data lies, and what its checksum is, the
  /// device knows. `file` begins with this image.
  fileprivate func adopt(_ device: DeviceData, in file: inout [UInt8]) {
    for (index, entry) in itoc.entries.enumerated() where entry.isDeviceData {
      guard let own = device.entries.last(where: { $0.type == entry.type }) else { continue }
      let position = itoc.address + TOCHeaderLayout.size + index * TOCEntryLayout.size
      file.replaceSubrange(position..<position + TOCEntryLayout.size, with: own.bytes)
    }
  }
}
