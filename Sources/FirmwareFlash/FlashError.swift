public import Vocabulary

/// Why a flash could not be reached, read or changed. The ids are stable.
public enum FlashError: DeviceError, Equatable {
  /// The right to write configuration space is missing.
  case notPermitted
  /// The kernel forbids direct access (lockdown).
  case lockedDown
  /// Every register reads as ones: the function does not answer (surprise removal, reset, power).
  case noAnswer
  /// The adapter accepts firmware only through its own firmware, or its CR space is closed (secure host): what, in a
  /// sentence.
  case secured(String)
  /// A semaphore is taken: its name, after how many milliseconds we gave up.
  case semaphoreTaken(String, milliseconds: Int)
  /// Another tool keeps its lock file for the adapter's registers locked: which process, where known.
  case heldByTool(String?)
  /// The gateway or the part stayed busy: which.
  case timeout(String)
  /// The chip is none that we know, or none whose flash we can reach: its hardware id.
  case unknownChip(UInt32)
  /// The flash part is none that we know: its JEDEC id.
  case unknownPart(UInt32)
  /// The part protects this area.
  case writeProtected(Range<Int>)
  /// The machine is a recording.
  case recorded
  /// The configuration space or BAR failed, in the system's words.
  case access(String)

  public var id: String {
    switch self {
    case .notPermitted: "flash.not_permitted"
    case .lockedDown: "flash.locked_down"
    case .noAnswer: "flash.no_answer"
    case .secured: "flash.secured"
    case .semaphoreTaken: "flash.semaphore_taken"
    case .heldByTool: "flash.held_by_tool"
    case .timeout: "flash.timeout"
    case .unknownChip: "flash.unknown_chip"
    case .unknownPart: "flash.unknown_part"
    case .writeProtected: "flash.write_protected"
    case .recorded: "flash.recorded"
    case .access: "flash.access"
    }
  }

  public var message: String {
    switch self {
    case .notPermitted: "the registers of an adapter are open to root only (CAP_SYS_ADMIN, CAP_SYS_RAWIO)"
    case .lockedDown: "the kernel is locked down (Secure Boot) and lets nobody touch the registers of an adapter"
    case .noAnswer: "the adapter does not answer: every register reads as ones (in reset, without power, or gone)"
    case .secured(let words): words
    case .semaphoreTaken(let name, let milliseconds):
      "the \(name) is taken, and was not freed in \(milliseconds) ms: another tool works on this adapter, or one was"
        + " killed while it did"
    case .heldByTool(let holder):
      "busy: the lock file of mstflint's tools for this adapter is held" + (holder.map { " by \($0)" } ?? "")
    case .timeout(let what): "\(what) stays busy and does not finish"
    case .unknownChip(let id):
      "the chip with the hardware id \(hexadecimal(Int(id))) is unknown; rdmactl cannot access its flash"
    case .unknownPart(let id): "unknown flash part \(hexadecimal(Int(id)))"
    case .writeProtected(let area):
      "the flash protects the bytes \(hexadecimal(area.lowerBound)) to \(hexadecimal(area.upperBound - 1))"
    case .recorded:
      "this is a recorded machine (--root): its adapters have no registers and no flash; nothing was written"
    case .access(let words): words
    }
  }

  public func fix(on device: String) -> [String] {
    switch self {
    case .noAnswer: ["lspci -vv -s \(device)"]
    case .semaphoreTaken: ["rdmactl fw unlock -d \(device)   # when no process works on this adapter"]
    case .recorded: ["rdmactl sim create lab   # adapters to try it on"]
    default: []
    }
  }

  public func hint(on device: String) -> [String] {
    switch self {
    case .notPermitted: ["run it as root"]
    case .lockedDown: [Self.throughKernel(device), "or switch Secure Boot off in the machine's setup"]
    case .secured: [Self.throughKernel(device)]
    default: []
    }
  }

  public var isClosed: Bool {
    switch self {
    case .lockedDown, .secured, .noAnswer, .unknownChip, .unknownPart, .access: true
    case .notPermitted, .semaphoreTaken, .heldByTool, .timeout, .writeProtected, .recorded: false
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .notPermitted, .lockedDown: .notPermitted
    case .noAnswer, .timeout, .access: .failed
    case .secured, .unknownChip, .unknownPart, .recorded: .unsupported
    case .semaphoreTaken, .heldByTool: .busy
    case .writeProtected: .refused
    }
  }
}
