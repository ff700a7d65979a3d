package import CardRegisters
internal import FirmwareFlash
package import FirmwareImage
internal import HostAccess
package import SimulatedHardware
package import TestSupport
internal import Vocabulary

/// A running card and an image for it, to rehearse updates on copies of the same card.
package struct RunningRehearsal: Sendable {
  private static let address = PCIAddress(domain: 0, bus: 3, device: 0, function: 0)
  package static let version = FirmwareVersion(99, 12, 1234)
  package enum Outcome: Equatable {
    case success
    case stopped(UpdateStop)
    /// The card could not be opened or asked.
    case failed(String)
  }

  let kind: AdapterProfile
  let flash: [UInt8]
  /// As the firmware takes it.
  let image: [UInt8]
  /// Instructions and pieces of data of an update that nothing disturbs.
  package private(set) var steps = 0

  package init(_ kind: AdapterProfile, codeSize: Int = 0x4000) throws {
    self.kind = kind
    flash = try InitialFlash.flash(for: kind)
    let source = MemoryBytes(try InitialFlash.image(for: kind, version: Self.version, codeSize: codeSize, seed: 7))
    guard let placement = try Firmware.locate(in: source, medium: .file).first else { throw ImageError.noImage }
    image = try UpdateImage.make(placement, of: source)
    let adapter = adapter()
    _ = update(adapter)
    steps = adapter.counters.updateSteps
  }

  package func adapter(_ faults: FaultPlan = FaultPlan()) -> SimulatedAdapter {
    SimulatedAdapter(kind.running, flash: flash, faults: faults)
  }

  func with<Value>(_ adapter: SimulatedAdapter, clock: FakeClock = FakeClock(), _ body: (RunningCard) throws -> Value)
    throws -> Value?
  {
    let address = Self.address
    let connection = try AdapterConnection.open(
      pci: SimulatedPCI([address: adapter]), address: address, pciDevice: kind.pciDevice, clock: clock)
    defer { connection.close() }
    guard let space = try connection.commandSpace() else { return nil }
    let card = RunningCard(space, format: kind.format, clock: clock)
    defer { card.close() }
    return try body(card)
  }

  /// As `fw burn` does: ask, update, read back.
  package func update(
    _ adapter: SimulatedAdapter, clock: FakeClock = FakeClock(), beforeStep: (Int) -> Void = { _ in }
  ) -> Outcome {
    do {
      return try with(adapter, clock: clock) { card -> Outcome in
        guard let ability = try card.updateAbility() else { return .failed("no update") }
        do throws(UpdateStop) {
          try FirmwareUpdater(card, ability, clock: clock).run(image, beforeActivation: {}, progress: beforeStep)
        } catch { return .stopped(error) }
        return try card.versions().pending == Self.version ? .success : .failed("not pending")
      } ?? .failed("no commands")
    } catch {
      return .failed("\(error)")
    }
  }

  package func versions(_ adapter: SimulatedAdapter) -> (running: FirmwareVersion?, pending: FirmwareVersion?)? {
    try? with(adapter) { try $0.versions() }
  }

  package func pending(_ adapter: SimulatedAdapter) -> FirmwareVersion? { versions(adapter)?.pending }

  package func isFree(_ adapter: SimulatedAdapter) -> Bool {
    (try? with(adapter) { try $0.updateStatus()?.isFree == true }) == true
  }

  /// An update that is cut off, what the card boots then, and the update after that.
  /// - Returns: what is wrong, or `nil`.
  package func trial(_ step: Int, _ kind: FaultPlan.InterruptionKind) -> String? {
    var faults = FaultPlan()
    faults.firmware.interruption = .init(operation: step, kind: kind)
    let adapter = adapter(faults)
    if update(adapter) == .success { return "success without an end" }
    let booted = versions(adapter.powerOn())?.running
    // The release is the last step; the activation the one before.
    let isActivated = step > steps - 1 || step == steps - 1 && kind == .toolDeath
    guard (booted == Self.version) == isActivated else { return "boots \(booted?.description ?? "nothing")" }
    let next = kind == .toolDeath ? adapter.nextTool() : adapter.powerOn()
    if kind == .toolDeath {
      // What is left stands until somebody frees it: the semaphores, then the handle.
      let found = try? AdapterConnection.unlock(
        pci: SimulatedPCI([Self.address: next]), address: Self.address,
        pciDevice: self.kind.pciDevice, clock: FakeClock())
      guard found?.isEmpty == false else { return "nothing was found taken" }
      if !isFree(next) {
        guard case .stopped(.held) = update(next) else { return "the update of a killed tool is not seen" }
        _ = try? with(next) { try $0.releaseUpdate() }
      }
    }
    guard !isActivated else { return next.violations.first.map { "\($0)" } }
    guard update(next) == .success else { return "the next update: \(update(next))" }
    return next.violations.first.map { "\($0)" }
  }

  /// An update with answers that come late, are wrong, cut short or old.
  /// - Returns: what is wrong, or `nil`.
  package func conversation(seed: UInt64) -> String? {
    var faults = FaultPlan()
    faults.seed = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    let rate = [0.002, 0.01, 0.05, 0.3][Int(seed % 4)]
    switch seed / 4 % 5 {
    case 0: faults.firmware.late = rate
    case 1: faults.firmware.wrong = rate
    case 2: faults.firmware.truncated = rate
    case 3: faults.firmware.stale = rate
    default:
      (faults.firmware.late, faults.firmware.wrong, faults.firmware.truncated, faults.firmware.stale) = (
        rate, rate / 4, rate / 4, rate / 4
      )
    }
    let adapter = adapter(faults)
    let outcome = update(adapter)
    let isPending = pending(adapter.nextTool()) == Self.version
    if outcome == .success, !isPending { return "seed \(seed): success, and the new image is not pending" }
    return adapter.violations.first.map { "seed \(seed): \($0)" }
  }
}
