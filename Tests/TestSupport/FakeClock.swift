public import HostAccess
internal import Synchronization

/// Time that stands still until somebody sleeps.
public final class FakeClock: Clock {
  private struct State {
    var now = 0
    var interrupted = false
    var suspensionWanted = false
    var suspensions = 0
    var held = false
    var sleeps: [Int] = []
    var plans: [(time: Int, action: @Sendable () -> Void)] = []
  }

  private let state = Mutex(State())
  private let limit: Int

  /// - Parameter limit: a test whose program sleeps past this many milliseconds ends the run: it would never end.
  public init(limit: Int = 3_600_000) { self.limit = limit }

  /// Does `action` as soon as somebody sleeps up to or past `time` milliseconds.
  public func at(_ time: Int, do action: @escaping @Sendable () -> Void) {
    state.withLock { $0.plans.append((time, action)) }
  }

  /// Sends the user's Ctrl-C at `time` milliseconds.
  public func interrupt() { state.withLock { $0.interrupted = true } }
  public func interrupt(at time: Int) { at(time) { [self] in state.withLock { $0.interrupted = true } } }

  /// Every sleep, as it was asked for.
  public var sleeps: [Int] { state.withLock { $0.sleeps } }

  /// Whether the program has said that it looks after interruptions itself.
  public var interruptionsAreHeld: Bool { state.withLock { $0.held } }

  public var milliseconds: Int { state.withLock { $0.now } }

  /// The fake day begins at 06:52 UTC on 21 November 2026.
  public var timestamp: String {
    let seconds = milliseconds / 1000 + 6 * 3600 + 52 * 60
    let parts = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { ($0 < 10 ? "0" : "") + String($0) }
    return "2026-11-\(21 + seconds / 86400)T" + parts.joined(separator: ":") + "Z"
  }

  /// Of moments of that day; the machine stands in Greenwich.
  public func localTime(secondsSince1970: Double) -> LocalTime {
    let seconds = Int(secondsSince1970) - 1_795_243_920 + 6 * 3600 + 52 * 60
    return LocalTime(
      month: 11, day: 21 + seconds / 86400, hour: seconds / 3600 % 24, minute: seconds / 60 % 60, second: seconds % 60)
  }

  public var secondsSince1970: Double { 1_795_243_920 + Double(milliseconds) / 1000 }

  public func sleep(milliseconds: Int) {
    let end = state.withLock { state in
      state.sleeps.append(milliseconds)
      return state.now + max(0, milliseconds)
    }
    while let action = nextAction(upTo: end) {
      action()
      // A sleep ends early when the user wants to stop.
      if interrupted { return }
    }
    state.withLock { $0.now = max($0.now, end) }
    if end > limit { fatalError("FakeClock: the program sleeps past \(limit) ms and would never end") }
  }

  /// Sends the user's Ctrl-Z at `time` milliseconds; the process is continued at once.
  public func suspend(at time: Int) { at(time) { [self] in state.withLock { $0.suspensionWanted = true } } }

  /// How often the program stopped itself.
  public var suspensions: Int { state.withLock { $0.suspensions } }

  public func takeSuspension() -> Bool {
    state.withLock { state in
      defer { state.suspensionWanted = false }
      return state.suspensionWanted
    }
  }

  public func suspend() { state.withLock { $0.suspensions += 1 } }

  public func holdInterruptions() { state.withLock { $0.held = true } }

  public var interrupted: Bool { state.withLock { $0.interrupted } }

  private func nextAction(upTo end: Int) -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard let next = state.plans.indices.min(by: { state.plans[$0].time < state.plans[$1].time }),
        state.plans[next].time <= end
      else { return nil }
      let plan = state.plans.remove(at: next)
      state.now = max(state.now, plan.time)
      return plan.action
    }
  }
}
