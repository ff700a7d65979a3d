package import FirmwareFlash
internal import HostAccess
package import Vocabulary

/// Why firmware that runs does not take this image; asked before anything is written.
package enum UpdateGate: Sendable, Equatable {
  case psid(card: String, image: String)
  case hardware(card: UInt32, image: [UInt32])
  case unsigned
  /// The image is not made for updates by the firmware (`mcc_en`).
  case notForUpdates
  case encrypted
  case tooLarge(Int, limit: Int)
  /// Another image waits for a reset.
  case pending(String)
  /// Options that the firmware cannot follow.
  case options([String])
  /// The firmware has no way to update itself.
  case noUpdates
}

/// What is known of a card after an update that did not come to its end.
package enum UpdateTruth: Sendable, Equatable {
  /// The card boots what it booted before.
  case old
  /// The new image is complete and waits for a reset.
  case new
  case unknown
}

/// Why an image was not burnt through the card's firmware, and what is true of the card now.
package enum UpdateFailure: Failure, Equatable {
  case refused(UpdateGate, card: String)
  case gate(BurnGate, card: String)
  case stopped(UpdateStop, UpdateTruth, card: String)

  package var id: String {
    switch self {
    case .refused(let gate, _): gate.id
    case .gate(let gate, _): gate.id
    case .stopped(.held, _, _): "update.held"
    case .stopped(.interrupted, _, _): "burn.interrupted"
    case .stopped(_, .unknown, _): "burn.unknown_state"
    case .stopped(.refused, _, _): "update.refused"
    case .stopped(.register(let error, _), _, _): error.id
    case .stopped: "burn.failed"
    }
  }

  package var subject: String? {
    switch self {
    case .refused(_, let card), .gate(_, let card), .stopped(_, _, let card): card
    }
  }

  package var message: String {
    switch self {
    case .refused(let gate, _): gate.message + "; nothing was written"
    case .gate(let gate, _): gate.message
    case .stopped(let stop, let truth, _): stop.message + "; " + truth.message
    }
  }

  package var fix: [String] {
    switch self {
    case .refused(let gate, let card): gate.fix(card)
    case .gate(let gate, let card): gate.fix.map { $0.replacing("DEVICE", with: card) }
    case .stopped(.held, _, let card): ["rdmactl fw unlock -d \(card)"]
    case .stopped(.refused(9, _), _, let card): ["rdmactl fw activate -d \(card)"]
    case .stopped(.register(let error, _), .old, let card): error.fix.map { $0.replacing("DEVICE", with: card) }
    case .stopped(_, _, let card): ["rdmactl fw query -d \(card)"]
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .refused(.noUpdates, _): .unsupported
    case .refused: .refused
    case .gate(let gate, _): gate.exitStatus
    case .stopped(_, .unknown, _): .unknownState
    case .stopped(_, .new, _): .partial
    case .stopped(.held, _, _): .busy
    case .stopped(.interrupted, _, _): .interrupted
    case .stopped(.refused(let code, _), _, _): UpdateRefusal.status(code)
    case .stopped(.register(let error, _), _, _): error.exitStatus
    case .stopped: .failed
    }
  }
}

extension UpdateGate {
  var id: String {
    switch self {
    case .psid: "burn.psid_differs"
    case .hardware: "burn.wrong_hardware"
    case .unsigned: "update.unsigned"
    case .notForUpdates: "update.image_unsuitable"
    case .encrypted: "update.encrypted"
    case .tooLarge: "burn.layout"
    case .pending: "update.pending"
    case .options: "update.option"
    case .noUpdates: "update.unsupported"
    }
  }

