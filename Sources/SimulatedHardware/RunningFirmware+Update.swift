internal import BinaryLayout
internal import CardRegisters
internal import FirmwareImage

/// An update of the firmware by itself (MCC): who has it, how far it is, and what has arrived.
struct FirmwareUpdate: Sendable, Equatable {
  var state = MCC.State.idle
  /// Of the last update that was begun; the next gets the next number.
  var handle: UInt64 = 0
  var error: UInt64 = 0
  var size = 0
  var received: [UInt8] = []
  /// What has arrived is an image for this card, and whole.
  var isVerified = false

  /// Why an update is refused. Source: mstflint `fw_comps_mgr/fw_comps_mgr.h`, error codes of MCC.
  enum Refusal: UInt64 {
    case digest = 2, notApplicable = 3, format = 8, pendingReset = 9
  }
}

extension Device {
  /// One instruction; a question about the state is a read.
  mutating func serveUpdate(_ value: inout [UInt8], writes: Bool) -> Status {
    guard var update = firmware?.update else { return .register }
    let instruction = MCC.Instruction(rawValue: MCC.instruction.read(value) ?? 0)
    let isOwner = MCC.handle.read(value) == update.handle
    if writes {
      switch (instruction, update.state) {
      case (.lock, .idle):
        update = FirmwareUpdate(state: .locked, handle: MCC.handle.read(value) ?? 0)
      case (.update, .locked) where isOwner: begin(&update, size: Int(MCC.size.read(value) ?? 0))
      case (.verify, .download) where isOwner: verify(&update)
      case (.activate, .locked) where isOwner && update.isVerified: activate(&update)
      case (.cancel, _) where isOwner && update.state != .idle:
        update = FirmwareUpdate(state: .locked, handle: update.handle)
      case (.release, _) where isOwner, (.forceRelease, _): update = FirmwareUpdate(handle: update.handle)
      default: return .parameter
      }
      firmware?.update = update
    } else if update.state == .idle {
      // Who asks while nobody updates gets the number of the next update.
      MCC.handle.write(update.handle % 0xff_ffff + 1, into: &value)
    }
    MCC.state.write(update.state.rawValue, into: &value)
    MCC.error.write(update.error, into: &value)
    return .done
  }

  mutating func serveUpdateData(_ value: inout [UInt8], writes: Bool) -> Status {
    guard writes, var update = firmware?.update, update.state == .download, MCDA.handle.read(value) == update.handle
    else { return .parameter }
    let offset = Int(MCDA.offset.read(value) ?? 0)
    let size = Int(MCDA.size.read(value) ?? 0)
    guard size <= MCDA.data.count, size % 4 == 0, offset % 4 == 0, offset + size <= update.received.count else {
      return .parameter
    }
    for place in stride(from: 0, to: size, by: 4) {
      let start = MCDA.data.byte + place
      update.received.replaceSubrange(offset + place..<offset + place + 4, with: value[start..<start + 4].reversed())
    }
    firmware?.update = update
    return .done
  }

  private mutating func begin(_ update: inout FirmwareUpdate, size: Int) {
    if pendingFacts() != nil {
      update.error = FirmwareUpdate.Refusal.pendingReset.rawValue
    } else {
      (update.state, update.size) = (.download, size)
      update.received = [UInt8](repeating: 0xff, count: min(size, profile.flashSize))
    }
  }

  private mutating func verify(_ update: inout FirmwareUpdate) {
    update.state = .locked
    let source = MemoryBytes(update.received)
    guard let placement = try? Firmware.locate(in: source, medium: .file).first, placement.format == profile.format,
      let facts = try? Firmware.read(placement, from: source).facts
    else { return update.error = FirmwareUpdate.Refusal.format.rawValue }
    let hardware = UInt32(profile.hardwareRevision) << 16 | UInt32(profile.hardwareID)
    let parts = try? Firmware.verify(placement, in: source).checks.filter { !$0.isDeviceData }
    if facts.psid != runningFacts()?.psid || !facts.hardwareIDs.contains(hardware) {
      update.error = FirmwareUpdate.Refusal.notApplicable.rawValue
    } else if parts?.allSatisfy(\.isGood) != true {
      update.error = FirmwareUpdate.Refusal.digest.rawValue
    } else {
      update.isVerified = true
    }
  }

  /// The image goes to the slot that does not run, and the next start finds it.
  private mutating func activate(_ update: inout FirmwareUpdate) {
    let geometry = FlashGeometry(
      size: profile.flashSize, eraseSizes: profile.flashPart.erases.map(\.size).sorted(),
      pageSize: profile.flashPart.pageSize)
    let source = MemoryBytes(flash.cells.bytes)
    guard let present = try? Firmware.locate(in: source, medium: .flash),
      let recipe = try? Firmware.recipe(
        placing: update.received, format: profile.format, on: geometry, holding: present, source: source)
    else { return update.error = FirmwareUpdate.Refusal.format.rawValue }
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
    update.isVerified = false
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
    let source = MemoryBytes(flash.cells.bytes)
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
    let source = MemoryBytes(flash.cells.bytes)
    guard let placement = try? Firmware.locate(in: source, medium: .flash).first,
      placement.start + 1 != Int(value(of: Register.bootedImage))
    else { return nil }
    return try? Firmware.read(placement, from: source).facts
  }
}
