internal import HostAccess

/// What an access to the object is for.
package enum ChangePurpose: Sendable {
  /// To make the plan: nothing is written, and the access ends before the question.
  case look
  /// To write; our locks are held.
  case write
}

/// A lock that a change needs.
package enum ChangeLock: Hashable, Sendable {
  /// Ours, in the run directory: `offload`.
  case own(String)
  /// A file that another tool locks, by its path.
  case foreign(String)
}

/// How a change is taken back.
package enum ChangeWayBack {
  /// The values before are written again.
  case restore
  /// By a change of its own: of a burn, the burn of its backup.
  case change(any ChangeWriter)
  /// One sentence.
  case impossible(String)
}

/// What became of a change that failed.
package enum ChangeRecovery {
  /// Everything is as it was before.
  case rolledBack
  /// Not everything could be put back.
  case incomplete([ChangeDifference])
  /// The writer's error says what is true now.
  case unknown
}

/// What ``ChangeTarget/restore(_:first:_:_:)`` came to.
package struct ChangeRestoration {
  package var differences: [ChangeDifference] = []
  package var written: Set<ChangePlace> = []
  /// How everything is now.
  package var now: ChangeSnapshot = [:]

  package init() {}
}

/// How one kind of change reads, writes and restores: all that taking a change back needs. `Sources/Change/Change.docc/Change.md`
/// shows how to write one.
package protocol ChangeTarget {
  /// What is open while the object is looked at or written.
  associatedtype Access

  /// `offload`: the word of the journal and of `--kind`.
  var kind: String { get }
  /// In the order in which they are taken; released in reverse. Locks of the hardware belong to ``withAccess(_:_:)``.
  var locks: [ChangeLock] { get }
  /// Those that the process of a record held: of a card, for example, the card's.
  func locks(of record: ChangeRecord) -> [ChangeLock]
  /// Whether the objects belong to a network name space.
  var isOfNamespace: Bool { get }
  /// Whether the values are lost when the machine restarts.
  var endsWithBoot: Bool { get }

  /// Opens the object, and closes it when `body` ends.
  func withAccess<Result>(_ purpose: ChangePurpose, _ body: (Access) throws -> Result) throws -> Result

  /// How these places are now. Those that do not exist are missing, unless the writer has a value for that.
  func read(_ places: Set<ChangePlace>, _ access: Access) throws -> ChangeSnapshot
  /// The same with every other place that may change when these are written.
  func reach(of places: Set<ChangePlace>, _ access: Access) throws -> ChangeSnapshot
  /// Writes the changes of one step. An error means that they may be written in part.
  func write(_ changes: [PlannedChange], _ access: Access, _ log: ChangeLog) throws
  /// Brings every place to its value, and compares. Never stops at the first that fails.
  /// - Parameter first: the places that were changed by hand: they take most of the others along.
  func restore(
    _ target: ChangeSnapshot, first: Set<ChangePlace>, _ access: Access, _ log: ChangeLog
  ) -> ChangeRestoration
  /// Where the objects of a record are now.
  func locate(
    _ objects: [ChangeObject], isOfThisBoot: Bool, _ access: Access
  ) throws -> [ChangeObject: LocatedObject]

  /// Whether the same value is set.
  func isSet(_ value: ChangeValue, as other: ChangeValue) -> Bool
  /// Whether the same value is set and in force.
  func isLike(_ value: ChangeValue, _ other: ChangeValue) -> Bool
  /// Whether writing one place may change the other.
  func mayFollow(_ place: ChangePlace, from changed: ChangePlace) -> Bool
  /// Whether another program moves this value all the time, so that a third value is nobody's decision.
  func isMoving(_ place: ChangePlace) -> Bool
  /// Whether a value cannot be written.
  func isFixed(_ value: ChangeValue) -> Bool

  func wayBack(_ record: ChangeRecord) -> ChangeWayBack
  /// Whether a killed process had written nothing yet, by its notes.
  func isUntouched(_ record: ChangeRecord) -> Bool
  /// After a step failed, with everything still held.
  func recover(_ record: ChangeRecord, from error: any Error, _ access: Access, _ log: ChangeLog) -> ChangeRecovery
  /// Finds out before the question, and writes nothing.
  func checkRights() throws
}

