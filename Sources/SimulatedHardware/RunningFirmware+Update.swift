internal import BinaryLayout
internal import CardRegisters
internal import FirmwareImage

/// An update of the firmware by itself (MCC): who has it, how far it is, and what has arrived. State, handle and error stand
/// in registers, for they outlive the tool; what has arrived does not, since no other tool goes on with it.
struct FirmwareUpdate: Sendable, Equatable {
  var size = 0
  var received: [UInt8] = []
  /// What has arrived is an image for this card, and whole.
  var isVerified = false
  /// How many questions are still answered with the state before.
  var delay = 0
  var stateBefore = MCC.State.idle

  /// Why an update is refused. Source: mstflint `fw_comps_mgr/fw_comps_mgr.h`, error codes of MCC.
  enum Refusal: UInt64 {
    case digest = 2, notApplicable = 3, unsigned = 6, format = 8, pendingReset = 9
  }
}

extension Device {
  /// The handle of an update that no tool of this run has begun.
  private static let foreignHandle: UInt32 = 0x7e0001

  private var updateState: MCC.State {
    get { MCC.State(rawValue: UInt64(value(of: Register.Update.state))) ?? .idle }
    set { set(Register.Update.state, to: UInt32(newValue.rawValue)) }
  }

  private var updateHandle: UInt32 {
    get { value(of: Register.Update.handle) }
    set { set(Register.Update.handle, to: newValue) }
  }

  /// One instruction; a question about the state is a read.
  mutating func serveUpdate(_ value: inout [UInt8], writes: Bool) -> Status {
    guard firmware != nil else { return .register }
    if let seconds = flash.faults.firmware.foreignOwnerSeconds, updateState == .idle, updateHandle != Self.foreignHandle
    {
      (updateState, updateHandle) = (.download, Self.foreignHandle)
      firmware?.silentSeconds = seconds
    }
    var status = Status.done
    if writes {
      guard updateStep() else { return .done }
      status = run(MCC.Instruction(rawValue: MCC.instruction.read(value) ?? 0), value)
    } else if updateState == .idle {
      // Who asks while nobody updates gets the number of the next update.
      MCC.handle.write(UInt64(updateHandle) % 0x7d_ffff + 1, into: &value)
    }
    var state = updateState
    if let delay = firmware?.update.delay, delay > 0, !writes {
      firmware?.update.delay = delay - 1
      state = firmware?.update.stateBefore ?? state
    }
    MCC.state.write(state.rawValue, into: &value)
    MCC.error.write(UInt64(self.value(of: Register.Update.error)), into: &value)
    MCC.secondsSinceLast.write(UInt64(firmware?.silentSeconds ?? 0), into: &value)
    return status
  }

  private mutating func run(_ instruction: MCC.Instruction?, _ value: [UInt8]) -> Status {
    let isOwner = MCC.handle.read(value) == UInt64(updateHandle)
    switch (instruction, updateState) {
    case (.lock, .idle):
      reset(.locked)
      updateHandle = UInt32(MCC.handle.read(value) ?? 0)
    case (.update, .locked) where isOwner: begin(size: Int(MCC.size.read(value) ?? 0))
    case (.verify, .download) where isOwner: verify()
    case (.activate, .locked) where isOwner && firmware?.update.isVerified == true:
      if !isRefused(.activate) { activate() }
    case (.cancel, let state) where isOwner && state != .idle: reset(.locked)
    case (.release, _) where isOwner, (.forceRelease, _):
      reset(.idle)
      firmware?.silentSeconds = 0
    default: return .parameter
    }
    return .done
  }

  private mutating func reset(_ state: MCC.State) {
    firmware?.update = FirmwareUpdate()
    fail(0)
    updateState = state
  }

  private mutating func fail(_ code: UInt64) { set(Register.Update.error, to: UInt32(code)) }

  private mutating func isRefused(_ stage: FirmwareFaults.Stage) -> Bool {
    guard let refusal = flash.faults.firmware.refusal, refusal.stage == stage else { return false }
    fail(UInt64(refusal.code))
    return true
  }

  /// Counts what moves an update, and kills the tool or cuts the power where the faults have it.
  /// - Returns: whether there is power to go on.
  private mutating func updateStep() -> Bool {
    counters.updateSteps += 1
    updateSteps += 1
    guard let interruption = flash.faults.firmware.interruption, updateSteps == interruption.operation else {
      return true
    }
    if interruption.kind == .toolDeath { flash.killTool() } else { flash.cutPower() }
    return interruption.kind == .toolDeath
  }

  mutating func serveUpdateData(_ value: inout [UInt8], writes: Bool) -> Status {
    guard writes, updateState == .download, MCDA.handle.read(value) == UInt64(updateHandle),
      let arrived = firmware?.update.received.count
    else { return .parameter }
    guard updateStep() else { return .done }
    let offset = Int(MCDA.offset.read(value) ?? 0)
    let size = Int(MCDA.size.read(value) ?? 0)
    guard size <= MCDA.data.count, size % 4 == 0, offset % 4 == 0, offset + size <= arrived, !isRefused(.download)
    else { return .parameter }
    for place in stride(from: 0, to: size, by: 4) {
      let start = MCDA.data.byte + place
      firmware?.update.received.replaceSubrange(
        offset + place..<offset + place + 4, with: value[start..<start + 4].reversed())
    }
    return .done
  }

