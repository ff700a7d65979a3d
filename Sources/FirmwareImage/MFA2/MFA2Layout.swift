internal import BinaryLayout

/// The records of MFA2 packages. Source: ImageFormats.md#mfa2.
enum MFA2Layout {
  static let fingerprint = Array("MLNX.MFA2.XZ.00!".utf8)
  /// Before each image among the unpacked ones.
  static let componentMark = Array("#BIN.COMPONENT!#".utf8)

  static let multiPartType: UInt8 = 1
  static let packageType: UInt8 = 2
  static let deviceType: UInt8 = 3
  static let componentType: UInt8 = 4
  static let versionType: UInt8 = 0x21
  static let pointerType: UInt8 = 0x22
  static let psidType: UInt8 = 0x2a

  enum Record {
    static let headerSize = 4
    static let type = LayoutField("type", byte: 1, bytes: 1)
    static let length = LayoutField("length", byte: 2, bytes: 2)
  }

  enum MultiPart {
    static let size = 4
    static let extensions = LayoutField("extensions", byte: 0, bytes: 2)
    static let bytes = LayoutField("total_bytes", byte: 2, bytes: 2)
  }

  enum Package {
    static let size = 0x1c
    static let components = LayoutField("components", byte: 0, bytes: 2)
    static let devices = LayoutField("devices", byte: 2, bytes: 2)
    static let packedOffset = LayoutField("blob_offset", byte: 4, bytes: 4)
    static let packedSize = LayoutField("packed_size", byte: 8, bytes: 4)
    static let unpackedSize = LayoutField("unpacked_size", byte: 12, bytes: 8)
  }

  static let pointerSize = 8
  static let versionSize = 12
  static let componentIndex = LayoutField("component_index", byte: 2, bytes: 2)
  static let date = LayoutField("date", byte: 4, bytes: 4)

  enum Component {
    static let size = 16
    static let offset = LayoutField("offset", byte: 4, bytes: 8)
    static let length = LayoutField("size", byte: 12, bytes: 4)
  }
}

extension LayoutField {
  /// The value of a field of up to 32 bits in bytes that are known to be long enough.
  func value(_ bytes: some RandomAccessCollection<UInt8>) -> Int {
    read(bytes).map { Int(UInt32(truncatingIfNeeded: $0)) } ?? 0
  }
}

/// Goes from record to record.
struct MFA2Reader {
  struct Record {
    let type: UInt8
    let data: ArraySlice<UInt8>
  }

  private let bytes: [UInt8]
  private var position: Int

  init(_ bytes: [UInt8], from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// A record of several parts: its head, which must be of this type and size, and the others.
  mutating func head(
    _ type: UInt8, size: Int, _ what: String
  ) throws(ImageError) -> (data: ArraySlice<UInt8>, extensions: [Record]) {
    let multiPart = try next(what)
    guard multiPart.type == MFA2Layout.multiPartType, multiPart.data.count >= MFA2Layout.MultiPart.size else {
      throw .damaged(what: what, why: "does not begin as the list says")
    }
    let head = try next(what)
    guard head.type == type, head.data.count >= size else {
      throw .damaged(what: what, why: "is a record of type \(head.type) with \(head.data.count) bytes")
    }
    var extensions: [Record] = []
    for _ in 0..<MFA2Layout.MultiPart.extensions.value(multiPart.data) { extensions.append(try next(what)) }
    return (head.data, extensions)
  }

  private mutating func next(_ what: String) throws(ImageError) -> Record {
    let start = position + MFA2Layout.Record.headerSize
    guard start <= bytes.count, let type = MFA2Layout.Record.type.read(bytes[position...]) else {
      throw .outOfBounds(what: what, position: start, limit: bytes.count)
    }
    let length = MFA2Layout.Record.length.value(bytes[position...])
    guard start + length <= bytes.count else {
      throw .outOfBounds(what: what, position: start + length, limit: bytes.count)
    }
    position = start + (length + 3) / 4 * 4
    return Record(type: UInt8(type), data: bytes[start..<start + length])
  }
}
