internal import AdapterChips
package import Change
package import FirmwareFlash
internal import FirmwareImage
package import HostAccess
package import TestSupport
internal import Vocabulary

/// A card whose firmware is burned, whose identity is set and which is repaired, by processes that may be killed before any
/// write to the flash or to a file.
package final class FirmwareWorld: ChangeWorld {
  package let life = Life()
  private let files = Rehearsal.store()
  private let flash: MemoryFlash
  private let format: ImageFormat
  private let images: [[UInt8]]

  /// - Parameter rehearsal: the flash and its first image.
  package init(_ rehearsal: Rehearsal) {
    flash = rehearsal.flash()
    // The identity of the card is set, too.
    flash.sacred = []
    format = rehearsal.format
    images = [rehearsal.image, rehearsal.oldContents].filter { !$0.isEmpty }
  }

  package var host: Host { .fake(files: MortalFiles(files, life), clock: FakeClock()) }

  /// What boots, with the identity of the card.
  package var state: [String] {
    do {
      let (placement, contents) = try Rehearsal.booting(flash.bytes)
      let image = try Firmware.read(placement, from: MemoryBytes(flash.bytes))
      let facts = image.facts
      // The place of what belongs to the card changes with each change of it.
      let parts = image.sections.filter { !$0.isDeviceData }.map(\.data).filter { $0.upperBound <= contents.count }
      let checksum = format == .fs3 || format == .fs4 ? parts.map { contents[$0].hashValue } : [contents.hashValue]
      return [
        "\(facts.version?.description ?? "unknown"), checksum \(checksum)", "\(facts.guids)", "\(facts.macs)",
        facts.vsd ?? "no VSD",
      ] + flash.violations
    } catch {
      return ["\(error)"]
    }
  }

  private func open() -> OpenFlash {
    flash.restart(seed: UInt64(flash.operations + 1))
    flash.before = { [unowned self] operation in
      switch life.spend() {
      case .whole: break
      case .torn: flash.cut = .init(operation: operation, isTorn: true)
      case .none: flash.cut = .init(operation: operation, isTorn: false)
      }
    }
    return OpenFlash(FlashSession(card: Rehearsal.card, flash: flash, host: host)) {}
  }

  private func change(
    _ purpose: BurnPlan.Purpose, _ plan: @escaping (FlashSession) throws -> BurnPlan
  ) -> FlashChange {
    FlashChange(
      purpose, of: Rehearsal.card.identifier, on: host, keepsOpen: false, open: { [unowned self] _ in open() },
      plan: plan)
  }

  package func randomWriter(_ numbers: inout SeededNumbers) -> FlashChange {
    let base = UInt64.random(in: 1...99, using: &numbers)
    var kind = Int.random(in: 0..<5, using: &numbers)
    // FS4 has one table of the card's own data, rewritten in place: a cut in the midst of it is damage, which `undo` tells
    // and does not mend. Identity changes of FS4 are not in these sequences.
    if format == .fs4, kind == 1 || kind == 2 { kind = 3 }
    switch kind {
    case 0: return change(.recover) { try $0.recoveryPlan() }
    case 1:
      let guids = CardGUIDs.consecutive(from: GUID(0xe41d_2d03_0000_0000 + base * 16))
      return change(.setIdentity) { try $0.identityPlan(IdentityChange(guids: guids), wantsBackup: true) }
    case 2:
      let macs = CardMACs.consecutive(from: MACAddress(0xe41d_2d00_0000 + base * 16))
      let identity = IdentityChange(macs: macs, vsd: "card \(base)")
      return change(.setIdentity) { try $0.identityPlan(identity, wantsBackup: true) }
    default:
      let request = BurnRequest(
        image: images.randomElement(using: &numbers) ?? [], format: format, overrides: [.downgrade])
      return change(.burn) { try $0.plan(request) }
    }
  }

  /// As `rdmactl undo` takes a change back: by another change, unless it says why it cannot.
  package func undo(_ record: ChangeRecord) throws {
    guard record.irreversible == nil else { return }
    var numbers = SeededNumbers(1)
    guard case .change(let writer) = randomWriter(&numbers).wayBack(record) else { return }
    try undo(record, by: writer)
  }

  private func undo(_ record: ChangeRecord, by writer: some ChangeWriter) throws {
    let kinds = ChangeKinds([writer])
    _ = try ChangeRun(writer, on: host, kinds: kinds).perform(ChangeOptions(yes: true, undoes: record.id))
  }
}

extension FirmwareWorld {
  /// What does not hold of a sequence of changes of which one is killed.
  /// - Parameter step: every how many writes it is killed.
  package static func complaints(_ rehearsal: Rehearsal, seed: Int, most: Int, step: Int) throws -> [String] {
    try ChangeRehearsal.complaints(
      seed: seed, most: most, step: step, { FirmwareWorld(rehearsal) },
      undo: { world, record in try world.undo(record) })
  }
}
