internal import AdapterChips
package import FirmwareFlash
package import FirmwareImage
internal import Vocabulary

/// What a burn through the firmware of a running card will do. Making one writes nothing.
package struct UpdatePlan: Sendable, Equatable {
  /// The card's name.
  package let card: String
  package let running: FirmwareVersion?
  package let pending: FirmwareVersion?
  package let new: FirmwareFacts
  package let guids: CardGUIDs
  package let macs: CardMACs
  package let ability: UpdateAbility
  /// As the firmware takes it.
  package let image: [UInt8]
  /// What the user should know, a sentence each.
  package let notes: [String]
  /// Where what the card has is stored first; `nil` when it is not.
  package var backupPath: String?

  /// The image waits for a reset already, or runs with nothing else waiting.
  package var isUnchanged: Bool { (pending ?? running) == new.version }

  /// - Parameters:
  ///   - placement: the image in `source`, which is a file.
  ///   - allowed: refusals that the user has set aside.
  package init(
    _ placement: Placement, of source: any ByteSource, on card: Card, running facts: RunningCardFacts,
    _ ability: UpdateAbility, allowed: Set<BurnRequest.Override>
  ) throws {
    let old = facts.firmware
    let new = try Firmware.read(placement, from: source).facts
    if let format = card.format, format != new.format {
      throw UpdateFailure.gate(.format(card: format, image: new.format), card: card.name)
    }
    if let bad = try Firmware.verify(placement, in: source).firstBadOfImage {
      throw UpdateFailure.gate(.damagedImage(part: bad.part, why: bad.why), card: card.name)
    }
    func refuse(_ gate: UpdateGate) -> UpdateFailure { .refused(gate, card: card.name) }
    if let hardware = card.hardwareID, !new.hardwareIDs.isEmpty, !new.hardwareIDs.contains(hardware) {
      throw refuse(.hardware(card: hardware, image: new.hardwareIDs))
    }
    if let psid = old.psid, psid != new.psid { throw refuse(.psid(card: psid, image: new.psid ?? "none")) }
    if !new.acceptsUpdates { throw refuse(.notForUpdates) }
    if old.isSecure || ability.signedOnly, !new.isSigned { throw refuse(.unsigned) }
    if new.isEncrypted, !old.isEncrypted { throw refuse(.encrypted) }
    if let running = old.version, let version = new.version, version < running, !allowed.contains(.downgrade) {
      throw UpdateFailure.gate(.older(card: running, image: version), card: card.name)
    }
    image = try UpdateImage.make(placement, of: source)
    if ability.largestImage > 0, image.count > ability.largestImage {
      throw refuse(.tooLarge(image.count, limit: ability.largestImage))
    }
    if let pending = facts.pendingVersion, pending != new.version { throw refuse(.pending(pending.description)) }
    self.card = card.name
    self.running = old.version
    pending = facts.pendingVersion
    self.new = new
    guids = old.guids
    macs = old.macs
    self.ability = ability
    var notes = [
      "the card's firmware writes the image into the other slot and checks it; it starts with the next reset"
    ]
    if !old.roms.isEmpty, new.roms.isEmpty {
      let roms = old.roms.map { [$0.type, $0.version].compactMap { $0 }.joined(separator: " ") }
      notes.append("the image has no expansion ROM: the card's goes (\(roms.joined(separator: ", ")))")
    }
    self.notes = notes
  }
}
