package import HostAccess
package import Vocabulary

/// Why something was not changed or not taken back, whatever it was.
package enum ChangeFailure: Failure, Equatable {
  /// The answer was not yes.
  case declined
  /// There is no terminal to ask on.
  case cannotAsk
  /// SIGINT, SIGTERM or SIGHUP came. `true`: in the middle, and everything was restored.
  case interrupted(rolledBack: Bool)
  /// Somebody holds the lock, or it cannot be taken.
  case lock(FileError)
  /// What is there is not what the plan said.
  case changedSincePlan([Discrepancy])
  /// The journal must be on the disk before anything is written; nothing was.
  case journal(FileError)
  case journalUnreadable(FileError)
  /// The journal could not be written after the change, or in its middle.
  case journalIncomplete(Int, FileError)
  case noEntry(Int)
  case badEntry(UnreadableRecord)
  /// It was taken back, or failed, before.
  case notOpen(Int, ChangeState)
  case noTrial(Int?)
  /// The process that would take the trial back could not be started; nothing was written.
  case noGuard(String)
  /// Written, and not there when it was read back; everything was restored.
  case notTaken([ChangeDifference])
  /// The change failed, and not everything could be restored.
  case rollback(Int, why: String, [ChangeDifference])
  /// It was made in another scope: by one sentence.
  case otherScope(Int, String)
  /// An entry of a kind that this version does not know.
  case unknownKind(Int, String)
  /// It cannot be taken back: by one sentence.
  case irreversible(Int, String)

  /// A value that differs from the one that the plan showed.
  package struct Discrepancy: Equatable, Sendable {
    package let place: ChangePlace
    /// `nil`: the plan did not change it.
    package let planned: ChangeValue?
    package let now: ChangeValue?

    package init(_ place: ChangePlace, planned: ChangeValue?, now: ChangeValue?) {
      self.place = place
      self.planned = planned
      self.now = now
    }

    var sentence: String {
      switch (planned, now) {
      case (let planned?, let now?): "\(place.title) was \(planned.text.shortened) and is \(now.text.shortened) now"
      case (_, let now?): "\(place.title) is \(now.text.shortened) now and would be changed, too"
      default: "\(place.title) needs no change any more"
      }
    }
  }

  package var id: String {
    switch self {
    case .declined: "change.declined"
    case .cannotAsk: "change.cannot_ask"
    case .interrupted: "interrupted"
    case .lock(let error): error.isHeld ? "change.busy" : "change.lock_unwritable"
    case .changedSincePlan: "change.changed_since_plan"
    case .journal: "change.journal_unwritable"
    case .journalUnreadable: "change.journal_unreadable"
    case .journalIncomplete: "change.journal_incomplete"
    case .noEntry: "change.no_entry"
    case .badEntry: "change.bad_entry"
    case .notOpen: "change.not_open"
    case .noTrial: "change.no_trial"
    case .noGuard: "change.no_guard"
    case .notTaken: "change.not_taken"
    case .rollback: "change.rollback_incomplete"
    case .otherScope: "change.other_scope"
    case .unknownKind: "change.unknown_kind"
    case .irreversible: "change.irreversible"
    }
  }

  package var subject: String? {
    switch self {
    case .declined, .cannotAsk, .interrupted, .noGuard, .noTrial(nil): nil
    case .lock(let error), .journal(let error), .journalUnreadable(let error): error.path
    case .changedSincePlan(let places): places.first?.place.title
    case .notTaken(let places): places.first?.place.title
    case .journalIncomplete(let id, _), .noEntry(let id), .notOpen(let id, _), .noTrial(let id?),
      .rollback(let id, _, _), .otherScope(let id, _), .unknownKind(let id, _),
      .irreversible(let id, _):
      "change \(id)"
    case .badEntry(let entry): entry.path
    }
  }

  package var message: String {
    switch self {
    case .declined: "not confirmed; nothing was written"
    case .cannotAsk: "cannot ask (not a terminal); add --yes; nothing was written"
    case .interrupted(false): "interrupted; nothing was written"
    case .interrupted(true): "interrupted; everything was restored"
    case .lock(let error) where error.isHeld: "\(Self.busy(error)); nothing was written"
    case .lock(let error): "the lock \(error.writeExplanation); nothing was written"
    case .changedSincePlan(let places):
      "changed since the plan was shown: \(places.map(\.sentence).joined(separator: "; ")); nothing was written"
    case .journal(let error): "the journal \(error.writeExplanation); nothing was written"
    case .journalUnreadable(let error): "the journal \(error.explanation); nothing was written"
    case .journalIncomplete(_, let error): "the journal could not be completed: it \(error.writeExplanation)"
    case .noEntry: "there is no change of this number in the journal"
    case .badEntry(let entry): "this entry of the journal \(entry.reason)"
    case .notOpen(_, .rolledBack), .notOpen(_, .planned):
      "this change failed and was rolled back at once; nothing to undo"
    case .notOpen: "this change is already undone"
    case .noTrial: "there is no trial that waits to be confirmed"
    case .noGuard(let words): "the process that takes the trial back \(words); nothing was written"
    case .notTaken(let places):
      "written without effect: "
        + places.map { "it is \($0.now?.text.shortened ?? "absent"), not \($0.wanted.text.shortened)" }
        .joined(separator: "; ") + "; everything was restored"
    case .rollback(_, let why, let left):
      "\(why), and not everything could be restored: \(left.map(\.sentence).joined(separator: "; "))"
    case .otherScope(_, let sentence): "not undone here: \(sentence); nothing was written"
    case .unknownKind(_, let kind): "this version of rdmactl cannot undo changes of the kind \(kind)"
    case .irreversible(_, let sentence): "cannot be taken back: \(sentence)"
    }
  }

  private static func busy(_ error: FileError) -> String {
    "busy: held by \(error.holder?.words ?? "another process")"
  }

  package var fix: [String] {
    switch self {
    case .lock(let error), .journal(let error), .journalUnreadable(let error):
      error.isHeld ? [] : ["ls -ld \(ShellWord.quoted(error.path))"]
    case .journalIncomplete(let id, _), .rollback(let id, _, _): ["rdmactl undo \(id)"]
    case .noEntry, .badEntry, .notOpen, .noTrial, .otherScope, .unknownKind: ["rdmactl history"]
    case .declined, .cannotAsk, .interrupted, .changedSincePlan, .noGuard, .notTaken, .irreversible: []
    }
  }

  package var hint: [String] {
    switch self {
    case .lock(let error), .journal(let error), .journalUnreadable(let error):
      if error.isHeld {
        ["run it again when that process has ended"]
      } else if error.reason == .notPermitted {
        ["run it as root, or set RDMACTL_STATE_DIR and RDMACTL_RUN_DIR to directories of your own"]
      } else {
        []
      }
    case .changedSincePlan: ["run it again to see the new plan"]
    default: []
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .declined, .cannotAsk, .changedSincePlan, .notOpen, .noTrial, .otherScope, .irreversible: .refused
    case .unknownKind: .unsupported
    case .interrupted: .interrupted
    case .lock(let error), .journal(let error), .journalUnreadable(let error):
      error.isHeld ? .busy : error.reason == .notPermitted ? .notPermitted : .failed
    case .noEntry: .notFound
    case .badEntry, .noGuard, .notTaken: .failed
    case .journalIncomplete, .rollback: .partial
    }
  }
}

extension Error {
  /// What a failure says, for a note beside other things.
  package var sentence: String { (self as? any Failure)?.message ?? "\(self)" }
}
