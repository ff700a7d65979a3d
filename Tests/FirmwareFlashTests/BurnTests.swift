import AdapterChips
import Change
import FirmwareImage
import FlashRehearsal
import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import FirmwareFlash

/// Plans and burns of an FS2 card, with its files and its clock.
@Suite struct BurnTests {
  private let rehearsal: Rehearsal
  private let flash: MemoryFlash
  private let files = Rehearsal.store()
  private let clock = FakeClock()
  private let older = FirmwareVersion(2, 9, 1000)
  private let newer = FirmwareVersion(2, 42, 5000)

  init() throws {
    rehearsal = try #require(try Rehearsals.all().first { $0.name == "FS2 into the second slot" })
    flash = rehearsal.flash()
  }

  private func session(
    _ card: Card = Rehearsal.card, store: (any FileReading & FileWriting)? = nil,
    progress: @escaping (BurnProgress) -> Void = { _ in }
  ) -> FlashSession {
    FlashSession(card: card, flash: flash, host: .fake(files: store ?? files, clock: clock), progress: progress)
  }

  private var request: BurnRequest { BurnRequest(image: rehearsal.image, format: .fs2) }

  private func fs2(_ change: (inout FS2Builder) -> Void) throws -> BurnRequest {
    var builder = FS2Builder()
    (builder.version, builder.size, builder.chunkLog2) = (newer, 4000, 16)
    builder.configurationArea = nil
    change(&builder)
    return BurnRequest(image: try builder.build(), format: .fs2)
  }

  // MARK: plans

