internal import BinaryLayout
internal import Vocabulary

/// A package of firmware images for many boards, as makers distribute it. Source: ImageFormats.md#mfa2.
///
/// The images are packed all together; what unpacks them is given by the caller, for it is not ours.
public struct MFA2Package: Sendable, Equatable {
  /// An image in the package.
  public struct Component: Sendable, Equatable {
    /// Where its mark is in the unpacked images, and how many bytes follow the mark.
    public let offset: Int
    public let size: Int
    /// `2017-05-11`; `nil` when the package does not say. (Its version is in the image: a package has too few bits.)
    public let releaseDate: String?
  }

  /// A kind of board and what the package has for it.
  public struct Board: Sendable, Equatable {
    public let psid: String
    public let components: [Component]
  }

  /// Gives the first `limit` bytes of an XZ stream, or fewer when it ends before.
  public typealias Unpack = (_ packed: [UInt8], _ limit: Int) throws -> [UInt8]

  /// More than any package unpacks to.
  static let largestContents = 1 << 30

  public let boards: [Board]
  private let packed: Range<Int>
  private let bytes: [UInt8]

  /// Whether a file says of itself that it is such a package.
  public static func isPackage(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: MFA2Layout.fingerprint) }

  /// Reads the lists of boards and components; nothing is unpacked.
  public init(_ bytes: [UInt8]) throws(ImageError) {
    guard Self.isPackage(bytes) else { throw .noImage }
    var reader = MFA2Reader(bytes, from: MFA2Layout.fingerprint.count)
    let head = try reader.head(MFA2Layout.packageType, size: MFA2Layout.Package.size, "the package")
    let start = MFA2Layout.Package.packedOffset.value(head.data)
    let size = MFA2Layout.Package.packedSize.value(head.data)
    guard start + size <= bytes.count else {
      throw .outOfBounds(what: "the packed images", position: start + size, limit: bytes.count)
    }
    guard let contents = MFA2Layout.Package.unpackedSize.read(head.data), contents <= UInt64(Self.largestContents)
    else {
      throw .damaged(what: "the package", why: "says that it unpacks to more than \(Self.largestContents) bytes")
    }
    var pointers: [(psid: String, indices: [Int])] = []
    for _ in 0..<MFA2Layout.Package.devices.value(head.data) { pointers.append(try Self.board(&reader)) }
    var components: [Component] = []
    for _ in 0..<MFA2Layout.Package.components.value(head.data) {
      components.append(try Self.component(&reader, limit: Int(contents)))
    }
    boards = try pointers.map { psid, indices throws(ImageError) in
      for index in indices where index >= components.count {
        throw .outOfBounds(what: "the component of \(psid)", position: index, limit: components.count)
      }
      return Board(psid: psid, components: indices.map { components[$0] })
    }
    packed = start..<start + size
    self.bytes = bytes
  }

  private static func board(_ reader: inout MFA2Reader) throws(ImageError) -> (psid: String, indices: [Int]) {
    let head = try reader.head(MFA2Layout.deviceType, size: 0, "a board")
    guard let name = head.extensions.first(where: { $0.type == MFA2Layout.psidType }),
      let psid = ImageText.decode(name.data)
    else { throw .damaged(what: "a board of the package", why: "has no PSID") }
    let pointers = head.extensions.filter { $0.type == MFA2Layout.pointerType }
    return (psid, pointers.compactMap { MFA2Layout.componentIndex.read($0.data).map { Int($0) } })
  }

  private static func component(_ reader: inout MFA2Reader, limit: Int) throws(ImageError) -> Component {
    let head = try reader.head(MFA2Layout.componentType, size: MFA2Layout.Component.size, "a component")
    let size = MFA2Layout.Component.length.value(head.data)
    guard let offset = MFA2Layout.Component.offset.read(head.data), offset <= UInt64(limit),
      Int(offset) + MFA2Layout.componentMark.count + size <= limit
    else { throw .outOfBounds(what: "a component of the package", position: size, limit: limit) }
    let version = head.extensions.first { $0.type == MFA2Layout.versionType }
    let date = version.flatMap { MFA2Layout.date.read($0.data) }
    return Component(
      offset: Int(offset), size: size, releaseDate: date.flatMap { Self.date(UInt32(truncatingIfNeeded: $0)) })
  }

  /// A year, a month and a day: eight decimal digits, each in four bits (`20170511`), or binary with months from 0
  /// (`07e30316` is 2019-04-22); packages of both kinds are in linux-firmware's history (mellanox/).
  package static func date(_ stored: UInt32) -> String? {
    guard stored != 0 else { return nil }
    let (year, month, day) = (Int(stored >> 16), Int(stored >> 8 & 0xff), Int(stored & 0xff))
    if (1990...2100).contains(year), month <= 11, (1...31).contains(day) {
      return [String(year), twoDigits(month + 1), twoDigits(day)].joined(separator: "-")
    }
    let digits = Array(UInt64(stored).hexadecimal(digits: 8))
    guard digits.allSatisfy(\.isNumber) else { return nil }
    return String(digits[..<4]) + "-" + String(digits[4..<6]) + "-" + String(digits[6...])
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Every image of the package, unpacked once, in the order of their offsets; several boards may share one.
  public func images(unpack: Unpack) throws -> [(offset: Int, image: [UInt8])] {
    let components = boards.flatMap(\.components)
    let sizes = Dictionary(components.map { ($0.offset, $0.size) }, uniquingKeysWith: { first, _ in first })
    let mark = MFA2Layout.componentMark
    let end = sizes.map { $0.key + mark.count + $0.value }.max() ?? 0
    let contents = try unpack(Array(bytes[packed]), end)
    return try sizes.sorted { $0.key < $1.key }.map { offset, size in
      let start = offset + mark.count
      guard contents.count >= start + size, contents[offset..<start].elementsEqual(mark) else {
        throw ImageError.damaged(what: "a component of the package", why: "is not where the package says")
      }
      return (offset, UpdateImage.restored(Array(contents[start..<start + size])))
    }
  }

  /// The image for a board, as a file that can be verified and burnt.
  public func image(psid: String, unpack: Unpack) throws -> [UInt8] {
    guard let component = boards.first(where: { $0.psid == psid })?.components.first else {
      throw ImageError.noBoard(psid: psid, known: boards.map(\.psid))
    }
    let start = component.offset + MFA2Layout.componentMark.count
    let contents = try unpack(Array(bytes[packed]), start + component.size)
    guard contents.count >= start + component.size else {
      throw ImageError.outOfBounds(
        what: "the image of \(psid)", position: start + component.size, limit: contents.count)
    }
    guard contents[component.offset..<start].elementsEqual(MFA2Layout.componentMark) else {
      throw ImageError.damaged(what: "the image of \(psid)", why: "is not where the package says")
    }
    return UpdateImage.restored(Array(contents[start..<start + component.size]))
  }
}
