import FirmwareFlash
import FirmwareImage
import FlashRehearsal
import Testing

@Suite struct PowerCutTests {
  /// Power fails at every operation, before it or in the middle of it: one image boots and is whole, and the next burn
  /// succeeds. The trials do it for every rehearsal and both ways.
  @Test(arguments: try Rehearsals.all().filter { $0.name.contains("into") || $0.name.contains("over both") })
  func everyOperation(rehearsal: Rehearsal) {
    for operation in 1...rehearsal.operations {
      let cut = MemoryFlash.PowerCut(operation: operation, isTorn: operation % 2 == 0)
      let complaint = rehearsal.trial(cut, seed: UInt64(operation))
      #expect(complaint == nil, "\(cut)")
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
