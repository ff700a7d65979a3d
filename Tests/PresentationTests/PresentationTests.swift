import Glibc
import HostAccess
import Synchronization
import Testing
import Vocabulary

@testable import Presentation

/// A console whose streams are lists.
private final class Recorder: Console {
  let streams = Mutex<(output: [UInt8], error: [UInt8])>(([], []))
  let failure: StreamError?
  let terminal: Bool
  let colourForbidden: Bool
  let isDumb = false
  let size: (columns: Int, rows: Int)?

  init(failure: StreamError? = nil, terminal: Bool = false, noColour: Bool = false, columns: Int = 80) {
    self.failure = failure
    self.terminal = terminal
    colourForbidden = noColour
    size = terminal ? (columns, 24) : nil
  }

  func write(_ bytes: [UInt8], to stream: OutputStream) throws(StreamError) {
    if stream == .output, let failure { throw failure }
    streams.withLock { stream == .output ? ($0.output += bytes) : ($0.error += bytes) }
  }

  func readLine(limit: Int) throws(StreamError) -> [UInt8]? { nil }
  func discardInput() {}
  func isTerminal(_ stream: StandardStream) -> Bool { terminal }
  var output: String { String(decoding: streams.withLock { $0.output }, as: UTF8.self) }
  var error: String { String(decoding: streams.withLock { $0.error }, as: UTF8.self) }
}

private struct StandingClock: Clock {
  let milliseconds = 0
  let timestamp = "2026-11-30T08:24:10Z"
  let secondsSince1970 = 0.0
  func localTime(secondsSince1970: Double) -> LocalTime { LocalTime(month: 1, day: 1, hour: 0, minute: 0, second: 0) }
  func sleep(milliseconds: Int) {}
  func holdInterruptions() {}
  let interrupted = false
  func takeSuspension() -> Bool { false }
  func suspend() {}
}

extension Output {
  fileprivate convenience init(console: any Console, format: OutputFormat, choice: TextChoice = TextChoice()) {
    self.init(
      console: console, format: format, origin: AnswerOrigin(clock: StandingClock(), host: "node01", version: "0.1.0"),
      choice: choice)
  }
}

private struct Answer: Presentable {
  struct Payload: Encodable {
    @ExplicitNull var portGUID: String?
    let rateGbps: Double
    let names: [String: Int]
  }
  static let schema = "rdmactl.test/1"
  let payload = Payload(portGUID: nil, rateGbps: 40, names: ["KeepMyCase": 1])
  let problems = [
    Problem(
      id: "port.no_sm", severity: .error, subject: "a/1", message: "why", evidence: ["x=1"], fix: ["do it"],
      hint: ["think"])
  ]
  let notes = [Note(subject: "a", message: "needs root")]
  let quietLines = ["a/1", "b\u{1b}[31m"]
  func write(to page: inout Page) {
    page.line("hello", tone: .good)
    problems.forEach { page.problem($0) }
  }
}

