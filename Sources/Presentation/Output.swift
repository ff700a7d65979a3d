public import HostAccess
public import Vocabulary

/// How the user wants the answer.
public enum OutputFormat: Sendable, Equatable {
  case text, json, quiet, csv
}

/// Whether colour is used (`--color`).
public enum ColourChoice: String, CaseIterable, Sendable {
  /// On a terminal that has it, without `NO_COLOR`.
  case auto
  case always
  case never
}

/// How the user wants text and tables to be drawn.
public struct TextChoice: Sendable {
  public var colour: ColourChoice
  public var wide: Bool
  /// The columns of tables, by name.
  public var columns: [String]?

  public init(colour: ColourChoice = .auto, wide: Bool = false, columns: [String]? = nil) {
    self.colour = colour
    self.wide = wide
    self.columns = columns
  }
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
  /// Of a dry run, whether the change would be made: `would_change` in JSON. `nil` for everything else.
  var wouldChange: Bool? { get }
  /// Values only, one per line, for scripts.
  var quietLines: [String] { get }
  func write(to page: inout Page)
}

extension Answer {
  /// Whatever is an error.
  public var decisive: [Problem] { problems.filter { $0.severity == .error } }
  public var wouldChange: Bool? { nil }
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
  private let origin: AnswerOrigin
  private let choice: TextChoice
  private let next: NextCommands

  public init(
    console: any Console, format: OutputFormat, origin: AnswerOrigin, choice: TextChoice = TextChoice(),
    next: NextCommands = NextCommands()
  ) {
    self.console = console
    self.format = format
    self.origin = origin
    self.choice = choice
    self.next = next
  }

  /// The output of a part of this call.
  public func redirected(to console: any Console, format: OutputFormat) -> Output {
    Output(console: console, format: format, origin: origin, choice: choice, next: next)
  }

  public func show(_ answer: some Presentable) throws {
    try show(answer) { try JSONText.encode(envelope(of: answer), layout: layout) }
  }

  public func show(_ answer: some StreamedAnswer) throws {
    try show(answer) { try JSONText.encode(answer, next, origin: origin, layout: layout) }
  }

  private var layout: JSONText.Layout { isTerminal ? .pretty : .line }

  /// Shows an answer: the one place where formats are told apart.
  private func show(_ answer: some Answer, json: () throws -> [UInt8]) throws {
    switch format {
    case .text:
      try write(text(of: answer))
      report(answer.notes)
    case .json:
      try write(json())
    case .quiet:
      try write(answer.quietLines.map { Page.clean($0) + "\n" }.joined())
      tellDecisive(answer)
    case .csv:
      let page = try page(of: answer, csv: true)
      guard !page.knownColumns.isEmpty else { throw TableFailure.noTable }
      try write(page.csv)
      tellDecisive(answer)
    }
  }

  /// For a form of the answer that has no place for problems.
  /// - Parameter withNext: also what to run next, each command once.
  public func tellDecisive(_ answer: some Answer, withNext: Bool = false) {
    var page = talkingPage
    for problem in answer.decisive {
      page.sentence("\(problem.subject): \(problem.message)", label: Self.program, tone: .bad)
    }
    var shown: Set<String> = []
    if withNext {
      page.steps(answer.decisive.flatMap(\.fix).filter { shown.insert($0).inserted }, [])
      page.steps([], answer.decisive.flatMap(\.hint).filter { shown.insert($0).inserted })
    }
    talk(page)
  }

  /// One line for each reason, with all that it concerns.
  private func report(_ notes: [Note]) {
    var page = talkingPage
    var shown: Set<String> = []
    for note in notes where shown.insert(note.message).inserted {
      let subjects = notes.filter { $0.message == note.message }.map(\.subject)
      page.sentence("\(subjects.joined(separator: ", ")): \(note.message)", label: "note:", tone: .faint)
    }
    talk(page)
  }

  /// The text form of an answer, as this output's terminal wants it.
  /// - Throws: ``TableFailure`` when no table has a column that was asked for.
  public func text(of answer: some Answer) throws -> String { try page(of: answer).text }

  private func page(of answer: some Answer, csv: Bool = false) throws(TableFailure) -> Page {
    let columns = isTerminal ? console.size?.columns : nil
    var style = PageStyle(colour: useColour(.output), columns: columns, wide: choice.wide, chosen: choice.columns)
    style.hasCSV = csv
    var page = Page(style: style, next: next)
    answer.write(to: &page)
    if let chosen = choice.columns { try TableFailure.check(chosen, known: page.knownColumns) }
    return page
  }

  /// Writes an answer as one line of a stream of objects.
  public func stream(_ answer: some Presentable) throws {
    try write(JSONText.encode(envelope(of: answer), layout: .line))
  }

  /// Writes a failure as one line of a stream of objects: the stream goes on.
  public func stream(_ failure: any Failure) throws {
    try write(JSONText.encode(ErrorEnvelope(failure, next, origin: origin), layout: .line))
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
    var page = talkingPage
    page.line(line, tone: tone)
    talk(page)
  }

  /// A page for standard error.
  private var talkingPage: Page {
    let columns = console.isTerminal(.error) ? console.size?.columns : nil
    return Page(style: PageStyle(colour: useColour(.error), columns: columns, wide: choice.wide), next: next)
  }

  private func talk(_ page: Page) {
    guard !page.text.isEmpty else { return }
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
  public func enterScreen() throws {
    try write("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l")
    console.takeKeys(true)
  }

  /// Also after an answer that was cut: the screen is the user's.
  public func leaveScreen() {
    console.takeKeys(false)
    try? console.write(Array("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l".utf8), to: .output)
  }

  /// The next key that was pressed while the screen is ours.
  public func nextKey() -> Character? { console.nextKey() }

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
        try write(JSONText.encode(ErrorEnvelope(failure, next, origin: origin), layout: layout))
      } catch {
        talk("rdmactl: \(failure.message)")
      }
      return
    }
    let subject = failure.subject.map { "\(Self.subject($0)): " } ?? ""
    var page = talkingPage
    page.sentence("\(subject)\(failure.message)", label: Self.program, tone: .bad)
    page.steps(failure.fix, failure.hint)
    talk(page)
  }

  private static let program = "rdmactl:"

  /// What was named, so that it is seen that it was nothing, and that the message is seen behind it.
  private static func subject(_ text: String) -> String {
    if text.isEmpty { return "\"\"" }
    return text.count > longestSubject ? "\(text.prefix(longestSubject))…" : text
  }

  private static let longestSubject = 512

  private func envelope<Answer: Presentable>(of answer: Answer) -> AnswerEnvelope<Answer.Payload> {
    AnswerEnvelope(
      schema: Answer.schema, origin: origin, payload: answer.payload, wouldChange: answer.wouldChange,
      problems: answer.problems.map(next.typed), notes: answer.notes)
  }

  private func useColour(_ stream: StandardStream) -> Bool {
    switch choice.colour {
    case .auto: !console.colourForbidden && console.isTerminal(stream)
    case .always: true
    case .never: false
    }
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
