package import HostAccess
package import Vocabulary

/// Why a command of `sock` cannot go on.
package enum SocketFailure: Failure, Equatable {
  case noNetlink(NetworkFailure)
  /// A recorded machine is not changed.
  case recorded
  case noMatch(String)
  case noLibrary
  case noProgram(String)
  case notPreloadable(String, String)
  case notStarted(String, String)
  case file(FileError, isWriting: Bool)

  package var id: String {
    switch self {
    case .noNetlink: "sock.no_netlink"
    case .recorded: "sock.recorded"
    case .noMatch: "sock.no_match"
    case .noLibrary: "sock.no_library"
    case .noProgram: "sock.no_program"
    case .notPreloadable: "sock.not_preloadable"
    case .notStarted: "sock.not_started"
    case .file: "sock.file"
    }
  }

  package var subject: String? {
    switch self {
    case .noNetlink, .noLibrary, .recorded: nil
    case .noMatch(let word), .noProgram(let word), .notPreloadable(let word, _), .notStarted(let word, _): word
    case .file(let error, _): error.path
    }
  }

  package var message: String {
    switch self {
    case .noNetlink(let failure): "RDMA resources cannot be listed: \(failure.explanation)"
    case .recorded: "a recorded machine cannot be changed"
    case .noMatch: "no RDMA connection, process or device matches"
    case .noLibrary: "the rsockets library librspreload.so is not installed (Debian: librdmacm1, Fedora: librdmacm)"
    case .noProgram: "program not found"
    case .notPreloadable(_, let reason): "a library cannot be preloaded: \(reason)"
    case .notStarted(_, let reason): "the program was not started: \(reason)"
    case .file(let error, let isWriting): "this file \(isWriting ? error.writeExplanation : error.explanation)"
    }
  }

  package var fix: [String] {
    switch self {
    case .noMatch: ["rdmactl sock who"]
    default: []
    }
  }

  package var hint: [String] {
    switch self {
    case .noNetlink(.failed): ["the kernel module ib_core is not loaded, or there is no RDMA device"]
    case .notPreloadable: ["let the program use a socket of its own over RDMA, or run it over TCP"]
    default: []
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .noNetlink(let failure):
      if case .refused(let refusal) = failure, refusal.isPermission { .notPermitted } else { .unsupported }
    case .noMatch, .noProgram: .notFound
    case .noLibrary, .notPreloadable, .recorded: .unsupported
    case .notStarted: .failed
    case .file(let error, _): error.reason == .notPermitted ? .notPermitted : .failed
    }
  }
}
