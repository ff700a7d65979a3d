internal import BinaryLayout

/// The sectors before the images of an FS1 flash or failsafe file. Source: ImageFormats.md#fs1.
enum FS1Layout {
  /// Marks the invariant sector, and a pointer sector that counts.
  static let signature: UInt64 = 0x5a44_5a44
  static let signatureBytes: [UInt8] = [0x5a, 0x44, 0x5a, 0x44]
  static let signatureSize = 4

  /// The invariant sector: boot code that chooses a pointer sector.
  enum Invariant {
    static let signature = LayoutField("signature", byte: 0x24, bytes: 4)
    static let hardwareRevision = LayoutField("device_revision", byte: 0x10, bytes: 1)
    static let revision = LayoutField("is_version", byte: 0x12, bytes: 1)
    /// Where the sector size is told, from ``sectorSizeBase`` on.
    static let sectorSizePointer = LayoutField("sector_size_pointer", byte: 0x16, bytes: 2)
    static let sectorSizeBase = 0x30
    static let sectorSizeLog2 = LayoutField("log2_sector", byte: 2, bytes: 2)
    static let sectorSizeLog2s: ClosedRange<UInt64> = 12...20
    static let boot2 = 0x28
    static let headerSize = boot2 + Boot2.headerSize
  }

  static let primarySector = 1
  static let secondarySector = 2
  /// The first sector that images may use.
  static let firstImageSector = 3
}

/// Where an image is, and whose: one of two sectors of which the chip takes the first that is signed.
struct FS1PointerSector: Sendable, Equatable {
  static let size = 0x108
  private static let imageAddress = LayoutField("image_address", byte: 0, bytes: 4)
  private static let imageSizeField = LayoutField("image_size", byte: 4, bytes: 4)
  static let signature = LayoutField("signature", byte: 8, bytes: 4)
  private static let crc = LayoutField("crc", byte: 0x104, bytes: 4)
  private static let vsd = 0x20..<0xf0
  private static let psid = 0xf0..<0x100
  private static let covered = 0x104
  /// Before it is signed.
  static let unsigned: UInt64 = 0xffff_ffff

  private(set) var bytes: [UInt8]

  /// - Returns: `nil` when there are too few bytes.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.size else { return nil }
    self.bytes = Array(bytes.prefix(Self.size))
  }

  init(image address: Int, size: Int, vsd: String, psid: String) throws(ImageError) {
    bytes = [UInt8](repeating: 0, count: Self.size)
    Self.signature.write(FS1Layout.signature, into: &bytes)
    try set(vsd: vsd, psid: psid)
    point(to: address, size: size)
  }

  var image: Int { Int(Self.imageAddress.read(bytes) ?? 0) }
  var imageSize: Int { Int(Self.imageSizeField.read(bytes) ?? 0) }
  var isSigned: Bool { Self.signature.read(bytes) == FS1Layout.signature }
  var hasRightCRC: Bool { storedCRC == UInt32(CRC16.of(bytes[..<Self.covered])) }
  private var storedCRC: UInt32 { UInt32(Self.crc.read(bytes) ?? 0) }

  /// The texts are stored with the bytes of each dword turned around.
  var vsdText: String? { ImageText.decode(Self.turned(bytes[Self.vsd])[...]) }
  var psidText: String? { ImageText.decode(Self.turned(bytes[Self.psid])[...]) }

  mutating func set(vsd: String?, psid: String?) throws(ImageError) {
    if let vsd {
      let text = try ImageText.encode(vsd, size: Self.vsd.count, what: "VSD")
      bytes.replaceSubrange(Self.vsd, with: Self.turned(text[...]))
    }
    if let psid {
      let text = try ImageText.encode(psid, size: Self.psid.count, what: "PSID")
      bytes.replaceSubrange(Self.psid, with: Self.turned(text[...]))
    }
    seal()
  }

  /// Names the image, as a signed sector.
  mutating func point(to address: Int, size: Int) {
    Self.imageAddress.write(UInt64(address), into: &bytes)
    Self.imageSizeField.write(UInt64(size), into: &bytes)
    Self.signature.write(FS1Layout.signature, into: &bytes)
    seal()
  }

  private mutating func seal() {
    Self.crc.write(UInt64(CRC16.of(bytes[..<Self.covered])), into: &bytes)
  }

  /// The bytes as they are written first: what signs them follows when all else is there.
  var unsignedBytes: [UInt8] {
    var bytes = bytes
    Self.signature.write(Self.unsigned, into: &bytes)
    return bytes
  }

  /// The sector as it was before its signature was cleared.
  var signedAgain: FS1PointerSector {
    var sector = self
    Self.signature.write(FS1Layout.signature, into: &sector.bytes)
    return sector
  }

  func check(name: String, address: Int) -> Verification.Check {
    guard isSigned else {
      return .failure(.damaged(what: "the pointer sector", why: "is not signed"), name: name, address: address)
    }
    return .checksum(
      name: name, address: address, size: Self.size, covered: bytes[..<Self.covered], stored: bytes[Self.covered...])
  }

  private static func turned(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).flatMap {
      bytes[$0..<min($0 + 4, bytes.endIndex)].reversed()
    }
  }
}

