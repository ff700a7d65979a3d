internal import AdapterChips
internal import FirmwareImage
internal import Testing
internal import Vocabulary

@Suite("FS2 on a flash")
struct StripedTests {
  /// Two images of different code in the two slots of a flash, as a dump of it would have them.
  private static func dump(size: Int = 150_000) throws -> (even: [UInt8], odd: [UInt8], flash: [UInt8]) {
    var builder = SampleImages.connectX3
    builder.chunkLog2 = 16
    builder.size = size
    let even = try builder.build()
    builder.seed = 5
    let odd = try builder.build()
    var flash = [UInt8](repeating: 0xff, count: 0x8_0000)
    for (image, slot) in [(even, 0), (odd, 1)] {
      for (address, byte) in image.enumerated() {
        flash[(address >> 16) << 17 | slot << 16 | address & 0xffff] = byte
      }
    }
    return (even, odd, flash)
  }

  @Test("Both slots are found, in the order in which a chip would find them", arguments: [Medium.flash, .file])
  func both(_ medium: Medium) throws {
    let (even, odd, flash) = try Self.dump()
    let source = MemoryBytes(flash)
    let found = try Firmware.locate(in: source, medium: medium)
    #expect(
      found == [
        Placement(format: .fs2, start: 0, chunkLog2: 16), Placement(format: .fs2, start: 0x1_0000, chunkLog2: 16),
      ])
    for (placement, image) in zip(found, [even, odd]) {
      #expect(try Firmware.verify(placement, in: source).isWhole)
      #expect(try Firmware.contents(placement, of: source) == image)
    }
  }

  @Test("A file that only starts like a dump is an image") func contiguous() throws {
    let (even, _, _) = try Self.dump()
    let padded = even + [UInt8](repeating: 0xff, count: 0x10_0000 - even.count)
    for file in [even, padded] {
      let found = try Firmware.locate(in: MemoryBytes(file), medium: .file)
      #expect(found == [Placement(format: .fs2, start: 0)])
      #expect(try Firmware.contents(found[0], of: MemoryBytes(file)) == even)
    }
  }

  @Test("A magic where no image of its chunk size may be is found, and is not whole")
  func wrongPlace() throws {
    let (even, _, _) = try Self.dump()
    let flash = [UInt8](repeating: 0xff, count: 0x2_0000) + even
    let found = try Firmware.locate(in: MemoryBytes(flash), medium: .flash)
    #expect(found == [Placement(format: .fs2, start: 0x2_0000)])
    #expect(try !Firmware.verify(found[0], in: MemoryBytes(flash)).isWhole)
  }

  @Test("A query reads little: headers, GUIDs and Image Info, whatever the size")
  func cost() throws {
    let (_, _, flash) = try Self.dump(size: 250_000)
    let source = CountedBytes(flash)
    let placement = Placement(format: .fs2, start: 0, chunkLog2: 16)
    _ = try Firmware.read(placement, from: source)
    #expect(source.total < 800, "\(source.total) bytes in \(source.calls) reads")
    #expect(source.reads.max() == 1)
  }

  @Test("Verifying reads each byte of the image once, and says how far it is")
  func once() throws {
    let (even, _, flash) = try Self.dump(size: 250_000)
    let source = CountedBytes(flash)
    var told: [Int] = []
    _ = try Firmware.verify(Placement(format: .fs2, start: 0, chunkLog2: 16), in: source) { done, total in
      #expect(total == even.count)
      told.append(done)
    }
    #expect(source.reads.max() == 1)
    #expect(source.total == even.count)
    #expect(told == told.sorted() && told.last == even.count && told.count > 5)
  }

  @Test("Verifying can be stopped") func stopped() throws {
    struct Stop: Error {}
    let (_, _, flash) = try Self.dump()
    #expect(throws: Stop.self) {
      try Firmware.verify(Placement(format: .fs2, start: 0, chunkLog2: 16), in: MemoryBytes(flash)) { _, _ in
        throw Stop()
      }
    }
  }
}
