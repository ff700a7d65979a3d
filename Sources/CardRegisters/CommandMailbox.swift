package import BinaryLayout
package import FirmwareFlash
package import HostAccess

/// Commands to the firmware of a running card (ICMD) through the vendor specific capability: a semaphore, a mailbox, and a
/// control register whose lowest bit starts a command and stays set until it is done.
///
/// The semaphore is taken with the first access and freed by ``close()``, or with the object. Never open one for a card in
/// flash recovery: without firmware nobody answers. Source: mstflint `mtcr_ul/mtcr_ul_icmd_cif.c`, the part for the
/// vendor specific capability.
package final class CommandMailbox {
  package enum Method: UInt64, Sendable {
    case read = 1
    case write = 2
  }

  enum Place {
    static let semaphore: UInt32 = 0
    static let control: UInt32 = 0
    static let size: UInt32 = 0x1000
    static let syndrome: UInt32 = 0x1008
    static let mailbox: UInt32 = 0x100000
  }

  private static let busy: UInt32 = 1
  private static let syndromeMask: UInt32 = 0xff_ffff
  /// Milliseconds that another tool may hold the semaphore.
  static let semaphorePatience = 2000
  /// Milliseconds that a command may take.
  static let commandPatience = 30_000
  /// A pause doubles from one to so many milliseconds.
  private static let longestPause = 8
  private static let quickPolls = 3
  /// Milliseconds between tries when the firmware has no room for a register access now, and tries.
  private static let retryPause = 80
  private static let retries = 20
  /// The same during an update, which erases flash meanwhile.
  static let updateRetries = 400

  /// How often an access is tried again when the firmware has no room for it.
  var retries = CommandMailbox.retries
  private let space: VendorCapability
  private let clock: any Clock
  /// Marks the semaphore as ours: any number that is not zero.
  private let number: UInt32
  private var isHeld = false
  private var limit = 0
  /// The opcode in the control register, and dwords of the mailbox, as far as they are known.
  private var opcode: UInt64?
  private var contents: [Int: UInt32] = [:]

  package init(_ space: VendorCapability, clock: any Clock) {
    self.space = space
    self.clock = clock
    number = UInt32(truncatingIfNeeded: clock.milliseconds) << 8 | 0x5d
  }

  deinit { close() }

  package func close() {
    guard isHeld else { return }
    isHeld = false
    try? space.write(0, to: Place.semaphore, in: .semaphore)
  }

  /// Reads or writes a register.
  /// - Parameters:
  ///   - values: what the fields are in the question; the others are zero.
  ///   - bytes: a part of the question that is no field.
  ///   - size: how many bytes of the register travel; all of them without.
  ///   - asking: of the question only the bytes before this one mean anything; the others are whatever the mailbox holds.
  ///   - wanted: which bytes of the answer are needed; the others are zero in it. All of them without.
  /// - Returns: the register as the firmware gives it back.
  package func access(
    _ register: AccessRegister, _ method: Method = .read, _ values: [(LayoutField, UInt64)] = [],
    bytes: (start: Int, [UInt8])? = nil, size: Int? = nil, asking: Int? = nil, wanted: Range<Int>? = nil
  ) throws(CardRegisterError) -> RegisterValue {
    var question = [UInt8](repeating: 0, count: size ?? register.size)
    for (field, value) in values { field.write(value, into: &question) }
    if let bytes { question.replaceSubrange(bytes.start..<bytes.start + bytes.1.count, with: bytes.1) }
    let envelope = RegisterEnvelope(register, method, question)
    var tries = 0
    while true {
      do throws(CardRegisterError) {
        return RegisterValue(register, try exchange(register, envelope, asking, wanted ?? 0..<question.count))
      } catch .register(_, let status) where CardRegisterError.isBusy(status) && tries < retries {
        tries += 1
        clock.sleep(milliseconds: Self.retryPause)
      }
    }
  }

  private func exchange(
    _ register: AccessRegister, _ envelope: RegisterEnvelope, _ asking: Int?, _ wanted: Range<Int>
  ) throws(CardRegisterError) -> [UInt8] {
    try take()
    guard envelope.bytes.count <= limit else {
      throw .tooLarge(register: register.name, bytes: envelope.bytes.count, limit: limit)
    }
    let question = envelope.dwords
    try run(
      RegisterEnvelope.opcode, asking.map { Array(question.prefix((RegisterEnvelope.headSize + $0) / 4)) } ?? question)
    // The head first: of a refused access there is no more to read.
    var answer = [UInt32](repeating: 0, count: question.count)
    for index in 0..<2 { answer[index] = try readMailbox(index) }
    try RegisterEnvelope.check(Array(answer[..<2]), of: register)
    let first = RegisterEnvelope.headSize / 4
    for index in first + wanted.lowerBound / 4..<first + (wanted.upperBound + 3) / 4 {
      answer[index] = try readMailbox(index)
    }
    return RegisterEnvelope.data(answer)
  }

  private func readMailbox(_ index: Int) throws(CardRegisterError) -> UInt32 {
    let value = try reaching { () throws(FlashError) in
      try space.read(Place.mailbox + 4 * UInt32(index), in: .commands)
    }
    contents[index] = value
    return value
  }

  /// Gives a command and waits for its end. While the semaphore is ours nobody else writes to the mailbox: only what is
  /// not known to be in it is written.
  private func run(_ opcode: UInt64, _ dwords: [UInt32]) throws(CardRegisterError) {
    let control = UInt32(truncatingIfNeeded: opcode) << 16
    if opcode != self.opcode {
      try waitWhileBusy()
      try reaching { () throws(FlashError) in try space.write(control, to: Place.control, in: .commands) }
      self.opcode = opcode
    }
    for (index, dword) in dwords.enumerated()
    where contents[index] != dword && !RegisterEnvelope.transaction.contains(index) {
      try reaching { () throws(FlashError) in
        try space.write(dword, to: Place.mailbox + 4 * UInt32(index), in: .commands)
      }
    }
    contents = [:]
    try reaching { () throws(FlashError) in
      try space.write(control | Self.busy, to: Place.control, in: .commands)
    }
    let end = try waitWhileBusy()
    let status = UInt8(truncatingIfNeeded: end >> 8)
    guard status == 0 else {
      self.opcode = nil
      let syndrome = try reaching { () throws(FlashError) in try space.read(Place.syndrome, in: .commands) }
      throw .command(status: status, syndrome: syndrome & Self.syndromeMask)
    }
  }

  @discardableResult
  private func waitWhileBusy() throws(CardRegisterError) -> UInt32 {
    let start = clock.milliseconds
    var pause = 1
    var polls = 0
    while true {
      let control = try reaching { () throws(FlashError) in try space.read(Place.control, in: .commands) }
      if control == .max { throw .access(.noAnswer) }
      if control & Self.busy == 0 { return control }
      polls += 1
      guard polls > Self.quickPolls else { continue }
      guard clock.milliseconds - start < Self.commandPatience else {
        throw .silent(milliseconds: clock.milliseconds - start)
      }
      clock.sleep(milliseconds: pause)
      pause = min(2 * pause, Self.longestPause)
    }
  }

  private func take() throws(CardRegisterError) {
    guard !isHeld else { return }
    let start = clock.milliseconds
    var owner: UInt32 = 0
    while true {
      owner = try reaching { () throws(FlashError) in
        try space.write(number, to: Place.semaphore, in: .semaphore)
        return try space.read(Place.semaphore, in: .semaphore)
      }
      if owner == number { break }
      if owner == .max { throw .access(.noAnswer) }
      let waited = clock.milliseconds - start
      guard waited < Self.semaphorePatience else { throw .mailboxTaken(owner: owner, milliseconds: waited) }
      clock.sleep(milliseconds: 10)
    }
    isHeld = true
    limit = Int(try reaching { () throws(FlashError) in try space.read(Place.size, in: .commands) } & 0xffff)
  }

  private func reaching<Value>(_ body: () throws(FlashError) -> Value) throws(CardRegisterError) -> Value {
    do throws(FlashError) { return try body() } catch { throw .access(error) }
  }
}

/// A register as the firmware gave it.
package struct RegisterValue: Sendable, Equatable {
  package let register: AccessRegister
  package let bytes: [UInt8]

  init(_ register: AccessRegister, _ bytes: [UInt8]) {
    self.register = register
    self.bytes = bytes
  }

  package subscript(_ field: LayoutField) -> UInt64 { field.read(bytes) ?? 0 }

  /// Printable characters up to the first zero; `nil` when there are none.
  package func text(_ place: (byte: Int, count: Int)) -> String? {
    let text = bytes.dropFirst(place.byte).prefix(place.count).prefix { $0 != 0 }
      .map { (0x20..<0x7f).contains($0) ? $0 : UInt8(ascii: "?") }
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }
}