/// Where an object is now.
package struct LocatedObject {
  /// `nil`: gone.
  package let object: ChangeObject?
  /// One sentence, when there is something to know.
  package let remark: String?

  package init(_ object: ChangeObject?, remark: String? = nil) {
    self.object = object
    self.remark = remark
  }
}

/// A change that can be planned: a target with a wish.
package protocol ChangeWriter: ChangeTarget {
  /// The writer's own plan, for text and JSON.
  associatedtype Detail

  /// `set`, `burn`, `stop`
  var action: String { get }
  /// Looks and plans; writes nothing. Throws what is refused.
  func plan(_ access: Access) throws -> ChangePlan<Detail>
  /// Throws when what was written has not come about.
  func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: Access) throws
}

extension ChangeTarget {
  package func locks(of record: ChangeRecord) -> [ChangeLock] { locks }
  package var isOfNamespace: Bool { false }
  package var endsWithBoot: Bool { false }
  package func reach(of places: Set<ChangePlace>, _ access: Access) throws -> ChangeSnapshot {
    try read(places, access)
  }
  package func locate(
    _ objects: [ChangeObject], isOfThisBoot: Bool, _ access: Access
  ) throws -> [ChangeObject: LocatedObject] {
    Dictionary(objects.map { ($0, LocatedObject($0)) }) { first, _ in first }
  }
  package func isSet(_ value: ChangeValue, as other: ChangeValue) -> Bool { value.text == other.text }
  package func isLike(_ value: ChangeValue, _ other: ChangeValue) -> Bool { value == other }
  package func mayFollow(_ place: ChangePlace, from changed: ChangePlace) -> Bool { place == changed }
  package func isMoving(_ place: ChangePlace) -> Bool { false }
  package func isFixed(_ value: ChangeValue) -> Bool { false }
  package func wayBack(_ record: ChangeRecord) -> ChangeWayBack { .restore }
  package func isUntouched(_ record: ChangeRecord) -> Bool { false }
  package func checkRights() throws {}

  /// Puts everything back.
  package func recover(
    _ record: ChangeRecord, from error: any Error, _ access: Access, _ log: ChangeLog
  ) -> ChangeRecovery {
    let result = restore(record.before, first: Set(record.changes.map(\.place)), access, log)
    return result.differences.isEmpty ? .rolledBack : .incomplete(result.differences)
  }

  /// One place after the other, the last first.
  package func restore(
    _ target: ChangeSnapshot, first: Set<ChangePlace>, _ access: Access, _ log: ChangeLog
  ) -> ChangeRestoration {
    var result = ChangeRestoration()
    var refusals: [ChangePlace: String] = [:]
    do {
      let before = try read(Set(target.keys), access)
      for (place, wanted) in target.ordered.reversed() {
        let now = before[place] ?? .absent
        guard !isLike(now, wanted), !isFixed(now) else { continue }
        do { try write([PlannedChange(place, before: now, after: wanted)], access, log) } catch {
          refusals[place] = error.sentence
        }
        result.written.insert(place)
      }
      result.now = try read(Set(target.keys), access)
    } catch {
      for place in target.keys { refusals[place] = refusals[place] ?? error.sentence }
    }
    for (place, wanted) in target.ordered {
      let now = result.now[place] ?? (wanted == .absent ? .absent : nil)
      if let now, isLike(now, wanted) { continue }
      result.differences.append(
        ChangeDifference(
          place, wanted: wanted, now: now, refusal: refusals[place],
          isOnlyInForce: now.map { isSet($0, as: wanted) } ?? false))
    }
    return result
  }
}

/// For objects that need not be opened.
package struct NoAccess { package init() {} }

extension ChangeTarget where Access == NoAccess {
  package func withAccess<Result>(_ purpose: ChangePurpose, _ body: (NoAccess) throws -> Result) throws -> Result {
    try body(NoAccess())
  }
}

extension ChangeWriter {
  package func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: Access) throws {
    let wrong = changes.filter { change in !isSet(now[change.place] ?? .absent, as: change.after) }
    guard wrong.isEmpty else {
      throw ChangeFailure.notTaken(wrong.map { ChangeDifference($0.place, wanted: $0.after, now: now[$0.place]) })
    }
  }
}
