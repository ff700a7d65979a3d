import FirmwareFlash
import FirmwareImage
import FlashRehearsal
import Testing

@Suite struct PowerCutTests {
  /// Power fails at every operation, before it or in the middle of it: one image boots and is whole, and the next burn
  /// succeeds.
  @Test(arguments: try Rehearsals.all()) func everyOperation(rehearsal: Rehearsal) {
    for operation in 1...rehearsal.operations {
      for seed in 0..<2 {
        let cut = MemoryFlash.PowerCut(operation: operation, isTorn: seed > 0)
        let complaint = rehearsal.trial(cut, seed: UInt64(operation * 2 + seed))
        #expect(complaint == nil, "\(cut) seed \(seed)")
      }
    }
  }

  @Test(arguments: try Rehearsals.all()) func nothingGoesWrong(rehearsal: Rehearsal) throws {
    let flash = rehearsal.flash()
    let outcome = try rehearsal.burn(on: flash).get()
    #expect(outcome.result == .written)
    #expect(outcome.verified)
    #expect(flash.violations.isEmpty)
    #expect(try rehearsal.survivor(flash) == .new)
    flash.restart()
    let again = try rehearsal.burn(on: flash).get()
    #expect(again.result == .unchanged)
    #expect(flash.operations == 0)
  }
}
