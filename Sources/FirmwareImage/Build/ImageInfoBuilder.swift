internal import BinaryLayout

/// Puts an Image Info section together, tag by tag.
struct ImageInfoBuilder {
  private typealias Layout = ImageInfo.Layout

  private var bytes: [UInt8] = []

  mutating func add(_ tag: ImageInfo.Tag, _ data: [UInt8]) {
    var header = [UInt8](repeating: 0, count: Layout.headerSize)
    Layout.tag.write(UInt64(tag.rawValue), into: &header)
    Layout.length.write(UInt64(data.count), into: &header)
    bytes += header + data
  }

  mutating func add(_ tag: ImageInfo.Tag, size: Int, _ values: [(LayoutField, Int)]) {
    var data = [UInt8](repeating: 0, count: size)
    for (field, value) in values { field.write(UInt64(truncatingIfNeeded: value), into: &data) }
    add(tag, data)
  }

  mutating func add(_ tag: ImageInfo.Tag, _ version: FirmwareVersion) {
    add(
      tag, size: 8,
      [
        (Layout.versionMajor, version.major), (Layout.versionMinor, version.minor),
        (Layout.versionPatch, version.patch),
      ])
  }

  mutating func add(_ tag: ImageInfo.Tag, text: String, size: Int, what: String) throws(ImageError) {
    add(tag, try ImageText.encode(text, size: size, what: what))
  }

  /// The data of the section.
  func build() -> [UInt8] {
    var whole = self
    whole.add(.end, [])
    return whole.bytes
  }
}
