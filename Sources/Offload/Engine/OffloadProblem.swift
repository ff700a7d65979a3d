public import Vocabulary

/// Why `offload` may not do what it is asked: the ids of ``OffloadFailure``, for the manual page.
public enum OffloadProblem {
  public static let descriptions: [ProblemDescription] = [
    ("offload.unreadable", "The kernel could not be asked for the settings."),
    ("offload.recorded", "The machine is a recorded one (--root): there is no kernel to change."),
    ("offload.no_interface", "There is no such network interface."),
    ("offload.no_rights", "Changing settings needs CAP_NET_ADMIN."),
    ("offload.locked", "Another rdmactl is changing settings."),
    ("offload.lock_unwritable", "The lock for settings cannot be taken: its directory may not be written."),
    ("offload.journal_unwritable", "The journal cannot be written, so nothing was changed."),
    ("offload.journal_unreadable", "The journal cannot be read."),
    ("offload.journal_incomplete", "Settings were put back, but the journal could not be told so."),
    ("offload.no_entry", "The journal has no such entry."),
    ("offload.bad_entry", "The file of a journal entry is damaged."),
    ("offload.not_open", "The entry was taken back already, or changed nothing."),
    ("offload.no_trial", "There is no trial that waits to be confirmed."),
    ("offload.no_guard", "The process that takes a trial back could not be started, so nothing was changed."),
    ("offload.rollback_incomplete", "The kernel refused a change, and not all of the others could be put back."),
  ].map { ProblemDescription(id: $0.0, severity: .error, meaning: $0.1) }
}
