package import HostAccess

/// The question before a change. It ends at once when the user wants to stop, and never takes an answer that was typed
/// before it was asked.
package struct Question {
  private static let longestAnswer = 64

  private let host: Host

  package init(host: Host) { self.host = host }

  /// - Parameters:
  ///   - question: a whole sentence with its question mark.
  ///   - yes: the user agreed on the command line: nothing is asked.
  package func ask(_ question: String, yes: Bool) throws(ChangeFailure) {
    // From here on a signal only sets a flag: locks and devices are released on the way out.
    host.clock.holdInterruptions()
    guard !yes else { return }
    let console = host.console
    guard console.isTerminal(.input), console.isTerminal(.error) else { throw .cannotAsk }
    console.discardInput()
    try? console.write(Array("\(question) [y/N] ".utf8), to: .error)
    let line: [UInt8]?
    do { line = try console.readLine(limit: Self.longestAnswer) } catch {
      // The message begins a line of its own.
      try? console.write([0x0a], to: .error)
      if error == .interrupted || host.clock.interrupted { throw .interrupted(rolledBack: false) }
      throw .declined
    }
    if host.clock.interrupted { throw .interrupted(rolledBack: false) }
    guard let line, ["y", "yes"].contains(String(decoding: line.filter { $0 > 0x20 }, as: UTF8.self).lowercased())
    else { throw .declined }
  }
}
