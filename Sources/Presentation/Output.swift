public import HostAccess
public import Vocabulary

/// How the user wants the answer.
public enum OutputFormat: Sendable, Equatable {
  case text, json, quiet
}

/// What every answer has, whichever way it becomes JSON.
public protocol Answer {
  /// `rdmactl.status/1`
  static var schema: String { get }
  var problems: [Problem] { get }
  var notes: [Note] { get }
  /// The problems that decide the exit status. Where a form has no place for problems (quiet, vstat's text) these are
  /// told on standard error: a script must not miss them.
  var decisive: [Problem] { get }
  /// Bare values, one a line, for scripts.
  var quietLines: [String] { get }
  func write(to page: inout Page)
}

extension Answer {
  /// Whatever is an error.
  public var decisive: [Problem] { problems.filter { $0.severity == .error } }
}

/// An answer whose JSON is a value of its own. The payload and the text are different things on purpose.
public protocol Presentable: Answer {
  associatedtype Payload: Encodable
  var payload: Payload { get }
}

/// An answer too large to become a value first: it writes the fields of its JSON object itself.
public protocol StreamedAnswer: Answer {
  func write(to json: inout JSONWriter)
}

/// The streams of one call: what is data goes to standard output, all talk to standard error. Every write is checked.
public final class Output {
  private let console: any Console
  /// Whether nothing more is written: the reader of standard output has gone, or a signal has cut the answer.
  public private(set) var isClosed = false
  /// Whether a signal has cut the answer while its reader kept us waiting.
  public private(set) var isCut = false
  /// Whether failures are told as JSON too.
  public let format: OutputFormat
  private let next: NextCommands

  public init(console: any Console, format: OutputFormat, next: NextCommands = NextCommands()) {
    self.console = console
    self.format = format
    self.next = next
  }

  public func show(_ answer: some Presentable) throws {
    try show(answer) { try JSONText.encode(envelope(of: answer), layout: .pretty) }
  }

  public func show(_ answer: some StreamedAnswer) throws {
    try show(answer) { try JSONText.encode(answer, next) }
  }

  /// Shows an answer: the one place where formats are told apart.
  private func show(_ answer: some Answer, json: () throws -> [UInt8]) throws {
    switch format {
    case .text:
      try write(text(of: answer))
      tell(answer.notes)
    case .json:
      try write(json())
    case .quiet:
      try write(answer.quietLines.map { Page.clean($0) + "\n" }.joined())
      tellDecisive(answer)
    }
  }

  /// For a form of the answer that has no place for problems.
  /// - Parameter withNext: also what to run next, each command once.
  public func tellDecisive(_ answer: some Answer, withNext: Bool = false) {
    for problem in answer.decisive { talk("rdmactl: \(problem.subject): \(problem.message)") }
    var told: Set<String> = []
    for step in withNext ? answer.decisive.flatMap(\.fix) : [] where told.insert(step).inserted {
      talk("    next: \(next.typed(step))")
    }
  }

  /// One line for each reason, with all that it concerns.
  private func tell(_ notes: [Note]) {
    var told: Set<String> = []
    for note in notes where told.insert(note.message).inserted {
      let subjects = notes.filter { $0.message == note.message }.map(\.subject)
      talk("note: \(subjects.joined(separator: ", ")): \(note.message)")
    }
  }

  /// The text form of an answer, as this output's terminal wants it.
  public func text(of answer: some Answer) -> String {
    let isTerminal = console.isTerminal(.output)
    var page = Page(colour: useColour(.output), columns: isTerminal ? console.size?.columns : nil, next: next)
    answer.write(to: &page)
    return page.text
  }

  /// Writes an answer as one line of a stream of objects.
  public func stream(_ answer: some Presentable) throws {
    try write(JSONText.encode(envelope(of: answer), layout: .line))
  }

