internal import BinaryLayout
internal import CardRegisters
internal import FirmwareImage

/// The firmware of a running card as far as tools meet it: a mailbox for commands, and what its registers tell.
struct RunningFirmware: Sendable, Equatable {
  /// Bytes of the mailbox, as real cards have it.
  static let mailboxSize = 0x340

  /// Why an access to a register is refused. Source: `CardRegisterError`.
  enum Status: UInt64 {
    case done = 0, register = 4, method = 6, parameter = 7, busy = 8, length = 0x23, permission = 0x27
  }

  var control: UInt32 = 0
  var mailbox = [UInt32](repeating: 0, count: mailboxSize / 4)
  /// What runs since power came; `nil` until it is asked for.
  var facts: FirmwareFacts?
  var update = FirmwareUpdate()
  /// Since the last command of the update.
  var silentSeconds = 0
  /// The answer before, and how often the control register is still read as busy.
  var lastAnswer: [UInt32] = []
  var busyReads = 0
  var busyAccesses = 0
  /// The settings that differ from the factory's: at the next start, and since the last one.
  var nextSettings: [SettingType: [UInt8]] = [:]
  var currentSettings: [SettingType: [UInt8]] = [:]
}

/// Places in the space of firmware commands. Source: mstflint `mtcr_ul/mtcr_ul_icmd_cif.c`.
private enum Place {
  static let control: UInt32 = 0
  static let size: UInt32 = 0x1000
  static let mailbox: UInt32 = 0x100000
  static let go: UInt32 = 1
  static let statusMask: UInt32 = 0xff00
  static let invalidOpcode: UInt32 = 1 << 8

  static func index(_ address: UInt32) -> Int? {
    let end = mailbox + UInt32(RunningFirmware.mailboxSize)
    return (mailbox..<end).contains(address) && address & 3 == 0 ? Int(address - mailbox) / 4 : nil
  }
}

extension Device {
  /// Without firmware there is only the mailbox' size.
  mutating func readCommand(_ address: UInt32) -> UInt32 {
    if address == Place.size { return UInt32(RunningFirmware.mailboxSize) }
    guard let firmware else { return 0 }
    if address == Place.control {
      guard firmware.busyReads > 0 else { return firmware.control }
      self.firmware?.busyReads -= 1
      return firmware.control | Place.go
    }
    return Place.index(address).map { firmware.mailbox[$0] } ?? 0
  }

  mutating func writeCommand(_ address: UInt32, _ value: UInt32) {
    guard firmware != nil else { return }
    if commandOwner == 0 { violations.add(.commandWithoutSemaphore) }
    if let index = Place.index(address) {
      firmware?.mailbox[index] = value
    } else if address == Place.control {
      firmware?.control = value
      if value & Place.go != 0 { runCommand(value) }
    }
  }

  /// Done at once, where no fault makes it late: the busy bit is clear again.
  private mutating func runCommand(_ control: UInt32) {
    counters.commands += 1
    let result = UInt64(control >> 16) == RegisterEnvelope.opcode ? 0 : Place.invalidOpcode
    if result == 0 { accessRegister() }
    firmware?.control = control & ~(Place.go | Place.statusMask) | result
  }

  private mutating func accessRegister() {
    typealias Layout = RegisterEnvelope.Layout
    var bytes = RegisterEnvelope.bytes(firmware?.mailbox ?? [])
    let head = RegisterEnvelope.headSize
    let id = UInt16(truncatingIfNeeded: Layout.register.read(bytes) ?? 0)
    let writes = Layout.method.read(bytes) == CommandMailbox.Method.write.rawValue
    var status = RunningFirmware.Status.register
    if let served = firmware?.busyAccesses, served < flash.faults.firmware.busyAccesses {
      firmware?.busyAccesses = served + 1
      status = .busy
    } else if let register = AccessRegister.all.first(where: { $0.id == id }) {
      var value = Array(bytes[head..<head + register.size])
      status = serve(register, &value, writes: writes)
      bytes.replaceSubrange(head..<head + register.size, with: value)
    } else if !unknownRegisters.contains(id) {
      unknownRegisters.append(id)
    }
    Layout.status.write(status.rawValue, into: &bytes)
    Layout.isResponse.write(1, into: &bytes)
    firmware?.mailbox = RegisterEnvelope.dwords(bytes)
    spoilAnswer()
  }

  /// What the faults make of an answer.
  private mutating func spoilAnswer() {
    let faults = flash.faults.firmware
    guard let answer = firmware?.mailbox else { return }
    if flash.happens(faults.late) { firmware?.busyReads = flash.draw(12) }
    if flash.happens(faults.wrong) {
      for _ in 0...flash.draw(3) { firmware?.mailbox[flash.draw(48)] ^= 1 << UInt32(flash.draw(32)) }
    }
    if flash.happens(faults.truncated) {
      for index in flash.draw(48)..<answer.count { firmware?.mailbox[index] = 0 }
    }
    if flash.happens(faults.stale), let last = firmware?.lastAnswer, !last.isEmpty { firmware?.mailbox = last }
    firmware?.lastAnswer = answer
  }
}
