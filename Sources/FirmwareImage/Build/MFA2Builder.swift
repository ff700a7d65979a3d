internal import BinaryLayout
internal import Vocabulary

/// Builds packages of images for several boards: for tests, and to try what takes packages.
public struct MFA2Builder: Sendable {
  /// An image and the board it is for.
  public struct Entry: Sendable {
    public var psid: String
    public var image: [UInt8]

    public init(psid: String, image: [UInt8]) {
      self.psid = psid
      self.image = image
    }
  }

  public var entries: [Entry]
  public var date = BuildDate(year: 2017, month: 7, day: 26)

  public init(_ entries: [Entry]) { self.entries = entries }

  /// A package that holds its images as they are.
  public func build() -> [UInt8] { build { $0 } }

  /// - Parameter pack: makes an XZ stream of the images.
  public func build(pack: ([UInt8]) throws -> [UInt8]) rethrows -> [UInt8] {
    var contents: [UInt8] = []
    var components: [UInt8] = []
    for entry in entries {
      components += component(at: contents.count, size: entry.image.count)
      let hidden = [UInt8](repeating: 0xff, count: min(FS2Layout.magic.count, entry.image.count))
      contents += MFA2Layout.componentMark + hidden + entry.image.dropFirst(hidden.count)
    }
    let packed = try pack(contents)
    let boards = entries.indices.flatMap { board(entries[$0].psid, component: $0) }
    let start = MFA2Layout.fingerprint + package(start: 0, packed: packed.count, unpacked: contents.count)
    let offset = start.count + boards.count + components.count
    let head = package(start: offset, packed: packed.count, unpacked: contents.count)
    return MFA2Layout.fingerprint + head + boards + components + packed
  }

  private func package(start: Int, packed: Int, unpacked: Int) -> [UInt8] {
    typealias Layout = MFA2Layout.Package
    let head = Self.data(
      Layout.size,
      [
        (Layout.components, entries.count), (Layout.devices, entries.count), (Layout.packedOffset, start),
        (Layout.packedSize, packed), (Layout.unpackedSize, unpacked),
      ])
    return Self.multiPart(MFA2Layout.packageType, head, [])
  }

  private func board(_ psid: String, component: Int) -> [UInt8] {
    let pointer = Self.data(MFA2Layout.pointerSize, [(MFA2Layout.componentIndex, component)])
    let extensions = [
      Self.record(MFA2Layout.psidType, Array(psid.utf8)), Self.record(MFA2Layout.pointerType, pointer),
    ]
    return Self.multiPart(MFA2Layout.deviceType, [], extensions)
  }

  private func component(at offset: Int, size: Int) -> [UInt8] {
    typealias Layout = MFA2Layout.Component
    let digits = BuildDate.digits(date.year) << 16 | BuildDate.digits(date.month) << 8 | BuildDate.digits(date.day)
    let version = Self.data(MFA2Layout.versionSize, [(MFA2Layout.date, digits)])
    let head = Self.data(Layout.size, [(Layout.offset, offset), (Layout.length, size)])
    return Self.multiPart(MFA2Layout.componentType, head, [Self.record(MFA2Layout.versionType, version)])
  }

  private static func data(_ size: Int, _ values: [(LayoutField, Int)]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    for (field, value) in values { field.write(UInt64(value), into: &bytes) }
    return bytes
  }

  private static func record(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
    typealias Layout = MFA2Layout.Record
    let header = Self.data(Layout.headerSize, [(Layout.type, Int(type)), (Layout.length, data.count)])
    return header + data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
  }

  private static func multiPart(_ type: UInt8, _ head: [UInt8], _ extensions: [[UInt8]]) -> [UInt8] {
    typealias Layout = MFA2Layout.MultiPart
    let parts = record(type, head) + extensions.flatMap { $0 }
    let counts = data(Layout.size, [(Layout.extensions, extensions.count), (Layout.bytes, parts.count)])
    return record(MFA2Layout.multiPartType, counts) + parts
  }
}