@Suite struct OutputTests {
  @Test func jsonKeepsItsKeysAndIsStable() throws {
    let console = Recorder()
    try Output(console: console, format: .json).stream(Answer())
    #expect(
      console.output == """
        {"host":"node01","names":{"KeepMyCase":1},"notes":[{"message":"needs root","subject":"a"}],"port_guid":null,"problems":\
        [{"evidence":["x=1"],"fix":["do it"],"hint":["think"],"id":"port.no_sm","message":"why","severity":"error","subject":"a/1"}],\
        "rate_gbps":40,"schema":"rdmactl.test/1","time":"2026-11-30T08:24:10Z","version":"0.1.0"}

        """)
    #expect(console.error.isEmpty)
  }

  @Test func textSplitsDataAndTalk() throws {
    let console = Recorder()
    try Output(console: console, format: .text).show(Answer())
    #expect(console.output == "hello\nerror: a/1: why [port.no_sm]\n    seen: x=1\n    next: do it\n    hint: think\n")
    #expect(console.error == "note: a: needs root\n")
  }

  @Test func colourOnlyOnATerminalThatWantsIt() throws {
    let wanting = Recorder(terminal: true)
    try Output(console: wanting, format: .text).show(Answer())
    #expect(wanting.output.hasPrefix("\u{1b}[32mhello\u{1b}[0m\n"))
    let refusing = Recorder(terminal: true, noColour: true)
    try Output(console: refusing, format: .text).show(Answer())
    #expect(!refusing.output.contains("\u{1b}"))
  }

  @Test func quietIsBareAndClean() throws {
    let console = Recorder()
    try Output(console: console, format: .quiet).show(Answer())
    #expect(console.output == "a/1\nb\u{fffd}[31m\n")
    #expect(console.error == "rdmactl: a/1: why\n", "what decides the exit status is not missed")
  }

  @Test func fullDiskIsAFailure() {
    let output = Output(console: Recorder(failure: .failed("No space left on device (28)")), format: .text)
    let failure = #expect(throws: OutputFailure.self) { try output.show(Answer()) }
    #expect(failure?.exitStatus == .failed)
    #expect(failure?.message == "standard output cannot be written: No space left on device (28)")
  }

  @Test func closedPipeIsQuiet() throws {
    let console = Recorder(failure: .closed)
    let output = Output(console: console, format: .text)
    try output.write("x")
    #expect(output.isClosed)
    #expect(console.error.isEmpty)
  }

  @Test func failuresAreToldOnTheRightStream() {
    struct Lost: Failure {
      let id = "name.unknown"
      let message = "there is no such adapter"
      let subject: String? = "mlx5_9"
      let fix = ["rdmactl status"]
      let exitStatus = ExitStatus.notFound
    }
    let text = Recorder()
    Output(console: text, format: .text).report(Lost())
    #expect(text.output.isEmpty)
    #expect(text.error == "rdmactl: mlx5_9: there is no such adapter\n    next: rdmactl status\n")
    let json = Recorder()
    Output(console: json, format: .json).report(Lost())
    #expect(json.error.isEmpty)
    #expect(json.output.contains("\"schema\":\"rdmactl.error/1\""))
    #expect(json.output.contains("\"id\":\"name.unknown\""))
  }
}

@Suite struct TableTests {
  private func text(_ table: Table, columns: Int? = nil) -> String {
    var page = Page(style: PageStyle(columns: columns))
    page.table(table)
    return page.text
  }

  @Test func emptyColumnsAreNotShown() {
    var table = Table([.init("NAME"), .init("NONE"), .init("LID", .right)])
    table.add(["a", "", .init(7)])
    table.add(["longer", "", .init(123)])
    #expect(text(table) == "NAME    LID\na         7\nlonger  123\n")
  }

  @Test func aMissingCellIsADash() {
    var table = Table([.init("A"), .init("B")])
    table.add(["1", "2"])
    table.add(["3"])
    #expect(text(table) == "A  B\n1  2\n3  -\n")
  }

  @Test func coloursStandInsideTheirColumns() {
    var table = Table([.init("STATE"), .init("LID", .right)])
    table.add([.init("up", tone: .good), .init(7)])
    var page = Page(style: PageStyle(colour: true))
    page.table(table)
    #expect(page.text == "\u{1b}[1mSTATE\u{1b}[0m  \u{1b}[1mLID\u{1b}[0m\n\u{1b}[32mup\u{1b}[0m       7\n")
  }

