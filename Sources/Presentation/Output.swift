public import HostAccess
public import Vocabulary

/// How the user wants the answer.
public enum OutputFormat: Sendable, Equatable {
  case text, json, quiet
}

/// An answer that can be shown in every format. The payload (JSON) and the text are different things on purpose.
public protocol Presentable {
  associatedtype Payload: Encodable
  /// `rdmactl.status/1`
  static var schema: String { get }
  var payload: Payload { get }
  var problems: [Problem] { get }
  var notes: [Note] { get }
  /// Bare values, one a line, for scripts.
  var quietLines: [String] { get }
  func write(to page: inout Page)
}

/// The streams of one call: what is data goes to standard output, all talk to standard error. Every write is checked.
public final class Output {
  private let console: any Console
  private var outputClosed = false
  /// Whether failures are told as JSON too.
  public let format: OutputFormat

  public init(console: any Console, format: OutputFormat) {
    self.console = console
    self.format = format
  }

  /// Shows an answer: the one place where formats are told apart.
  public func show(_ answer: some Presentable) throws {
    switch format {
    case .text:
      var page = Page(colour: useColour(.output))
      answer.write(to: &page)
      try write(page.text)
      for note in answer.notes { talk("note: \(note.subject): \(note.message)") }
    case .json:
      try write(JSONText.encode(envelope(of: answer), layout: .pretty))
    case .quiet:
      try write(answer.quietLines.map { Page.clean($0) + "\n" }.joined())
    }
  }

  /// Writes an answer as one line of a stream of objects.
  public func stream(_ answer: some Presentable) throws {
    try write(JSONText.encode(envelope(of: answer), layout: .line))
  }

  /// Writes text that is already as it should be (help, vstat's layout).
  public func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// One line for the person in front of the screen. What cannot be told there cannot be told anywhere.
  public func talk(_ line: String, tone: Tone = .plain) {
    var page = Page(colour: useColour(.error))
    page.line(line, tone: tone)
    try? console.write(Array(page.text.utf8), to: .error)
  }

  /// Several lines for the person in front of the screen.
  public func talk(_ lines: some Sequence<Substring>) {
    for line in lines { talk(String(line)) }
  }

  /// Tells why the call failed: on standard output as JSON where JSON was asked for, else on standard error.
  public func report(_ failure: any Failure) {
    guard format != .json else {
      if let object = try? JSONText.encode(ErrorEnvelope(failure), layout: .pretty) { try? write(object) }
      return
    }
    let subject = failure.subject.map { "\($0): " } ?? ""
    talk("rdmactl: \(subject)\(failure.message)")
    for step in failure.fix { talk("    next: \(step)") }
  }

  private func envelope<Answer: Presentable>(of answer: Answer) -> AnswerEnvelope<Answer.Payload> {
    AnswerEnvelope(
      schema: Answer.schema, payload: answer.payload, problems: answer.problems, notes: answer.notes)
  }

  private func useColour(_ stream: StandardStream) -> Bool {
    !console.colourForbidden && console.isTerminal(stream)
  }

  private func write(_ bytes: [UInt8]) throws {
    guard !outputClosed else { return }
    do {
      try console.write(bytes, to: .output)
    } catch .closed {
      outputClosed = true
    } catch {
      throw OutputFailure(error)
    }
  }
}

/// Standard output could not take what was written to it.
public struct OutputFailure: Failure {
  public let id = "output.failed"
  public let message: String
  public let subject: String? = nil
  public let fix: [String] = []
  public let exitStatus = ExitStatus.failed

  init(_ error: StreamError) {
    let reason =
      switch error {
      case .closed: "it is closed"
      case .lineTooLong(let limit): "a line is over \(limit) bytes"
      case .failed(let words): words
      }
    message = "standard output cannot be written: \(reason)"
  }
}
