internal import AdapterChips
internal import FirmwareImage
internal import Vocabulary

/// FS3 and FS4 images that the tests start from.
struct TabledSample: Sendable, CustomStringConvertible {
  let name: String
  let format: ImageFormat
  let content: TabledImageContent
  let bytes: [UInt8]

  var description: String { name }

  init(_ name: String, _ format: ImageFormat, _ content: TabledImageContent, size: Int? = nil) {
    self.name = name
    self.format = format
    self.content = content
    bytes =
      format == .fs3
      ? FS3Builder(content, deviceDataAddress: size).build() : FS4Builder(content, size: size).build()
  }

  private static func content(
    _ base: TabledImageContent, _ change: (inout TabledImageContent) -> Void
  ) -> TabledImageContent {
    var content = base
    change(&content)
    return content
  }

  static let all: [TabledSample] = [
    TabledSample("ConnectX-4", .fs3, .connectX4),
    TabledSample("ConnectX-4 Lx with ROM", .fs3, content(.connectX4Lx) { $0.rom = SampleImages.rom }),
    TabledSample(
      "ConnectX-4 Lx with blank identifiers", .fs3,
      content(.connectX4Lx) {
        $0.guids.base = nil
        $0.macs.base = nil
      }),
    TabledSample(
      "ConnectX-4 with VSD and other counts", .fs3,
      content(.connectX4) {
        $0.vsd = "made for tests"
        $0.guids = IdentifierRange(GUID(0x0002_c903_0011_2233), count: 16, step: 2)
        $0.slotLog2 = 23
        $0.seed = 7
      }),
    TabledSample("ConnectX-5", .fs4, .connectX5),
    TabledSample("ConnectX-5 of flash size", .fs4, .connectX5, size: 262_144),
    TabledSample("ConnectX-6 with ROM", .fs4, content(.connectX6) { $0.rom = SampleImages.rom }),
    TabledSample(
      "ConnectX-6 that is signed", .fs4,
      content(.connectX6) {
        $0.isSigned = true
        $0.guids.base = nil
        $0.macs.base = nil
        $0.vsd = "VSD"
      }),
  ]

  /// As small as can be, device data right behind the image.
  static let smallest = [
    TabledSample("small FS3", .fs3, content(.connectX4) { $0.mainCodeSize = 0x200 }, size: 0x5000),
    TabledSample("small FS4", .fs4, content(.connectX5) { $0.mainCodeSize = 0x200 }, size: 0xa000),
  ]

  var source: MemoryBytes { MemoryBytes(bytes) }
  var placement: Placement { Placement(format: format, start: 0) }
  var facts: FirmwareFacts { get throws { try Firmware.read(placement, from: source).facts } }
}
