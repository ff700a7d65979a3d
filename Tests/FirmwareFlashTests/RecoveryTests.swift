import AdapterChips
import FirmwareImage
import FlashRehearsal
import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import FirmwareFlash

/// What is found after an interrupted burn, and what `fw recover` makes of it.
@Suite struct RecoveryTests {
  private let files = Rehearsal.store()

  private func session(_ flash: MemoryFlash, _ files: FakeFiles? = nil) -> FlashSession {
    FlashSession(card: Rehearsal.card, flash: flash, host: .fake(files: files ?? self.files))
  }

  private func problems(_ flash: MemoryFlash, _ files: FakeFiles? = nil) throws -> [String] {
    try session(flash, files).inspect(thoroughly: true).problems(of: Rehearsal.card).map(\.id)
  }

  private func recover(_ flash: MemoryFlash, _ files: FakeFiles? = nil) throws -> (BurnPlan, BurnOutcome) {
    let session = session(flash, files)
    let plan = try session.recoveryPlan()
    let before = flash.operations
    #expect(try session.recoveryPlan() == plan && flash.operations == before)
    return try Rehearsal.change(.recover, on: flash, store: files ?? self.files) { try $0.recoveryPlan() }
  }

  /// A flash on which the new image is complete and the old one is not ended.
  private func twoImages(_ rehearsal: Rehearsal) -> MemoryFlash {
    let flash = rehearsal.flash()
    flash.cut = .init(operation: rehearsal.operations, isTorn: false)
    _ = rehearsal.burn(on: flash, store: files)
    flash.restart()
    return flash
  }

  private static func intoSecondSlot(_ format: ImageFormat) throws -> Rehearsal {
    try #require(try Rehearsals.all().first { $0.format == format && $0.name.contains("second slot") })
  }

  @Test(arguments: [ImageFormat.fs2, .fs3, .fs4]) func theNewOneOfTwoStays(format: ImageFormat) throws {
    let rehearsal = try Self.intoSecondSlot(format)
    let flash = twoImages(rehearsal)
    #expect(try problems(flash) == ["flash.two_images", "flash.interrupted_burn"])
    let (plan, outcome) = try recover(flash)
    #expect(plan.purpose == .recover && plan.target?.start == 0x10000 && plan.erases == 0 && plan.programs == 1)
    #expect(outcome.result == .written && outcome.verified)
    #expect(try rehearsal.survivor(flash) == .new)
    #expect(try problems(flash).isEmpty)
    #expect(try recover(flash).1.result == .unchanged)
  }

  @Test func withoutAJournalTheLaterVersionStays() throws {
    let flash = twoImages(try Self.intoSecondSlot(.fs2))
    #expect(try recover(flash, Rehearsal.store()).0.newVersion == FirmwareVersion(2, 42, 5000))
    #expect(try problems(flash, Rehearsal.store()).isEmpty)
  }

  /// As another tool leaves an FS4 flash (ImageFormats.md#order-of-writing): what boots is broken, the other image is
  /// whole.
  @Test(arguments: [ImageFormat.fs2, .fs3, .fs4], [false, true])
  func theWholeOneOfTwoStays(format: ImageFormat, isFirstBroken: Bool) throws {
    let rehearsal = try Self.intoSecondSlot(format)
    let flash = broken(twoImages(rehearsal), at: isFirstBroken ? 0 : 0x10000)
    let store = Rehearsal.store()
    let problem = isFirstBroken ? "flash.boot_image_damaged" : "flash.torn_slot"
    #expect(try problems(flash, store) == ["flash.two_images", problem])
    #expect(try recover(flash, store).0.target?.start == (isFirstBroken ? 0x10000 : 0))
    #expect(try rehearsal.survivor(flash) == (isFirstBroken ? .new : .old))
    #expect(try problems(flash, store).isEmpty)
  }

  /// A burn onto such a flash spares the image that is whole.
  @Test(arguments: [ImageFormat.fs2, .fs3, .fs4]) func aBurnSparesTheWholeOne(format: ImageFormat) throws {
    let rehearsal = try Self.intoSecondSlot(format)
    let damaged = broken(twoImages(rehearsal), at: 0).bytes
    let flash = MemoryFlash(damaged, eraseSizes: rehearsal.eraseSizes)
    let store = Rehearsal.store()
    _ = try rehearsal.burn(on: flash, store: store).get()
    #expect(try rehearsal.survivor(flash) == .new)
    for operation in 1...flash.operations {
      let flash = MemoryFlash(damaged, eraseSizes: rehearsal.eraseSizes, seed: UInt64(operation))
      flash.cut = .init(operation: operation, isTorn: operation % 2 == 0)
      _ = rehearsal.burn(on: flash)
      let whole = try Firmware.locate(in: MemoryBytes(flash.bytes), medium: .flash).filter {
        try Firmware.verify($0, in: MemoryBytes(flash.bytes)).isWhole
      }
      #expect(!whole.isEmpty, "operation \(operation)")
    }
  }