  private mutating func begin(size: Int) {
    fail(0)
    if pendingFacts() != nil { return fail(FirmwareUpdate.Refusal.pendingReset.rawValue) }
    guard !isRefused(.begin) else { return }
    firmware?.update = FirmwareUpdate(
      size: size, received: [UInt8](repeating: 0xff, count: min(size, profile.flashSize)),
      delay: flash.faults.firmware.slowness, stateBefore: .initialize)
    updateState = .download
  }

  private mutating func verify() {
    updateState = .locked
    firmware?.update.delay = flash.faults.firmware.slowness
    firmware?.update.stateBefore = .verify
    guard !isRefused(.verify), let received = firmware?.update.received else { return }
    let source = MemoryBytes(UpdateImage.restored(received))
    guard let placement = try? Firmware.locate(in: source, medium: .file).first, placement.format == profile.format,
      let facts = try? Firmware.read(placement, from: source).facts
    else { return fail(FirmwareUpdate.Refusal.format.rawValue) }
    let hardware = UInt32(profile.hardwareRevision) << 16 | UInt32(profile.hardwareID)
    let parts = try? Firmware.verify(placement, in: source).checks.filter { !$0.isDeviceData }
    let running = runningFacts()
    if facts.psid != running?.psid || !facts.hardwareIDs.contains(hardware) {
      fail(FirmwareUpdate.Refusal.notApplicable.rawValue)
    } else if running?.isSecure == true, !facts.isSigned {
      fail(FirmwareUpdate.Refusal.unsigned.rawValue)
    } else if parts?.allSatisfy(\.isGood) != true {
      fail(FirmwareUpdate.Refusal.digest.rawValue)
    } else {
      firmware?.update.isVerified = true
    }
  }

  /// The image goes to the slot that does not run, and the next start finds it.
  private mutating func activate() {
    let received = firmware?.update.received ?? []
    firmware?.update.isVerified = false
    firmware?.update.delay = flash.faults.firmware.slowness
    firmware?.update.stateBefore = .activate
    let geometry = FlashGeometry(
      size: profile.flashSize, eraseSizes: profile.flashPart.erases.map(\.size).sorted(),
      pageSize: profile.flashPart.pageSize)
    let source = flash.cells
    guard let present = try? Firmware.locate(in: source, medium: .flash),
      let image = try? UpdateImage.completed(received, holding: present, of: source),
      let recipe = try? Firmware.recipe(
        placing: image, format: profile.format, on: geometry, holding: present, source: source)
    else { return fail(FirmwareUpdate.Refusal.format.rawValue) }
    for step in recipe.steps {
      switch step {
      case .make(let address, let bytes):
        for sector in stride(from: address, to: address + bytes.count, by: geometry.sectorSize) {
          _ = flash.erase(at: sector, size: geometry.sectorSize)
        }
        program(bytes, at: address, geometry.pageSize)
      case .program(let address, let bytes): program(bytes, at: address, geometry.pageSize)
      }
    }
  }

  private mutating func program(_ bytes: [UInt8], at address: Int, _ pageSize: Int) {
    for offset in stride(from: 0, to: bytes.count, by: pageSize) {
      let start = address + offset
      let page = Array(bytes[offset..<min(offset + pageSize, bytes.count)])
      guard page.contains(where: { $0 != 0xff }) else { continue }
      _ = flash.program(page, at: start, area: start..<start + page.count) { start + $0 }
    }
  }

  // MARK: what runs, and what will

  /// What runs, by the image that the card has booted since power came.
  mutating func runningFacts() -> FirmwareFacts? {
    if let facts = firmware?.facts { return facts }
    let source = flash.cells
    let booted = value(of: Register.bootedImage)
    if booted == 0 {
      guard let placement = try? Firmware.locate(in: source, medium: .flash).first else { return nil }
      set(Register.bootedImage, to: UInt32(placement.start) + 1)
      firmware?.facts = try? Firmware.read(placement, from: source).facts
    } else if let live = try? Firmware.locate(in: source, medium: .flash).first(where: { $0.start + 1 == Int(booted) })
    {
      firmware?.facts = try? Firmware.read(live, from: source).facts
    } else if let ended = try? RetiredImage.all(in: source).first(where: { $0.placement.start + 1 == Int(booted) }) {
      firmware?.facts = try? Firmware.read(ended.placement, from: ended).facts
    }
    return firmware?.facts
  }

  /// What the next start boots; `nil` when that is what runs.
  mutating func pendingFacts() -> FirmwareFacts? {
    guard runningFacts() != nil else { return nil }
    let source = flash.cells
    guard let placement = try? Firmware.locate(in: source, medium: .flash).first,
      placement.start + 1 != Int(value(of: Register.bootedImage))
    else { return nil }
    return try? Firmware.read(placement, from: source).facts
  }
}
