package import HostAccess
package import Vocabulary

/// Why a trace cannot be made or read.
package enum TraceFailure: Failure, Equatable {
  case notMounted
  case notPermitted(String)
  case unknownGroup(String, known: [String])
  case unknownModule(String)
  /// The instance is there, and no entry of the journal says that rdmactl made it.
  case foreignInstance(String)
  case refused(String, NetworkFailure)
  case badFilter(String, NetworkFailure)
  case unreadable(FileError)
  case noProgram(String)

  package var id: String {
    switch self {
    case .notMounted: "trace.not_mounted"
    case .notPermitted: "trace.not_permitted"
    case .unknownGroup: "trace.unknown_group"
    case .unknownModule: "trace.unknown_module"
    case .foreignInstance: "trace.foreign_instance"
    case .refused, .unreadable: "trace.failed"
    case .badFilter: "trace.bad_filter"
    case .noProgram: "trace.no_program"
    }
  }

  package var subject: String? {
    switch self {
    case .notMounted: nil
    case .notPermitted(let path), .foreignInstance(let path), .refused(let path, _): path
    case .unknownGroup(let name, _), .unknownModule(let name), .badFilter(let name, _), .noProgram(let name): name
    case .unreadable(let error): error.path
    }
  }

  package var message: String {
    switch self {
    case .notMounted: "tracefs is not mounted, or this kernel has no tracing"
    case .notPermitted: "permission denied: tracing needs root"
    case .unknownGroup(_, let known):
      "no such group of trace points, or its module is not loaded"
        + (known.isEmpty ? "" : "; groups here: \(known.joined(separator: ", "))")
    case .unknownModule: "the module is not loaded, or has no debug messages"
    case .foreignInstance: "a trace instance of this name exists, and rdmactl has not made it"
    case .refused(_, let failure): "the kernel refused it: \(failure.explanation)"
    case .badFilter(_, let failure): "the kernel refused the filter: \(failure.explanation)"
    case .unreadable(let error): "the file \(error.explanation)"
    case .noProgram: "no such program"
    }
  }

  package var fix: [String] {
    switch self {
    case .notMounted: ["mount -t tracefs none /sys/kernel/tracing"]
    case .foreignInstance(let path): ["rmdir \(path)"]
    case .unknownGroup, .unknownModule: ["rdmactl trace list"]
    case .notPermitted, .refused, .badFilter, .unreadable, .noProgram: []
    }
  }

  package var hint: [String] {
    if case .badFilter = self {
      ["a filter compares fields of the events, as in \"status != 0\"; format files list them"]
    } else {
      []
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .notMounted: .unsupported
    case .notPermitted: .notPermitted
    case .unknownGroup, .unknownModule, .noProgram: .notFound
    case .foreignInstance: .busy
    case .refused(_, .refused(let refusal)) where refusal.isPermission: .notPermitted
    case .unreadable(let error) where error.reason == .notPermitted: .notPermitted
    case .refused, .unreadable: .failed
    case .badFilter: .usage
    }
  }
}
