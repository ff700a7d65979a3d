public import FirmwareImage
public import HostAccess
public import Vocabulary

/// Why a burn, a change of identity or a recovery did not end well, and what is true of the card now.
public enum BurnFailure: Failure, Equatable {
  /// What is known to boot after a failure.
  public enum Boots: Sendable, Equatable {
    /// Nothing that boots was changed.
    case old
    /// The new image is complete and boots; something after the switch failed.
    case new
    /// Nothing booted before, and nothing does.
    case nothing
  }

  /// What went wrong at the flash.
  public enum Cause: Sendable, Equatable {
    case flash(FlashError)
    /// Bytes read back are not what was written: the first one that differs.
    case readBack(address: Int, wanted: UInt8, found: UInt8)
    /// All that was written is right, but another image is found to boot.
    case boots(String)
    /// The journal could not be written.
    case journal(FileError)
  }

  case refused(BurnGate)
  /// Before anything was written.
  case flash(FlashError, card: String)
  /// Before anything was written.
  case image(ImageError)
  case backup(FileError)
  case interrupted(Boots, card: String)
  case stopped(Cause, Boots, card: String)
  case unknownState(Cause, card: String)
  /// No image on the flash is complete; a recovery can keep none.
  case nothingToKeep(card: String)

  public var id: String {
    switch self {
    case .refused(let gate): gate.id
    case .flash(let error, _): error.id
    case .image(let error): error.id
    case .backup: "burn.backup_failed"
    case .interrupted: "burn.interrupted"
    case .stopped: "burn.failed"
    case .unknownState: "burn.unknown_state"
    case .nothingToKeep: "recover.no_complete_image"
    }
  }

  public var subject: String? {
    switch self {
    case .flash(_, let card), .interrupted(_, let card), .stopped(_, _, let card), .unknownState(_, let card),
      .nothingToKeep(let card):
      card
    case .backup(let error): error.path
    case .refused(let gate): gate.subject
    case .image(let error): error.subject
    }
  }

  public var message: String {
    switch self {
    case .refused(let gate): gate.message
    case .flash(let error, _): "\(error.message); nothing was written"
    case .image(let error): "\(error.message); nothing was written"
    case .backup(let error):
      "what is on the flash could not be stored: the file \(error.explanation); nothing was written"
    case .interrupted(let boots, _): "interrupted; \(boots.sentence)"
    case .stopped(let cause, let boots, _): "\(cause.sentence); \(boots.sentence)"
    case .unknownState(let cause, _):
      "\(cause.sentence), and the image that boots is unknown: do not power off, do not reset, do not reboot"
    case .nothingToKeep:
      "no image on this flash is complete, so that none can be kept: burn one; nothing was written"
    }
  }

  public var fix: [String] {
    switch self {
    case .flash(let error, let card): error.fix(on: card)
    case .image(let error): error.fix
    case .interrupted(.new, let card), .stopped(_, .new, let card), .unknownState(_, let card):
      ["rdmactl fw recover -d \(card)"]
    case .interrupted(_, let card), .stopped(_, _, let card): ["rdmactl fw query -d \(card)"]
    case .nothingToKeep(let card): ["rdmactl fw burn -d \(card) -i IMAGE"]
    case .refused, .backup: []
    }
  }

  public var hint: [String] {
    switch self {
    case .flash(let error, let card): error.hint(on: card)
    case .image(let error): error.hint
    case .backup:
      [
        "run it as root, or set RDMACTL_STATE_DIR and RDMACTL_RUN_DIR to directories that can be written",
        "or add --no-backup",
      ]
    case .interrupted(.new, _), .stopped(_, .new, _), .refused, .nothingToKeep: []
    case .interrupted, .stopped, .unknownState: ["run the same burn again"]
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .refused(let gate): gate.exitStatus
    case .flash(let error, _): error.exitStatus
    case .image, .backup: .refused
    case .interrupted: .interrupted
    case .stopped(_, .new, _): .partial
    case .stopped: .failed
    case .unknownState: .unknownState
    case .nothingToKeep: .failed
    }
  }
}

extension BurnFailure.Boots {
  var sentence: String {
    switch self {
    case .old: "nothing that boots was changed"
    case .new: "the new image is complete and boots, but the work after it is not finished"
    case .nothing: "no image booted before, and none does now"
    }
  }
}

extension BurnFailure.Cause {
  var sentence: String {
    switch self {
    case .flash(let error): error.message
    case .readBack(let address, let wanted, let found):
      "the flash does not hold what was written: byte \(hexadecimal(address)) is "
        + "0x\(found.hexadecimal(digits: 2)), not 0x\(wanted.hexadecimal(digits: 2))"
    case .boots(let words): words
    case .journal(let error): "the journal \(error.writeExplanation)"
    }
  }
}
