internal import TestSupport
internal import Testing
internal import Vocabulary

@testable internal import CardRegisters
@testable internal import FirmwareFlash

@Suite("Commands to the firmware")
struct CommandMailboxTests {
  private static let control: UInt32 = 0x9001_0000
  private static let mailbox: UInt32 = 0x100000

  /// From the free semaphore to the command: MNVGC, a register of four dwords.
  private static func question(number: UInt32) -> [ScriptedCapability.Step] {
    [
      .write(.semaphore, 0, number), .read(.semaphore, 0, gives: number), .read(.commands, 0x1000, gives: 0x340),
      .read(.commands, 0, gives: 0), .write(.commands, 0, control),
      .write(.commands, mailbox, 0x0804_0000), .write(.commands, mailbox + 4, 0x9034_0101),
      .write(.commands, mailbox + 16, 0x1805_0000), .write(.commands, mailbox + 20, 0),
      .write(.commands, mailbox + 24, 0), .write(.commands, mailbox + 28, 0), .write(.commands, mailbox + 32, 0),
      .write(.commands, 0, control | 1),
    ]
  }

  private static let number: UInt32 = 0x5d

  private func ask(_ steps: [ScriptedCapability.Step]) throws -> Result<RegisterValue, CardRegisterError> {
    let function = ScriptedCapability(steps)
    let clock = FakeClock()
    let space = try #require(try VendorCapability(function, at: ScriptedCapability.base, clock: clock))
    let mailbox = CommandMailbox(space, clock: clock)
    let result = Result { () throws(CardRegisterError) in try mailbox.access(.mnvgc) }
    mailbox.close()
    space.close()
    #expect(function.isDone && function.isFree)
    return result
  }

  @Test("Semaphore, size, question, wait, answer, semaphore: step by step")
  func access() throws {
    let result = try ask(
      Self.question(number: Self.number) + [
        .read(.commands, 0, gives: Self.control | 1), .read(.commands, 0, gives: Self.control),
        .read(.commands, Self.mailbox, gives: 0x0804_0000), .read(.commands, Self.mailbox + 4, gives: 0x9034_8101),
        .read(.commands, Self.mailbox + 20, gives: 3), .read(.commands, Self.mailbox + 24, gives: 0),
        .read(.commands, Self.mailbox + 28, gives: 0), .read(.commands, Self.mailbox + 32, gives: 0),
        .write(.semaphore, 0, 0),
      ])
    let value = try result.get()
    #expect(value[MNVGC.readsFactory] == 1 && value[MNVGC.readsCurrent] == 1)
  }

  @Test("A status of the command interface is worded, with its syndrome")
  func refusedCommand() throws {
    let result = try ask(
      Self.question(number: Self.number) + [
        .read(.commands, 0, gives: Self.control | 3 << 8), .read(.commands, 0x1008, gives: 0xff12_3456),
        .write(.semaphore, 0, 0),
      ])
    let error = #expect(throws: CardRegisterError.self) { try result.get() }
    #expect(error == .command(status: 3, syndrome: 0x12_3456))
    #expect(error?.message.contains("operational error") == true)
  }

  @Test(
    "A status of a register is worded; of the register no more is read",
    arguments: [
      (4, "register not supported", 6), (7, "bad parameter", 1), (0x70, "internal error", 1),
    ] as [(UInt32, String, Int32)])
  func refusedRegister(status: UInt32, words: String, exit: Int32) throws {
    let result = try ask(
      Self.question(number: Self.number) + [
        .read(.commands, 0, gives: Self.control), .read(.commands, Self.mailbox, gives: 0x0804_0000 | status << 8),
        .read(.commands, Self.mailbox + 4, gives: 0x9034_8101), .write(.semaphore, 0, 0),
      ])
    let error = #expect(throws: CardRegisterError.self) { try result.get() }
    #expect(error?.message.contains(words) == true)
    #expect(error?.exitStatus.rawValue == exit)
  }

  @Test("An answer for another register is none")
  func foreignAnswer() throws {
    let result = try ask(
      Self.question(number: Self.number) + [
        .read(.commands, 0, gives: Self.control), .read(.commands, Self.mailbox, gives: 0x0804_0000),
        .read(.commands, Self.mailbox + 4, gives: 0x9020_8101), .write(.semaphore, 0, 0),
      ])
    #expect(throws: CardRegisterError.answer("MNVGC", why: "it is about register 0x9020")) { try result.get() }
  }
}
