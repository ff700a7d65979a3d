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
      place, before: ChangeValue(try access.standing(), facts: ["read=\(access.bytes.checksum)"]),
      after: ChangeValue(plan.result, facts: after))
    return ChangePlan(
      plan, steps: plan.isUnchanged && unfinished == nil ? [] : [ChangeStep([change])], subject: plan.card,
      question: plan.question, attachments: plan.backupPath.map { ["backup": $0] } ?? [:],
      irreversible: plan.backupPath == nil ? "no backup was made" : nil,
      card: ChangeScope.Card(guid: plan.guids?.node?.description, address: card))
  }

  private var place: ChangePlace { ChangePlace(ChangeObject(card), "firmware") }

  package func read(_ places: Set<ChangePlace>, _ access: FlashSession) throws -> ChangeSnapshot {
    try Dictionary(uniqueKeysWithValues: places.map { ($0, ChangeValue(try access.standing())) })
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
    .impossible("burn the backup: \(record.attachments["backup"] ?? "there is none")")
  }
}

extension BurnPlan {
  /// What boots in the end, for the journal.
  fileprivate var result: String {
    let name = newVersion?.description ?? "unknown version"
    return [name, target.map { "at \(hexadecimal($0.start))" }].compactMap { $0 }.joined(separator: " ")
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