  /// Clears bits in the middle of an image's code.
  private func broken(_ flash: MemoryFlash, at start: Int) -> MemoryFlash {
    var bytes = flash.bytes
    let sections =
      (try? Firmware.read(
        try #require(try Firmware.locate(in: MemoryBytes(bytes), medium: .flash).first { $0.start == start }),
        from: MemoryBytes(bytes)))?.sections.filter { !$0.isDeviceData } ?? []
    if let code = sections.max(by: { $0.size < $1.size }) { bytes[start + code.address + code.size / 2] ^= 0xff }
    return MemoryFlash(bytes, eraseSizes: flash.geometry.eraseSizes)
  }

  @Test func nothingToKeep() throws {
    let flash = broken(try Self.intoSecondSlot(.fs2).flash(), at: 0)
    #expect(throws: BurnFailure.nothingToKeep(card: "mlx4_0")) { try session(flash).recoveryPlan() }
    #expect(try problems(flash) == ["flash.boot_image_damaged"])
    let blank = MemoryFlash.blank(1 << 17)
    #expect(throws: BurnFailure.nothingToKeep(card: "mlx4_0")) { try session(blank).recoveryPlan() }
    #expect(try problems(blank) == ["flash.no_image"])
  }

  @Test func aStaleJournalIsClosed() throws {
    let rehearsal = try Self.intoSecondSlot(.fs2)
    let flash = rehearsal.flash()
    flash.cut = .init(operation: 3, isTorn: true)
    _ = rehearsal.burn(on: flash, store: files)
    flash.restart()
    #expect(try problems(flash) == ["flash.interrupted_burn"])
    let (plan, outcome) = try recover(flash)
    #expect(outcome.result == .unchanged && plan.notes.count == 1 && flash.operations == 0)
    #expect(try problems(flash).isEmpty)
  }

  @Test func anFS1CardBootsFromItsOtherCopy() throws {
    let rehearsal = try #require(
      try Rehearsals.all().first { $0.format == .fs1 && $0.name.contains("over both copies") })
    let flash = rehearsal.flash()
    #expect(try problems(flash).isEmpty, "two copies are how such a card is made")
    let placements = try Firmware.locate(in: MemoryBytes(flash.bytes), medium: .flash)
    #expect(placements.count == 2)
    let damaged = broken(flash, at: placements[0].start)
    #expect(try problems(damaged) == ["flash.boot_image_damaged"])
    _ = try recover(damaged)
    #expect(try problems(damaged).isEmpty)
    #expect(try rehearsal.survivor(damaged) == .old)
  }

  /// GUIDs that cannot be trusted are not carried on.
  @Test func aDamagedIdentityIsNotKept() throws {
    let rehearsal = try Self.intoSecondSlot(.fs2)
    let source = MemoryBytes(rehearsal.before)
    let placement = try #require(try Firmware.locate(in: source, medium: .flash).first)
    let section = try #require(try Firmware.read(placement, from: source).sections.first { $0.name.contains("GUID") })
    var bytes = rehearsal.before
    bytes[section.address + 20] ^= 0xff
    let flash = MemoryFlash(bytes, eraseSizes: rehearsal.eraseSizes)
    var request = BurnRequest(image: rehearsal.image, format: .fs2)
    do throws(BurnFailure) {
      _ = try session(flash).plan(request)
      Issue.record("damaged GUIDs are kept")
    } catch {
      #expect(error.id == "burn.identity_unreadable" && error.exitStatus == .refused)
    }
    request.guids = Rehearsals.guids
    #expect(try session(flash).plan(request).guids == Rehearsals.guids)
  }

  /// Setting the identity of an FS3 or FS4 card, with power failing at every operation.
  @Test(arguments: [ImageFormat.fs3, .fs4]) func identity(format: ImageFormat) throws {
    let rehearsal = try Self.intoSecondSlot(format)
    let change = IdentityChange(guids: CardGUIDs.consecutive(from: GUID(0xe41d_2d03_0011_2230)))
    func set(_ flash: MemoryFlash, _ store: FakeFiles) -> Result<BurnOutcome, any Error> {
      Result {
        try Rehearsal.change(.setIdentity, on: flash, store: store) { try $0.identityPlan(change, wantsBackup: true) }
          .outcome
      }
    }
    func node(_ flash: MemoryFlash) throws -> GUID? {
      try session(flash).inspect(thoroughly: false).booting?.image?.facts.guids.node
    }
    let flash = MemoryFlash(rehearsal.before)
    let old = try node(flash)
    #expect(try set(flash, Rehearsal.store()).get().result == .written)
    #expect(try node(flash) == change.guids?.node)
    let operations = flash.operations
    #expect(try set(flash, Rehearsal.store()).get().result == .unchanged)
    #expect(flash.operations == operations)
    for operation in 1...operations {
      let flash = MemoryFlash(rehearsal.before, seed: UInt64(operation))
      flash.cut = .init(operation: operation, isTorn: operation % 2 == 0)
      let store = Rehearsal.store()
      _ = set(flash, store)
      flash.restart()
      #expect(try [old, change.guids?.node].contains(node(flash)), "operation \(operation)")
      _ = try recover(flash, store)
      #expect(try problems(flash, store).isEmpty, "operation \(operation)")
      _ = try set(flash, store).get()
      #expect(try node(flash) == change.guids?.node, "operation \(operation)")
      #expect(try problems(flash, store).isEmpty, "operation \(operation)")
    }
  }
}
