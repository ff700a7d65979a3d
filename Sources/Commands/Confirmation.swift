internal import Change
internal import HostAccess
internal import Presentation

/// The question before a change that the change engine does not make.
struct Confirmation {
  let host: Host
  let output: Output

  /// - Parameters:
  ///   - question: a whole sentence with its question mark.
  ///   - yes: the user agreed on the command line: nothing is asked.
  func ask(_ question: String, yes: Bool) throws(ChangeFailure) { try Question(host: host).ask(question, yes: yes) }
}
