internal import AdapterChips
internal import FirmwareImage
internal import Testing

@Suite("FS2 damaged")
struct FS2DamageTests {
  @Test("The verdict of mstflint for every 37th byte", .enabled(if: Judge.isInstalled, "mstflint is not installed"))
  func sampled() throws {
    let trial = try VerdictTrial(image: SampleImages.connectX3(size: 20_148))
    #expect(
      try trial.differences(at: Array(0..<0x40) + Array(stride(from: 0x40, to: trial.image.count, by: 37))) == [])
  }

  /// 20,148 runs of mstflint: a minute on two cores, too much for every test run.
  @Test(
    "The verdict of mstflint for every byte",
    .enabled(if: Judge.isInstalled && VerdictTrial.isWanted, "set RDMACTL_TRIALS=1; it takes a minute or more"),
    arguments: 0..<2)
  func every(_ worker: Int) throws {
    let trial = try VerdictTrial(image: SampleImages.connectX3(size: 20_148))
    #expect(try trial.differences(at: trial.image.indices.filter { $0 % 2 == worker }) == [])
  }

  @Test("Every bit of a small image counts, but those that say that there is no checksum over all")
  func everyBit() throws {
    let image = try SampleImages.connectX3(size: 3_000)
    #expect(try VerdictTrial.isAccepted(image))
    for position in image.indices {
      for bit in 0..<8 where (position + bit) % 3 == 0 {
        var changed = image
        changed[position] ^= 1 << UInt8(bit)
        // The two bits of the word that turn a full checksum off are an image without one.
        #expect(try VerdictTrial.isAccepted(changed) == (position == 0x21), "byte \(position) bit \(bit)")
      }
    }
  }

  @Test("An image that is cut anywhere is not whole, and nothing traps")
  func cut() throws {
    let image = try SampleImages.connectX3(size: 3_000)
    for length in image.indices { #expect(try !VerdictTrial.isAccepted(Array(image[..<length])), "\(length)") }
  }

  @Test("What is wrong is told by name, with both checksums")
  func told() throws {
    var image = try SampleImages.connectX3(size: 20_148)
    image[image.count - 30] ^= 1
    let verification = try Firmware.verify(Placement(format: .fs2, start: 0), in: MemoryBytes(image))
    let bad = verification.checks.filter { if case .bad = $0.verdict { true } else { false } }
    let check = try #require(bad.first)
    #expect(bad.count == 1 && check.name == "Image Info")
    #expect(check.expected != nil && check.actual != nil && check.expected != check.actual)
  }

  @Test("An image beyond a bad section is still looked at")
  func goesOn() throws {
    var image = try SampleImages.connectX3(size: 20_148)
    image[0x200] ^= 1
    image[image.count - 30] ^= 1
    let verification = try Firmware.verify(Placement(format: .fs2, start: 0), in: MemoryBytes(image))
    let bad = verification.checks.filter { if case .bad = $0.verdict { true } else { false } }
    #expect(bad.map(\.name) == ["DDRZ", "Image Info"])
  }
}
