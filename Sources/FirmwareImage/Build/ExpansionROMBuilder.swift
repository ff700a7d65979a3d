internal import BinaryLayout

/// Builds an expansion ROM: PCI ROM images behind each other, each with the text and the numbers by which it is listed.
/// For simulated adapters and tests.
public struct ExpansionROMBuilder: Sendable {
  /// One PCI ROM image.
  public struct Entry: Sendable {
    /// 0x10 PXE, 0x11 UEFI, 0x12 CLP.
    public var product: UInt16
    public var version: FirmwareVersion
    public var pciDevice: UInt16
    /// 0: any port.
    public var port: UInt8
    /// 0 InfiniBand, 1 Ethernet, 2 both, 0xff not told.
    public var proto: UInt8
    /// 1 AMD64, 2 AArch64, 3 both, 0 not told.
    public var processors: UInt8

    public init(
      product: UInt16, version: FirmwareVersion, pciDevice: UInt16, port: UInt8 = 0, proto: UInt8 = 0xff,
      processors: UInt8 = 0
    ) {
      self.product = product
      self.version = version
      self.pciDevice = pciDevice
      self.port = port
      self.proto = proto
      self.processors = processors
    }
  }

  private static let unit = 512
  private static let signature = LayoutField("signature", byte: 0, bytes: 2)
  private static let romSignature: UInt64 = 0x55aa
  private static let length = LayoutField("length", byte: 2, bytes: 1)
  /// Little-endian: its first byte.
  private static let dataPointer = LayoutField("pcir_pointer", byte: 0x18, bytes: 1)
  private static let data = 0x1c
  private static let dataSignature = Array("PCIR".utf8)
  private static let indicator = LayoutField("last_image", byte: data + 0x15, bytes: 1)
  private static let lastImage: UInt64 = 0x80
  private static let text = 0x80

  public var entries: [Entry]
  public var seed: UInt64 = 1

  public init(_ entries: [Entry]) { self.entries = entries }

  /// The ROM; every image has the checksum that makes its bytes sum to 0.
  public func build() -> [UInt8] {
    var random = SeededBytes(seed: seed)
    return entries.indices.flatMap { image(entries[$0], isLast: $0 == entries.count - 1, random.bytes(Self.unit)) }
  }

  private func image(_ entry: Entry, isLast: Bool, _ filling: [UInt8]) -> [UInt8] {
    var bytes = filling
    Self.signature.write(Self.romSignature, into: &bytes)
    Self.length.write(1, into: &bytes)
    Self.dataPointer.write(UInt64(Self.data), into: &bytes)
    bytes.replaceSubrange(Self.data..<Self.data + 4, with: Self.dataSignature)
    Self.indicator.write(isLast ? Self.lastImage : 0, into: &bytes)
    let signed = ExpansionROMSection.signature + Self.numbers(entry)
    bytes.replaceSubrange(Self.text..<Self.text + signed.count, with: signed)
    bytes[bytes.count - 1] = 0
    bytes[bytes.count - 1] = 0 &- bytes.reduce(0, &+)
    return bytes
  }

  private static func numbers(_ entry: Entry) -> [UInt8] {
    typealias Layout = ExpansionROMSection.Layout
    var dwords = [UInt8](repeating: 0, count: Layout.size)
    Layout.product.write(UInt64(entry.product), into: &dwords)
    Layout.major.write(UInt64(truncatingIfNeeded: entry.version.major), into: &dwords)
    Layout.minor.write(UInt64(truncatingIfNeeded: entry.version.minor), into: &dwords)
    Layout.patch.write(UInt64(truncatingIfNeeded: entry.version.patch), into: &dwords)
    Layout.device.write(UInt64(entry.pciDevice), into: &dwords)
    Layout.port.write(UInt64(entry.port), into: &dwords)
    Layout.processors.write(UInt64(entry.processors), into: &dwords)
    Layout.proto.write(UInt64(entry.proto), into: &dwords)
    return ExpansionROMSection.turned(dwords[...])
  }
}
