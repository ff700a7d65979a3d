internal import BinaryLayout

/// BOOT2: the loader before the tables; its second dword tells its length. Source: `facts/firmware.md` 1.3.
enum BootBlockLayout {
  static let headSize = 8
  static let dwords = LayoutField("size", dword: 1, bits: 0...31)
  /// Dwords that the size does not count: two before, the checksum and one more.
  static let uncountedDwords = 4
  static let allowed: ClosedRange<UInt64> = 4...0x100000
}

/// Where BOOT2 lies, by its first two dwords.
struct BootBlock: Sendable, Equatable {
  let name = "BOOT2"
  /// Bytes from the start of the image.
  let address: Int
  let size: Int
  let head: [UInt8]

  /// - Parameter head: the first eight bytes.
  init(at address: Int, head: [UInt8]) throws(ImageError) {
    let dwords = BootBlockLayout.dwords.read(head) ?? 0
    guard BootBlockLayout.allowed.contains(dwords) else {
      throw .damaged(what: "BOOT2", why: "has a size that cannot be: \(dwords) dwords")
    }
    self.address = address
    self.head = head
    size = (Int(dwords) + BootBlockLayout.uncountedDwords) * 4
  }

  /// A whole block around a code of whole dwords, at least four of them.
  static func build(code: [UInt8]) -> [UInt8] {
    let dwords = code.count / 4
    var bytes = [UInt8](repeating: 0, count: BootBlockLayout.headSize) + code
    BootBlockLayout.dwords.write(UInt64(dwords), into: &bytes)
    bytes += [UInt8](repeating: 0, count: 4)
    return bytes + UInt32(CRC16.of(bytes)).bigEndianBytes
  }
}

extension UInt32 {
  init(bigEndian bytes: ArraySlice<UInt8>) { self = bytes.reduce(0) { $0 << 8 | UInt32($1) } }
  var bigEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> (24 - 8 * UInt32($0))) } }
}
