package import Change
internal import FirmwareImage
package import HostAccess
internal import Vocabulary

/// A flash that was opened for a change; closed by ``close()`` or with the last reference.
package final class OpenFlash {
  package let session: FlashSession
  private var closing: (() -> Void)?

  /// - Parameter closing: frees the flash, its semaphore and the registers.
  package init(_ session: FlashSession, closing: @escaping () -> Void) {
    self.session = session
    self.closing = closing
  }

  deinit { close() }

  package func close() {
    closing?()
    closing = nil
  }
}

/// A burn, a change of identity or a recovery, as a change of the engine. The place is the card's firmware as a whole: what
/// boots, and every byte that the plan was made from.
package final class FlashChange: ChangeWriter {
  package static let firmware: String = "firmware"
  /// The action of the changes that only free what a killed process has left.
  package static let unlock: String = "unlock"
  /// The action of the changes that make firmware start that is on the flash already.
  package static let activate: String = "activate"

  /// The fact of a value: the checksum of all bytes that the plan was made from.
  private static let read = "read="

  package let kind: String = FlashChange.firmware
  package let action: String
  package let locks: [ChangeLock]

  private let card: String
  private let host: Host
  /// Nothing is asked between plan and change, so the flash stays open, and nobody else changes it.
  private let keepsOpen: Bool
  private let open: (ChangePurpose) throws -> OpenFlash
  private let makePlan: (FlashSession) throws -> BurnPlan
  private var kept: OpenFlash?
  private var planned: BurnPlan?
  package private(set) var outcome: BurnOutcome?

  /// - Parameters:
  ///   - card: ``Card/identifier``.
  ///   - keepsOpen: nothing will be asked.
  package init(
    _ purpose: BurnPlan.Purpose, of card: String, on host: Host, keepsOpen: Bool,
    open: @escaping (ChangePurpose) throws -> OpenFlash, plan: @escaping (FlashSession) throws -> BurnPlan
  ) {
    action = purpose.rawValue
    locks = [Self.lock(of: card)]
    self.card = card
    self.host = host
    self.keepsOpen = keepsOpen
    self.open = open
    makePlan = plan
  }

  package static func lock(of card: String) -> ChangeLock { .own("fw-\(fileNamePart(card))") }

  /// - Parameter tell: shows the plan, before the question.
  package func perform(
    _ options: ChangeOptions, kinds: ChangeKinds, tell: (BurnPlan) -> Void = { _ in }
  ) throws -> (plan: BurnPlan, outcome: BurnOutcome) {
    defer { kept?.close() }
    let result = try ChangeRun(self, on: host, kinds: kinds).perform(options) { tell($0.detail) }
    let plan = result.plan.detail
    switch result.result {
    case .dryRun where !plan.isUnchanged: return (plan, .nothing(.dryRun, plan.notes))
    case .unchanged, .dryRun: return (plan, .nothing(.unchanged, plan.notes))
    case .written: return (plan, outcome ?? .nothing(.unchanged, plan.notes))
    }
  }

  package func withAccess<Result>(_ purpose: ChangePurpose, _ body: (FlashSession) throws -> Result) throws -> Result {
    let flash = try kept ?? open(purpose)
    kept = nil
    do {
      let result = try body(flash.session)
      if purpose == .look, keepsOpen { kept = flash } else { flash.close() }
      return result
    } catch {
      flash.close()
      throw error
    }
  }

  package func plan(_ access: FlashSession) throws -> ChangePlan<BurnPlan> {
    let isSecondLook = planned != nil && keepsOpen
    let plan = try isSecondLook ? planned ?? makePlan(access) : makePlan(access)
    planned = plan
    let unfinished = access.unfinished
    var after = ["version=\(plan.newVersion?.description ?? "unknown")"]
    if let target = plan.target { after.append("target=\(hexadecimal(target.start))") }
    if let activation = plan.steps.firstIndex(where: { $0.role == .activate }) {
      after.append("activation=\(activation)")
    }
    let change = PlannedChange(
      place, before: ChangeValue(try access.standing(), facts: [Self.read + "\(access.bytes.checksum)"]),
      after: ChangeValue(plan.result, facts: after))
    let identity = plan.previous.map { old in
      IdentityKey.allCases.compactMap { key in
        key.value(of: old).map { before in
          PlannedChange(
            ChangePlace(place.object, key.rawValue), before: ChangeValue(before),
            after: ChangeValue(plan.change.flatMap(key.value) ?? "follows the GUIDs"))
        }
      }
    }
    return ChangePlan(
      plan, steps: plan.isUnchanged && unfinished == nil ? [] : [ChangeStep([change] + (identity ?? []))],
      subject: plan.card,
      question: plan.question, attachments: plan.backupPath.map { ["backup": $0] } ?? [:],
      irreversible: plan.irreversible,
      card: ChangeScope.Card(guid: plan.guids?.node?.description, address: card))
  }

  private var place: ChangePlace { ChangePlace(ChangeObject(card), "firmware") }

  package func read(_ places: Set<ChangePlace>, _ access: FlashSession) throws -> ChangeSnapshot {
    let first = try access.livePlacements().first
    let facts = try first.flatMap { placement throws(BurnFailure) in try access.readImage(placement)?.facts }
    let own = facts.map { IdentityChange(guids: $0.guids, macs: $0.macs, vsd: $0.vsd ?? "") } ?? IdentityChange()
    let standing = try access.standing()
    return Dictionary(
      uniqueKeysWithValues: places.map { place in
        let value = IdentityKey(rawValue: place.key).map { $0.value(of: own) ?? "none" }
        return (place, ChangeValue(value ?? standing))
      })
  }

  package func write(_ changes: [PlannedChange], _ access: FlashSession, _ log: ChangeLog) throws {
    guard let planned else { return }
    outcome = try access.perform(planned) { (word, step) throws(FileError) in
      do throws(ChangeFailure) { try log.note(word, "\(step)") } catch {
        if case .journalIncomplete(_, let error) = error { throw error }
        throw FileError(path: access.card.name, reason: .other(error.message))
      }
    }
  }

  // What was written was read back in ``write(_:_:_:)``, and what boots was looked at.
  package func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: FlashSession) {}
  package func isSet(_ value: ChangeValue, as other: ChangeValue) -> Bool { false }

  package func recover(
    _ record: ChangeRecord, from error: any Error, _ access: FlashSession, _ log: ChangeLog
  ) -> ChangeRecovery {
    access.hasWritten ? .unknown : .rolledBack
  }

  package func wayBack(_ record: ChangeRecord) -> ChangeWayBack {
    let back = Self.back(from: record, on: host)
    return .change(FlashChange(back.purpose, of: card, on: host, keepsOpen: false, open: open, plan: back.plan))
  }

  package func isUntouched(_ record: ChangeRecord) -> Bool { Self.isUntouched(record) }

  /// Each step of a burn that rdmactl does itself is noted before its first write.
  package static func isUntouched(_ record: ChangeRecord) -> Bool {
    record.changes.first?.before.facts.contains { $0.hasPrefix(read) } == true
      && !record.notes.contains { $0.first == "begin" }
  }

  /// The change that takes a change back: the card's own values where they are kept beside the image, else the backup.
  package static func back(
    from record: ChangeRecord, on host: Host
  ) -> (purpose: BurnPlan.Purpose, plan: (FlashSession) throws -> BurnPlan) {
    if let previous = IdentityChange(before: record) {
      return (.setIdentity, { try $0.identityPlan(previous, wantsBackup: true) })
    }
    let backup = record.attachments["backup"] ?? ""
    return (.burn, { try $0.plan(BurnRequest(backup: host.store.read(backup, limit: 1 << 28), of: $0)) })
  }
}

