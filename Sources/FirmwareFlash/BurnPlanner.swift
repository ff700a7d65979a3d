internal import AdapterChips
internal import FirmwareImage

extension FlashSession {
  /// What a burn of this image would do. Writes nothing, and reads only what the answer needs.
  public func plan(_ request: BurnRequest) throws(BurnFailure) -> BurnPlan {
    let live = try livePlacements()
    let booting = try placementsToSpare(live)
    let old = try booting.first.flatMap { placement throws(BurnFailure) in try readImage(placement) }
    let new = try NewImage(request, for: card, holding: booting, old: old, session: self)
    if let boots = live.first, boots == booting.first, try isOnFlash(new, at: boots, old: old, spare: booting) {
      return try finishing(.burn, at: boots, others: live.dropFirst().filter { $0.format != .fs1 }, facts: old?.facts)
    }
    let recipe = try translating {
      try Firmware.recipe(
        placing: new.bytes, format: new.facts.format, on: flash.geometry, holding: booting, source: bytes)
    }
    return try plan(
      .burn, recipe: recipe, old: old, new: new.facts, identity: new.identity, notes: new.notes,
      wantsBackup: request.wantsBackup)
  }

  /// The plan for a recipe.
  func plan(
    _ purpose: BurnPlan.Purpose, recipe: BurnRecipe, old: Image?, new: FirmwareFacts, identity: BurnPlan.Identity?,
    notes: [String], wantsBackup: Bool
  ) throws(BurnFailure) -> BurnPlan {
    let steps = try steps(of: recipe)
    return BurnPlan(
      purpose: purpose, card: card.name, booting: try livePlacements().first, target: recipe.placement,
      oldVersion: old?.facts.version, newVersion: new.version, psid: new.psid, guids: new.guids, macs: new.macs,
      identity: identity, steps: steps,
      backupPath: wantsBackup ? Backup(of: card, facts: old?.facts, on: host).path : nil, notes: notes, expected: new)
  }

  /// What is left to do when the right image boots already: ending the others that claim to.
  func finishing(
    _ purpose: BurnPlan.Purpose, at target: Placement, others: some Collection<Placement>, facts: FirmwareFacts?
  ) throws(BurnFailure) -> BurnPlan {
    let retire = others.map { BurnRecipe.Step.end(at: $0.start) }
    let recipe = BurnRecipe(placement: target, steps: retire, activation: -1)
    let boots = try livePlacements().first
    return BurnPlan.onlyFinishing(
      purpose, card: card, booting: boots, target: target, facts: facts, steps: try steps(of: recipe),
      notes: others.map { "ends the image at \(hexadecimal($0.start)), which claims to boot too" })
  }

  private func steps(of recipe: BurnRecipe) throws(BurnFailure) -> [PlannedStep] {
    let steps = try translating { try RecipePlanner(geometry: flash.geometry, source: bytes).steps(of: recipe) }
    for write in steps.flatMap(\.writes) {
      if let area = flash.protectedAreas.first(where: { $0.overlaps(write.area) }) {
        throw .refused(.protected(area: area, planned: write.area))
      }
    }
    return steps
  }

  /// Whether the image that boots is the new one to the last byte. Headers are compared first, so that another version
  /// costs no more.
  private func isOnFlash(
    _ new: NewImage, at boots: Placement, old: Image?, spare: [Placement]
  ) throws(BurnFailure) -> Bool {
    guard let old, old.facts.isOfSameImage(as: new.facts) else { return false }
    if new.facts.format.keepsIdentityInImage {
      return try toleratingDamage { try contents(boots, holds: new) } ?? false
    }
    // The identity of these cards stands beside the image: only what a burn would write is compared, and for that
    // the recipe that would write it right there.
    let there = try toleratingDamage {
      let away = try Firmware.recipe(
        placing: new.bytes, format: boots.format, on: flash.geometry, holding: spare, source: bytes)
      return try Firmware.recipe(
        placing: new.bytes, format: boots.format, on: flash.geometry, holding: [away.placement], source: bytes)
    }
    guard let there, there.placement == boots else { return false }
    return try translating { try RecipePlanner(geometry: flash.geometry, source: bytes).isDone(there) }
  }
}

extension FlashSession {
  /// Whether an image on the flash is the new one. Of an FS1 image the boot code before it, which a burn leaves alone, is
  /// not compared, and a bare one may stand for a whole file.
  private func contents(_ boots: Placement, holds new: NewImage) throws -> Bool {
    let present = MemoryBytes(try Firmware.contents(boots, of: bytes))
    let wanted = MemoryBytes(new.bytes)
    guard let there = try Firmware.locate(in: present, medium: .file).first,
      let image = try Firmware.locate(in: wanted, medium: .file).first
    else { return false }
    let rest = present.bytes[min(there.start, present.count)...]
    return rest.starts(with: wanted.bytes[min(image.start, wanted.count)...])
  }
}

extension FirmwareFacts {
  /// Whether two images look the same by their headers. What of an image's facts belongs to the card is not compared.
  func isOfSameImage(as other: FirmwareFacts) -> Bool {
    guard format == other.format, version == other.version, releaseDate == other.releaseDate else { return false }
    guard format.keepsIdentityInImage, guids == other.guids, macs == other.macs else {
      return !format.keepsIdentityInImage
    }
    // A bare FS1 image has neither PSID nor VSD.
    return format == .fs1 && other.psid == nil || (psid, vsd) == (other.psid, other.vsd)
  }
}

extension Optional {
  /// `flatMap` that passes on the type of the errors.
  func flatMap<Value, Failure>(_ transform: (Wrapped) throws(Failure) -> Value?) throws(Failure) -> Value? {
    guard let value = self else { return nil }
    return try transform(value)
  }
}