  var message: String {
    switch self {
    case .psid(let card, let image):
      "the card's PSID is \(card), the image's is \(image): firmware that runs takes images of its own PSID only, and no"
        + " option changes that"
    case .hardware(let card, let image): BurnGate.hardware(card: card, image: image).reason
    case .unsigned: "the card's firmware takes signed images only, and this image is not signed"
    case .notForUpdates: "the image is not made for an update through running firmware (mcc_en is not set)"
    case .encrypted: "the image is encrypted, and the card's firmware is not"
    case .tooLarge(let size, let limit): "the image has \(size) bytes, and the card's firmware takes \(limit) at most"
    case .pending(let version): "firmware \(version) is complete on the flash and waits for a reset"
    case .options(let names):
      "\(names.joined(separator: ", ")): not possible while the card's firmware runs: it writes the image as it is"
    case .noUpdates: "the card's firmware runs and has no way to update itself (MCC)"
    }
  }

  func fix(_ card: String) -> [String] {
    switch self {
    case .psid, .hardware, .unsigned, .notForUpdates, .encrypted, .tooLarge: ["rdmactl fw query -d \(card)"]
    case .pending: ["rdmactl fw activate -d \(card)"]
    case .options, .noUpdates: []
    }
  }
}

extension UpdateTruth {
  var message: String {
    switch self {
    case .old: "the card boots what it booted before"
    case .new: "the new image is complete and starts with the next reset"
    case .unknown: "it is unknown whether the new image is complete: do not power off, do not reset, do not reboot"
    }
  }
}

extension UpdateStage {
  var words: String {
    switch self {
    case .reserve: "to reserve an update"
    case .begin: "to begin an update"
    case .download: "to take the image"
    case .verify: "the image"
    case .activate: "to activate the image"
    }
  }
}

extension UpdateStop {
  var message: String {
    switch self {
    case .held(let status):
      "busy: another tool updates this card (\(status.state.words)), last heard of \(status.silentSeconds) s ago"
    case .refused(let code, let stage): "the card's firmware refused \(stage.words): \(UpdateRefusal.words(code))"
    case .register(let error, _): error.message
    case .unexpected(let state, let stage):
      "the card's firmware was asked \(stage.words), and is \(state.words) instead: another tool may have interfered"
    case .slow(let seconds, let stage):
      "the card's firmware was asked \(stage.words), and did not finish in \(seconds) s"
    case .notPending(let version):
      "the card's firmware took the image, but does not show that it starts with the next reset"
        + (version.map { " (it shows \($0))" } ?? "")
    case .interrupted: "interrupted"
    case .journal(let error): "the journal \(error.writeExplanation)"
    }
  }
}

/// The error codes of MCC. Source: mstflint `fw_comps_mgr/fw_comps_mgr.h`, `mcc_err_code`.
package enum UpdateRefusal {
  package static func words(_ code: UInt8) -> String { (texts[code] ?? "unknown reason") + " (error \(code))" }

  /// A rejected image is a refusal; what the card could not do, and what is in use, are not.
  static func status(_ code: UInt8) -> ExitStatus {
    switch code {
    case 1, 0x10, 0x18: .failed
    case 9, 0x13: .busy
    default: .refused
    }
  }

  static let texts: [UInt8: String] = [
    1: "an error without a reason", 2: "the image's digest is wrong: it is damaged",
    3: "the image is not for this card (PSID or chip)", 4: "the image is signed with an unknown key",
    5: "the image's signature is wrong", 6: "the image is not signed",
    7: "the image's key is not for this card", 8: "the image's format is wrong",
    9: "an earlier update waits for a reset", 0xa: "the image is not secure firmware",
    0xb: "the card's base MAC is not in the image's list", 0xc: "debug firmware needs a token",
    0xd: "the version numbers do not match", 0xe: "the image's time stamp is older than the card's",
    0xf: "the card forbids this version", 0x10: "erasing the flash failed",
    0x11: "the image cannot start from the other slot: burn the running version again, then this one",
    0x12: "the type of cable or module is not supported", 0x13: "a host uses the card's storage",
    0x14: "the transfer to the cable or module failed", 0x15: "activating the cable or module failed",
    0x16: "the image does not support this flash part", 0x17: "the token is applied already",
    0x18: "the card has no memory for the image now", 0x19: "the image's security version is older than the card's",
    0x1a: "the certificate is not one", 0x1b: "the certificate's signature is wrong",
  ]
}
