package import FirmwareImage
internal import HostAccess
internal import Vocabulary

extension FlashSession {
  /// Carries out a plan: backup, writes with their read-back, the switch, and a last check of the image that boots.
  ///
  /// - Parameter note: puts a line into the journal: "begin", 3.
  /// - Returns: only when every byte that was written was read back, and the image that boots is complete.
  func perform(
    _ plan: BurnPlan, note: @escaping (_ word: String, _ step: Int) throws(FileError) -> Void
  ) throws(BurnFailure) -> BurnOutcome {
    guard !plan.isUnchanged else {
      return BurnOutcome(
        result: .unchanged, bytesErased: 0, bytesProgrammed: 0, verified: true, backupPath: nil, notes: plan.notes)
    }
    flash.rest()
    try storeBackup(for: plan)
    try stopIfInterrupted()
    isWriting = true
    defer { isWriting = false }
    let burn = Burn(plan: plan, session: self, note: note)
    return try burn.run()
  }

  private func storeBackup(for plan: BurnPlan) throws(BurnFailure) {
    guard let path = plan.backupPath else { return }
    try storeBackup(of: plan.booting, at: path)
  }

  /// Where a backup of the card will be, by what it boots.
  package func backupPath(_ facts: FirmwareFacts) -> String { Backup(of: card, facts: facts, on: host).path }

  /// Stores what boots, or the whole flash where that cannot be read.
  package func storeBackup(of booting: Placement?, at path: String) throws(BurnFailure) {
    progress(BurnProgress(.backup, done: 0, total: 1))
    let image = try booting.flatMap { placement throws(BurnFailure) in
      try toleratingDamage {
        (facts: try Firmware.read(placement, from: bytes).facts, bytes: try Firmware.contents(placement, of: bytes))
      }
    }
    let stored: [UInt8]
    if let image { stored = image.bytes } else { stored = try translating { try bytes.read(0..<bytes.count) } }
    let backup = Backup(of: card, facts: image?.facts, on: host, path: path)
    do { try backup.store(stored, of: card, isWholeFlash: image == nil) } catch { throw .backup(error) }
    storedBackup = backup.path
    progress(BurnProgress(.backup, done: 1, total: 1))
  }
}

/// A plan under way.
private final class Burn {
  let plan: BurnPlan
  let session: FlashSession
  /// The switch has begun: from here on the only way is forward.
  private var isSwitching = false
  private var bytesDone = 0
  private var notes: [String]
  private let journal: (String, Int) throws(FileError) -> Void

  init(plan: BurnPlan, session: FlashSession, note: @escaping (String, Int) throws(FileError) -> Void) {
    self.plan = plan
    self.session = session
    journal = note
    notes = plan.notes
  }

  func run() throws(BurnFailure) -> BurnOutcome {
    do throws(Stop) {
      for (number, step) in plan.steps.enumerated() where !step.writes.isEmpty {
        try perform(step, number: number)
      }
      try look()
    } catch {
      throw failure(error)
    }
    if isSwitching, session.host.clock.interrupted {
      notes.append("the interruption came after the switch had begun; the burn was finished first")
    }
    return BurnOutcome(
      result: .written, bytesErased: plan.bytesToErase, bytesProgrammed: plan.bytesToProgram, verified: true,
      backupPath: session.storedBackup, notes: notes)
  }

  private func perform(_ step: PlannedStep, number: Int) throws(Stop) {
    if !isSwitching, session.host.clock.interrupted { throw .interrupted }
    try note("begin", number)
    if step.role == .activate || step.role == .finish { isSwitching = true }
    let writer = FlashWriter(flash: session.flash, bytes: session.bytes)
    for write in step.writes {
      if !isSwitching, session.host.clock.interrupted { throw .interrupted }
      session.progress(
        BurnProgress(
          isSwitching ? .switching : .writing, done: bytesDone, total: plan.bytesToErase + plan.bytesToProgram))
      session.hasWritten = true
      try writer.perform(write)
      bytesDone += write.bytesErased + write.bytesProgrammed
    }
    try note("end", number)
  }