  @Test func noRowsNoHeader() { #expect(text(Table([.init("A")])).isEmpty) }

  @Test func aNarrowTerminalLosesTheLeastImportant() {
    var table = Table([.init("NAME"), .init("WIDE", rank: 1), .init("LEAST", rank: 2)])
    table.add(["n", "0123456789", "0123456789"])
    #expect(text(table, columns: 80).contains("LEAST"))
    #expect(text(table, columns: 20) == "NAME  WIDE\nn     0123456789\nhidden: LEAST (use -w)\n")
    #expect(text(table, columns: 5) == "NAME\nn\nhidden: WIDE, LEAST (use -w)\n")
  }

  @Test func nothingFromAFileReachesTheTerminal() {
    var table = Table([.init("A")])
    table.add([.init("x\u{1b}]0;title\u{7}\u{9b}y")])
    #expect(!text(table).unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x9b })
  }
}

@Suite struct TerminalWidthTests {
  private struct Missing: Error {}

  /// The C library is the judge of what a terminal shows.
  @Test func widthsAreThoseOfTheCLibrary() throws {
    _ = unsafe setlocale(LC_ALL, "C.UTF-8")
    // Glibc's module does not declare it.
    typealias Width = @convention(c) (wchar_t) -> Int32
    guard let symbol = unsafe dlsym(nil, "wcwidth") else { throw Missing() }
    let wcwidth = unsafe unsafeBitCast(symbol, to: Width.self)
    var differing: [String] = []
    // Private use and unassigned code points, on which implementations differ, are left out.
    for code in Array(UInt32(0x20)..<0x7f) + Array(UInt32(0xa0)..<0xe000) + Array(UInt32(0xf900)..<0x20000) {
      guard let scalar = Unicode.Scalar(code) else { continue }
      switch scalar.properties.generalCategory {
      case .unassigned, .privateUse, .surrogate, .control, .format, .spacingMark: continue
      default: break
      }
      let theirs = wcwidth(wchar_t(code))
      if theirs >= 0, Int(theirs) != DisplayWidth.of(scalar) { differing.append(String(code, radix: 16)) }
    }
    #expect(differing.isEmpty, "\(differing.count): \(differing.prefix(40))")
  }

  private static let rows: [[String]] = [
    [
      "mlx5_0/1", "active", "a sentence of many words that says what this counter means and when it is raised",
      "switch-7/12",
    ],
    ["ib0", "down, polling", "短い説明文がここにあります、とても長い説明文です。終わり", "e\u{301}te\u{301}/3"],
  ]

  private func table() -> Table {
    var table = Table([
      .init("PORT"), .init("STATE"), .init("MEANING"), .init("TO", rank: 1), .init("GUID", rank: 2),
    ])
    for row in Self.rows { table.add(row.map { .init($0) } + ["0002c90300abcdef"]) }
    return table
  }

  @Test(arguments: [40, 60, 80, 100, 200])
  func noLineOfATableIsWiderThanTheTerminal(_ columns: Int) {
    var page = Page(style: PageStyle(columns: columns))
    page.table(table())
    let lines = page.text.split(separator: "\n")
    #expect(lines.allSatisfy { Page.columns(of: String($0)) <= columns }, "\(page.text)")
    let shown = page.text.split(separator: "\n")[0].split(separator: " ").map(String.init)
    for title in ["PORT", "STATE", "MEANING", "TO", "GUID"] {
      let isNamed = page.text.contains("hidden: ") && (lines.last?.contains(title) ?? false)
      #expect(shown.contains(title) != isNamed, "\(title) is shown or named as hidden: \(page.text)")
    }
    #expect(page.text.contains("counter"), "text is wrapped, not cut")
  }

  @Test func textIsWrappedBeforeAColumnIsHidden() {
    var page = Page(style: PageStyle(columns: 80))
    page.table(table())
    #expect(
      page.text.contains("switch-7/12") && page.text.contains("0002c90300abcdef") && !page.text.contains("hidden"))
  }

  @Test func wideShowsEverything() {
    var page = Page(style: PageStyle(columns: 40, wide: true))
    page.table(table())
    #expect(page.text.contains("GUID") && !page.text.contains("hidden"))
  }

