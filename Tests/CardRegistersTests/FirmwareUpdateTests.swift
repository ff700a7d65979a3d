internal import FlashRehearsal
internal import SimulatedHardware
internal import TestSupport
internal import Testing

@testable internal import CardRegisters

/// The conversation of an update with simulated firmware, and every way in which it can go wrong.
@Suite("An update through the firmware")
struct FirmwareUpdateTests {
  private static let made = Result { try RunningRehearsal(.connectx5) }
  private static let small = Result { try RunningRehearsal(.connectx4, codeSize: 0x100) }
  private let card: RunningRehearsal

  init() throws { card = try Self.made.get() }

  @Test("The new image waits for a reset; the flash is touched by the firmware alone")
  func update() throws {
    let adapter = card.adapter()
    #expect(card.update(adapter) == .success)
    #expect(adapter.violations.isEmpty && adapter.counters.gatewayCommands == 0)
    #expect(card.pending(adapter) == RunningRehearsal.version)
    let next = adapter.powerOn()
    #expect(card.versions(next)?.running == RunningRehearsal.version && card.pending(next) == nil)
  }

  @Test(
    "Every refusal is worded, the handle is free afterwards, and the card boots what it booted", arguments: 1...0x1b)
  func refusals(_ code: Int) throws {
    let stages: [FirmwareFaults.Stage] = [.begin, .download, .verify, .activate]
    let stage = stages[code % stages.count]
    var faults = FaultPlan()
    faults.firmware.refusal = .init(stage, UInt8(code))
    let adapter = card.adapter(faults)
    guard case .stopped(.refused(let told, _)) = card.update(adapter) else {
      Issue.record("\(stage): not refused")
      return
    }
    #expect(told == UInt8(code) && !UpdateRefusal.words(told).contains("unknown reason"))
    #expect(card.pending(adapter) == nil && card.isFree(adapter))
  }

  @Test("A slow or busy card is waited for")
  func slow() {
    var faults = FaultPlan()
    (faults.firmware.slowness, faults.firmware.busyAccesses) = (7, 5)
    #expect(card.update(card.adapter(faults)) == .success)
  }

  @Test("Another tool's update is left alone")
  func foreign() {
    var faults = FaultPlan()
    faults.firmware.foreignOwnerSeconds = 12
    let adapter = card.adapter(faults)
    guard case .stopped(.held(let status)) = card.update(adapter) else {
      Issue.record("not held")
      return
    }
    #expect(status.silentSeconds == 12 && status.state == .download)
    #expect(!card.isFree(adapter))
  }

  @Test("Ctrl-C cancels before the activation and frees the handle")
  func interrupted() {
    let adapter = card.adapter()
    let clock = FakeClock()
    #expect(
      card.update(adapter, clock: clock, beforeStep: { if $0 > 5000 { clock.interrupt() } }) == .stopped(.interrupted))
    #expect(card.isFree(adapter) && card.pending(adapter) == nil)
  }

  @Test("A tool that dies, or power that fails, at every instruction and at every 50th piece of data")
  func deaths() throws {
    let steps = card.steps
    for step in (1...steps).filter({ $0 < 4 || $0 > steps - 4 || $0 % 50 == 0 }) {
      for kind in [FaultPlan.InterruptionKind.toolDeath, .cleanPowerCut] {
        if let complaint = card.trial(step, kind) { Issue.record("step \(step) of \(steps), \(kind): \(complaint)") }
      }
    }
  }

  @Test("Faulty answers: done is done", arguments: 0..<4)
  func faultyAnswers(_ part: Int) throws {
    let card = try Self.small.get()
    for seed in 0..<50 {
      if let complaint = card.conversation(seed: UInt64(part * 1000 + seed)) { Issue.record("\(complaint)") }
    }
  }
}
