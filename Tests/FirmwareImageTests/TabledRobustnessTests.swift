internal import AdapterChips
internal import FirmwareImage
internal import Foundation
internal import TestSupport
internal import Testing
internal import Vocabulary

@Suite("FS3 and FS4 from strangers")
struct TabledRobustnessTests {
  /// More with RDMACTL_TEST_MUTATIONS: 100,000 take a minute in a release build.
  static let mutations = ProcessInfo.processInfo.environment["RDMACTL_TEST_MUTATIONS"].flatMap { Int($0) } ?? 1_000

  /// Changes that reach behind the checksums: numbers in header, pointers and tables, their checksums redone.
  private func mutant(
    of sample: TabledSample, _ tables: [Range<Int>], _ positions: [Int], _ random: inout StrangerTests.Numbers
  ) -> [UInt8] {
    var bytes = sample.bytes
    let interesting: [UInt8] = [0, 1, 0x7f, 0x80, 0xfe, 0xff]
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let anywhere = Int.random(in: 0..<4, using: &random) == 0
      let position =
        anywhere ? Int.random(in: bytes.indices, using: &random) : positions.randomElement(using: &random) ?? 0
      let value = interesting.randomElement(using: &random) ?? 0
      bytes[position] = Bool.random(using: &random) ? value : UInt8.random(in: .min ... .max, using: &random)
    }
    if Int.random(in: 0..<8, using: &random) == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
    sample.seal(tables, in: &bytes)
    return bytes
  }

  @Test("Any input ends in values or an error", arguments: TabledSample.smallest)
  func mutants(_ sample: TabledSample) throws {
    var random = StrangerTests.Numbers(state: 34)
    let tables = sample.tables
    let positions = sample.tablePositions.sorted()
    var ends: Set<String> = []
    let geometry = FlashGeometry(size: 1 << 18, eraseSizes: [0x1000], pageSize: 256)
    let flash = MemoryBytes([UInt8](repeating: 0xff, count: geometry.size))
    for _ in 0..<Self.mutations {
      let source = MemoryBytes(mutant(of: sample, tables, positions, &random))
      do {
        let verification = try Firmware.verify(sample.placement, in: source)
        ends.insert(verification.isWhole ? "whole" : "not whole")
        _ = try Firmware.read(sample.placement, from: source)
        _ = try Firmware.contents(sample.placement, of: source)
        _ = try Firmware.changing(source.bytes, format: sample.format, IdentityChange(vsd: "x"))
        _ = try Firmware.recipe(
          placing: source.bytes, format: sample.format, on: geometry, holding: [], source: flash)
        ends.insert("recipe")
      } catch is ImageError {
        ends.insert("error")
      }
      _ = try? Firmware.recipe(
        setting: IdentityChange(guids: CardGUIDs(node: GUID(1))), format: sample.format, on: geometry,
        holding: [sample.placement], source: source)
    }
    #expect(ends == ["whole", "not whole", "recipe", "error"])
  }

  @Test("No byte is read twice by a verification, and a look at the values reads little", arguments: TabledSample.all)
  func reads(_ sample: TabledSample) throws {
    let source = CountedBytes(sample.bytes)
    _ = try Firmware.verify(sample.placement, in: source)
    #expect(source.reads.allSatisfy { $0 <= 1 }, "\(source.reads.indices.filter { source.reads[$0] > 1 })")
    source.forget()
    _ = try Firmware.read(sample.placement, from: source)
    let rom = sample.content.rom?.count ?? 0
    #expect(source.total <= 3_500 + rom, "\(source.total) bytes")
  }

  /// One cut alone leaves something whole: in the blank space of an FS4 file between image and device data. What stands
  /// before it is what makers ship as an update image, and is said to be one.
  @Test("A file cut anywhere is not whole", arguments: TabledSample.smallest)
  func cut(_ sample: TabledSample) throws {
    for length in stride(from: 0, to: sample.bytes.count - 0x1000, by: 61) {
      let source = MemoryBytes(Array(sample.bytes[..<length]))
      guard let placement = try Firmware.locate(in: source, medium: .file).first else { continue }
      guard try Firmware.verify(placement, in: source).isWhole else { continue }
      #expect(sample.format == .fs4 && sample.bytes[length - 1] == 0xff, "\(length)")
      #expect(try Firmware.read(placement, from: source).facts.isUpdate, "\(length)")
    }
  }

  /// A switch's image from a package that NVIDIA publishes, which has no device data.
  @Test(
    "A real FS3 image has the parts that mstflint finds",
    .enabled(
      if: ProcessInfo.processInfo.environment["RDMACTL_TEST_FS3"] != nil && Judge.isInstalled,
      "RDMACTL_TEST_FS3 names no image of a Spectrum switch, or mstflint is not installed"))
  func real() throws {
    let path = try #require(ProcessInfo.processInfo.environment["RDMACTL_TEST_FS3"])
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let placement = try #require(try Firmware.locate(in: MemoryBytes(bytes), medium: .file).first)
    let verification = try Firmware.verify(placement, in: MemoryBytes(bytes))
    let judge = try Judge()
    let verdict = try judge.run("verify", on: bytes)
    #expect(judge.parts(verdict.output) == verification.checks.filter { $0.size > 0 }.map(judge.part))
    #expect(verification.isWhole == (verdict.status == 0))
    #expect(try Firmware.read(placement, from: MemoryBytes(bytes)).facts.version != nil)
  }
}

extension TabledSample {
  /// Redoes the checksums of table headers, entries and tools area, so that what was changed is believed.
  func seal(_ tables: [Range<Int>], in bytes: inout [UInt8]) {
    func seal(_ range: Range<Int>) {
      guard range.upperBound <= bytes.count else { return }
      let crc = CRC16.of(bytes[range.lowerBound..<range.upperBound - 4])
      bytes[range.upperBound - 2] = UInt8(crc >> 8)
      bytes[range.upperBound - 1] = UInt8(crc & 0xff)
    }
    for table in tables {
      stride(from: table.lowerBound, to: table.upperBound - 32, by: 32).forEach { seal($0..<$0 + 32) }
    }
    if format == .fs4 { seal(0xa0..<0xe0) }
  }
}
