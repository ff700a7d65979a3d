public import AdapterChips

/// Firmware images of every format: the entrance to this library.
public enum Firmware {
  /// Where an image may start, in the order in which adapters look. Source: ImageFormats.md#magic.
  public static let startAddresses = [
    0, 0x10000, 0x20000, 0x40000, 0x80000, 0x100000, 0x200000, 0x400000, 0x800000, 0x1000000,
  ]

  /// The images of a source, in the order in which an adapter would find them: the first is the one that boots.
  public static func locate(in source: any ByteSource, medium: Medium) throws -> [Placement] {
    var found: [Placement] = []
    for start in startAddresses where start + magicStart.count <= source.count {
      guard try source.read(start..<start + magicStart.count) == magicStart else { continue }
      for format in ImageFormat.allCases {
        if let placement = try codecs[format]?.placement(at: start, in: source, medium: medium) {
          found.append(placement)
          break
        }
      }
    }
    if found.isEmpty { found = try FS1Codec.placements(in: source, medium: medium) }
    if found.isEmpty, medium == .file, let container = try Container.error(for: source) { throw container }
    return found
  }

  /// The first word of the magic patterns of FS2 to FS4.
  private static let magicStart = Array("MTFW".utf8)

  /// Values and the list of sections of one image.
  public static func read(_ placement: Placement, from source: any ByteSource) throws -> Image {
    try codec(placement.format).read(placement, from: source)
  }

  /// Every checksum of one image. `progress` hears of bytes read, and may throw to stop.
  public static func verify(
    _ placement: Placement, in source: any ByteSource,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> Verification {
    try codec(placement.format).verify(placement, in: source, progress: progress)
  }

  /// One image as a contiguous file.
  public static func contents(_ placement: Placement, of source: any ByteSource) throws -> [UInt8] {
    try codec(placement.format).contents(placement, of: source)
  }

  /// A contiguous image with other values and right checksums.
  public static func changing(_ image: [UInt8], format: ImageFormat, _ change: IdentityChange) throws -> [UInt8] {
    try codec(format).changing(image, change)
  }

  /// How to put a contiguous image on a flash.
  public static func recipe(
    placing image: [UInt8], format: ImageFormat, on flash: FlashGeometry, holding present: [Placement],
    source: any ByteSource
  ) throws -> BurnRecipe {
    try codec(format).recipe(placing: image, on: flash, holding: present, source: source)
  }

  /// How to set a device's own identity without a new image; `nil` where the format keeps it in the image.
  public static func recipe(
    setting change: IdentityChange, format: ImageFormat, on flash: FlashGeometry, holding present: [Placement],
    source: any ByteSource
  ) throws -> BurnRecipe? {
    try codec(format).recipe(setting: change, on: flash, holding: present, source: source)
  }

  private static let codecs: [ImageFormat: any FormatCodec.Type] = [
    .fs1: FS1Codec.self, .fs2: FS2Codec.self, .fs3: FS3Codec.self, .fs4: FS4Codec.self,
  ]

  private static func codec(_ format: ImageFormat) throws(ImageError) -> any FormatCodec.Type {
    guard let codec = codecs[format] else { throw .unsupported("\(format.rawValue) images cannot be read yet") }
    return codec
  }
}
