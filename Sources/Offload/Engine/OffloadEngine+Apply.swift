internal import HostAccess

extension OffloadEngine {
  /// Does it: all, or nothing. Refusals of the plan and of the kernel are in the outcome, and then nothing has changed.
  /// - Parameters:
  ///   - words: the command line, for the journal.
  ///   - trial: taken back by itself unless confirmed.
  public func apply(
    _ requests: [SettingRequest], members: Bool = false, words: [String], origin: JournalEntry.Origin = .set,
    trial: Trial? = nil
  ) throws(OffloadFailure) -> OffloadOutcome {
    let near = try read()
    let first = try plan(requests, members: members, state: near)
    guard first.refusals.isEmpty, !first.changes.isEmpty else { return OffloadOutcome(refused: first.refusals) }
    try checkRights()
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    // Somebody may have been quicker: what counts is what stands now, where the plan reaches.
    let named = Set(requests.compactMap(\.interface))
    let state = try read(near.reach(of: first.changes.map(\.place)).union(named))
    let plan = try plan(requests, members: members, state: state)
    guard plan.refusals.isEmpty, !plan.changes.isEmpty else { return OffloadOutcome(refused: plan.refusals) }

    let names = state.reach(of: plan.changes.map(\.place))
    let before = state.snapshot(of: names, machine: plan.changes.contains { $0.place.interface == nil })
    let entry = try journal.begin { id, time in
      JournalEntry(
        id: id, time: time, bootID: bootID, origin: origin, command: words, trialSeconds: trial?.seconds,
        changes: plan.changes, before: before)
    }
    if let trial { try start(trial, of: entry) }
    return try carryOut(entry, names: names, state: state)
  }

  /// Makes the changes of an entry that is on the disk.
  private func carryOut(
    _ entry: JournalEntry, names: Set<String>, state: OffloadState
  ) throws(OffloadFailure) -> OffloadOutcome {
    var run = ChangeRun(settings: settings, names: names, state: state)
    let refused = run.make(entry.changes)
    guard refused.isEmpty else {
      try takeBack(entry, names: names, refused)
      return OffloadOutcome(refused: refused)
    }
    let now = run.state.snapshot(of: names, machine: entry.before.keys.contains { $0.interface == nil })
    let places = Set(entry.changes.map(\.place))
    let results = now.filter { places.contains($0.key) }
    let others = entry.before.filter { !places.contains($0.key) }
    let sideEffects = others.compactMapKeyed { place, old in
      guard let new = now[place] else { return place.knob.kind == .interrupt ? nil : KnobState.absent }
      return new.isLike(old) ? nil : new
    }
    do { try journal.finish(entry, results: results, sideEffects: sideEffects) } catch {
      // What is not in the journal could not be taken back as it should.
      try takeBack(entry, names: names, [])
      throw .journal(error)
    }
    var finished = entry
    finished.sideStates = sideEffects
    return OffloadOutcome(
      applied: entry.changes.map {
        OffloadOutcome.Applied(
          place: $0.place, key: $0.key, before: $0.before.value, asked: $0.wanted,
          got: results[$0.place]?.effective ?? $0.wanted)
      }, sideEffects: finished.sideEffects, journalID: entry.id)
  }

  /// Puts everything back as it was before the entry.
  private func takeBack(_ entry: JournalEntry, names: Set<String>, _ refused: [Refusal]) throws(OffloadFailure) {
    let result = Restorer(settings: settings)
      .restore(entry.before, first: Set(entry.changes.map(\.place)), names: names)
    guard result.differences.isEmpty else { throw .rollback(entry.id, refused, result.differences) }
    // Should this line not get to the disk, an undo of the entry finds nothing to do.
    try? journal.note("failed", in: entry)
  }
}

/// Changes on their way to the kernel.
private struct ChangeRun {
  let settings: any SettingAccess
  let names: Set<String>
  /// As last read.
  var state: OffloadState

  /// Makes the changes one message after the other, and looks after each what has come of it.
  /// - Returns: what was refused, or had no effect; the changes after it were not made.
  mutating func make(_ changes: [KnobChange]) -> [Refusal] {
    for message in Self.messages(changes) {
      // One that came about with an earlier one (the RSS table with the channels) is not made again.
      let open = message.filter { !($0.isMade(in: state) ?? false) }
      guard let first = open.first else { continue }
      let values = Dictionary(open.map { ($0.place.knob.name, $0.wanted) }) { _, last in last }
      do throws(NetworkFailure) {
        try settings.write(KnobWrite(first.place.interface, first.place.knob.kind, values))
        state = try settings.read(names.sorted())
      } catch {
        return open.map { $0.refusal(error) }
      }
      let refused = open.compactMap { $0.failure(in: state) }
      guard refused.isEmpty else { return refused }
    }
    // A later change may have taken an earlier one away.
    return changes.compactMap { $0.failure(in: state) }
  }

  /// Changes that stand together, are of one kind and on one interface are one message.
  private static func messages(_ changes: [KnobChange]) -> [[KnobChange]] {
    changes.reduce(into: []) { messages, change in
      if let last = messages.last?.last, last.place.interface == change.place.interface,
        last.place.knob.kind == change.place.knob.kind, !last.place.knob.isAlone, !change.place.knob.isAlone
      {
        messages[messages.count - 1].append(change)
      } else {
        messages.append([change])
      }
    }
  }
}

extension KnobChange {
  fileprivate func isMade(in state: OffloadState) -> Bool? { state[place]?.hasCome(to: wanted) }

  /// Why the change has not come about although the kernel took it; `nil` when it has, if only nearly.
  fileprivate func failure(in state: OffloadState) -> Refusal? {
    guard let now = state[place] else { return refusal("it is no longer there", isKernels: false, .refused) }
    if now.hasCome(to: wanted) { return nil }
    if place.knob.kind == .feature {
      let why = now.reason.map { ": \($0)" } ?? ""
      return refusal("accepted, but it is still \(now.effective)\(why)", isKernels: false, .refused)
    }
    // Drivers round ring sizes, also to what there is; anything else that stays as it was did not come about.
    if !now.hasValue(of: before) || place.knob.kind == .ring { return nil }
    return refusal("accepted without effect: it is still \(now.effective)", isKernels: false, .refused)
  }

  fileprivate func refusal(_ failure: NetworkFailure) -> Refusal {
    switch failure {
    case .refused(let words) where words.isPermission: refusal(words.explanation, isKernels: true, .notPermitted)
    case .refused(let words) where words.isUnsupported: refusal(words.explanation, isKernels: true, .unsupported)
    case .refused(let words): refusal(words.explanation, isKernels: true, .refused)
    case .noFamily, .recorded: refusal(failure.explanation, isKernels: false, .unsupported)
    case .failed: refusal(failure.explanation, isKernels: false, .refused)
    }
  }

  private func refusal(_ reason: String, isKernels: Bool, _ category: Refusal.Category) -> Refusal {
    Refusal(
      interface: place.interface?.name, key: key ?? place.knob.name, value: wanted, reason: reason,
      isKernels: isKernels, category: category)
  }
}

extension KnobState {
  /// Of a setting that is no longer there: a queue that went with its channel.
  static let absent = KnobState("absent")
}

extension Dictionary {
  fileprivate func compactMapKeyed<Other>(_ transform: (Key, Value) -> Other?) -> [Key: Other] {
    var result: [Key: Other] = [:]
    for (key, value) in self { result[key] = transform(key, value) }
    return result
  }
}
