internal import HostAccess
internal import Presentation
internal import Vocabulary

/// The question before a change.
struct Confirmation {
  let host: Host
  let output: Output

  /// - Parameters:
  ///   - question: a whole sentence with its question mark.
  ///   - yes: the user said so on the command line: nothing is asked.
  /// - Throws: ``ConfirmationFailure`` when the answer is not yes, or nobody is there to give it.
  func ask(_ question: String, yes: Bool) throws(ConfirmationFailure) {
    guard !yes else { return }
    guard host.console.isTerminal(.input), host.console.isTerminal(.error) else { throw .nobodyThere }
    output.talk("\(question) [y/N]")
    guard let line = try? host.console.readLine(limit: 64),
      ["y", "yes"].contains(String(decoding: line.filter { $0 > 0x20 }, as: UTF8.self).lowercased())
    else { throw .declined }
  }
}

/// A change that was not agreed to.
enum ConfirmationFailure: Failure, Equatable {
  case declined, nobodyThere

  var id: String {
    switch self {
    case .declined: "confirmation.declined"
    case .nobodyThere: "confirmation.missing"
    }
  }

  var message: String {
    switch self {
    case .declined: "not confirmed: nothing was written"
    case .nobodyThere: "there is no terminal to ask on: nothing was written"
    }
  }

  var subject: String? { nil }
  var fix: [String] { ["add --yes to do it without a question, or --dry-run to see it only"] }
  var exitStatus: ExitStatus { .refused }
}