  @Test func thePlanTellsAll() throws {
    let plan = try session().plan(request)
    #expect(plan.oldVersion == older && plan.newVersion == newer)
    #expect(plan.booting == Placement(format: .fs2, start: 0, chunkLog2: 16))
    #expect(plan.target == Placement(format: .fs2, start: 0x10000, chunkLog2: 16))
    #expect(plan.identity == .init(guids: .kept, macs: .kept, vsd: .kept, psid: .kept, rom: .none))
    #expect(plan.guids == Rehearsals.guids && plan.macs == Rehearsals.macs)
    #expect(plan.psid == "MT_1090110019")
    #expect(
      plan.backupPath
        == "/var/lib/rdmactl/backups/0002c90300abcdec_MT_1090110019_2.9.1000_20261121T065200Z.bin")
    #expect(plan.erases > 0 && plan.erases + plan.programs == rehearsal.operations)
    #expect(flash.operations == 0)
    #expect(try session().plan(request) == plan, "a second look gives the same plan")
  }

  @Test func theBurnDoesWhatThePlanSays() throws {
    let session = session()
    let plan = try session.plan(request)
    let outcome = try session.perform(plan) { (_, _) throws(FileError) in }
    #expect(flash.erases == plan.erases && flash.programs == plan.programs)
    #expect(outcome.bytesErased == plan.bytesToErase && outcome.bytesProgrammed == plan.bytesToProgram)
    #expect(flash.bootAddress == 0x10000)
    #expect(outcome.backupPath == plan.backupPath)
  }

  @Test func anUnchangedImageIsRecognisedByReadingItOnce() throws {
    _ = try rehearsal.burn(on: flash).get()
    flash.restart()
    let plan = try session().plan(request)
    #expect(plan.isUnchanged)
    #expect(flash.bytesRead < rehearsal.newContents.count + 2048)
  }

  /// The old image is checked because its GUIDs live on, and the target's sectors are compared.
  @Test func aPlanReadsNoByteTwice() throws {
    _ = try session().plan(request)
    #expect(flash.bytesRead < rehearsal.oldContents.count + rehearsal.newContents.count + 512)
  }

  @Test func whatTheUserGivesIsTaken() throws {
    var request = request
    request.guids = CardGUIDs.consecutive(from: GUID(0x0002_c903_0000_1000))
    request.macs = CardMACs.consecutive(from: MACAddress(0x0002_c900_1000))
    request.vsd = "new"
    let session = session()
    let plan = try session.plan(request)
    #expect(plan.identity == .init(guids: .set, macs: .set, vsd: .set, psid: .kept, rom: .none))
    _ = try session.perform(plan) { (_, _) throws(FileError) in }
    let facts = try #require(try self.session().inspect(thoroughly: true).booting?.image?.facts)
    #expect(facts.guids == request.guids && facts.macs == request.macs && facts.vsd == "new")
  }

  @Test func identityIsSetInTheOtherSlot() throws {
    let guids = CardGUIDs.consecutive(from: GUID(0x0002_c903_0000_1000))
    let session = session()
    let plan = try session.identityPlan(IdentityChange(guids: guids), wantsBackup: true)
    #expect(plan.purpose == .setIdentity && plan.newVersion == older)
    _ = try session.perform(plan) { (_, _) throws(FileError) in }
    let slot = try #require(try self.session().inspect(thoroughly: true).booting)
    #expect(slot.isWhole == true && slot.placement.start == 0x10000)
    #expect(slot.image?.facts.guids == guids && slot.image?.facts.macs == Rehearsals.macs)
    #expect(try self.session().identityPlan(IdentityChange(guids: guids), wantsBackup: true).isUnchanged)
  }

  // MARK: gates

  private func refusal(_ request: BurnRequest, card: Card = Rehearsal.card) throws -> BurnGate? {
    do throws(BurnFailure) {
      _ = try session(card).plan(request)
      return nil
    } catch {
      guard case .refused(let gate) = error else { throw error }
      #expect(gate.message.hasSuffix("nothing was written"))
      #expect(flash.operations == 0)
      return gate
    }
  }

  private func card(hardwareID: UInt32? = nil, pciDevice: UInt16? = nil, format: ImageFormat? = nil) -> Card {
    Card(
      name: "mlx4_0", identifier: Rehearsal.card.identifier, hardwareID: hardwareID, pciDevice: pciDevice,
      format: format)
  }

  @Test func hardware() throws {
    #expect(try refusal(request, card: card(hardwareID: 0x1f5)) == nil)
    #expect(try refusal(request, card: card(hardwareID: 0x1f7)) == .hardware(card: 0x1f7, image: [0x1f5]))
    #expect(try refusal(request, card: card(hardwareID: 0x1_01f5)) == .hardware(card: 0x1_01f5, image: [0x1f5]))
    #expect(try refusal(request, card: card(format: .fs4)) == .format(card: .fs4, image: .fs2))
    let unnamed = try fs2 { $0.hardwareIDs = [] }
    #expect(try refusal(unnamed, card: card(pciDevice: 0x1003)) == nil)
    #expect(try refusal(unnamed, card: card(pciDevice: 0x1007)) == .pciDevice(card: 0x1007, image: 0x1003))
  }

  @Test func psid() throws {
    var request = try fs2 { $0.psid = "ACME_1" }
    #expect(try refusal(request) == .psid(card: "MT_1090110019", image: "ACME_1"))
    request.overrides = [.downgrade]
    #expect(try refusal(request) != nil, "one option does not do for another")
    request.overrides = [.psidChange]
    let plan = try session().plan(request)
    #expect(plan.psid == "ACME_1" && plan.identity?.psid == .image)
  }

  @Test func version() throws {
    var request = try fs2 { $0.version = FirmwareVersion(2, 8, 9999) }
    #expect(try refusal(request) == .older(card: older, image: FirmwareVersion(2, 8, 9999)))
    request.overrides = [.psidChange]
    #expect(try refusal(request) != nil, "one option does not do for another")
    request.overrides = [.downgrade]
    #expect(try refusal(request) == nil)
    #expect(try session().plan(fs2 { ($0.version, $0.seed) = (older, 9) }).notes.count == 1)
  }

  @Test func damage() throws {
    let whole = try session().plan(request)
    for position in stride(from: 0x38, to: 4000, by: 97) {
      var request = request
      request.image[position] ^= 0x10
      do throws(BurnFailure) {
        // What is blank in an image has no checksum; the card's own takes its place.
        #expect(try session().plan(request).steps == whole.steps, "byte \(position)")
      } catch {
        #expect([.refused, .checkFailed].contains(error.exitStatus), "byte \(position)")
      }
    }
    #expect(flash.operations == 0)
  }

  @Test func identity() throws {
    var request = request
    request.macs = CardMACs(port1: MACAddress(0x0100_0000_0001))
    #expect(try refusal(request) == .multicast(MACAddress(0x0100_0000_0001)))
    let blank = MemoryFlash.blank(1 << 17)
    let session = FlashSession(card: Rehearsal.card, flash: blank, host: .fake(files: files))
    #expect(throws: BurnFailure.refused(.noGUIDs)) { try session.plan(self.request) }
  }

  /// Both magics are gone, as a cut in another tool's burn leaves them: the card's own values stand in what was ended.
  @Test func whereNothingBootsTheEndedImageKnowsTheCard() throws {
    try flash.program([0, 0, 0, 0], at: 0)
    let request = try fs2 { $0.guids = CardGUIDs.consecutive(from: GUID(0x1111_2222_3333_4440)) ?? CardGUIDs() }
    let plan = try session().plan(request)
    #expect(plan.booting == nil && plan.identity?.guids == .kept)
    #expect(plan.guids == Rehearsals.guids && plan.macs == Rehearsals.macs)
  }

  @Test func secured() throws {
    var content = TabledImageContent.connectX5
    content.isSecure = true
    let image = FS4Builder(content, size: 1 << 20).build()
    let geometry = FlashGeometry(size: 1 << 20, eraseSizes: [4096, 65536], pageSize: 256)
    let flash = MemoryFlash(try Firmware.freshFlash(geometry, holding: image, format: .fs4))
    let card = Card(name: "mlx5_0", identifier: "0000:03:00.0")
    let session = FlashSession(card: card, flash: flash, host: .fake(files: files))
    let expected = BurnFailure.refused(.secured(card))
    #expect(throws: expected) { try session.plan(BurnRequest(image: image, format: .fs4)) }
    #expect(throws: expected) { try session.identityPlan(IdentityChange(vsd: "x"), wantsBackup: false) }
    #expect(
      BurnGate.secured(card).hint(on: "mlx5_0").first?.hasSuffix("fw burn -d mlx5_0 -i FILE --via devlink") == true)
    #expect(expected.exitStatus == .unsupported && expected.fix.isEmpty)
  }

  @Test func protectedAreas() throws {
    flash.protectedAreas = [0x10000..<0x11000]
    guard case .protected(let area, _) = try refusal(request) else {
      Issue.record("a protected area may be planned")
      return
    }
    #expect(area == 0x10000..<0x11000)
    flash.protectedAreas = [0x18000..<0x20000]
    #expect(try refusal(request) == nil)
  }

  @Test func tooLarge() throws {
    let request = try fs2 { $0.size = 70000 }
    #expect(throws: BurnFailure.image(.tooLarge(needed: 70000, available: 65536))) { try session().plan(request) }
  }

  // MARK: files

  @Test func theBackupHoldsWhatWasThere() throws {
    let plan = try session().plan(request)
    _ = try session().perform(plan) { (_, _) throws(FileError) in }
    let path = try #require(plan.backupPath)
    #expect(try files.read(path, limit: 1 << 20) == rehearsal.oldContents)
    #expect(files.privateDirectories == ["/var/lib/rdmactl/backups"])
    let list = try files.text("/var/lib/rdmactl/backups/list")
    let crc = CRC32.of(rehearsal.oldContents)
    #expect(
      list == "2026-11-21T06:52:00Z 0000:03:00.0 image 4000 crc32=\(crc.hexadecimal(digits: 8)) \(path)")
  }

  @Test func aFullDiskStopsBeforeTheFirstWrite() throws {
    for writes in 0..<5 {
      let full = FullDisk(files)
      full.fail(after: writes)
      do {
        _ = try Rehearsal.change(.burn, on: flash, store: full) { try $0.plan(request) }
        Issue.record("a burn without journal or backup")
      } catch let failure as any Failure {
        #expect(["change.journal_unwritable", "burn.backup_failed"].contains(failure.id), "\(writes): \(failure)")
      }
      #expect(flash.operations == 0)
    }
  }

  @Test func withoutABackup() throws {
    var request = request
    request.wantsBackup = false
    let session = session()
    let plan = try session.plan(request)
    #expect(plan.backupPath == nil)
    #expect(try session.perform(plan) { (_, _) throws(FileError) in }.backupPath == nil)
    #expect(files.replacements.isEmpty)
  }

  @Test func twoAtOnce() throws {
    files.holdLock("/run/rdmactl/fw-0000:03:00.0.lock", by: 4711)
    do {
      _ = try Rehearsal.change(.burn, on: flash, store: files) { try $0.plan(request) }
      Issue.record("two burns at once")
    } catch let failure as ChangeFailure {
      #expect(failure.exitStatus == .busy && failure.message.contains("4711"))
    }
    #expect(flash.operations == 0)
  }

  // MARK: interruptions

  @Test func everyInterruption() throws {
    var ends: [Int] = []
    for write in try session().plan(request).steps.flatMap(\.writes) {
      ends.append((ends.last ?? 0) + (write.erases ? 1 : 0) + write.programs.count)
    }
    for operation in 1...rehearsal.operations {
      let flash = rehearsal.flash()
      let clock = FakeClock()
      clock.interrupt(at: 1)
      let store = Rehearsal.store()
      flash.before = { if $0 == operation { clock.sleep(milliseconds: 5) } }
      let result = Rehearsal.burn(rehearsal.image, format: .fs2, on: flash, store: store, clock: clock)
      let survivor = try rehearsal.survivor(flash)
      switch result {
      case .success(let outcome):
        #expect(survivor == .new && outcome.notes.count == 1, "operation \(operation)")
        #expect(try Firmware.locate(in: MemoryBytes(flash.bytes), medium: .flash).count == 1)
      case .failure(let failure):
        #expect(failure as? BurnFailure == .interrupted(.old, card: "mlx4_0"))
        // The sector that was begun is finished.
        #expect(
          survivor == .old && flash.operations == ends.first { $0 >= operation }, "operation \(operation)")
        let inspection = try FlashSession(card: Rehearsal.card, flash: flash, host: .fake(files: store))
          .inspect(thoroughly: true)
        #expect(inspection.problems(of: Rehearsal.card).map(\.id) == ["flash.interrupted_burn"])
      }
      // The last two operations are the switch: the new magic, and the end of the old one.
      #expect((try? result.get()) != nil || operation < rehearsal.operations - 1)
    }
  }

  @Test func anInterruptionBeforeTheFirstWrite() throws {
    let session = session()
    let plan = try session.plan(request)
    clock.interrupt(at: 1)
    clock.sleep(milliseconds: 5)
    #expect(throws: BurnFailure.interrupted(.old, card: "mlx4_0")) {
      try session.perform(plan) { (_, _) throws(FileError) in }
    }
    #expect(throws: BurnFailure.interrupted(.old, card: "mlx4_0")) { try self.session().inspect(thoroughly: true) }
    #expect(flash.operations == 0)
    #expect(throws: FileError.self) { try files.read("/var/lib/rdmactl/burns/0000:03:00.0.journal", limit: 9999) }
  }

  @Test func progressIsSteady() throws {
    var heard: [BurnProgress] = []
    let session = session { heard.append($0) }
    _ = try session.perform(try session.plan(request)) { (_, _) throws(FileError) in }
    let writing = heard.filter { $0.phase == .writing || $0.phase == .switching }
    #expect(writing.map(\.done) == writing.map(\.done).sorted())
    #expect(writing.allSatisfy { $0.done < $0.total })
    #expect(heard.contains { $0.phase == .backup } && heard.contains { $0.phase == .switching })
  }
}
