import FirmwareImage
import FlashRehearsal
import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import FirmwareFlash

/// The adapter goes silent while the switch is under way: nobody can tell what boots, and nobody claims to.
@Suite struct UnknownStateTests {
  private func cut(_ rehearsal: Rehearsal, at operation: Int) -> (MemoryFlash, BurnFailure?) {
    let flash = rehearsal.flash()
    flash.cut = .init(operation: operation, isTorn: false)
    switch rehearsal.burn(on: flash) {
    case .success: return (flash, nil)
    case .failure(let failure): return (flash, failure as? BurnFailure)
    }
  }

  @Test(arguments: try Rehearsals.all().filter { $0.name.contains("into") || $0.name.contains("over both") })
  func silenceInTheSwitch(rehearsal: Rehearsal) throws {
    let (flash, failure) = cut(rehearsal, at: rehearsal.operations)
    let unknown = try #require(failure)
    #expect(unknown == .unknownState(.flash(.noAnswer), card: "mlx4_0"))
    #expect(unknown.id == "burn.unknown_state")
    #expect(unknown.exitStatus == .unknownState && unknown.exitStatus.rawValue == 9)
    #expect(unknown.subject == "mlx4_0")
    #expect(unknown.message.contains("do not power off"))
    #expect(!unknown.message.contains("nothing"))
    #expect(unknown.fix.first == "rdmactl fw recover -d mlx4_0")
    // It does boot; and the command that is advised brings it in order.
    flash.restart()
    #expect(try [.old, .new].contains(rehearsal.survivor(flash)))
    let session = FlashSession(card: Rehearsal.card, flash: flash, host: .fake(files: Rehearsal.store()))
    _ = try session.perform(try session.recoveryPlan()) { (_, _) throws(FileError) in }
    #expect(try session.inspect(thoroughly: true).problems(of: Rehearsal.card).isEmpty)
  }

  /// Before the switch it is known what boots, answer or no answer.
  @Test func silenceBeforeTheSwitch() throws {
    let rehearsal = try #require(try Rehearsals.all().first { $0.name == "FS2 into the second slot" })
    for operation in [1, rehearsal.operations - 2] {
      let failure = try #require(cut(rehearsal, at: operation).1)
      #expect(failure == .stopped(.flash(.noAnswer), .old, card: "mlx4_0"))
      #expect(failure.exitStatus == .failed && failure.message.contains("nothing that boots was changed"))
    }
  }
}