/// A failsafe FS1 flash or file, as far as its first sectors tell.
struct FS1Flash {
  struct Slot: Sendable, Equatable {
    let name: String
    /// Where the pointer sector is.
    let address: Int
    let pointer: FS1PointerSector
  }

  let sectorSize: Int
  /// The first bytes of the invariant sector.
  let invariant: [UInt8]
  /// Primary and secondary, signed or not.
  let slots: [Slot]

  /// The slots that count, in the order in which the chip takes them.
  var signed: [Slot] { slots.filter(\.pointer.isSigned) }

  /// - Returns: `nil` when the source is not laid out so.
  init?(_ source: any ByteSource) throws {
    typealias Invariant = FS1Layout.Invariant
    guard source.count >= Invariant.headerSize else { return nil }
    invariant = try source.read(0..<Invariant.headerSize)
    guard Invariant.signature.read(invariant) == FS1Layout.signature,
      let pointer = Invariant.sectorSizePointer.read(invariant)
    else { return nil }
    let place = Invariant.sectorSizeBase + Int(pointer)
    guard place + 4 <= source.count,
      let log2 = Invariant.sectorSizeLog2.read(try source.read(place..<place + 4)),
      Invariant.sectorSizeLog2s.contains(log2)
    else { return nil }
    let sectorSize = 1 << Int(log2)
    self.sectorSize = sectorSize
    guard source.count >= FS1Layout.firstImageSector * sectorSize else { return nil }
    let sectors = [("Primary", FS1Layout.primarySector), ("Secondary", FS1Layout.secondarySector)]
    slots = try sectors.compactMap { name, sector in
      let address = sector * sectorSize
      let bytes = try source.read(address..<address + FS1PointerSector.size)
      return FS1PointerSector(bytes).map { Slot(name: name, address: address, pointer: $0) }
    }
  }

  func slot(of placement: Placement) -> Slot? { signed.first { $0.pointer.image == placement.start } }

  /// Whether the boot code in the invariant sector is whole.
  func hasWholeInvariant(_ source: any ByteSource) throws -> Bool {
    try invariantCheck(source).verdict == .good
  }

  func invariantCheck(_ source: any ByteSource) throws -> Verification.Check {
    let start = FS1Layout.Invariant.boot2
    do {
      let size = try Boot2.size(header: invariant[start...])
      guard start + size <= sectorSize else {
        throw ImageError.outOfBounds(what: "BOOT2", position: start + size, limit: sectorSize)
      }
      let rest = try source.read(FS1Layout.Invariant.headerSize..<start + size)
      return Boot2.check(Array(invariant[start...]) + rest, name: "Invariant BOOT2", address: start)
    } catch let error as ImageError {
      return .failure(error, name: "Invariant BOOT2", address: start)
    }
  }
}
