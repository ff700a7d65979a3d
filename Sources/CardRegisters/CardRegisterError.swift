package import FirmwareFlash
package import Vocabulary

/// Why the firmware of a running card did not answer as asked.
package enum CardRegisterError: DeviceError, Equatable {
  /// The way to the card failed.
  case access(FlashError)
  /// Another tool gives commands to the firmware, or one was killed while it did: its number.
  case mailboxTaken(owner: UInt32, milliseconds: Int)
  /// The firmware does not take a command, or does not finish one, within so many milliseconds.
  case silent(milliseconds: Int)
  /// The command interface refused: its status and syndrome.
  case command(status: UInt8, syndrome: UInt32)
  /// A register is larger than the firmware's mailbox.
  case tooLarge(register: String, bytes: Int, limit: Int)
  /// The firmware refused the access to a register: its status.
  case register(String, status: UInt8)
  /// The answer is not one to this question: the register, and why.
  case answer(String, why: String)

  package var id: String {
    switch self {
    case .access(let error): error.id
    case .mailboxTaken: "card.mailbox_taken"
    case .silent: "card.silent"
    case .command: "card.command_refused"
    case .tooLarge: "card.register_too_large"
    case .register(_, let status) where Self.isUnsupported(status): "card.register_unsupported"
    case .register: "card.register_refused"
    case .answer: "card.wrong_answer"
    }
  }

  package var message: String {
    switch self {
    case .access(let error): error.message
    case .mailboxTaken(let owner, let milliseconds):
      "the card's command mailbox is taken (by number \(owner)) and was not freed in \(milliseconds) ms: another tool"
        + " works on this card, or one was killed while it did"
    case .silent(let milliseconds): "the card's firmware did not finish a command in \(milliseconds) ms"
    case .command(let status, let syndrome):
      "the card's firmware refused a command: \(Self.commandWords[status] ?? "unknown status") (status \(status),"
        + " syndrome 0x\(UInt64(syndrome).hexadecimal(digits: 6)))"
    case .tooLarge(let register, let bytes, let limit):
      "the register \(register) has \(bytes) bytes, the card's mailbox only \(limit)"
    case .register(let name, let status):
      "the card's firmware refused the register \(name): \(Self.registerWords[status] ?? "unknown status")"
        + " (status 0x\(UInt64(status).hexadecimal(digits: 2)))"
    case .answer(let name, let why): "the card's answer for the register \(name) is wrong: \(why)"
    }
  }

  package func fix(on device: String) -> [String] {
    switch self {
    case .access(let error): error.fix(on: device)
    case .mailboxTaken: ["rdmactl fw unlock -d \(device)"]
    default: []
    }
  }

  package func hint(on device: String) -> [String] {
    if case .access(let error) = self { error.hint(on: device) } else { [] }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .access(let error): error.exitStatus
    case .mailboxTaken: .busy
    case .tooLarge: .unsupported
    case .register(_, let status) where Self.isUnsupported(status): .unsupported
    case .register(_, let status) where Self.isBusy(status): .busy
    case .silent, .command, .register, .answer: .failed
    }
  }

  /// The firmware has no such register, or not for this kind of access.
  private static func isUnsupported(_ status: UInt8) -> Bool { [2, 4, 6].contains(status) }

  static func isBusy(_ status: UInt8) -> Bool { [1, 8].contains(status) }

  /// Source: mstflint `cmdif/icmd_cif_common.h`, status of an ICMD.
  private static let commandWords: [UInt8: String] = [
    1: "invalid opcode", 2: "invalid command", 3: "operational error", 4: "bad parameter", 5: "busy",
    6: "no memory for its context", 7: "write protected",
  ]

  /// Source: mstflint `mtcr_ul/mtcr_mf.h` and `include/mtcr_ul/mtcr_com_defs.h`, status of a register access.
  private static let registerWords: [UInt8: String] = [
    1: "the device is busy", 2: "unsupported version", 3: "unknown record", 4: "register not supported",
    5: "class not supported", 6: "method not supported", 7: "bad parameter", 8: "resource not available",
    9: "message receipt acknowledged", 0x20: "bad configuration", 0x21: "an erase of the configuration failed",
    0x22: "the stored configuration is corrupt", 0x23: "wrong length", 0x24: "wrong version", 0x25: "wrong type",
    0x26: "more of this type than allowed", 0x27: "no permission for this setting", 0x70: "internal error",
  ]
}
