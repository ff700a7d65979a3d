internal import FirmwareImage
internal import Testing

@Suite("Facts")
struct FactsTests {
  @Test(
    "Versions are written as the field writes them",
    arguments: [
      (FirmwareVersion(2, 42, 5000), "2.42.5000"), (FirmwareVersion(2, 10, 720), "2.10.0720"),
      (FirmwareVersion(12, 28, 2006), "12.28.2006"), (FirmwareVersion(13, 1420, 122), "13.1420.0122"),
      (FirmwareVersion(4, 8, 930), "4.8.930"), (FirmwareVersion(1, 2, 0), "1.2.0"),
    ])
  func versions(_ version: FirmwareVersion, _ text: String) {
    #expect(version.description == text)
  }

  @Test("Versions are compared number by number")
  func order() {
    #expect(FirmwareVersion(2, 9, 1000) < FirmwareVersion(2, 10, 720))
    #expect(FirmwareVersion(2, 10, 720) < FirmwareVersion(2, 10, 1000))
    #expect(!(FirmwareVersion(12, 0, 0) < FirmwareVersion(2, 99, 9999)))
  }
}
