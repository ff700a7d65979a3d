internal import BinaryLayout

/// The expansion ROM of an image: PCI ROM images, each with a signature text and after it its kind and version.
///
/// Source: mstflint's public history (the ROM information of `query`), whose lines this equals.
enum ExpansionROMSection {
  static let signature = Array("mlxsign:".utf8)
  /// mstflint lists no more.
  private static let most = 5
  /// Bytes from a signature to the end of what describes a ROM, as mstflint steps over them.
  private static let step = 12

  /// What follows a signature. The numbers are little-endian: fields are named from the last byte of three dwords that
  /// are turned around first.
  enum Layout {
    static let size = 12
    static let product = LayoutField("product_id", dword: 0, bits: 16...31)
    static let major = LayoutField("major", dword: 0, bits: 0...7)
    static let minor = LayoutField("minor", dword: 1, bits: 16...23)
    static let patch = LayoutField("subminor", dword: 1, bits: 0...15)
    static let device = LayoutField("pci_device", dword: 2, bits: 16...31)
    static let port = LayoutField("port", dword: 2, bits: 12...15)
    static let processors = LayoutField("cpu", dword: 2, bits: 8...11)
    static let proto = LayoutField("protocol", dword: 2, bits: 0...7)
    /// Of a free version text, after the three dwords: the dwords of the signature, the bytes of the text.
    static let textHeader = 16
    static let textSize = LayoutField("text_size", dword: 3, bits: 8...15)
    static let signatureDwords = LayoutField("signature_dwords", dword: 3, bits: 0...7)
  }

  private static let textProduct: UInt64 = 0xf
  private static let clpProduct: UInt64 = 0x12
  private static let firstWithProtocol: UInt64 = 0x10
  private static let kinds: [UInt64: String] = [
    0x1: "CLP1", 0x2: "CLP2", 0x3: "CLP3", 0x4: "CLP4", 0xf: "CLP", 0x10: "PXE", 0x11: "UEFI", 0x12: "CLP",
    0x13: "NVMe", 0x14: "UEFI Virtio net", 0x15: "UEFI Virtio blk", 0x16: "PXE Virtio net", 0x21: "FCODE",
  ]
  private static let protocols: [UInt64: String] = [0: "IB", 1: "ETH", 2: "VPI"]
  private static let processors: [UInt64: String] = [1: "AMD64", 2: "AARCH64", 3: "AMD64,AARCH64", 4: "IA32"]
  private static let anyProtocol: UInt64 = 0xff

  /// The ROMs in the data of a ROM section, in their order. A section without the text, such as an iPXE ROM of the user's
  /// own or FCode, is one ROM of unknown kind: what is on a card is never taken for nothing.
  static func list(in bytes: [UInt8]) -> [ExpansionROM] {
    let known = signed(in: bytes)
    return known.isEmpty && !bytes.isEmpty ? [.unknown(size: bytes.count)] : known
  }

  private static func signed(in bytes: [UInt8]) -> [ExpansionROM] {
    var roms: [ExpansionROM] = []
    var position = 0
    while position + signature.count <= bytes.count && roms.count < most {
      guard bytes[position] == signature[0], bytes[position...].starts(with: signature) else {
        position += 1
        continue
      }
      guard let rom = rom(bytes[(position + signature.count)...]) else { break }
      roms.append(rom)
      position += step
    }
    return roms
  }

  private static func rom(_ bytes: ArraySlice<UInt8>) -> ExpansionROM? {
    let dwords = turned(bytes.prefix(Layout.textHeader))
    guard dwords.count >= Layout.size, let product = Layout.product.read(dwords),
      let major = Layout.major.read(dwords), let minor = Layout.minor.read(dwords),
      let patch = Layout.patch.read(dwords)
    else { return nil }
    let kind = kinds[product] ?? "0x\(String(product, radix: 16))"
    if product == textProduct { return textROM(kind, dwords, bytes, major) }
    return ExpansionROM(
      type: kind, version: kinds[product] == nil ? nil : "\(major).\(minor).\(patch)",
      properties: kinds[product] == nil ? [] : properties(product, dwords))
  }

  private static func properties(_ product: UInt64, _ dwords: [UInt8]) -> [String] {
    guard product >= firstWithProtocol, let port = Layout.port.read(dwords), let proto = Layout.proto.read(dwords),
      let cpu = Layout.processors.read(dwords)
    else { return [] }
    var words: [String] = []
    if product != clpProduct {
      if port != 0 { words.append("port=\(port)") }
      if proto != anyProtocol { words.append("proto=\(protocols[proto] ?? "N/A")") }
    }
    if cpu != 0 { words.append("cpu=\(processors[cpu] ?? "N/A")") }
    return words
  }

  /// An older ROM, whose version is the number that its free text starts with.
  private static func textROM(
    _ kind: String, _ dwords: [UInt8], _ bytes: ArraySlice<UInt8>, _ major: UInt64
  ) -> ExpansionROM? {
    guard let size = Layout.textSize.read(dwords), let length = Layout.signatureDwords.read(dwords),
      length >= (size + 3) / 4 + 4
    else { return nil }
    let text = bytes.dropFirst(Layout.textHeader).prefix(Int(size))
    let digits = text.drop { $0 == 0x20 }.prefix { (0x30...0x39).contains($0) }
    let number = UInt16(String(decoding: digits, as: UTF8.self)).map { UInt64($0) }
    return ExpansionROM(type: kind, version: "\(number ?? major)")
  }

  /// Whole little-endian dwords as big-endian ones, and the reverse.
  static func turned(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    stride(from: bytes.startIndex, to: bytes.endIndex - 3, by: 4).flatMap { bytes[$0..<$0 + 4].reversed() }
  }
}
