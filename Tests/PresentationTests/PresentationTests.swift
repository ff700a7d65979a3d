import HostAccess
import Presentation
import Synchronization
import Testing
import Vocabulary

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

private struct Answer: Presentable {
  struct Payload: Encodable {
    @ExplicitNull var portGUID: String?
    let rateGbps: Double
    let names: [String: Int]
  }
  static let schema = "rdmactl.test/1"
  let payload = Payload(portGUID: nil, rateGbps: 40, names: ["KeepMyCase": 1])
  let problems = [
    Problem(id: "port.no_sm", severity: .error, subject: "a/1", message: "why", evidence: ["x=1"], fix: ["do it"])
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
        {"names":{"KeepMyCase":1},"notes":[{"message":"needs root","subject":"a"}],"port_guid":null,"problems":\
        [{"evidence":["x=1"],"fix":["do it"],"id":"port.no_sm","message":"why","severity":"error","subject":"a/1"}],\
        "rate_gbps":40,"schema":"rdmactl.test/1"}

        """)
    #expect(console.error.isEmpty)
  }

  @Test func textSplitsDataAndTalk() throws {
    let console = Recorder()
    try Output(console: console, format: .text).show(Answer())
    #expect(console.output == "hello\nerror: a/1: why [port.no_sm]\n    seen: x=1\n    next: do it\n")
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
    #expect(json.output.contains("\"schema\" : \"rdmactl.error/1\""))
    #expect(json.output.contains("\"id\" : \"name.unknown\""))
  }
}

@Suite struct TableTests {
  private func text(_ table: Table, columns: Int? = nil) -> String {
    var page = Page(columns: columns)
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
    var page = Page(colour: true)
    page.table(table)
    #expect(page.text == "\u{1b}[1mSTATE\u{1b}[0m  \u{1b}[1mLID\u{1b}[0m\n\u{1b}[32mup\u{1b}[0m       7\n")
  }

  @Test func noRowsNoHeader() { #expect(text(Table([.init("A")])).isEmpty) }

  @Test func aNarrowTerminalLosesTheLeastImportant() {
    var table = Table([.init("NAME"), .init("WIDE", rank: 1), .init("LEAST", rank: 2)])
    table.add(["n", "0123456789", "0123456789"])
    #expect(text(table, columns: 80).contains("LEAST"))
    #expect(text(table, columns: 20) == "NAME  WIDE\nn     0123456789\n")
    #expect(text(table, columns: 5) == "NAME\nn\n")
  }

  @Test func nothingFromAFileReachesTheTerminal() {
    var table = Table([.init("A")])
    table.add([.init("x\u{1b}]0;title\u{7}\u{9b}y")])
    #expect(!text(table).unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x9b })
  }
}