  /// Before the switch a journal that cannot be written stops the burn; after it, finishing is safer than stopping.
  private func note(_ word: String, _ step: Int) throws(Stop) {
    session.flash.rest()
    do { try journal(word, step) } catch {
      guard isSwitching else { throw .cause(.journal(error)) }
      let words = "the journal could not be written: it \(error.explanation)"
      if !notes.contains(words) { notes.append(words) }
    }
  }

  /// Looks whether the card would now boot what the plan says.
  private func look() throws(Stop) {
    guard let target = plan.target else { return }
    do { try session.flash.setBootAddress(target.start) } catch { throw .cause(.flash(error)) }
    // All that was written was just read back; what decides is looked at once more.
    let switches = plan.steps.filter { $0.role == .activate || $0.role == .finish }
    switch session.whatBoots(plan, afresh: switches.flatMap(\.writes)) {
    case .new: return
    case .old: throw .cause(.boots("the image at \(hexadecimal(target.start)) is not the one that is found to boot"))
    case .nothing, nil: throw .cause(.boots("no image is found to boot"))
    }
  }

  /// The truth after a failure.
  private func failure(_ stop: Stop) -> BurnFailure {
    let before: BurnFailure.Boots = plan.booting == nil ? .nothing : .old
    let boots: BurnFailure.Boots? = isSwitching ? session.whatBoots(plan, afresh: plan.writes) : before
    switch (stop, boots) {
    case (.interrupted, let boots?): return .interrupted(boots, card: plan.card)
    case (.interrupted, nil): return .interrupted(before, card: plan.card)
    case (.cause(let cause), let boots?): return .stopped(cause, boots, card: plan.card)
    case (.cause(let cause), nil): return .unknownState(cause, card: plan.card)
    }
  }
}

enum Stop: Error, Equatable {
  case interrupted
  case cause(BurnFailure.Cause)
}

extension FlashSession {
  /// What boots now, as the flash shows it; `nil` when it cannot be told.
  /// - Parameter afresh: what is read again, whatever was read before.
  fileprivate func whatBoots(_ plan: BurnPlan, afresh: [FlashWrite]) -> BurnFailure.Boots? {
    for write in afresh { bytes.forget(write.area) }
    guard let live = try? livePlacements() else { return nil }
    guard let first = live.first else { return plan.booting == nil ? .nothing : nil }
    guard let image = try? Firmware.read(first, from: bytes) else { return nil }
    let isNew = plan.expected.map(image.facts.isOfSameImage) ?? true
    if first == plan.target, isNew, plan.change.map(image.facts.has) ?? true { return .new }
    return first == plan.booting && (try? isWhole(first)) == true ? .old : nil
  }
}

/// Does one piece of work and reads it back.
struct FlashWriter {
  let flash: any FlashDevice
  let bytes: FlashBytes

  /// Tries a second time when the read-back differs: erases again, or clears the bits that are still set.
  func perform(_ write: FlashWrite) throws(Stop) {
    let wrong: (address: Int, wanted: UInt8, found: UInt8)?
    do throws(FlashError) {
      try attempt(write)
      guard try difference(write) != nil else { return }
      try attempt(write)
      wrong = try difference(write)
    } catch {
      throw .cause(.flash(error))
    }
    if let wrong { throw .cause(.readBack(address: wrong.address, wanted: wrong.wanted, found: wrong.found)) }
  }

  private func attempt(_ write: FlashWrite) throws(FlashError) {
    bytes.forget(write.area)
    if write.erases { try flash.erase(at: write.area.lowerBound, size: write.area.count) }
    for range in write.programs { try flash.program(Array(write.wanted(range)), at: range.lowerBound) }
  }

  private func difference(_ write: FlashWrite) throws(FlashError) -> (address: Int, wanted: UInt8, found: UInt8)? {
    let found = try bytes.fresh(write.area)
    for (offset, (wanted, found)) in zip(write.wanted, found).enumerated() where wanted != found {
      return (write.area.lowerBound + offset, wanted, found)
    }
    return nil
  }
}
