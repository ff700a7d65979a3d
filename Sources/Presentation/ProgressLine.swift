public import HostAccess
internal import Vocabulary

/// How long work is told of on standard error.
public enum ProgressMode: String, CaseIterable, Sendable {
  /// A line on a terminal, nothing elsewhere.
  case auto
  case none
  /// One object a line.
  case json
}

/// Where long work stands: a line that is drawn over itself, or a stream of objects.
public final class ProgressLine {
  private let output: Output
  private let clock: any Clock
  private let mode: ProgressMode
  private let drawn: Bool
  private var lastShown = Int.min / 2
  private var isOnScreen = false

  public init(output: Output, mode: ProgressMode, clock: any Clock) {
    self.output = output
    self.clock = clock
    self.mode = mode
    drawn = mode == .auto && output.talksToTerminal
  }

  /// Another part of the work begins: its first line is shown whenever it comes.
  public func begin() { lastShown = Int.min / 2 }

  /// - Parameters:
  ///   - what: the work, for programs.
  ///   - line: the same with its figures as a person wants them; what the work is called, where there is none.
  ///   - done: of `total`, in whatever unit the work has.
  public func show(_ what: String, line: @autoclosure () -> String? = nil, done: Int, of total: Int) {
    guard mode == .json || drawn, clock.milliseconds - lastShown >= Self.interval else { return }
    lastShown = clock.milliseconds
    if mode == .json {
      output.talkObject(ProgressObject(what: what, done: done, total: total))
    } else {
      isOnScreen = true
      output.talkRaw("\r\u{1b}[K\(Page.clean(line() ?? what)) ")
    }
  }

  /// Takes the line off the screen.
  public func end() {
    if isOnScreen { output.talkRaw("\r\u{1b}[K") }
    isOnScreen = false
  }

  /// Milliseconds between two lines.
  private static let interval = 500
}

private struct ProgressObject: Encodable {
  let schema = "rdmactl.progress/1"
  let what: String
  let done: Int
  let total: Int

  private enum CodingKeys: CodingKey { case schema, what, done, total }
}
