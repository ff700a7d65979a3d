package import Vocabulary

/// Which entries of a kind are taken back.
package enum UndoSelection: Sendable, Equatable {
  /// The newest one that can be taken back; with an action, the newest of these.
  case latest(action: String? = nil)
  case entry(Int)
  /// These, newest first, as far as they still can be: those of a plan that was confirmed.
  case entries([Int])
  /// All that can be, newest first.
  case all
}

/// What becomes of what somebody else changed since.
package enum ConflictPolicy: Sendable {
  /// Nothing is written at all.
  case refuse
  case override
  /// It stays; the rest goes back.
  case leave
}

/// What `undo` would do; the same for a dry run and for the real one.
package struct UndoPlan: Equatable {
  /// A place that somebody changed after the entry did.
  package struct Conflict: Hashable, Sendable {
    package let entry: Int
    package let place: ChangePlace
    /// Before the entry, after it, and now.
    package let before: String
    package let after: String
    package let now: String
    /// A later entry that changed it again: that one is undone first.
    package let laterEntry: Int?
  }

  /// One entry, newest first.
  package struct Step: Equatable {
    package let record: ChangeRecord
    /// What is written: ``PlannedChange/after`` is the old value.
    package let changes: [PlannedChange]
    /// An object found under another name, or gone; the entry's earlier boot.
    package let remarks: [String]
    /// Whether every object of the entry is still there.
    package let isWhole: Bool
  }

  package let steps: [Step]
  /// With any of these nothing is written, unless it is forced.
  package let conflicts: [Conflict]
  /// Entries that are left alone, and why; files that cannot be read.
  package let remarks: [String]
  /// Whether conflicts do not hinder.
  package let isForced: Bool

  package static let nothing = UndoPlan(steps: [], conflicts: [], remarks: [], isForced: false)

  init(steps: [Step], conflicts: [Conflict], remarks: [String], isForced: Bool) {
    self.steps = steps
    self.conflicts = conflicts
    self.remarks = remarks
    self.isForced = isForced
  }

  /// Of an entry that is taken back by a change of its own.
  package init(of record: ChangeRecord, _ changes: [PlannedChange]) {
    self.init(
      steps: [Step(record: record, changes: changes, remarks: [], isWhole: true)], conflicts: [], remarks: [],
      isForced: false)
  }

  package var isHindered: Bool { !conflicts.isEmpty && !isForced }
  package var exitStatus: ExitStatus { isHindered ? .refused : .done }
}

/// What `undo` came to.
package struct UndoOutcome: Equatable {
  /// A value as it was put back.
  package struct Applied: Hashable, Sendable {
    package let place: ChangePlace
    package let before: ChangeValue
    package let asked: ChangeValue
    package let got: ChangeValue
  }

  package let plan: UndoPlan
  /// The entries that are now taken back.
  package internal(set) var undone: [Int] = []
  package internal(set) var applied: [Applied] = []
  /// What still is not as it was.
  package internal(set) var differences: [ChangeDifference] = []

  init(plan: UndoPlan) { self.plan = plan }

  /// - Parameter record: the change that took the plan's entry back.
  package init(_ plan: UndoPlan, by record: ChangeRecord) {
    self.plan = plan
    undone = record.undoes.map { [$0] } ?? []
    applied = record.changes.map {
      Applied(place: $0.place, before: $0.before, asked: $0.after, got: record.results[$0.place] ?? $0.after)
    }
  }

  package var changed: Bool { !applied.isEmpty }

  /// 7 with conflicts, 8 when something is not as it was.
  package var exitStatus: ExitStatus { differences.isEmpty ? plan.exitStatus : .partial }
}

/// What taking one entry back means for what is there now.
struct UndoGoal<Target: ChangeTarget> {
  let target: Target
  /// How places should be, by the objects of now.
  private(set) var settings: ChangeSnapshot = [:]
  private(set) var conflicts: [UndoPlan.Conflict] = []
  /// What somebody else changed in the entry's reach: it stays. By the entry's objects.
  private(set) var foreign: ChangeSnapshot = [:]
  private(set) var remarks: [String] = []
  private(set) var isWhole = true
  private(set) var located: [ChangeObject: ChangeObject] = [:]

  /// - Parameters:
  ///   - later: entries after it that are open: what they made of a place is not for this one to take back.
  ///   - leavesConflicts: what somebody else changed since stays as it is, and all else goes back.
  ///   - now: how a place is, or will be when the newer entries are taken back.
  init(
    _ record: ChangeRecord, _ target: Target, later: [ChangeRecord], isOfThisBoot: Bool, leavesConflicts: Bool,
    objects: [ChangeObject: LocatedObject], now: (ChangePlace) -> ChangeValue?
  ) {
    self.target = target
    for (object, found) in objects.sorted(by: { $0.key.name < $1.key.name }) {
      located[object] = found.object
      guard record.objects.contains(object) else { continue }
      if let remark = found.remark { remarks.append(remark) }
      if found.object == nil { isWhole = false }
    }
    if target.endsWithBoot, !isOfThisBoot {
      remarks.append("change \(record.id) was made before the last boot: most of what it set is lost already")
    }
    for (place, old) in record.before.ordered {
      guard let present = present(place) else { continue }
      let state = now(present)
      if let wanted = wanted(record, place, old) {
        if let conflict = conflict(record, place, old, wanted, state, later) {
          conflicts.append(conflict)
          if leavesConflicts {
            foreign[place] = state
            continue
          }
        }
        settings[present] = wanted
      } else if let state, !target.isLike(state, old) {
        foreign[place] = state
      }
    }
  }

  /// The place by the objects of now; `nil`: gone.
  private func present(_ place: ChangePlace) -> ChangePlace? {
    guard let object = place.object else { return place }
    return located[object].map { ChangePlace($0, place.key) }
  }

  /// How a place should be when the entry is taken back; `nil` when the entry did not change it.
  private func wanted(_ record: ChangeRecord, _ place: ChangePlace, _ old: ChangeValue) -> ChangeValue? {
    if record.isUndoBegun { return record.foreign[place] ?? old }
    if !record.isFinished {
      // How far it came is not known: all that may have followed from it is put back.
      return record.changes.contains { target.mayFollow(place, from: $0.place) } ? old : nil
    }
    return record.results[place] != nil || record.sides[place] != nil ? old : nil
  }

  private func conflict(
    _ record: ChangeRecord, _ place: ChangePlace, _ old: ChangeValue, _ wanted: ChangeValue, _ now: ChangeValue?,
    _ later: [ChangeRecord]
  ) -> UndoPlan.Conflict? {
    guard let now, !target.isSet(now, as: wanted) else { return nil }
    let newer = later.last { $0.results[place].map { target.isSet(now, as: $0) } ?? false }
    let after: String
    if record.isUndoBegun || !record.isFinished {
      // What it came to is not known: anybody's value may be its own, but not that of a later entry.
      guard newer != nil else { return nil }
      after = (record.results[place] ?? record.changes.last { $0.place == place }?.after ?? old).text
    } else {
      guard !target.isMoving(place) || record.results[place] != nil,
        let state = record.results[place] ?? record.sides[place], state != .absent, !target.isSet(now, as: state)
      else { return nil }
      after = state.text
    }
    return UndoPlan.Conflict(
      entry: record.id, place: place, before: old.text, after: after, now: now.text, laterEntry: newer?.id)
  }
}

extension ChangeRecord {
  /// Whether it was written to its end, so that its results are known.
  var isFinished: Bool { events.contains { $0.words[0] == ChangeState.done.word } }
}
