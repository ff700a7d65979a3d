internal import AdapterChips
internal import FirmwareImage
internal import TestSupport
internal import Testing

@Suite("FS2 damaged")
struct FS2DamageTests {
  /// Whether rdmactl takes the image: one is found where a chip looks first, and all of it is right.
  static func isAccepted(_ image: [UInt8]) throws -> Bool {
    do {
      guard let placement = try Firmware.locate(in: MemoryBytes(image), medium: .file).first else { return false }
      _ = try Firmware.read(placement, from: MemoryBytes(image))
      return try Firmware.verify(placement, in: MemoryBytes(image)).isWhole
    } catch is ImageError {
      return false
    }
  }

  /// Bytes of the header that no checksum but the one over all covers. mstflint prints that it is wrong and calls the
  /// image good all the same; rdmactl does not. (20..21 say whether the checksum is there at all.)
  static let onlyInFullChecksum = Set(Array(0x10..<0x20) + Array(0x20..<0x28) + Array(0x30..<0x38))

  @Test("The verdict of mstflint for every 37th byte", .enabled(if: Judge.isInstalled, "mstflint is not installed"))
  func sampled() throws {
    let image = try SampleImages.connectX3(size: 20_148)
    let judge = try Judge()
    for position in Array(0..<0x40) + Array(stride(from: 0x40, to: image.count, by: 37)) {
      var changed = image
      changed[position] ^= UInt8(truncatingIfNeeded: 1 << (position % 8))
      let verdict = try judge.run("verify", on: changed)
      let accepted = try Self.isAccepted(changed)
      if verdict.status == 0 && Self.onlyInFullChecksum.contains(position) {
        let isSeen = verdict.output.contains("wrong CRC") || position == 0x21
        #expect(isSeen && (position == 0x21 || !accepted), "byte \(position): \(verdict.output)")
      } else {
        #expect(accepted == (verdict.status == 0), "byte \(position): \(verdict.output)")
      }
    }
  }

  @Test("Every bit of a small image counts, but those that say that there is no checksum over all")
  func everyBit() throws {
    let image = try SampleImages.connectX3(size: 3_000)
    #expect(try Self.isAccepted(image))
    for position in image.indices {
      for bit in 0..<8 where (position + bit) % 3 == 0 {
        var changed = image
        changed[position] ^= 1 << UInt8(bit)
        // The two bits of the word that turn a full checksum off are an image without one.
        #expect(try Self.isAccepted(changed) == (position == 0x21), "byte \(position) bit \(bit)")
      }
    }
  }

  @Test("An image that is cut anywhere is not whole, and nothing traps")
  func cut() throws {
    let image = try SampleImages.connectX3(size: 3_000)
    for length in image.indices { #expect(try !Self.isAccepted(Array(image[..<length])), "\(length)") }
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
