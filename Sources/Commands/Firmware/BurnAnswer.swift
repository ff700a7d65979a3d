internal import AdapterChips
internal import CardRegisters
internal import Devlink
internal import FirmwareFlash
internal import FirmwareImage
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl fw burn`, `set-guids` and `recover`.
struct BurnAnswer: Presentable {
  struct Payload: Encodable {
    let device: String
    let plan: PlanPayload
    let result: BurnOutcome.Result
    let changed: Bool
    /// `null` for a burn by the driver.
    @ExplicitNull var bytesErased: Int?
    @ExplicitNull var bytesProgrammed: Int?
    let verified: Bool
    @ExplicitNull var backup: String?
    /// What the driver reports after it has written.
    @ExplicitNull var devlink: DevlinkPayload?
  }

  struct PlanPayload: Encodable {
    let purpose: BurnPlan.Purpose
    let via: BurnWay
    @ExplicitNull var bootingSlot: Int?
    @ExplicitNull var targetSlot: Int?
    @ExplicitNull var oldVersion: String?
    @ExplicitNull var newVersion: String?
    @ExplicitNull var psid: String?
    @ExplicitNull var guids: FirmwarePayload.GUIDs?
    @ExplicitNull var macs: FirmwarePayload.MACs?
    @ExplicitNull var values: IdentityPayload?
    @ExplicitNull var erases: Int?
    @ExplicitNull var programs: Int?
    @ExplicitNull var bytesToErase: Int?
    @ExplicitNull var bytesToProgram: Int?
    let steps: [StepPayload]
    @ExplicitNull var backup: String?
    @ExplicitNull var devlink: OrderPayload?

    init(_ plan: DevlinkBurnPlan) {
      purpose = .burn
      via = .devlink
      oldVersion = plan.before.version(.stored, of: plan.order.component)
      newVersion = plan.image.facts?.version?.description
      psid = plan.before.psid
      steps = []
      devlink = OrderPayload(plan)
    }

    init(_ plan: UpdatePlan) {
      purpose = .burn
      via = .mcc
      oldVersion = plan.running?.description
      newVersion = plan.new.version?.description
      psid = plan.new.psid
      guids = FirmwarePayload.GUIDs(
        node: plan.guids.node, port1: plan.guids.port1, port2: plan.guids.port2, systemImage: plan.guids.systemImage)
      macs = FirmwarePayload.MACs(port1: plan.macs.port1, port2: plan.macs.port2, derived: false)
      bytesToProgram = plan.isUnchanged ? 0 : plan.image.count
      steps = []
      backup = plan.backupPath
    }

    init(_ finding: UpdateRepair.Finding) {
      purpose = .recover
      via = .mcc
      oldVersion = finding.running?.description
      newVersion = (finding.pending ?? finding.running)?.description
      steps = []
    }

    init(_ plan: BurnPlan) {
      purpose = plan.purpose
      via = .direct
      bootingSlot = plan.booting?.start
      targetSlot = plan.target?.start
      oldVersion = plan.oldVersion?.description
      newVersion = plan.newVersion?.description
      psid = plan.psid
      guids = plan.guids.map {
        FirmwarePayload.GUIDs(node: $0.node, port1: $0.port1, port2: $0.port2, systemImage: $0.systemImage)
      }
      macs = plan.macs.map { FirmwarePayload.MACs(port1: $0.port1, port2: $0.port2, derived: false) }
      values = plan.identity.map(IdentityPayload.init)
      erases = plan.erases
      programs = plan.programs
      bytesToErase = plan.bytesToErase
      bytesToProgram = plan.bytesToProgram
      steps = plan.steps.map(StepPayload.init)
      backup = plan.backupPath
    }
  }

  /// What the kernel is asked for.
  struct OrderPayload: Encodable {
    let reason: String
    let file: String
    @ExplicitNull var component: String?
    let overwrite: [FlashOrder.Overwrite]
    let device: DevlinkPayload

    init(_ plan: DevlinkBurnPlan) {
      reason = plan.reason
      file = plan.path
      component = plan.order.component
      overwrite = FlashOrder.Overwrite.allCases.filter(plan.order.overwrite.contains)
      device = DevlinkPayload(plan.before)
    }
  }

  struct IdentityPayload: Encodable {
    let guids: BurnPlan.Origin
    let macs: BurnPlan.Origin
    let vsd: BurnPlan.Origin
    let psid: BurnPlan.Origin
    let rom: BurnPlan.Origin

    init(_ identity: BurnPlan.Identity) {
      guids = identity.guids
      macs = identity.macs
      vsd = identity.vsd
      psid = identity.psid
      rom = identity.rom
    }
  }

  struct StepPayload: Encodable {
    let role: PlannedStep.Role
    /// Areas that are erased: address and size.
    let erases: [[Int]]
    let programs: Int

    init(_ step: PlannedStep) {
      role = step.role
      erases = step.writes.filter(\.erases).map { [$0.area.lowerBound, $0.area.count] }
      programs = step.writes.reduce(0) { $0 + $1.programs.count }
    }
  }

  static let schema = "rdmactl.fw.burn/1"
  let device: String
  let plan: BurnPlan
  let outcome: BurnOutcome
  let dryRun: Bool
  var isReal = false

  var payload: Payload {
    Payload(
      device: device, plan: PlanPayload(plan), result: outcome.result, changed: outcome.result == .written,
      bytesErased: outcome.bytesErased, bytesProgrammed: outcome.bytesProgrammed, verified: outcome.verified,
      backup: outcome.backupPath, devlink: nil)
  }

  var problems: [Problem] { [] }
  var notes: [Note] { outcome.notes.map { Note(subject: device, message: $0) } }
  var quietLines: [String] { [outcome.result.rawValue] }

  func write(to page: inout Page) {
    switch outcome.result {
    case .unchanged where plan.purpose == .recover:
      page.line("\(device): nothing to repair, nothing was written.", tone: .good)
    case .unchanged: page.line("\(device): already set, nothing to do.", tone: .good)
    case .dryRun:
      page.write(plan, withNotes: false, isReal: isReal)
      page.line("Dry run: nothing was written.", tone: .caution)
    case .written:
      let counts = "\(outcome.bytesErased) bytes erased, \(outcome.bytesProgrammed) programmed, all read back"
      page.line("\(device): done; \(counts).", tone: .good)
      if let version = plan.newVersion { page.line("    boots next: \(version)") }
      if let backup = outcome.backupPath { page.line("    backup: \(backup)") }
      if plan.purpose != .recover {
        page.line("    hint: to run it, restart the adapter (reboot, or mstfwreset)")
      }
    }
  }
}

extension Page {
  /// A plan, for people: the same for a dry run and before the question.
  ///
  /// - Parameters:
  ///   - withNotes: the answer of a dry run shows them itself.
  ///   - isReal: a card of this machine, not a simulated one.
  mutating func write(_ plan: BurnPlan, withNotes: Bool = true, isReal: Bool = false) {
    func place(_ placement: Placement?) -> String? {
      placement.map { flashAddress($0.start) }
    }
    func words(_ origin: BurnPlan.Origin?, _ values: [String?]) -> String? {
      guard let origin else { return nil }
      let known = values.compactMap { $0 }.joined(separator: ", ")
      return origin.words + (known.isEmpty ? "" : ": \(known)")
    }
    func count(_ number: Int, _ what: String) -> String { "\(number) \(what)" + (number == 1 ? "" : "s") }
    line("Plan for \(plan.card)", tone: .heading)
    fields([
      (
        "version",
        [plan.oldVersion?.description ?? "none", plan.newVersion?.description ?? "unknown"].joined(separator: " -> ")
      ),
      ("PSID", words(plan.identity?.psid, [plan.psid])),
      ("slot", [place(plan.booting) ?? "none", place(plan.target) ?? "none"].joined(separator: " -> ")),
      (
        "GUIDs",
        words(
          plan.identity?.guids,
          [plan.guids?.node, plan.guids?.port1, plan.guids?.port2, plan.guids?.systemImage].map { $0?.description })
      ),
      ("MACs", words(plan.identity?.macs, [plan.macs?.port1, plan.macs?.port2].map { $0?.description })),
      ("VSD", words(plan.identity?.vsd, [])),
      ("expansion ROM", words(plan.identity?.rom, [])),
      ("erase", "\(count(plan.erases, "area")), \(plan.bytesToErase) bytes"),
      ("program", "\(count(plan.programs, "page")), \(plan.bytesToProgram) bytes"),
      ("backup", plan.backupPath ?? "none"),
    ])
    for note in plan.notes where withNotes { line("  note: \(note)") }
    if isReal { line("  note: no burn by rdmactl on a real adapter has been proved yet", tone: .caution) }
  }
}

extension BurnPlan.Origin {
  fileprivate var words: String {
    switch self {
    case .kept: "kept"
    case .set: "set"
    case .image: "from the image"
    case .none: "none"
    }
  }
}
