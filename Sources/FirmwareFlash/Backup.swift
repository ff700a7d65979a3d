internal import FirmwareImage
internal import HostAccess
internal import Vocabulary

/// What was on a flash before it was changed, as a file, and a line about it in a list.
struct Backup {
  let path: String
  private let directory: String
  private let files: any FileReading & FileWriting
  private let timestamp: String

  /// - Parameters:
  ///   - facts: of the image that boots now; `nil` when none can be read.
  ///   - path: where a plan has said that it will be.
  init(of card: Card, facts: FirmwareFacts?, on host: Host, path planned: String? = nil) {
    files = host.store
    timestamp = host.clock.timestamp
    directory = host.places.state + "/backups"
    let parts = [
      facts?.guids.node?.description ?? fileNamePart(card.identifier), fileNamePart(facts?.psid ?? "unknown"),
      facts?.version?.description ?? "raw", timestamp.filter { $0.isLetter || $0.isNumber },
    ]
    let name = directory + "/" + parts.joined(separator: "_")
    // Two changes in one second: an undo of the first needs its own.
    let free = (1...99).lazy.map { $0 == 1 ? name : "\(name)_\($0)" }.first { [files] in
      (try? files.part($0 + ".bin", from: 0, limit: 0)) == nil
    }
    path = planned ?? (free ?? name) + ".bin"
  }

  func store(_ bytes: [UInt8], of card: Card, isWholeFlash: Bool) throws(FileError) {
    try files.makePrivateDirectory(directory)
    try files.replace(path, with: bytes)
    let kind = isWholeFlash ? "flash" : "image"
    let line =
      "\(timestamp) \(fileNamePart(card.identifier)) \(kind) \(bytes.count) crc32=\(CRC32.of(bytes).hexadecimal(digits: 8)) \(path)\n"
    try files.append(directory + "/list", Array(line.utf8))
  }
}

/// CRC-32 as in Ethernet and gzip (`crc32` and `gzip -lv` print it): reflected 0xedb88320. Source: IEEE 802.3, 3.2.9.
package enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
  }

  package static func of(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xff)] ^ $0 >> 8 }
  }
}
