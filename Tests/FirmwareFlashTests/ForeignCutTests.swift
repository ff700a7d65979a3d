import AdapterChips
import FirmwareImage
import FlashRehearsal
import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import FirmwareFlash

/// What a power cut leaves of an FS4 burn in mstflint's order (ImageFormats.md#order-of-writing): it erases the new
/// slot's first 4 KiB again and programs them with the magic first, so that a half image boots before, or beside, the
/// whole one.
@Suite struct ForeignCutTests {
  private static let page = 256
  private static let sector = 4096
  private static let ended: [UInt8] = [0, 0, 0, 0]

  /// A flash with an old image and one burnt over it, and where both are.
  private struct Burn {
    let before: [UInt8]
    let after: [UInt8]
    let old: Int
    let new: Int

    init(oldInSecondSlot: Bool) throws {
      func image(_ patch: Int, _ seed: UInt64) -> [UInt8] {
        Rehearsals.tabledImage(.fs4, version: FirmwareVersion(16, 28, patch), size: 0x200, seed: seed)
      }
      let flash = MemoryFlash.blank(0x28000)
      _ = try Rehearsal.burn(image(1, 1), format: .fs4, on: flash).get()
      if oldInSecondSlot { _ = try Rehearsal.burn(image(2, 2), format: .fs4, on: flash).get() }
      before = flash.bytes
      old = try Rehearsal.booting(before).placement.start
      _ = try Rehearsal.burn(image(3, 3), format: .fs4, on: flash).get()
      after = flash.bytes
      new = try Rehearsal.booting(after).placement.start
    }

    /// The flash after so many pages of the new image's first sector: 0 is the erase.
    func cut(afterPages pages: Int) -> [UInt8] {
      var bytes = after
      bytes.replaceSubrange(old..<old + 4, with: before[old..<old + 4])
      let rest = new + pages * page..<new + sector
      bytes.replaceSubrange(rest, with: [UInt8](repeating: 0xff, count: rest.count))
      return bytes
    }

    /// Pages of the first sector that are not blank, and so are programmed.
    var pages: Int {
      (0..<sector / page).last { index in after[new + index * page..<new + (index + 1) * page].contains { $0 != 0xff } }
        .map { $0 + 1 } ?? 0
    }
  }

  private func session(_ flash: MemoryFlash) -> FlashSession {
    FlashSession(card: Rehearsal.card, flash: flash, host: .fake(files: Rehearsal.store()))
  }

  @Test("Each state is told, recovered, and burnt over", arguments: [false, true])
  func everyCut(oldInSecondSlot: Bool) throws {
    let burn = try Burn(oldInSecondSlot: oldInSecondSlot)
    #expect(burn.old == (oldInSecondSlot ? 0x10000 : 0) && burn.new == (oldInSecondSlot ? 0 : 0x10000))
    #expect(burn.pages > 1)
    let contents = (old: try Rehearsal.booting(burn.before).contents, new: try Rehearsal.booting(burn.after).contents)
    for pages in 0...burn.pages {
      let left = burn.cut(afterPages: pages)
      let isWhole = pages == burn.pages
      let inspection = try session(MemoryFlash(left)).inspect(thoroughly: true)
      #expect(inspection.slots.count == (pages == 0 ? 1 : 2), "\(pages) pages")
      let problems = inspection.problems(of: Rehearsal.card).map(\.id)
      let torn = oldInSecondSlot ? "flash.boot_image_damaged" : "flash.torn_slot"
      #expect(problems == (pages == 0 ? [] : isWhole ? ["flash.two_images"] : ["flash.two_images", torn]))

      // Recovery keeps what is whole; of two that are, the later version.
      let recovered = MemoryFlash(left)
      let recovery = session(recovered)
      let outcome = try recovery.perform(try recovery.recoveryPlan()) { (_, _) throws(FileError) in }
      #expect(outcome.result == (pages == 0 ? .unchanged : .written))
      #expect(try Rehearsal.booting(recovered.bytes).contents == (isWhole ? contents.new : contents.old))
      #expect(try session(recovered).inspect(thoroughly: true).problems(of: Rehearsal.card).isEmpty)

      // And a burn does without: at none of its operations is there no whole image.
      let image = Rehearsals.tabledImage(.fs4, version: FirmwareVersion(16, 30, 1), size: 0x200, seed: 4)
      let burnt = MemoryFlash(left)
      burnt.before = { [unowned burnt] operation in
        #expect(throws: Never.self, "\(pages) pages, operation \(operation)") {
          let source = MemoryBytes(burnt.bytes)
          let placements = try Firmware.locate(in: source, medium: .flash)
          #expect(try placements.contains { try Firmware.verify($0, in: source).isWhole })
        }
      }
      _ = try Rehearsal.burn(image, format: .fs4, on: burnt).get()
      #expect(try session(burnt).inspect(thoroughly: true).problems(of: Rehearsal.card).isEmpty)
      #expect(burnt.violations.isEmpty)
    }
  }
}
