/// The cells of an adapter's flash with what may happen to them: operations with their log, power cuts, faults.
struct FlashArray: Sendable {
  /// What became of an operation, as the part itself knows it.
  enum Outcome { case done, failed, neverReady }

  private(set) var cells: FlashCells
  private(set) var log: [FlashOperation] = []
  /// Operations in the log that are of tools before this one.
  private var before = 0
  private(set) var faults: FaultPlan
  private var random: SplitMix64
  /// The power has failed during an operation.
  private(set) var hasPower = true
  /// The tool is dead; the adapter lives.
  private(set) var toolIsDead = false
  /// What was changed since it was asked last, for the one who keeps the cells on a disk. Nobody else asks.
  private var changes: [Range<Int>] = []
  var remembersChanges = false

  init(cells: FlashCells, faults: FaultPlan) {
    self.cells = cells
    self.faults = faults
    random = SplitMix64(seed: faults.seed)
  }

  mutating func takeChanges() -> [Range<Int>] {
    if changes.isEmpty { return [] }
    defer { changes.removeAll() }
    return changes
  }

  mutating func killTool() { toolIsDead = true }
  mutating func cutPower() { hasPower = false }

  /// Whether a fault of the firmware happens now.
  mutating func happens(_ probability: Double) -> Bool { probability > 0 && random.happens(probability) }
  /// A number from 0 on, below `limit`.
  mutating func draw(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  /// Puts other cells in place, as another process left them.
  mutating func reload(_ cells: FlashCells) { self.cells = cells }

  /// The next tool begins, under another plan: operations are counted from here.
  mutating func restart(faults: FaultPlan) {
    self.faults = faults
    random = SplitMix64(seed: faults.seed)
    toolIsDead = false
    before = log.count
  }

  /// Four bytes for a gateway, as they arrive there.
  mutating func read(at address: Int) -> UInt32 {
    let value = cells.dword(at: address)
    guard faults.bitFlip > 0, random.happens(faults.bitFlip) else { return value }
    return value ^ 1 << UInt32(random.next() & 31)
  }

  mutating func erase(at address: Int, size: Int) -> Outcome {
    perform(FlashOperation(.erase, at: address, size: size), changing: address..<address + size) { cells, part in
      let area = address..<address + size
      guard var random = part else {
        for place in area { cells[place] = 0xff }
        return
      }
      switch random.next() % 3 {
      case 0:  // It came as far as here.
        for place in area.prefix(Int(random.next() % UInt64(size + 1))) { cells[place] = 0xff }
      case 1:  // Some cells have lost their charge, others not yet.
        for place in area { cells[place] |= UInt8(truncatingIfNeeded: random.next()) }
      default:  // Parts write zeros before they erase.
        for place in area { cells[place] &= UInt8(truncatingIfNeeded: random.next()) }
      }
    }
  }

  /// - Parameters:
  ///   - area: within which everything is changed: the page.
  ///   - places: where each of `bytes` goes; a page wraps.
  mutating func program(_ bytes: [UInt8], at address: Int, area: Range<Int>, places: (Int) -> Int) -> Outcome {
    perform(FlashOperation(.program, at: address, size: bytes.count), changing: area) { cells, part in
      guard var random = part else {
        for (offset, byte) in bytes.enumerated() { cells[places(offset)] &= byte }
        return
      }
      if random.next() & 1 == 0 {  // It came as far as here.
        let end = Int(random.next() % UInt64(bytes.count + 1))
        for (offset, byte) in bytes.prefix(end).enumerated() { cells[places(offset)] &= byte }
      } else {  // Some cells have their charge, others not yet.
        for (offset, byte) in bytes.enumerated() {
          cells[places(offset)] &= byte | UInt8(truncatingIfNeeded: random.next())
        }
      }
    }
  }

  /// Runs an operation, whole or as the faults have it. `body` gets a generator when it shall do only a part.
  private mutating func perform(
    _ operation: FlashOperation, changing area: Range<Int>, _ body: (inout FlashCells, SplitMix64?) -> Void
  ) -> Outcome {
    log.append(operation)
    var part: SplitMix64?
    var executes = true
    var outcome = Outcome.done
    if let interruption = faults.interruption, log.count - before == interruption.operation {
      switch interruption.kind {
      case .cleanPowerCut:
        hasPower = false
        executes = false
      case .tornPowerCut:
        hasPower = false
        part = SplitMix64(seed: random.next())
      case .toolDeath: toolIsDead = true
      }
    } else if random.happens(faults.failing) {
      executes = false
      outcome = .failed
    } else if random.happens(faults.lying) {
      executes = false
    } else if random.happens(faults.partial) {
      part = SplitMix64(seed: random.next())
    }
    if random.happens(faults.stuckBusy) { outcome = .neverReady }
    if executes {
      body(&cells, part)
      if remembersChanges { changes.append(area) }
    }
    return outcome
  }
}
