internal import Change
internal import FabricDiscovery
internal import HostAccess

/// Sets error counters of ports to zero: `fabric errors --clear`. What was counted is recorded, and cannot be put back.
struct CounterWriter: ChangeWriter {
  typealias Access = NoAccess

  /// What a run came to.
  final class Outcome {
    var clearing: CounterClearing?
  }

  /// A port, as people call it, with its counters that are above their thresholds.
  struct Target {
    let port: PortReference
    let name: String
    let facts: [String]
    let counters: String
  }

  let kind = "counters"
  let action = "clear"
  let locks: [ChangeLock] = []
  let targets: [Target]
  let outcome = Outcome()
  /// `nil` in the history.
  let clear: (([PortReference]) throws -> CounterClearing)?

  private static let key = "error counters"

  private func place(_ target: Target) -> ChangePlace {
    ChangePlace(ChangeObject(target.name, facts: target.facts), Self.key)
  }

  func plan(_ access: NoAccess) throws -> ChangePlan<[Target]> {
    // They move all the time: the values are the reason, not what must still be there.
    let changes = targets.map { target in
      PlannedChange(
        place(target), before: ChangeValue("above threshold"), after: ChangeValue("cleared"), reason: target.counters)
    }
    let count = "\(targets.count) port\(targets.count == 1 ? "" : "s")"
    return ChangePlan(
      targets, steps: changes.isEmpty ? [] : [ChangeStep(changes)],
      subject: targets.count == 1 ? targets[0].name : count, question: "Set the error counters of \(count) to zero?",
      irreversible: "counters that were cleared cannot be restored; history shows what they were")
  }

  func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    let cleared = Set(outcome.clearing?.cleared ?? [])
    let ports = Dictionary(targets.map { (place($0), $0.port) }) { first, _ in first }
    return Dictionary(
      uniqueKeysWithValues: places.map { place in
        (place, ChangeValue(ports[place].map(cleared.contains) == true ? "cleared" : "above threshold"))
      })
  }

  func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    outcome.clearing = try clear?(targets.map(\.port))
  }

  /// A port that did not answer is in the command's own answer.
  func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: NoAccess) throws {}

  func recover(
    _ record: ChangeRecord, from error: any Error, _ access: NoAccess, _ log: ChangeLog
  ) -> ChangeRecovery { .unknown }
}
