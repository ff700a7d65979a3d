internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
public import Vocabulary

extension OpenSMFailure {
  public var id: String {
    switch self {
    case .notInstalled: "sm.not_installed"
    case .alreadyRunning, .runsOtherwise: "sm.already_running"
    case .portTaken: "sm.port_taken"
    case .portDown: "sm.port_down"
    case .ethernet: "sm.port_ethernet"
    case .configuration: "sm.config_unreadable"
    case .unwritableConfiguration(let failure): failure.id
    case .unwritable: "sm.state_unwritable"
    case .process: "sm.program_failed"
    case .session(_, .interrupted): "sm.interrupted"
    case .session(_, .outOfTime): "sm.timeout"
    case .session: "sm.no_access"
    case .ended: "sm.start_failed"
    case .routingFellBack: "sm.routing_fell_back"
    case .notActive: "sm.not_active"
    case .notRunning: "sm.not_running"
    case .stillRunning: "sm.still_running"
    case .priorityIsArgument: "sm.priority_is_argument"
    case .noConfiguration: "sm.no_config"
    case .priorityNotTaken: "sm.priority_not_taken"
    case .priorityOutOfRange: "sm.priority_range"
    }
  }

  public var subject: String? {
    switch self {
    case .notInstalled: "opensm"
    case .alreadyRunning(let port, _), .runsOtherwise(let port, _, _), .portTaken(let port), .portDown(let port, _),
      .ethernet(let port),
      .session(let port, _), .ended(let port, _, _), .routingFellBack(let port, _, _, _), .notActive(let port, _, _):
      port.name
    case .configuration(let error), .unwritable(let error): error.path
    case .unwritableConfiguration(let failure): failure.subject
    case .process(let program, _): program
    case .notRunning(let name): name
    case .stillRunning(let process, _), .priorityIsArgument(let process, _), .noConfiguration(let process),
      .priorityNotTaken(let process, _, _):
      "process \(process)"
    case .priorityOutOfRange(let number): "\(number)"
    }
  }

  public var message: String {
    switch self {
    case .notInstalled: "opensm is not installed"
    case .alreadyRunning(_, let process): "an opensm already serves this port (process \(process))"
    case .runsOtherwise(_, let process, let differences):
      "an opensm already serves this port (process \(process)) with other settings: \(differences.joined(separator: ", "))"
    case .portTaken:
      "a subnet manager already serves this port; its process cannot be seen from here (another container or user)"
    case .portDown(_, let state): "the port has no link (physical state \(state.rawValue))"
    case .ethernet: "this is an Ethernet port; a subnet manager needs InfiniBand"
    case .configuration(let error): "the configuration \(error.explanation)"
    case .unwritableConfiguration(let failure): failure.message
    case .unwritable(let error): "the state of opensm \(Self.unwritten(error))"
    case .process(_, let error): "it \(error.explanation)"
    case .session(_, .interrupted): "interrupted"
    case .session(_, .outOfTime(let milliseconds)): "not finished within \(Self.seconds(milliseconds)) (--timeout)"
    case .session(_, .management(let error)): "the port \(error.explanation)"
    case .ended(_, let end, let words):
      "opensm \(end.words)" + (words.isEmpty && !end.isExplained ? " without a message" : quoted(words))
    case .routingFellBack(_, let wanted, let used, let words):
      "opensm runs, but not with \(wanted.joined(separator: " or ")): "
        + (used.map { "it fell back to \($0)" } ?? "no routing engine could compute the tables") + quoted(words)
    case .notActive(_, let progress, let time):
      "the port did not become active within \(Self.seconds(time)): \(progress.reason)" + quoted(progress.errors)
    case .notRunning: "no opensm serves this port"
    case .stillRunning(_, let time): "opensm is still running \(Self.seconds(time)) after SIGTERM"
    case .priorityIsArgument(_, let unit):
      "the priority is set on opensm's command line (-p)" + (unit.map { " by \($0)" } ?? "")
        + ": a change here would be lost at its next start; nothing was changed"
    case .noConfiguration: "opensm reads no configuration file to write a priority to; nothing was changed"
    case .priorityNotTaken(_, let wanted, let found):
      "priority \(wanted) is in the configuration, but opensm "
        + (found.map { "still reports \($0)" } ?? "does not answer")
    case .priorityOutOfRange: "a priority is a number from 0 to 15"
    }
  }

