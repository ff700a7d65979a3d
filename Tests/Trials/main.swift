// Burns with everything going wrong, more often than a unit test has time for. Prints `pass NAME` or `fail NAME` for each
// trial, and ends with 1 when one failed: `swift run -c release trials [SEEDS]`.

internal import FlashRehearsal
@unsafe @preconcurrency internal import Glibc
internal import SimulatedHardware

unsafe setvbuf(stdout, nil, _IOLBF, 0)
let seeds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
var failures = 0

/// Prints the verdict on one trial, and the first complaints before it.
@MainActor func report(_ name: String, _ complaints: [String]) {
  for complaint in complaints.prefix(5) { print("  \(complaint)") }
  print("\(complaints.isEmpty ? "pass" : "fail") \(name)")
  failures += complaints.isEmpty ? 0 : 1
}

func everyPowerCut(_ rehearsal: Rehearsal) -> [String] {
  var complaints: [String] = []
  for operation in 1...rehearsal.operations {
    for variant in 0..<8 {
      let cut = MemoryFlash.PowerCut(operation: operation, isTorn: variant > 0)
      let seed = UInt64(operation * 8 + variant)
      if let complaint = rehearsal.trial(cut, seed: seed) { complaints.append("\(cut), seed \(seed): \(complaint)") }
    }
  }
  return complaints
}

/// Power fails, and fails again in the burn that repairs.
func twoPowerCuts(_ rehearsal: Rehearsal) -> [String] {
  var complaints: [String] = []
  var chance = SeededChance(seed: 2)
  for first in 1...rehearsal.operations {
    for _ in 0..<8 {
      let cuts = [first, 1 + chance.below(rehearsal.operations)].map {
        MemoryFlash.PowerCut(operation: $0, isTorn: chance.below(2) == 1)
      }
      let seed = chance.next()
      if let complaint = rehearsal.trial(cuts, seed: seed) { complaints.append("\(cuts), seed \(seed): \(complaint)") }
    }
  }
  return complaints
}

func everyDeath(_ rehearsal: Rehearsal) -> [String] {
  (0...rehearsal.journalWrites).compactMap { writes in
    rehearsal.trial(deathAfter: writes).map { "after \(writes) writes to files: \($0)" }
  }
}

/// Random burns, changes of identity and repairs, one killed at any write; undo brings everything back.
func everyKill(_ rehearsal: Rehearsal) -> [String] {
  (1...6).flatMap { seed in
    (try? FirmwareWorld.complaints(rehearsal, seed: seed, most: 8, step: 5)) ?? ["seed \(seed): no undo"]
  }
}

func everyStep(_ card: RunningRehearsal) -> [String] {
  (1...card.steps).flatMap { step in
    [FaultPlan.InterruptionKind.toolDeath, .cleanPowerCut].compactMap { kind in
      card.trial(step, kind).map { "step \(step), \(kind): \($0)" }
    }
  }
}

func faults(_ rehearsals: [Rehearsal], seeds: Int) -> [String] {
  (0..<seeds).compactMap { seed in
    var chance = SeededChance(seed: UInt64(seed))
    let rehearsal = rehearsals[chance.below(rehearsals.count)]
    let faults = MemoryFlash.Faults(
      failing: chance.below(30), lying: chance.below(30), partial: chance.below(30), flipping: chance.below(30))
    return rehearsal.trial(faults, seed: UInt64(seed)).map { "\(rehearsal), seed \(seed): \($0)" }
  }
}

do {
  let rehearsals = try Rehearsals.all()
  for rehearsal in rehearsals {
    report("\(rehearsal): \(rehearsal.operations) power cuts", everyPowerCut(rehearsal))
    report("\(rehearsal): two power cuts", twoPowerCuts(rehearsal))
    if !rehearsal.oldContents.isEmpty { report("\(rehearsal): kills and undo", everyKill(rehearsal)) }
    report("\(rehearsal): death between writes to files", everyDeath(rehearsal))
  }
  report("\(seeds) faulty flashes", faults(rehearsals, seeds: seeds))
  let card = try RunningRehearsal(.connectx5)
  report("running card: death and power cut at each of \(card.steps) steps", everyStep(card))
  report(
    "\(seeds) faulty conversations with a running card",
    (0..<seeds).compactMap { card.conversation(seed: UInt64($0)) })
} catch {
  report("rehearsals", ["\(error)"])
}
exit(failures == 0 ? 0 : 1)
