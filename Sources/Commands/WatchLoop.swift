internal import HostAccess
internal import Presentation
internal import Vocabulary

/// `--watch`: the same answer again and again, until the user has seen enough: redrawn on a terminal, below what was printed
/// before on one without a screen, and one object per line elsewhere.
struct WatchLoop {
  /// How the answer is wanted now.
  struct Wish {
    /// As text; otherwise it is streamed.
    let isForPeople: Bool
    /// The first time.
    let isFirst: Bool
    /// The user has pressed s: sorted the other way.
    let isSorted: Bool
    /// Only drawn anew: nothing is read.
    let isAgain: Bool
  }

  let host: Host
  let output: Output
  let seconds: Double
  /// "status"
  let command: String
  /// Whether the key s does something.
  var canSort = false

  private static let pollInterval = 200

  private struct Keys {
    var isSorted = false
    var isPaused = false
    var hasEnded = false
    var wantsDrawing = false
  }

  /// - Parameter look: gives the text for people; for others it streams its answer and gives nothing.
  func run(_ look: (Wish) throws -> String?) throws -> ExitStatus {
    let clock = host.clock
    clock.holdInterruptions()
    let isForPeople = output.isTerminal && output.format != .json
    let redraw = isForPeople && output.canRedraw
    if redraw { try output.enterScreen() }
    defer { if redraw { output.leaveScreen() } }
    var keys = Keys()
    var isFirst = true
    while !clock.interrupted && !output.isClosed && !keys.hasEnded {
      let began = clock.milliseconds
      let wish = Wish(
        isForPeople: isForPeople, isFirst: isFirst, isSorted: keys.isSorted, isAgain: keys.wantsDrawing)
      keys.wantsDrawing = false
      isFirst = false
      if let text = try look(wish) {
        let all = heading(keys, hasKeys: redraw) + text
        if redraw { try output.redraw(all) } else { try output.write(all + "\n") }
      }
      try pause(until: began + Int(seconds * 1000), redraw: redraw, &keys)
    }
    return keys.hasEnded || output.isClosed ? .done : .interrupted
  }

  private func heading(_ keys: Keys, hasKeys: Bool) -> String {
    let help = hasKeys ? "q quits, p pauses" + (canSort ? ", s sorts" : "") : "Ctrl-C ends"
    return
      "Every \(seconds) s: rdmactl \(command), \(host.clock.timestamp) (\(keys.isPaused ? "paused; " : "")\(help))\n\n"
  }

  private func pause(until moment: Int, redraw: Bool, _ keys: inout Keys) throws {
    let clock = host.clock
    while !clock.interrupted, !keys.hasEnded, keys.isPaused || clock.milliseconds < moment {
      if clock.takeSuspension() {
        if redraw { output.leaveScreen() }
        clock.suspend()
        if redraw { try output.enterScreen() }
        return
      }
      if redraw, let key = output.nextKey() {
        switch key {
        case "q", "Q": keys.hasEnded = true
        case "p", "P", " ":
          keys.isPaused.toggle()
          keys.wantsDrawing = keys.isPaused
          return
        case "s", "S":
          guard canSort else { continue }
          keys.isSorted.toggle()
          keys.wantsDrawing = true
          return
        default: break
        }
        continue
      }
      let rest = keys.isPaused ? Self.pollInterval : moment - clock.milliseconds
      clock.sleep(milliseconds: min(Self.pollInterval, rest))
    }
  }
}
