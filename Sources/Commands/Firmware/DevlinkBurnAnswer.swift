internal import Devlink
internal import FirmwareFlash
internal import FirmwareImage
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl fw burn` when the driver does it: the same object as of any burn.
struct DevlinkBurnAnswer: Presentable {
  static let schema = BurnAnswer.schema
  let plan: DevlinkBurnPlan
  let result: BurnOutcome.Result
  /// What the driver tells in the end; `nil` when it does not.
  let after: DevlinkInformation?
  let messages: [String]

  init(plan: DevlinkBurnPlan, result: BurnOutcome.Result, after: DevlinkInformation?, notes: [String]) {
    self.plan = plan
    self.result = result
    self.after = after
    messages = notes
  }

  var payload: BurnAnswer.Payload {
    BurnAnswer.Payload(
      device: plan.target.name, plan: BurnAnswer.PlanPayload(plan), result: result, changed: result == .written,
      bytesErased: nil, bytesProgrammed: nil, verified: false, backup: nil, devlink: after.map(DevlinkPayload.init))
  }

  var problems: [Problem] { [] }
  var notes: [Note] { messages.map { Note(subject: plan.target.name, message: $0) } }
  var quietLines: [String] { [result.rawValue] }

  func write(to page: inout Page) {
    guard result == .written else {
      page.write(plan, withNotes: false)
      page.line("Dry run: nothing was written.", tone: .caution)
      return
    }
    page.line("\(plan.target.name): done; \(plan.driver) has flashed \(plan.image.path).", tone: .good)
    if let after {
      page.fields([("running", after.versions(.running)), ("stored", after.versions(.stored))], indent: 4)
    }
    page.line(
      "    hint: to run it, reset the device (reboot, or devlink dev reload \(plan.order.handle) action fw_activate)")
  }
}

extension DevlinkBurnPlan {
  var driver: String { before.driver.map { "the driver \($0)" } ?? "its driver" }
}

extension Page {
  /// A plan, for people: the same for a dry run and before the question.
  ///
  /// - Parameter withNotes: the answer of a dry run tells them itself.
  mutating func write(_ plan: DevlinkBurnPlan, withNotes: Bool = true) {
    let overwritten = FlashOrder.Overwrite.allCases.filter(plan.order.overwrite.contains).map(\.rawValue)
    line("Plan for \(plan.target.name)", tone: .heading)
    fields([
      ("written by", "\(plan.driver), through devlink (\(plan.order.handle)): \(plan.reason)"),
      ("running", plan.before.versions(.running)),
      ("stored", plan.before.versions(.stored)),
      ("image", "\(plan.image.path): \(plan.image.form), \(plan.image.bytes.count) bytes"),
      ("image version", plan.image.facts?.version?.description),
      ("PSID", plan.before.psid),
      ("component", plan.order.component ?? "all that the driver finds"),
      ("overwritten", overwritten.isEmpty ? "nothing" : overwritten.joined(separator: ", ")),
      ("kernel file", plan.path),
      ("backup", "none (only the driver can read the flash)"),
    ])
    for note in plan.notes where withNotes { line("  note: \(note)") }
  }
}
