internal import FirmwareImage

/// A source that counts how often each byte is read.
final class CountedBytes: ByteSource {
  let bytes: [UInt8]
  private(set) var reads: [Int]
  private(set) var calls = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    reads = [Int](repeating: 0, count: bytes.count)
  }

  var count: Int { bytes.count }
  var total: Int { reads.reduce(0, +) }

  func read(_ range: Range<Int>) -> [UInt8] {
    calls += 1
    for index in range { reads[index] += 1 }
    return Array(bytes[range])
  }

  func forget() {
    reads = [Int](repeating: 0, count: bytes.count)
    calls = 0
  }
}
