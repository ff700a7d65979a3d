internal import Change
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl undo`.
struct UndoAnswer: StreamedAnswer {
  static let schema = "rdmactl.undo/1"
  let plan: UndoPlan
  /// `nil`: nothing was written.
  let outcome: UndoOutcome?
  let isDryRun: Bool

  var problems: [Problem] {
    let conflicts = plan.isForced ? [] : plan.conflicts
    return conflicts.map { conflict in
      Problem(
        id: UndoProblem.conflict, severity: .error, subject: conflict.place.title,
        message:
          "it was \(conflict.before.shortened), change \(conflict.entry) set \(conflict.after.shortened), and now it "
          + "is \(conflict.now.shortened)"
          + (conflict.laterEntry.map { " by change \($0)" } ?? ": somebody else changed it"),
        fix: ["rdmactl undo " + (conflict.laterEntry.map(String.init) ?? "\(conflict.entry) --force-conflicts")])
    }
      + (outcome?.differences ?? []).map { difference in
        Problem(
          id: UndoProblem.different, severity: .error, subject: difference.place.title,
          message: "it was \(difference.wanted.text.shortened) and is \(difference.now?.text.shortened ?? "gone")"
            + (difference.refusal.map { ": \($0)" } ?? ""),
          fix: ["rdmactl history"])
      }
  }

  var notes: [Note] { [] }
  var quietLines: [String] { (outcome?.undone ?? []).map(String.init) }

  func write(to json: inout JSONWriter) {
    json.field("changed", outcome?.changed ?? false)
    json.field("dry_run", isDryRun)
    json.array("undone", outcome?.undone ?? []) { json, id in json.object { $0.field("id", id) } }
    json.array("applied", outcome?.applied ?? []) { json, applied in
      json.object { json in
        json.fields(of: applied.place)
        json.field("before", applied.before.text)
        json.field("asked", applied.asked.text)
        json.field("got", applied.got.text)
      }
    }
    json.array("conflicts", plan.conflicts) { json, conflict in
      json.object { json in
        json.field("id", conflict.entry)
        json.fields(of: conflict.place)
        json.field("before", conflict.before)
        json.field("set", conflict.after)
        json.field("now", conflict.now)
        json.field("later_id", conflict.laterEntry)
      }
    }
    json.array("differences", outcome?.differences ?? []) { json, difference in
      json.object { json in
        json.fields(of: difference.place)
        json.field("wanted", difference.wanted.text)
        json.field("now", difference.now?.text)
        json.field("reason", difference.refusal)
      }
    }
    json.array("plan", plan.steps) { json, step in
      json.object { json in
        json.field("id", step.record.id)
        json.field("kind", step.record.kind)
        json.array("changes", step.changes) { json, change in
          json.object { json in
            json.fields(of: change.place)
            json.field("before", change.before.text)
            json.field("wanted", change.after.text)
          }
        }
        json.field("remarks", step.remarks)
      }
    }
    json.field("remarks", plan.remarks)
  }

  func write(to page: inout Page) {
    guard let outcome else {
      if plan.steps.isEmpty && plan.conflicts.isEmpty { page.line("nothing to undo", tone: .good) }
      return
    }
    for applied in outcome.applied {
      page.line("\(applied.place.title): \(applied.before.text.shortened) -> \(applied.got.text.shortened)")
    }
    let ids = outcome.undone.map { $0 == 0 ? "the entry of version 0.1" : String($0) }.joined(separator: ", ")
    if !ids.isEmpty {
      // An object that is gone may only be in another name space, with the settings that it was given.
      let rest = plan.steps.allSatisfy(\.isWhole) ? "every setting" : "what is still there"
      page.line(
        outcome.differences.isEmpty ? "undone: \(ids); \(rest) is as it was before" : "undone in part: \(ids)",
        tone: outcome.differences.isEmpty ? .good : .bad)
    }
  }
}

/// What may keep an undo from being complete.
enum UndoProblem {
  static let conflict = "change.conflict"
  static let different = "change.not_restored"

  /// The entries of the manual page.
  static var descriptions: [ProblemDescription] {
    [
      ProblemDescription(
        id: conflict, severity: .error,
        meaning: "Somebody else changed a value after rdmactl did; undo writes nothing then."),
      ProblemDescription(
        id: different, severity: .error, meaning: "A value could not be restored."),
    ]
  }
}
