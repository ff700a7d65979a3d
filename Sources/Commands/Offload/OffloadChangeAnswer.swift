internal import Change
internal import Offload
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl offload set`, `try` and `tune apply`.
struct OffloadChangeAnswer: StreamedAnswer {
  static let schema = "rdmactl.offload.set/1"
  let plan: OffloadPlan
  /// `nil`: a dry run.
  let outcome: OffloadOutcome?
  var trialSeconds: Int?

  var problems: [Problem] {
    (outcome?.refused ?? []).map { refusal in
      Problem(
        id: OffloadRefusal.id(of: refusal), severity: .error, subject: refusal.subject,
        message: refusal.isKernels ? "the kernel refused it: \(refusal.reason)" : refusal.reason,
        fix: ["rdmactl explain \(ShellWord.quoted(refusal.key))"])
    }
  }

  var notes: [Note] { [] }
  var quietLines: [String] { outcome?.journalID.map { [String($0)] } ?? [] }

  func write(to json: inout JSONWriter) {
    json.field("changed", outcome?.changed ?? false)
    json.field("dry_run", outcome == nil)
    json.applied(outcome?.applied ?? [])
    json.array("refused", outcome?.refused ?? []) { json, refusal in
      json.object { json in
        json.field("interface", refusal.interface)
        json.field("key", refusal.key)
        json.field("value", refusal.value)
        json.field("reason", refusal.reason)
        json.field("by_kernel", refusal.isKernels)
      }
    }
    json.sideEffects(outcome?.sideEffects ?? [])
    json.field("journal_id", outcome?.journalID)
    json.field("revert_after_seconds", trialSeconds)
    json.object("plan") { json in
      json.changes("changes", plan.changes)
      json.changes("already", plan.already)
      json.changes("cascades", plan.cascades)
      json.field("remarks", plan.remarks)
    }
  }

  func write(to page: inout Page) {
    guard let outcome else { return }
    guard outcome.refused.isEmpty else { return }
    guard outcome.changed else { return page.line("already set, nothing to do", tone: .good) }
    var table = Table([
      .init("INTERFACE"), .init("SETTING"), .init("BEFORE"), .init("NOW"), .init("REMARK", rank: 1),
    ])
    for applied in outcome.applied {
      table.add([
        .init(applied.place.interface?.name), .init(applied.place.knob.description), .init(applied.before.shortened),
        .init(applied.got.shortened, tone: .good),
        .init(applied.got == applied.asked ? nil : "asked for \(applied.asked.shortened)", tone: .caution),
      ])
    }
    for effect in outcome.sideEffects {
      table.add([
        .init(effect.place.interface?.name), .init(effect.place.knob.description), .init(effect.before.shortened),
        .init(effect.after.shortened, tone: .caution), .init("not asked for"),
      ])
    }
    page.table(table)
    guard let id = outcome.journalID else { return }
    if let trialSeconds {
      page.line("undone automatically in \(trialSeconds) s; to keep it: rdmactl offload keep \(id)", tone: .caution)
    } else {
      page.line("to take it back: rdmactl undo \(id)", tone: .faint)
    }
  }
}

/// Why something asked for was not done, as a problem id.
enum OffloadRefusal {
  static let kernel = "offload.refused_by_kernel"
  static let predicted = "offload.impossible"

  static func id(of refusal: Refusal) -> String { refusal.isKernels ? kernel : predicted }

  /// The entries of the manual page.
  static var descriptions: [ProblemDescription] {
    [
      ProblemDescription(
        id: kernel, severity: .error,
        meaning: "The kernel or a driver refused a setting, or accepted it without effect; everything was restored."),
      ProblemDescription(
        id: predicted, severity: .error,
        meaning: "A setting is not possible on this interface as things stand; nothing was written."),
    ]
  }
}

extension Refusal {
  var subject: String { [interface, "\(key)=\(value)"].compactMap { $0 }.joined(separator: " ") }
}

extension JSONWriter {
  mutating func fields(of place: Place) {
    field("interface", place.interface?.name)
    field("kind", place.knob.kind.rawValue)
    field("knob", place.knob.name)
  }

  mutating func applied(_ applied: [OffloadOutcome.Applied]) {
    array("applied", applied) { json, applied in
      json.object { json in
        json.fields(of: applied.place)
        json.field("key", applied.key)
        json.field("before", applied.before)
        json.field("asked", applied.asked)
        json.field("got", applied.got)
      }
    }
  }

  mutating func sideEffects(_ effects: [OffloadOutcome.SideEffect]) {
    array("side_effects", effects) { json, effect in
      json.object { json in
        json.fields(of: effect.place)
        json.field("before", effect.before)
        json.field("after", effect.after)
      }
    }
  }

  mutating func changes(_ key: String, _ changes: [KnobChange]) {
    array(key, changes) { json, change in
      json.object { json in
        json.fields(of: change.place)
        json.field("key", change.key)
        json.field("before", change.before.value)
        json.field("active", change.before.active)
        json.field("wanted", change.wanted)
        json.field("reason", change.reason)
      }
    }
  }
}
