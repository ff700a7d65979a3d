public import HostAccess
internal import Vocabulary

/// The registers that a session changes for as long as it uses the flash, as they were before, in a file of the run
/// directory: a session that is killed cannot set them back, so the next one does. A restart of the machine sets the
/// registers anew and empties the run directory.
///
///     0xf0420 0x00000001
public struct RegisterRecord {
  let path: String
  private let files: any FileReading & FileWriting

  /// - Parameter card: ``Card/identifier``.
  public init(of card: String, on host: Host) {
    path = host.places.run + "/fw-\(fileNamePart(card)).registers"
    files = host.store
  }

  /// What a session that was killed had changed. The caller holds the card's lock, so no session is at work.
  func values() -> [(address: UInt32, value: UInt32)] {
    guard let lines = try? files.lines(path) else { return [] }
    return lines.compactMap { line in
      let numbers = line.split(separator: " ").map {
        HexadecimalText.value(of: $0, bytes: 8).flatMap(UInt32.init(exactly:))
      }
      guard numbers.count == 2, let address = numbers[0], let value = numbers[1] else { return nil }
      return (address, value)
    }
  }

  func store(_ values: [(address: UInt32, value: UInt32)]) throws(FileError) {
    let lines = values.map { "0x\($0.address.hexadecimal()) 0x\($0.value.hexadecimal(digits: 8))\n" }
    try files.replace(path, with: Array(lines.joined().utf8))
  }

  func remove() { try? files.remove(path) }
}
