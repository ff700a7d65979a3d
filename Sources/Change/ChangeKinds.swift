/// Every kind of change of the program: what `history`, `undo` and the next change need to know of entries.
package struct ChangeKinds {
  private let targets: [any ChangeTarget]

  package init(_ targets: [any ChangeTarget]) { self.targets = targets }

  package func target(of kind: String) -> (any ChangeTarget)? { targets.first { $0.kind == kind } }

  /// Reads back what a killed process left, and closes its entries: as before the change, or unknown. An entry whose
  /// process is still at work is left alone. What cannot be written into the journal stays for the next change.
  package func settle(_ history: ChangeHistory) {
    for record in (try? history.unfinished()) ?? [] {
      guard let target = target(of: record.kind) else {
        try? history.note(.unknown, in: record)
        continue
      }
      settle(record, target, history)
    }
  }

  private func settle(_ old: ChangeRecord, _ target: some ChangeTarget, _ history: ChangeHistory) {
    // Its process holds the locks for as long as it lives.
    guard let locks = try? HeldLocks(target.locks(of: old), history.host) else { return }
    defer { withExtendedLifetime(locks) {} }
    // Its last line may have come between our look at it and the locks.
    guard let record = try? history.record(old.id), record.state.isUnfinished else { return }
    var state = ChangeState.unknown
    if record.state == .planned || target.isUntouched(record) {
      state = .rolledBack
    } else if record.scope.difference(to: .current(history.host), needsNamespace: target.isOfNamespace) == nil,
      isAsBefore(record, target)
    {
      state = record.isUndoBegun ? .undone : .rolledBack
    }
    try? history.note(state, in: record)
  }

  private func isAsBefore(_ record: ChangeRecord, _ target: some ChangeTarget) -> Bool {
    guard case .restore = target.wayBack(record), record.irreversible == nil, record.foreign.isEmpty else {
      return false
    }
    let now = try? target.withAccess(.look) { try target.read(Set(record.before.keys), $0) }
    guard let now else { return false }
    return record.before.allSatisfy { place, old in
      target.isMoving(place) || target.isLike(now[place] ?? .absent, old)
    }
  }
}
