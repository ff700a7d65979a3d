public import Vocabulary

extension FlashError: Failure {
  public var id: String {
    switch self {
    case .notPermitted: "flash.not_permitted"
    case .lockedDown: "flash.locked_down"
    case .noAnswer: "flash.no_answer"
    case .secured: "flash.secured"
    case .semaphoreTaken: "flash.semaphore_taken"
    case .timeout: "flash.timeout"
    case .unknownChip: "flash.unknown_chip"
    case .unknownPart: "flash.unknown_part"
    case .writeProtected: "flash.write_protected"
    case .access: "flash.access"
    }
  }
  public var subject: String? { nil }
  public var message: String { "\(self)" }
  public var fix: [String] { [] }
  public var exitStatus: ExitStatus { .failed }
}