  @Test func chosenColumnsStandInTheirOrder() throws {
    var page = Page(style: PageStyle(chosen: ["to", "PORT"]))
    page.table(table())
    #expect(page.text.hasPrefix("TO"))
    #expect(page.text.split(separator: "\n")[1] == "switch-7/12  mlx5_0/1")
  }

  @Test func aProblemIsWrappedBetweenWords() {
    var page = Page(style: PageStyle(columns: 40))
    page.problem(
      Problem(
        id: "port.no_sm", severity: .error, subject: "mlx5_0/1",
        message: "the link is up but no subnet manager has configured the port", fix: ["rdmactl sm start mlx5_0/1"]))
    #expect(
      page.text == """
        error: mlx5_0/1: the link is up but no
            subnet manager has configured the
            port [port.no_sm]
            next: rdmactl sm start mlx5_0/1

        """)
  }
}

private struct Listing: Presentable {
  struct Payload: Encodable { let rows = 2 }
  static let schema = "rdmactl.listing/1"
  let payload = Payload()
  let problems: [Problem] = []
  let notes: [Note] = []
  let quietLines: [String] = []
  let wouldChange: Bool? = true
  func write(to page: inout Page) {
    page.line("not part of the table")
    page.table(
      Table(
        [
          Table.Field("PORT GUID", text: { (row: (String, Int)) in row.0 }),
          Table.Field("RATE", .right, cell: { .init("\($0.1) Gb/s", value: "\($0.1)") }),
        ], rows: [("a,b", 200), ("say \"x\"", 40)]))
  }
}

@Suite struct FormatTests {
  @Test func csvIsForPrograms() throws {
    let console = Recorder()
    try Output(console: console, format: .csv).show(Listing())
    #expect(console.output == "port_guid,rate\n\"a,b\",200\n\"say \"\"x\"\"\",40\n")
  }

  @Test func csvOfChosenColumns() throws {
    let console = Recorder()
    try Output(console: console, format: .csv, choice: TextChoice(columns: ["Rate"])).show(Listing())
    #expect(console.output == "rate\n200\n40\n")
  }

  @Test func anUnknownColumnNamesThoseThatThereAre() {
    let failure = #expect(throws: TableFailure.self) {
      try Output(console: Recorder(), format: .text, choice: TextChoice(columns: ["LID"])).show(Listing())
    }
    #expect(failure?.hint == ["the columns are: port_guid, rate"] && failure?.exitStatus == .usage)
  }

  @Test func anAnswerWithoutATableIsNoCSV() {
    #expect(throws: TableFailure.self) { try Output(console: Recorder(), format: .csv).show(Answer()) }
  }

  @Test func jsonIsOneLineOnAPipeAndIndentedOnATerminal() throws {
    let pipe = Recorder()
    try Output(console: pipe, format: .json).show(Listing())
    #expect(
      pipe.output == """
        {"host":"node01","notes":[],"problems":[],"rows":2,"schema":"rdmactl.listing/1",\
        "time":"2026-11-30T08:24:10Z","version":"0.1.0","would_change":true}

        """)
    let terminal = Recorder(terminal: true)
    try Output(console: terminal, format: .json).show(Answer())
    #expect(terminal.output.hasPrefix("{\n  \"host\": \"node01\",\n  \"names\": {\n    \"KeepMyCase\": 1\n  },\n"))
    #expect(terminal.output.hasSuffix("  \"version\": \"0.1.0\"\n}\n"))
  }

  @Test func errorsAreColouredWhereTheyAreWanted() {
    let console = Recorder()
    Output(console: console, format: .text, choice: TextChoice(colour: .always)).report(TableFailure.noTable)
    #expect(console.error.hasPrefix("\u{1b}[31mrdmactl:\u{1b}[0m this answer has no table"))
    let plain = Recorder(terminal: true)
    Output(console: plain, format: .text, choice: TextChoice(colour: .never)).report(TableFailure.noTable)
    #expect(!plain.error.contains("\u{1b}"))
  }
}
