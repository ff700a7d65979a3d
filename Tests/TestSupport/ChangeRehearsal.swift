package import Change
package import HostAccess
internal import Vocabulary

/// A world in memory in which a writer changes something, and in which its process may be killed before any write.
package protocol ChangeWorld {
  associatedtype Writer: ChangeWriter
  var host: Host { get }
  /// Spent by each write to the object, and by ``MortalFiles`` for the journal.
  var life: Life { get }
  /// The whole state of the object, for comparison.
  var state: [String] { get }
  /// Some change; a plan that is refused or empty is left out.
  func randomWriter(_ numbers: inout SeededNumbers) -> Writer
}

/// The property of every writer: after 1 to 20 changes, one of them killed before its write `n`, and a later change, undo in
/// reverse order restores the first state exactly; nothing is journalled after it is written; no entry stays begun.
package enum ChangeRehearsal {
  /// - Parameters:
  ///   - seed: of the changes and of the one that is killed.
  ///   - step: it is killed before every such write.
  ///   - make: a new world in its first state.
  ///   - undo: takes back the newest entry that is open; `nil`: `ChangeUndo` does.
  /// - Returns: what does not hold, a sentence each.
  package static func complaints<World: ChangeWorld>(
    seed: Int, most: Int = 20, step: Int = 1, _ make: () -> World, undo: ((World, ChangeRecord) throws -> Void)? = nil
  ) throws -> [String] {
    for death in stride(from: seed % step, to: .max, by: step) {
      for isTorn in [false, true] {
        var numbers = SeededNumbers(seed)
        let count = Int.random(in: 1...most, using: &numbers)
        let victim = Int.random(in: 0..<count, using: &numbers)
        let world = make()
        let first = world.state
        var found: [String] = []
        let history = ChangeHistory(world.host)
        world.life.beforeWrite = {
          let state = (try? history.identifiers().last).flatMap { try? history.record($0).state }
          if state.map({ $0.isUnfinished || $0 == .unknown }) != true {
            found.append("written before it was journalled")
          }
        }
        var hasSurvived = false
        for number in 0..<count {
          let writer = world.randomWriter(&numbers)
          world.life.left = number == victim ? death : nil
          world.life.tearsLast = isTorn
          _ = try? perform(writer, world)
          if number == victim { hasSurvived = world.life.left ?? 0 > 0 }
          world.life.left = nil
        }
        world.life.beforeWrite = nil
        // The later run, of whatever kind.
        ChangeKinds([world.randomWriter(&numbers)]).settle(history)
        for record in try history.all().records where record.state.isUnfinished {
          found.append("change \(record.id) is \(record.state) after a later run")
        }
        for record in try history.all().records.reversed() where record.state.isOpen {
          if let undo {
            do { try undo(world, record) } catch { found.append("undo \(record.id): \(error)") }
          } else {
            let outcome = try undoing(world.randomWriter(&numbers), record, world)
            if outcome.exitStatus != .done {
              found.append("undo \(record.id): \(outcome.plan.conflicts) \(outcome.differences.map(\.sentence))")
            }
          }
        }
        let now = world.state
        if now != first {
          let differences = Set(now).symmetricDifference(first).sorted().prefix(6)
          found.append("not restored: \(differences)")
        }
        guard found.isEmpty else {
          return found.map { "seed \(seed), killed at \(death)\(isTorn ? " (torn)" : ""): \($0)" }
        }
        if hasSurvived { return [] }
      }
    }
    return []
  }

  private static func perform(_ writer: some ChangeWriter, _ world: some ChangeWorld) throws {
    _ = try ChangeRun(writer, on: world.host, kinds: ChangeKinds([writer])).perform(ChangeOptions(yes: true))
  }

  private static func undoing(
    _ writer: some ChangeWriter, _ record: ChangeRecord, _ world: some ChangeWorld
  ) throws -> UndoOutcome {
    try ChangeUndo(writer, on: world.host, kinds: ChangeKinds([writer])).perform(.entry(record.id))
  }
}
