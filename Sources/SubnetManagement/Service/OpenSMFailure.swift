public import FabricDiscovery
public import HostAccess
public import InfiniBandWire
public import Vocabulary

/// Why an opensm could not be started, stopped or steered. The ids are stable.
public enum OpenSMFailure: Failure, Equatable {
  case notInstalled
  /// An opensm serves this port already: its process.
  case alreadyRunning(LocalPortIdentity, process: Int32)
  /// An opensm serves this port with other settings than those asked for: its own, as `key value`.
  case runsOtherwise(LocalPortIdentity, process: Int32, differences: [String])
  /// Something serves this port already, and is no opensm that can be seen here.
  case portTaken(LocalPortIdentity)
  case portDown(LocalPortIdentity, PhysicalState)
  case ethernet(LocalPortIdentity)
  /// A configuration that cannot be read.
  case configuration(FileError)
  case unwritableConfiguration(OpenSMConfigurationFailure)
  case unwritable(FileError)
  /// A program that is needed could not be run: its name.
  case process(String, ProcessError)
  case session(LocalPortIdentity, SessionFailure)
  /// opensm ended instead of running: why, and its last words.
  case ended(LocalPortIdentity, OpenSMEnd, lastWords: [String])
  /// It runs, with another routing engine than any that was asked for; `nil` when with none.
  case routingFellBack(LocalPortIdentity, wanted: [String], used: String?, lastWords: [String])
  /// It runs, and the port did not become active in time.
  case notActive(LocalPortIdentity, OpenSMProgress, milliseconds: Int)
  case notRunning(String)
  /// It was told to end, and has not.
  case stillRunning(process: Int32, milliseconds: Int)
  /// Its priority comes from `-p` in its command line.
  case priorityIsArgument(process: Int32, unit: String?)
  /// It reads no configuration that could be changed.
  case noConfiguration(process: Int32)
  /// It was told its new priority, and still answers the old one, or nothing.
  case priorityNotTaken(process: Int32, wanted: Int, found: Int?)
  case priorityOutOfRange(Int)
}

/// How an opensm that should run came to its end.
public enum OpenSMEnd: Sendable, Equatable {
  /// It found no InfiniBand port (and ended with status 0).
  case noLocalPort
  /// It could not take the port (and ended with status 0).
  case portRefused
  /// It could not open its log or its cache directory.
  case initialization
  /// It could not read the configuration and would have run without it.
  case configurationUnread
  /// It was to run once, and another subnet manager is the master.
  case standsBy
  /// It was to run once, and ended without the subnet being up.
  case subnetNotUp
  case exited(Int32)
  case signalled(Int32)

  /// Whether that it came to this end is a reason.
  var isExplained: Bool {
    switch self {
    case .exited, .signalled, .subnetNotUp: false
    default: true
    }
  }

  /// As half a sentence behind "opensm".
  var words: String {
    switch self {
    case .noLocalPort: "found no InfiniBand port on this machine"
    case .portRefused:
      "could not take the port: no port has this GUID, or another subnet manager serves it"
    case .initialization: "could not open its log or its cache directory"
    case .configurationUnread: "could not read its configuration"
    case .standsBy: "became a standby of another subnet manager and would never finish; it was stopped"
    case .subnetNotUp: "exited, and the subnet is not up"
    case .exited(let status): "exited with status \(status)"
    case .signalled(let signal): "was killed by signal \(signal)"
    }
  }
}
