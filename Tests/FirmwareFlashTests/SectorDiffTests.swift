import FirmwareImage
import FlashRehearsal
import Testing

@testable import FirmwareFlash

@Suite struct SectorDiffTests {
  private static let sizes = [256, 1024, 4096]

  private func writes(_ flash: MemoryFlash, _ wanted: [UInt8], at address: Int = 0) throws -> [FlashWrite] {
    let source = FlashBytes(flash)
    return try SectorDiff(geometry: flash.geometry) { range throws(FlashError) in try source.bytes(range) }
      .writes(making: wanted, at: address)
  }

  private func carryOut(_ writes: [FlashWrite], on flash: MemoryFlash) throws {
    let writer = FlashWriter(flash: flash, bytes: FlashBytes(flash))
    for write in writes { try writer.perform(write) }
  }

  private func randomFlash(_ chance: inout SeededChance) -> MemoryFlash {
    let flash = MemoryFlash(
      (0..<8192).map { _ in UInt8(chance.below(256)) }, eraseSizes: Self.sizes, pageSize: 64)
    return flash
  }

  /// Whole-sector areas that are alike, blank, subsets of bits or different, next to each other.
  private func randomWish(_ present: ArraySlice<UInt8>, _ chance: inout SeededChance) -> [UInt8] {
    var wish = Array(present)
    for start in stride(from: 0, to: wish.count, by: 256) {
      let kind = chance.below(4)
      for position in start..<start + 256 {
        switch kind {
        case 0: break
        case 1: wish[position] = 0xff
        case 2: wish[position] &= UInt8(chance.below(256))
        default: wish[position] = UInt8(chance.below(256))
        }
      }
    }
    return wish
  }

  @Test(arguments: 0..<60) func leavesTheWishAndNoMore(seed: Int) throws {
    var chance = SeededChance(seed: UInt64(seed))
    let flash = randomFlash(&chance)
    let before = flash.bytes
    let area = 256 * chance.below(8)..<8192 - 256 * chance.below(8)
    let wish = randomWish(before[area], &chance)
    let planned = try writes(flash, wish, at: area.lowerBound)
    try carryOut(planned, on: flash)
    #expect(Array(flash.bytes[area]) == wish)
    #expect(flash.bytes[..<area.lowerBound] == before[..<area.lowerBound])
    #expect(flash.bytes[area.upperBound...] == before[area.upperBound...])
    #expect(flash.violations.isEmpty)
    #expect(try writes(flash, wish, at: area.lowerBound).isEmpty, "the second time there is nothing to do")
    for sector in stride(from: area.lowerBound, to: area.upperBound, by: 256) {
      let differs = (sector..<sector + 256).contains { before[$0] != wish[$0 - area.lowerBound] }
      let erases = planned.contains { $0.erases && $0.area.contains(sector) }
      #expect(erases == differs, "sector \(sector)")
    }
  }

  @Test func largestErase() throws {
    let flash = MemoryFlash([UInt8](repeating: 0, count: 8192), eraseSizes: Self.sizes, pageSize: 64)
    let planned = try writes(flash, [UInt8](repeating: 0xff, count: 7168), at: 1024)
    #expect(planned.map(\.area) == [1024..<2048, 2048..<3072, 3072..<4096, 4096..<8192])
    let whole = try writes(flash, [UInt8](repeating: 0xff, count: 8192))
    #expect(whole.map(\.area) == [0..<4096, 4096..<8192])
    #expect(whole.allSatisfy { $0.programs.isEmpty }, "what stays erased is not programmed")
  }

  @Test func readsNoFurtherThanTheFirstDifference() throws {
    let flash = MemoryFlash([UInt8](repeating: 0, count: 8192), eraseSizes: [4096], pageSize: 256)
    _ = try writes(flash, [UInt8](repeating: 0x55, count: 8192))
    #expect(flash.bytesRead == 2 * 256)
  }

  @Test func partOfASectorIsProgrammedWithoutAnErase() throws {
    let flash = MemoryFlash.blank(8192)
    var wish = [UInt8](repeating: 0xff, count: 5000)
    wish[4300] = 1
    wish[4310] = 2
    let planned = try writes(flash, wish)
    #expect(planned.map(\.area) == [4300..<4311])
    #expect(planned.allSatisfy { !$0.erases })
  }

  @Test func neighboursAreNotErased() throws {
    let flash = MemoryFlash([UInt8](repeating: 0, count: 8192), eraseSizes: [4096])
    #expect(throws: BurnFailure.self) { try writes(flash, [UInt8](repeating: 0xff, count: 4000)) }
    #expect(throws: BurnFailure.self) { try writes(flash, [1], at: 4095) }
    #expect(flash.operations == 0)
  }
}
