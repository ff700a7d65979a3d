import FirmwareImage
import Testing

@testable import FirmwareFlash

@Suite struct BackupTests {
  /// The check values of the algorithm's catalogue entry (CRC-32/ISO-HDLC).
  @Test(arguments: [("", 0), ("123456789", 0xcbf4_3926), ("a", 0xe8b7_be43)]) func crc32(text: String, value: UInt32) {
    #expect(CRC32.of(Array(text.utf8)) == value)
  }
}
