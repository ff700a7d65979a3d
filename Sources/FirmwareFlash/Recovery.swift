internal import AdapterChips
public import FirmwareImage
internal import Vocabulary

extension FlashSession {
  /// What brings a flash in order after an interrupted burn: of several images that claim to boot the right one stays
  /// and the others are ended, and the journal is closed. Writes nothing.
  ///
  /// - Throws: ``BurnFailure/nothingToKeep(card:)`` when no image is complete.
  public func recoveryPlan() throws(BurnFailure) -> BurnPlan {
    let live = try livePlacements()
    var whole: [Image] = []
    for placement in live where try isWhole(placement) {
      if let image = try readImage(placement) { whole.append(image) }
    }
    // The journal knows which image is the new one; without it the later version is taken for it.
    let kept =
      whole.first { $0.placement.start == unfinished?.target }
      ?? whole.reduce(nil) { best, image in
        guard let best, let version = image.facts.version else { return best ?? image }
        return best.facts.version.map { $0 < version } ?? true ? image : best
      }
    guard let kept else { throw .nothingToKeep(card: card.name) }
    var plan = try keeping(kept, of: live)
    if plan.isUnchanged, try soundness(kept.placement) == .cardDataDamaged {
      plan = try settingAnew(kept, of: live)
    }
    if let unfinished, unfinished.target != kept.placement.start {
      plan.notes.append(
        "the burn begun at \(unfinished.since) did not change what boots: run it again for "
          + (unfinished.version.map { "version \($0)" } ?? "the image wanted"))
    }
    return plan
  }

  /// For a change of identity that was cut off: the card's own values are written once more, and only once they are there.
  private func settingAnew(_ kept: Image, of live: [Placement]) throws(BurnFailure) -> BurnPlan {
    let recipe = try translating {
      try Firmware.recipe(
        setting: IdentityChange(), format: kept.placement.format, on: flash.geometry, holding: live, source: bytes)
    }
    guard let recipe else { throw .nothingToKeep(card: card.name) }
    return try plan(
      .recover, recipe: recipe, old: kept, new: kept.facts, identity: nil,
      notes: ["the card's identity is written again: its last change was not finished"], wantsBackup: false)
  }

  private func keeping(_ kept: Image, of live: [Placement]) throws(BurnFailure) -> BurnPlan {
    let others = live.filter { $0 != kept.placement }
    guard kept.placement.format == .fs1 else {
      return try finishing(.recover, at: kept.placement, others: others, facts: kept.facts)
    }
    // Both copies of an FS1 card may live; but one that is broken and boots is made anew from the one that is whole.
    guard live.first != kept.placement else {
      return try finishing(.recover, at: kept.placement, others: [], facts: kept.facts)
    }
    let recipe = try translating {
      try Firmware.recipe(
        placing: Firmware.contents(kept.placement, of: bytes), format: .fs1, on: flash.geometry,
        holding: [kept.placement] + others, source: bytes)
    }
    return try plan(
      .recover, recipe: recipe, old: kept, new: kept.facts, identity: nil, notes: [], wantsBackup: false)
  }

  /// What sets the card's own GUIDs, MACs or VSD; `nil` leaves them. Writes nothing.
  ///
  /// Where they are part of the image (FS1, FS2) the image is burned anew into the other slot.
  public func identityPlan(_ change: IdentityChange, wantsBackup: Bool) throws(BurnFailure) -> BurnPlan {
    if let mac = [change.macs?.port1, change.macs?.port2].compactMap({ $0 }).first(where: \.isMulticast) {
      throw .refused(.multicast(mac))
    }
    let live = try livePlacements()
    let present = try placementsToSpare(live)
    guard let placement = present.first else { throw .image(.noImage) }
    let old = try translating { try Firmware.read(placement, from: bytes) }
    if old.facts.isSecure { throw .refused(.secured(card)) }
    let purpose: BurnPlan.Purpose = change.rom == nil ? .setIdentity : .changeROM
    var rest = change
    if let rom = change.rom, try (romBytes(of: old) ?? []) == rom { rest.rom = nil }
    if placement == live.first, old.facts.has(rest) {
      return try finishing(purpose, at: placement, others: live.dropFirst(), facts: old.facts)
    }
    let recipe: BurnRecipe
    var facts = old.facts
    facts.guids = change.guids ?? facts.guids
    facts.macs = change.macs ?? facts.macs
    facts.vsd = change.vsd ?? facts.vsd
    recipe = try translating {
      if let recipe = try Firmware.recipe(
        setting: change, format: placement.format, on: flash.geometry, holding: present, source: bytes)
      {
        return recipe
      }
      let image = try Firmware.changing(
        Firmware.contents(placement, of: bytes), format: placement.format, change)
      return try Firmware.recipe(
        placing: image, format: placement.format, on: flash.geometry, holding: present, source: bytes)
    }
    if let rom = change.rom { facts.roms = ExpansionROM.list(in: rom) }
    let origins = BurnPlan.Identity(
      guids: change.guids == nil ? .kept : .set, macs: change.macs == nil ? .kept : .set,
      vsd: change.vsd == nil ? .kept : .set, psid: .kept,
      rom: facts.roms.isEmpty ? .none : change.rom == nil ? .kept : .set)
    var plan = try plan(
      purpose, recipe: recipe, old: old, new: facts, identity: origins, notes: [], wantsBackup: wantsBackup)
    // The ROM's bytes were read back; facts do not have them.
    rest.rom = nil
    plan.change = rest
    if purpose == .setIdentity, !placement.format.keepsIdentityInImage {
      plan.previous = old.facts.values(setBy: change)
      plan.losesBlank = old.facts.hasBlank(setBy: change)
    }
    return plan
  }
}

extension FirmwareFacts {
  /// The card's own values in the place of those that a change sets: with GUIDs MACs may change, too.
  fileprivate func values(setBy change: IdentityChange) -> IdentityChange {
    let (setsGUIDs, setsMACs) = (change.guids != nil, change.guids != nil || change.macs != nil)
    return IdentityChange(
      guids: setsGUIDs ? guids.nonBlank : nil, macs: setsMACs ? macs.nonBlank : nil,
      vsd: change.vsd == nil ? nil : vsd ?? "")
  }

  /// Whether a change sets what is blank. A card has a base for all its GUIDs, or one for each port.
  fileprivate func hasBlank(setBy change: IdentityChange) -> Bool {
    let hasMACs = macs.port1 != nil && (guids.node != nil || macs.port2 != nil)
    let hasGUIDs = guids.node != nil || guids.port1 != nil && guids.port2 != nil && hasMACs
    return change.guids != nil && !hasGUIDs || change.macs != nil && !hasMACs
  }

  /// Whether a change would change nothing. FS3 and FS4 cards keep only the first GUID and MAC of a range.
  func has(_ change: IdentityChange) -> Bool {
    func same<Value: Equatable>(_ wished: Value?, _ present: Value?) -> Bool {
      wished == nil || wished == present || present == nil && !format.keepsIdentityInImage
    }
    let guids = change.guids ?? guids
    let macs = change.macs ?? macs
    return same(guids.node, self.guids.node) && same(guids.port1, self.guids.port1)
      && same(guids.port2, self.guids.port2) && same(guids.systemImage, self.guids.systemImage)
      && same(macs.port1, self.macs.port1) && same(macs.port2, self.macs.port2)
      && (self.guids != CardGUIDs() || change.guids == nil) && (self.macs != CardMACs() || change.macs == nil)
      && (change.vsd ?? vsd ?? "") == (vsd ?? "") && (change.psid ?? psid) == psid && change.rom == nil
  }
}