extension BurnRequest {
  /// The image that a backup holds, whatever version is on the card now.
  fileprivate init(backup: [UInt8], of session: FlashSession) throws {
    let found = try session.translating { try Firmware.locate(in: MemoryBytes(backup), medium: .file).first }
    guard let found else { throw BurnFailure.image(.noImage) }
    self.init(image: backup, format: found.format, overrides: [.downgrade, .psidChange])
    isOfThisCard = true
  }
}

/// What a change of identity changes beside the image, as places.
private enum IdentityKey: String, CaseIterable {
  case node = "node GUID"
  case port1 = "GUID of port 1"
  case port2 = "GUID of port 2"
  case mac1 = "MAC of port 1"
  case mac2 = "MAC of port 2"
  case vsd = "VSD"

  func value(of identity: IdentityChange) -> String? {
    switch self {
    case .node: identity.guids?.node?.description
    case .port1: identity.guids?.port1?.description
    case .port2: identity.guids?.port2?.description
    case .mac1: identity.macs?.port1?.description
    case .mac2: identity.macs?.port2?.description
    case .vsd: identity.vsd
    }
  }
}

extension IdentityChange {
  /// The values before a change.
  /// - Returns: `nil` when the record has none.
  fileprivate init?(before record: ChangeRecord) {
    var values: [IdentityKey: String] = [:]
    for change in record.changes {
      if let key = IdentityKey(rawValue: change.place.key) { values[key] = change.before.text }
    }
    guard !values.isEmpty else { return nil }
    func guid(_ key: IdentityKey) -> GUID? { values[key].flatMap { GUID($0) } }
    func mac(_ key: IdentityKey) -> MACAddress? { values[key].flatMap { MACAddress($0) } }
    self.init(
      guids: CardGUIDs(node: guid(.node), port1: guid(.port1), port2: guid(.port2)).nonBlank,
      macs: CardMACs(port1: mac(.mac1), port2: mac(.mac2)).nonBlank, vsd: values[.vsd])
  }
}

extension BurnPlan {
  /// What boots in the end, for the journal.
  fileprivate var result: String {
    let name = newVersion?.description ?? "unknown version"
    return [name, target.map { "at \(hexadecimal($0.start))" }].compactMap { $0 }.joined(separator: " ")
  }

  /// Why the change cannot be taken back, one sentence.
  fileprivate var irreversible: String? {
    if purpose == .recover { return "a repair cannot be taken back" }
    guard booting != nil else { return "no image booted before" }
    if losesBlank { return "the card was blank, and a card with GUIDs and MACs cannot be made blank again" }
    return previous == nil && backupPath == nil ? "no backup was made" : nil
  }

  /// The question before the change.
  package var question: String {
    switch purpose {
    case .burn: "Burn this image on \(card)?"
    case .setIdentity: "Set these values on \(card)?"
    case .changeROM: "Change the expansion ROM of \(card)?"
    case .recover: "Repair the flash of \(card)?"
    }
  }
}

extension BurnOutcome {
  fileprivate static func nothing(_ result: Result, _ notes: [String]) -> BurnOutcome {
    BurnOutcome(
      result: result, bytesErased: 0, bytesProgrammed: 0, verified: result == .unchanged, backupPath: nil, notes: notes)
  }
}

extension FlashSession {
  /// What boots, in one line.
  func standing() throws(BurnFailure) -> String {
    guard let first = try livePlacements().first else { return "no image" }
    let version = try readImage(first)?.facts.version?.description ?? "unreadable image"
    return "\(version) at \(hexadecimal(first.start))"
  }
}
