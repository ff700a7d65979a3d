public import FabricDiscovery
internal import HostAccess
public import InfiniBandWire
public import Vocabulary

/// Why a subnet manager could not be controlled. The ids are stable.
public enum SMControlFailure: Failure, Equatable {
  /// In its state this would be refused; nothing was sent.
  case impossible(SMInfo.Control, GUID, SMInfo.State)
  /// It answered, and refused: the status in words.
  case refused(SMInfo.Control, GUID, SMInfo.State?, String)
  case silent(GUID, attempts: Int)
  case session(SessionFailure)

  public var id: String {
    switch self {
    case .impossible: "sm.control_impossible"
    case .refused: "sm.control_refused"
    case .silent: "sm.silent"
    case .session(.interrupted): "sm.interrupted"
    case .session(.outOfTime): "sm.timeout"
    case .session(.management): "sm.no_access"
    }
  }

  public var subject: String? {
    switch self {
    case .impossible(_, let guid, _), .refused(_, let guid, _, _), .silent(let guid, _): guid.description
    case .session: nil
    }
  }

  public var message: String {
    switch self {
    case .impossible(let control, _, let state):
      "\(control.name) is not possible: this subnet manager is \(state.name), and only one that is "
        + "\(control.possibleStates.map(\.name).joined(separator: " or ")) takes it; nothing was sent"
    case .refused(let control, _, let state, let words):
      "this subnet manager\(state.map { ", which is \($0.name)," } ?? "") refused \(control.name): \(words);"
        + " nothing changed"
    case .silent(_, let attempts):
      "this subnet manager did not answer (asked \(attempts) times): its process has ended, or the way there is broken"
    case .session(.interrupted): "interrupted"
    case .session(.outOfTime(let milliseconds)): "not finished within \(milliseconds) ms (--timeout)"
    case .session(.management(let error)): "the local port \(error.explanation)"
    }
  }

  public var fix: [String] {
    switch self {
    case .impossible(.handover, _, .notActive): ["rdmactl sm standby \(subject ?? "GUID")"]
    case .impossible(.disable, _, .master), .impossible(.discover, _, .master), .impossible(.standby, _, .master):
      ["rdmactl sm list   # then: rdmactl sm handover the GUID of one that stands by"]
    case .impossible, .refused, .silent: ["rdmactl sm list"]
    case .session(.management(.notPermitted)): ["run it as root"]
    case .session: []
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .impossible: .refused
    case .refused, .silent: .failed
    case .session(.interrupted): .interrupted
    case .session(.management(.notPermitted)): .notPermitted
    case .session(.management(.noDevice)), .session(.management(.noLibrary)), .session(.management(.recorded)):
      .unsupported
    case .session(.management), .session(.outOfTime): .failed
    }
  }
}

extension SMInfo.Control {
  /// The word for it on the command line.
  public var name: String {
    switch self {
    case .handover: "handover"
    case .acknowledge: "acknowledge"
    case .disable: "disable"
    case .standby: "standby"
    case .discover: "discover"
    }
  }
}