  /// Writes a failure as one line of a stream of objects: the stream goes on.
  public func stream(_ failure: any Failure) throws {
    try write(JSONText.encode(ErrorEnvelope(failure, next), layout: .line))
  }

  /// Writes text that is made in many pieces and already as it should be.
  public func write(pieces: ((String) -> Void) -> Void) throws {
    var bytes: [UInt8] = []
    pieces { bytes += $0.utf8 }
    try write(bytes)
  }

  /// Writes text that is already as it should be (help, vstat's layout).
  public func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// One line for the person in front of the screen. What cannot be told there cannot be told anywhere.
  public func talk(_ line: String, tone: Tone = .plain) {
    var page = Page(colour: useColour(.error))
    page.line(line, tone: tone)
    try? console.write(Array(page.text.utf8), to: .error)
  }

  /// Whether standard output is a terminal.
  public var isTerminal: Bool { console.isTerminal(.output) }

  /// Whether standard error is a terminal.
  public var talksToTerminal: Bool { console.isTerminal(.error) }

  /// Whether there is a screen to draw on.
  public var canRedraw: Bool { isTerminal && !console.isDumb }

  /// Takes the terminal's other screen, so that what stood there comes back at the end.
  /// Long lines are cut, so that a line is a row.
  public func enterScreen() throws { try write("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l") }

  /// Also after an answer that was cut: the screen is the user's.
  public func leaveScreen() { try? console.write(Array("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l".utf8), to: .output) }

  /// Draws a screenful from the top; what does not fit is cut off, and said to be.
  public func redraw(_ text: String) throws {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if let rows = console.size?.rows, lines.count > rows, rows > 1 {
      let hidden = lines.count - rows + 1
      lines = lines.prefix(rows - 1) + ["… \(hidden) more lines"]
    }
    try write("\u{1b}[H" + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J")
  }

  /// Several lines for the person in front of the screen.
  public func talk(_ lines: some Sequence<Substring>) {
    for line in lines { talk(String(line)) }
  }

  /// One object for the program that reads standard error.
  func talkObject(_ object: some Encodable) {
    if let line = try? JSONText.encode(object, layout: .line) { try? console.write(line, to: .error) }
  }

  /// Bytes for the terminal behind standard error, as they are.
  func talkRaw(_ text: String) { try? console.write(Array(text.utf8), to: .error) }

  /// Tells why the call failed: on standard output as JSON where JSON was asked for, else on standard error.
  public func report(_ failure: any Failure) {
    guard format != .json else {
      do {
        try write(JSONText.encode(ErrorEnvelope(failure, next), layout: .pretty))
      } catch {
        talk("rdmactl: \(failure.message)")
      }
      return
    }
    let subject = failure.subject.map { "\(Self.subject($0)): " } ?? ""
    talk("rdmactl: \(subject)\(failure.message)")
    for step in failure.fix { talk("    next: \(next.typed(step))") }
  }

  /// What was named, so that it is seen that it was nothing, and that the message is seen behind it.
  private static func subject(_ text: String) -> String {
    if text.isEmpty { return "\"\"" }
    return text.count > longestSubject ? "\(text.prefix(longestSubject))…" : text
  }

  private static let longestSubject = 512

  private func envelope<Answer: Presentable>(of answer: Answer) -> AnswerEnvelope<Answer.Payload> {
    AnswerEnvelope(
      schema: Answer.schema, payload: answer.payload, problems: answer.problems.map(next.typed), notes: answer.notes)
  }

  private func useColour(_ stream: StandardStream) -> Bool {
    !console.colourForbidden && console.isTerminal(stream)
  }

  private func write(_ bytes: [UInt8]) throws {
    guard !isClosed else { return }
    do {
      try console.write(bytes, to: .output)
    } catch .closed {
      isClosed = true
    } catch .interrupted {
      isClosed = true
      isCut = true
      talk("rdmactl: interrupted: the answer on standard output is incomplete")
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
    message = "standard output cannot be written: \(error.explanation)"
  }
}
