internal import AdapterChips
internal import BinaryLayout

/// An image as the firmware of a running card takes it, through its registers or through the kernel's mlxfw: the slot alone,
/// without what belongs to a card, and its first bytes hidden, so that a flash with half of it has no magic yet.
/// Source: ImageFormats.md#update-images.
package enum UpdateImage {
  /// - Throws: `ImageError`: of FS1 and FS2 there are none.
  package static func make(_ placement: Placement, of source: any ByteSource) throws -> [UInt8] {
    let image: TabledImage
    switch placement.format {
    case .fs3: image = try FS3Codec.load(placement, in: source)
    case .fs4: image = try FS4Codec.load(placement, in: source)
    case .fs1, .fs2: throw ImageError.unsupported("\(placement.format.rawValue) firmware does not update itself")
    }
    var bytes = try source.read("the image", at: image.start, count: image.extent)
    func hide(_ range: Range<Int>) {
      let range = range.clamped(to: 0..<bytes.count)
      bytes.replaceSubrange(range, with: [UInt8](repeating: 0xff, count: range.count))
    }
    hide(0..<FS4Layout.magic.count)
    // FS3 lists the device's sections in the image's own table.
    for (index, entry) in image.itoc.entries.enumerated() where entry.isDeviceData {
      let start = image.itoc.address + TOCHeaderLayout.size + index * TOCEntryLayout.size
      hide(start..<start + TOCEntryLayout.size)
    }
    return bytes
  }

  /// The same with its first bytes, as a file that can be verified and burnt.
  package static func restored(_ image: [UInt8]) -> [UInt8] {
    let hidden = [UInt8](repeating: 0xff, count: FS2Layout.magic.count)
    guard image.starts(with: hidden) else { return image }
    // Of an FS4 image the byte after the magic tells.
    let isFS4 = FS4Layout.format.read(image) == FS4Layout.formatNumber
    return (isFS4 ? FS4Layout.magic : FS2Layout.magic) + image.dropFirst(hidden.count)
  }

  /// The same as the card's firmware puts it on the flash. The table of an FS3 image lists the device's own sections: those
  /// of the image that boots now, and a copy of their bytes at their places.
  package static func completed(
    _ image: [UInt8], holding present: [Placement], of source: any ByteSource
  ) throws -> [UInt8] {
    var bytes = restored(image)
    let file = MemoryBytes(bytes)
    guard let placement = try Firmware.locate(in: file, medium: .file).first, placement.format == .fs3,
      let live = present.first
    else { return bytes }
    let (new, old) = (try FS3Codec.load(placement, in: file), try FS3Codec.load(live, in: source))
    var position = new.itoc.address + TOCHeaderLayout.size + new.itoc.entries.count * TOCEntryLayout.size
    for entry in old.deviceEntries where position + TOCEntryLayout.size <= bytes.count {
      bytes.replaceSubrange(position..<position + TOCEntryLayout.size, with: entry.bytes)
      position += TOCEntryLayout.size
    }
    for part in old.deviceParts {
      bytes += [UInt8](repeating: 0xff, count: max(0, part.upperBound - bytes.count))
      bytes.replaceSubrange(part, with: try source.read("the device's data", at: part.lowerBound, count: part.count))
    }
    return bytes
  }
}
