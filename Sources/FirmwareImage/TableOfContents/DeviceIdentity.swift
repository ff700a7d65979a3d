internal import BinaryLayout
internal import Vocabulary

/// GUIDs or MACs from a base on. Source: ImageFormats.md#fs3.
enum UIDLayout {
  static let size = 16
  static let step = LayoutField("step", byte: 2, bytes: 1)
  static let count = LayoutField("num_allocated", byte: 3, bytes: 1)
  static let base = LayoutField("uid", byte: 8, bytes: 8)
  /// The base of identifiers that were never set.
  static let blank = UInt64.max
}

/// MFG_INFO: the identity that the maker gave the card.
enum ManufacturingInfoLayout {
  static let size = 0x140
  static let psid = TextField("PSID", byte: 0, count: 16)
  static let majorVersion = LayoutField("major_version", byte: 28, bytes: 1)
  static let minorVersion = LayoutField("minor_version", byte: 29, bytes: 1)
  static let allowsOtherGUIDs = LayoutField("guids_override_en", dword: 7, bits: 0...0)
  /// 0: two entries each of GUIDs and MACs, one per port. 1: one of GUIDs, one of MACs.
  static let knownMajorVersions: ClosedRange<UInt64> = 0...1
}

/// DEV_INFO: the identity in use.
enum DeviceInfoLayout {
  static let size = 0x200
  static let signature = Array("mDevInfo".utf8) + [0x23, 0x42, 0xca, 0xfa, 0xba, 0xca, 0xfe, 0x00] as [UInt8]
  static let majorVersion = LayoutField("major_version", at: 143, bits: 9)
  static let minorVersion = LayoutField("minor_version", byte: 19, bytes: 1)
  static let vsd = TextField("VSD", byte: 112, count: 208)
  /// 1: per port as in MFG_INFO 0. 2: one of GUIDs, one of MACs.
  static let knownMajorVersions: ClosedRange<UInt64> = 1...2
  /// FS4 only; FS3 has the checksum in the table.
  static let crc = LayoutField("crc", byte: 0x1fe, bytes: 2)
}

/// The identifiers in MFG_INFO and DEV_INFO, which start at the same place in both.
struct IdentifierTable {
  static let offset = 32

  /// One entry of GUIDs and one of MACs per port, or one of each for the card.
  let isPerPort: Bool
  var bytes: [UInt8]

  init(_ bytes: [UInt8], isPerPort: Bool) {
    self.bytes = bytes
    self.isPerPort = isPerPort
  }

  private func entryOffset(_ index: Int) -> Int { Self.offset + index * UIDLayout.size }
  private func value(_ field: LayoutField, of index: Int) -> UInt64 {
    field.read(bytes[entryOffset(index)...]) ?? UIDLayout.blank
  }
  private func base(_ index: Int) -> UInt64? {
    let base = value(UIDLayout.base, of: index)
    return base == UIDLayout.blank || base == 0 ? nil : base
  }
  private mutating func setBase(_ value: UInt64, of index: Int) {
    UIDLayout.base.write(value, into: &bytes, at: entryOffset(index))
  }

  /// A card with one base has that as its node GUID; the GUIDs of its ports are the firmware's to derive.
  var guids: CardGUIDs {
    isPerPort
      ? CardGUIDs(port1: base(0).map(GUID.init), port2: base(1).map(GUID.init))
      : CardGUIDs(node: base(0).map(GUID.init))
  }

  var macs: CardMACs {
    let mac = { (index: Int) in base(index).flatMap { $0 < 1 << 48 - 1 ? MACAddress($0) : nil } }
    return isPerPort ? CardMACs(port1: mac(2), port2: mac(3)) : CardMACs(port1: mac(1))
  }

