public import HostAccess
public import Vocabulary

/// Why settings could not be read, changed or taken back.
public enum OffloadFailure: Failure, Equatable {
  /// The kernel could not be asked.
  case unreadable(NetworkFailure)
  /// A recorded machine is not changed.
  case recorded
  case noInterface(String, near: String?)
  /// CAP_NET_ADMIN is missing.
  case noRights
  /// Another call is changing settings.
  case lock(FileError)
  /// The journal must be on the disk before anything is changed; nothing was.
  case journal(FileError)
  case journalUnreadable(FileError)
  /// The journal could not be written after the change was made.
  case journalAfterwards(Int, FileError)
  case noEntry(Int)
  /// Its file is damaged.
  case badEntry(UnreadableEntry)
  /// It was taken back, or failed, already.
  case notOpen(Int, JournalEntry.Status)
  /// There is no trial that waits to be confirmed, or this is none.
  case noTrial(Int?)
  /// The process that would take the trial back could not be started; nothing was changed.
  case noGuard(String)
  /// The kernel refused, and not all could be put back.
  case rollback(Int, [Refusal], [Difference])

  public var id: String {
    switch self {
    case .unreadable: "offload.unreadable"
    case .recorded: "offload.recorded"
    case .noInterface: "offload.no_interface"
    case .noRights: "offload.no_rights"
    case .lock(let error): error.isHeld ? "offload.locked" : "offload.lock_unwritable"
    case .journal: "offload.journal_unwritable"
    case .journalUnreadable: "offload.journal_unreadable"
    case .journalAfterwards: "offload.journal_incomplete"
    case .noEntry: "offload.no_entry"
    case .badEntry: "offload.bad_entry"
    case .notOpen: "offload.not_open"
    case .noTrial: "offload.no_trial"
    case .noGuard: "offload.no_guard"
    case .rollback: "offload.rollback_incomplete"
    }
  }

  public var subject: String? {
    switch self {
    case .unreadable, .recorded, .noRights, .noTrial, .noGuard: nil
    case .noInterface(let name, _): name
    case .lock(let error), .journal(let error), .journalUnreadable(let error): error.path
    case .journalAfterwards(let id, _), .noEntry(let id), .notOpen(let id, _), .rollback(let id, _, _): "\(id)"
    case .badEntry(let entry): entry.path
    }
  }

  public var message: String {
    switch self {
    case .unreadable(let failure): "the settings cannot be read: \(failure.explanation)"
    case .recorded: "this is a recorded machine (--root): there is no kernel to change"
    case .noInterface: "there is no such network interface"
    case .noRights: "to change settings needs CAP_NET_ADMIN, which this user does not have; nothing was written"
    case .lock(let error) where error.isHeld:
      "the lock for settings \(error.explanation); nothing was written"
    case .lock(let error): "the lock for settings \(error.writeExplanation); nothing was written"
    case .journal(let error): "the journal \(error.writeExplanation); nothing was changed"
    case .journalUnreadable(let error): "the journal \(error.explanation); nothing was written"
    case .journalAfterwards(_, let error):
      "the settings are as they were before, but the journal could not be told so: it \(error.writeExplanation)"
    case .noEntry: "there is no such entry in the journal"
    case .badEntry(let entry): "this entry of the journal \(entry.reason)"
    case .notOpen(_, .failed): "this entry changed nothing: it was refused, and put back at once"
    case .notOpen: "this entry has been taken back already"
    case .noTrial(nil): "there is no trial that waits to be confirmed"
    case .noTrial: "this is no trial that waits to be confirmed"
    case .noGuard(let words): "the process that would take the trial back \(words); nothing was changed"
    case .rollback(_, let refused, let left): Self.rollback(refused, left)
    }
  }

  private static func rollback(_ refused: [Refusal], _ left: [Difference]) -> String {
    let why = refused.first.map { "\($0.key)=\($0.value) was refused (\($0.reason)), and " } ?? ""
    let what = left.map { "\($0.place.title) is \($0.now?.effective ?? "gone") and was \($0.wanted.effective)" }
    return why + "not all could be put back: " + what.joined(separator: "; ")
  }

  public var fix: [String] {
    switch self {
    case .unreadable, .recorded, .noGuard: []
    case .noInterface(_, let near):
      [near.map { "rdmactl offload show \(ShellWord.quoted($0))" } ?? "rdmactl offload show"]
    case .noRights: ["run it as root"]
    case .lock(let error), .journal(let error), .journalUnreadable(let error):
      if error.isHeld {
        ["run it again when that process has ended"]
      } else if error.reason == .notPermitted {
        ["run it as root", "set RDMACTL_STATE_DIR and RDMACTL_RUN_DIR to directories of your own"]
      } else {
        []
      }
    case .journalAfterwards(let id, _), .rollback(let id, _, _): ["rdmactl offload undo \(id)"]
    case .noEntry, .badEntry, .notOpen, .noTrial: ["rdmactl offload history"]
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .unreadable(.refused(let refusal)) where refusal.isPermission: .notPermitted
    case .unreadable, .badEntry, .noGuard: .failed
    case .recorded: .unsupported
    case .noInterface, .noEntry: .notFound
    case .noRights: .notPermitted
    case .lock(let error), .journal(let error), .journalUnreadable(let error):
      error.isHeld ? .busy : error.reason == .notPermitted ? .notPermitted : .failed
    case .notOpen, .noTrial: .refused
    case .journalAfterwards, .rollback: .partial
    }
  }
}

extension NetworkFailure {
  /// Half a sentence.
  var explanation: String {
    switch self {
    case .noFamily(let name): "this kernel has no \(name) netlink"
    case .refused(let refusal): refusal.explanation
    case .recorded: "a recorded machine has no kernel to ask"
    case .failed(let words): words
    }
  }
}

extension Place {
  /// `eth0 ring rx`, or `net.ipv4.tcp_sack`: for sentences.
  var title: String {
    switch (interface, knob.kind) {
    case (nil, .sysctl): knob.name
    case (let interface?, _): "\(interface.name) \(knob)"
    case (nil, _): knob.description
    }
  }
}
