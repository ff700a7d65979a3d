/// How many requests may be under way, and how long to wait for each: both follow what the subnet does.
struct RequestPacing {
  /// Datagrams under way at a time, all told: the simulator stops for ever at 400, and agents have no queue of that
  /// length.
  static let mostUnderWay = 128
  /// Room that stays free for those that have missed their second answer already, so that neither silent nodes hold up
  /// the others nor the others them.
  private static let roomForDoubtful = 16
  /// The window does not shrink below this: one lost answer must not stop the rest.
  private static let smallestWindow = 8
  /// Milliseconds: a process that waits for its turn on a busy machine is not lost.
  private static let shortestWait = 16

  /// Requests in their first two attempts that may be under way.
  private(set) var window: Int
  /// The same for those in later attempts.
  let doubtfulWindow: Int
  private let largest: Int
  private let longestWait: Int

  private var answered = 0
  private var lost = 0
  /// Smoothed round trip in 1/16 ms; the first guess is for a subnet of which nothing is known.
  private var roundTrip = 10 * 16

  init(_ policy: RequestPolicy) {
    largest = min(max(policy.maximumWindow, 1), Self.mostUnderWay - Self.roomForDoubtful)
    window = min(max(policy.initialWindow, 1), largest)
    doubtfulWindow = max(min(largest, Self.mostUnderWay - largest), 1)
    longestWait = max(policy.timeoutMilliseconds, 1)
  }

  /// How long attempt `number`, the first being 1, waits for its answer. Every other attempt waits twice as long.
  func patience(attempt number: Int) -> Int {
    let base = roundTrip / 4 + Self.shortestWait
    return min(base << min((number - 1) / 2, 16), longestWait)
  }

  /// The pause before attempt `number` after an error that came at once: none at first, then up to 16 ms, for a link
  /// that comes back in a moment.
  func pause(beforeAttempt number: Int) -> Int { number <= 4 ? 0 : 1 << min(number - 5, 4) }

  /// - Parameter milliseconds: from the attempt that was answered, or an earlier one, to its answer.
  mutating func answer(attempt: Int, milliseconds: Int) {
    let sample = min(max(milliseconds, 0), longestWait) * 16
    // Up at once and down slowly: too short a wait doubles the traffic, too long a one only costs time after a loss.
    roundTrip += sample > roundTrip ? (sample - roundTrip) / 4 : (sample - roundTrip) / 16
    if attempt == 1 { count(loss: false) }
  }

  mutating func loss(attempt: Int) {
    if attempt == 1 { count(loss: true) }
  }

  /// The window doubles when a window full of requests went well, and halves when two fifths of one were lost: a subnet
  /// that loses one in five all the time is not helped by fewer requests at a time, one that is overrun loses most.
  private mutating func count(loss: Bool) {
    if loss { lost += 1 } else { answered += 1 }
    guard answered + lost >= max(window, Self.smallestWindow) else { return }
    if lost * 5 >= (answered + lost) * 2 {
      window = max(window / 2, min(Self.smallestWindow, largest))
    } else if lost * 3 <= answered + lost {
      window = min(window * 2, largest)
    }
    answered = 0
    lost = 0
  }
}
