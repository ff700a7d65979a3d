/// How a command ended. Stable: scripts rely on the numbers. This table also feeds the manual pages.
public enum ExitStatus: Int32, CaseIterable, Sendable {
  case done = 0
  case failed = 1
  case checkFailed = 2
  case notFound = 3
  case notPermitted = 4
  case busy = 5
  case unsupported = 6
  case refused = 7
  case partial = 8
  case unknownState = 9
  case usage = 64
  case interrupted = 130

  /// One line for the manual page and the help.
  public var meaning: String {
    switch self {
    case .done: "Done; also \"already so\" and \"nothing to do\"."
    case .failed: "The operation failed."
    case .checkFailed: "A check or an expectation did not hold."
    case .notFound: "No such device, port or file, or the name is ambiguous."
    case .notPermitted: "Not permitted; the message says which right is missing."
    case .busy: "Busy or locked; the message says by whom."
    case .unsupported: "This device or kernel cannot do it."
    case .refused: "Refused for safety; nothing was written."
    case .partial: "Partly done: some devices could not be read or changed."
    case .unknownState: "A device is in an unknown state: do not power it off; the message says what to run."
    case .usage: "The command line is wrong."
    case .interrupted: "Interrupted."
    }
  }
}