  public var fix: [String] {
    switch self {
    case .notInstalled: ["apt install opensm"]
    case .alreadyRunning(let port, _): ["rdmactl sm status", "rdmactl sm stop \(port.name)"]
    case .runsOtherwise(let port, _, _): ["rdmactl sm status \(port.name)", "rdmactl sm restart \(port.name)"]
    case .portTaken: ["rdmactl sm list"]
    case .portDown(let port, _), .ethernet(let port): ["rdmactl status \(port.name)"]
    case .configuration(let error): ["ls -l \(ShellWord.quoted(error.path))"]
    case .unwritableConfiguration(let failure): failure.fix
    case .process(_, .notPermitted), .session(_, .management(.notPermitted)): ["run it as root"]
    case .process(let program, _) where program.hasPrefix("systemctl st"):
      ["systemctl status \(program.split(separator: " ").last ?? "")"]
    case .process(let program, _) where program.hasPrefix("/"): ["ls -l \(ShellWord.quoted(program))"]
    case .ended(let port, .portRefused, _): ["rdmactl status \(port.name)", "rdmactl sm list"]
    case .ended(_, .noLocalPort, _): ["rdmactl status"]
    case .ended(let port, .standsBy, _): ["rdmactl sm list", "rdmactl sm start \(port.name)"]
    case .notActive(let port, let progress, _) where progress.hasDuplicateGUID:
      ["rdmactl fabric check \(port.name)", "rdmactl sm log \(port.name)"]
    case .notActive(let port, _, _): ["rdmactl sm status \(port.name)", "rdmactl sm log \(port.name)"]
    case .ended(let port, _, _), .routingFellBack(let port, _, _, _): ["rdmactl sm log \(port.name)"]
    case .unwritable(let error): places(of: error)
    case .notRunning(let name): ["rdmactl sm start \(name)"]
    case .stillRunning(let process, _): ["kill -KILL \(process)"]
    case .priorityIsArgument(_, let unit):
      [unit.map { "systemctl edit \($0)" } ?? "rdmactl sm restart"]
    case .noConfiguration: ["rdmactl sm restart"]
    case .priorityNotTaken: ["rdmactl sm list", "rdmactl sm log"]
    case .priorityOutOfRange, .process, .session: []
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .notInstalled, .ethernet: .unsupported
    case .alreadyRunning, .runsOtherwise, .portTaken: .busy
    case .configuration(let error): error.reason == .notFound ? .notFound : error.exitStatus
    case .unwritable(let error): error.exitStatus
    case .unwritableConfiguration(let failure): failure.exitStatus
    case .process(_, .notPermitted), .session(_, .management(.notPermitted)): .notPermitted
    case .process(_, .recorded), .session(_, .management(.recorded)), .session(_, .management(.noDevice)),
      .session(_, .management(.noLibrary)):
      .unsupported
    case .session(_, .interrupted): .interrupted
    case .routingFellBack: .partial
    case .notActive: .checkFailed
    case .notRunning: .notFound
    case .priorityIsArgument, .noConfiguration: .refused
    case .priorityOutOfRange: .usage
    case .portDown, .process, .session, .ended, .stillRunning, .priorityNotTaken: .failed
    }
  }

  /// Where to look when a file of ours cannot be written.
  private func places(of error: FileError) -> [String] {
    let directory = error.path.split(separator: "/").dropLast().joined(separator: "/")
    let place = ShellWord.quoted("/" + directory)
    return ["ls -ld \(place)", "df \(place)"]
  }

  private static func unwritten(_ error: FileError) -> String {
    error.reason == .notFound ? "cannot be created: its directory is missing" : error.writeExplanation
  }

  /// `2.0 s`
  private static func seconds(_ milliseconds: Int) -> String {
    "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
  }

  private func quoted(_ words: [String]) -> String {
    words.isEmpty ? "" : "; its last messages: " + words.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}

extension FileError {
  fileprivate var exitStatus: ExitStatus {
    switch reason {
    case .notPermitted: .notPermitted
    case .locked: .busy
    default: .failed
    }
  }
}
