internal import CardRegisters
internal import FirmwareFlash
internal import FirmwareImage
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl fw burn` when the card's firmware does it: the same object as of any burn.
struct UpdateBurnAnswer: Presentable {
  static let schema = BurnAnswer.schema
  let plan: UpdatePlan
  /// Why this way, as half a sentence.
  let reason: String
  let result: BurnOutcome.Result
  let isReal: Bool

  var payload: BurnAnswer.Payload {
    let isWritten = result == .written
    return BurnAnswer.Payload(
      device: plan.card, plan: BurnAnswer.PlanPayload(plan), result: result, changed: isWritten, bytesErased: nil,
      bytesProgrammed: isWritten ? plan.image.count : 0, verified: isWritten, backup: isWritten ? plan.backupPath : nil,
      devlink: nil)
  }

  var problems: [Problem] { [] }
  var notes: [Note] { result == .unchanged ? [] : plan.notes.map { Note(subject: plan.card, message: $0) } }
  var quietLines: [String] { [result.rawValue] }

  func write(to page: inout Page) {
    switch result {
    case .unchanged:
      page.line("\(plan.card): already set, nothing to do.", tone: .good)
      if let pending = plan.pending { page.line("    pending: \(pending), starts with the next reset") }
    case .dryRun:
      page.write(plan, reason: reason, withNotes: false, isReal: isReal)
      page.line("Dry run: nothing was written.", tone: .caution)
    case .written:
      page.line("\(plan.card): done; the card's firmware has taken \(plan.image.count) bytes.", tone: .good)
      page.line("    pending: \(plan.new.version?.description ?? "unknown version"), starts with the next reset")
      if let backup = plan.backupPath { page.line("    backup: \(backup)") }
      page.line("    next: rdmactl fw activate \(ShellWord.quoted(plan.card))")
    }
  }
}

extension Page {
  /// A plan, for people: the same for a dry run and before the question.
  ///
  /// - Parameter withNotes: the answer of a dry run shows them itself.
  mutating func write(_ plan: UpdatePlan, reason: String, withNotes: Bool = true, isReal: Bool = false) {
    line("Plan for \(plan.card)", tone: .heading)
    fields([
      ("written by", "the card's firmware (MCC): \(reason)"),
      ("running", plan.running?.description),
      ("pending", plan.pending?.description ?? "nothing"),
      ("image version", plan.new.version?.description ?? "unknown"),
      ("PSID", plan.new.psid),
      ("GUIDs, MACs, VSD", "kept: they are not part of the image"),
      ("send", "\(plan.image.count) bytes in pieces of \(plan.ability.blockSize)"),
      ("backup", plan.backupPath ?? "none"),
    ])
    for note in plan.notes where withNotes { line("  note: \(note)") }
    if isReal { line("  note: no burn by rdmactl on a real adapter has been proved yet", tone: .caution) }
  }
}
