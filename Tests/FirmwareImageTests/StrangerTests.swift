internal import AdapterChips
internal import FirmwareImage
internal import Testing

/// Bytes from strangers: whatever they are, every entrance ends in a value or an error. `Tests/Fuzz` goes on for longer.
@Suite("Bytes from strangers")
struct StrangerTests {
  /// SplitMix64, so that a failure can be had again.
  struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var value = state
      value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
      value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
      return value ^ value >> 31
    }
  }

  static func samples() throws -> [[UInt8]] {
    var infiniHost = SampleImages.infiniHost
    infiniHost.sectorLog2 = 12
    infiniHost.size = 1_500
    var withROM = SampleImages.connectX3
    withROM.rom = SampleImages.rom
    withROM.size = 3_000
    return [
      try SampleImages.connectX3(size: 1_500), try withROM.build(), try infiniHost.build(), try infiniHost.buildShort(),
      try MFA2Builder([.init(psid: "ACME000000001", image: SampleImages.connectX3(size: 1_500))]).build(),
    ]
  }

  /// All that can be done with bytes that somebody calls an image.
  static func exercise(_ bytes: [UInt8]) {
    if MFA2Package.isPackage(bytes) { return MFA2Tests.exercise(bytes) }
    let source = MemoryBytes(bytes)
    let change = IdentityChange(guids: SampleImages.guids, vsd: "x", psid: "y", rom: [1, 2, 3, 4])
    let geometry = FlashGeometry(size: 0x4_0000, eraseSizes: [0x1000], pageSize: 256)
    for medium in [Medium.file, .flash] {
      guard let found = try? Firmware.locate(in: source, medium: medium) else { continue }
      for placement in found {
        _ = try? Firmware.read(placement, from: source)
        _ = try? Firmware.verify(placement, in: source)
        _ = try? Firmware.contents(placement, of: source)
      }
      _ = try? Firmware.recipe(placing: bytes, format: .fs2, on: geometry, holding: found, source: source)
      _ = try? Firmware.recipe(placing: bytes, format: .fs1, on: geometry, holding: found, source: source)
    }
    for format in [ImageFormat.fs1, .fs2] { _ = try? Firmware.changing(bytes, format: format, change) }
  }

  @Test("Images with words replaced, cut, and grown", arguments: 0..<4)
  func mutated(_ part: Int) throws {
    let samples = try Self.samples()
    var numbers = Numbers(state: UInt64(part) + 1)
    let words: [[UInt8]] = [[0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0]]
    for _ in 0..<600 {
      var bytes = samples[Int.random(in: 0..<samples.count, using: &numbers)]
      for _ in 0..<Int.random(in: 1...3, using: &numbers) {
        let position = Int.random(in: 0..<bytes.count - 4, using: &numbers) / 4 * 4
        let value = UInt32.random(in: 0...0x2000, using: &numbers)
        let small = (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        let word = Bool.random(using: &numbers) ? small : words[Int.random(in: 0..<4, using: &numbers)]
        bytes.replaceSubrange(position..<position + 4, with: word)
      }
      if Int.random(in: 0..<4, using: &numbers) == 0 {
        bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &numbers)))
      }
      Self.exercise(bytes)
    }
  }

  @Test("Headers of nonsense behind a magic") func nonsense() throws {
    var numbers = Numbers(state: 99)
    let magic = Array(try SampleImages.connectX3.build()[..<16])
    for _ in 0..<1_000 {
      let size = Int.random(in: 0...200, using: &numbers)
      var bytes = magic
      for _ in 0..<size { bytes.append(UInt8.random(in: 0...255, using: &numbers)) }
      Self.exercise(bytes)
    }
  }
}
