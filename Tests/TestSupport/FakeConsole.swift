public import HostAccess
internal import Synchronization

/// The three streams in memory.
public final class FakeConsole: Console {
  private struct State {
    var output: [UInt8] = []
    var error: [UInt8] = []
    var input: [[UInt8]]?
    var failures: [OutputStream: (after: Int, error: StreamError)] = [:]
    var writes = 0
    var discards = 0
    var keys: [Character] = []
    var takesKeys = false
  }

  private let state: Mutex<State>
  private let terminals: Set<StandardStream>
  public let size: (columns: Int, rows: Int)?
  public let colourForbidden: Bool
  public let isDumb = false

  /// - Parameters:
  ///   - input: the lines of standard input; `nil`: nobody may ask for one.
  ///   - terminals: the streams that are a terminal.
  public init(
    input: [String]? = nil, terminals: Set<StandardStream> = [], size: (columns: Int, rows: Int)? = nil,
    colourForbidden: Bool = false
  ) {
    state = Mutex(State(input: input.map { $0.map { Array($0.utf8) } }))
    self.terminals = terminals
    self.size = size
    self.colourForbidden = colourForbidden
  }

  /// From the `after`th byte on, writing to `stream` fails: `.closed`, or `.failed("No space left on device (28)")`.
  public func fail(_ stream: OutputStream, after bytes: Int = 0, with error: StreamError) {
    state.withLock { $0.failures[stream] = (bytes, error) }
  }

  public var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
  public var error: String { state.withLock { String(decoding: $0.error, as: UTF8.self) } }
  /// How often standard output or standard error was written to.
  public var writes: Int { state.withLock { $0.writes } }

  public func write(_ bytes: [UInt8], to stream: OutputStream) throws(StreamError) {
    let failure: StreamError? = state.withLock { state in
      state.writes += 1
      let written = stream == .output ? state.output.count : state.error.count
      let failure = state.failures[stream].flatMap { $0.after < written + bytes.count ? $0 : nil }
      let accepted = failure.map { bytes.prefix(max(0, $0.after - written)) } ?? bytes[...]
      if stream == .output { state.output += accepted } else { state.error += accepted }
      return failure?.error
    }
    if let failure { throw failure }
  }

  public func readLine(limit: Int) throws(StreamError) -> [UInt8]? {
    let line: [UInt8]? = state.withLock { state in
      guard let input = state.input else { stop("FakeConsole", "for a line of standard input") }
      guard let first = input.first else { return nil }
      state.input?.removeFirst()
      return first
    }
    if let line, line.count > limit { throw .lineTooLong(limit: limit) }
    return line
  }

  /// How often what was typed before a question was discarded. The lines of this console are answers: they stay.
  public var discards: Int { state.withLock { $0.discards } }

  public func discardInput() { state.withLock { $0.discards += 1 } }

  /// A key, pressed now.
  public func press(_ key: Character) { state.withLock { $0.keys.append(key) } }

  /// Whether keys are taken as they come.
  public var takesKeys: Bool { state.withLock { $0.takesKeys } }

  public func takeKeys(_ on: Bool) { state.withLock { $0.takesKeys = on } }

  public func nextKey() -> Character? {
    state.withLock { $0.takesKeys && !$0.keys.isEmpty ? $0.keys.removeFirst() : nil }
  }

  public func isTerminal(_ stream: StandardStream) -> Bool { terminals.contains(stream) }
}