  /// As `mstflint sg` does: bases are replaced, counts and steps stay. Of a card with entries per port the second
  /// port's follow the first one's, and the MACs follow the GUIDs unless they are given.
  mutating func change(guids: CardGUIDs?, macs: CardMACs?) throws(ImageError) {
    for mac in [macs?.port1, macs?.port2].compactMap({ $0 }) where mac.isMulticast {
      throw .unsupported("\(mac) is a multicast address and cannot be a port's own")
    }
    let guid = guids.flatMap { $0.node ?? $0.port1 ?? $0.systemImage }
    guard isPerPort else {
      if let guid { setBase(guid.rawValue, of: 0) }
      if let mac = macs?.port1 { setBase(mac.rawValue, of: 1) }
      return
    }
    if let guid {
      let mac = guid.rawValue & 0xffffff | guid.rawValue >> 16 & 0xffff_ff00_0000
      for (first, base) in [(0, guid.rawValue), (2, mac)] {
        let offset = value(UIDLayout.count, of: first) * value(UIDLayout.step, of: first)
        setBase(base, of: first)
        setBase(base &+ offset, of: first + 1)
      }
    }
    if let port2 = guids?.port2, guids?.node == nil { setBase(port2.rawValue, of: 1) }
    if let mac = macs?.port1 { setBase(mac.rawValue, of: 2) }
    if let mac = macs?.port2 { setBase(mac.rawValue, of: 3) }
  }
}

/// DEV_INFO as read.
struct DeviceInfo {
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) throws(ImageError) {
    if let complaint = IdentitySection.complaint(about: .deviceInfo, bytes) {
      throw .damaged(what: "DEV_INFO", why: complaint)
    }
    self.bytes = bytes
  }

  private var isPerPort: Bool { DeviceInfoLayout.majorVersion.read(bytes) == 1 }
  var identifiers: IdentifierTable { IdentifierTable(bytes, isPerPort: isPerPort) }
  var vsd: String? { DeviceInfoLayout.vsd.read(bytes) }

  mutating func change(_ change: IdentityChange) throws(ImageError) {
    var identifiers = identifiers
    try identifiers.change(guids: change.guids, macs: change.macs)
    bytes = identifiers.bytes
    if let vsd = change.vsd { try DeviceInfoLayout.vsd.write(vsd, into: &bytes) }
  }

  /// Whether a copy carries the signature.
  static func isPresent(at address: Int, size: Int, in source: any ByteSource) throws -> Bool {
    try signature(at: address, size: size, in: source) == DeviceInfoLayout.signature
  }

  /// The bytes where a copy has its signature; none when it has no room for one.
  static func signature(at address: Int, size: Int, in source: any ByteSource) throws -> [UInt8] {
    guard size >= DeviceInfoLayout.size, address <= source.count - size else { return [] }
    return try source.read("DEV_INFO", at: address, count: DeviceInfoLayout.signature.count)
  }
}

/// MFG_INFO as read.
struct ManufacturingInfo {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) throws(ImageError) {
    if let complaint = IdentitySection.complaint(about: .manufacturingInfo, bytes) {
      throw .damaged(what: "MFG_INFO", why: complaint)
    }
    self.bytes = bytes
  }

  var allowsOtherGUIDs: Bool { ManufacturingInfoLayout.allowsOtherGUIDs.read(bytes) == 1 }
}

/// What must be true of the small sections that carry values, their checksums aside.
enum IdentitySection {
  static let types: Set<TOCSectionType> = [.imageInfo, .manufacturingInfo, .deviceInfo]

  static func complaint(about type: TOCSectionType, _ bytes: [UInt8]) -> String? {
    let version: (size: Int, field: LayoutField, known: ClosedRange<UInt64>)
    switch type {
    case .imageInfo:
      version = (ImageInfoLayout.size, ImageInfoLayout.majorVersion, 0...ImageInfoLayout.knownMajorVersion)
    case .manufacturingInfo:
      version = (
        ManufacturingInfoLayout.size, ManufacturingInfoLayout.majorVersion, ManufacturingInfoLayout.knownMajorVersions
      )
    case .deviceInfo:
      version = (DeviceInfoLayout.size, DeviceInfoLayout.majorVersion, DeviceInfoLayout.knownMajorVersions)
    default: return nil
    }
    guard bytes.count >= version.size, let number = version.field.read(bytes) else {
      return "has only \(bytes.count) bytes instead of \(version.size)"
    }
    return version.known.contains(number) ? nil : "has version \(number), which is not known"
  }
}
