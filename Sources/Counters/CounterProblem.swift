package import Vocabulary

/// What `rdmactl counters --check` can find. The raw values are stable.
package enum CounterProblem: String, CaseIterable, Sendable {
  case symbolErrors = "counters.symbol_errors"
  case flaps = "counters.flaps"
  case retransmissions = "counters.retransmissions"
  case timeouts = "counters.timeouts"
  case lostConnections = "counters.lost_connections"
  case notReady = "counters.receiver_not_ready"
  case outOfBuffer = "counters.out_of_buffer"
  case discards = "counters.discards"
  case notifications = "counters.cnp_storm"
  case pauseStorm = "counters.pause_storm"
  case pauseTime = "counters.paused"

  package var severity: Severity { .warning }

  package var meaning: String {
    switch self {
    case .symbolErrors: "bit errors on the link: cable, connector or module"
    case .flaps: "the link goes down and comes back"
    case .retransmissions: "packets are lost and sent again: drops on the way, or a path that reorders packets"
    case .timeouts: "acknowledgements do not come in time: loss, a wrong route, or a peer that hangs"
    case .lostConnections: "connections were lost because no retry was answered"
    case .notReady: "a receiver has no receive buffers posted (RNR): the application there is too slow"
    case .outOfBuffer: "packets are dropped because no receive buffer was posted: the application here is too slow"
    case .discards: "packets are dropped by the port: its buffer is too small, or flow control does not work"
    case .notifications: "congestion notifications all the time: senders are slowed down"
    case .pauseStorm: "pause frames all the time: a receiver is too slow, or the fabric is congested"
    case .pauseTime: "sending is paused for a large part of the time"
    }
  }

  /// What helps.
  package var advice: String {
    switch self {
    case .symbolErrors, .flaps:
      "clean or replace the cable or module; compare the counters of the port at its other end"
    case .retransmissions, .timeouts, .lostConnections:
      "check that both ends and every switch between them have the same PFC, ECN and MTU settings"
    case .notReady, .outOfBuffer: "post more receive buffers, or use a shared receive queue"
    case .discards: "check flow control (PFC or global pause) and the buffers of the port"
    case .notifications: "look for the port that many send to at once; check the switch's ECN thresholds"
    case .pauseStorm, .pauseTime:
      "find the slow receiver: PCI Express link, memory, CPU; check the switch's PFC watchdog"
    }
  }

  /// From how many events on, since the counters were last cleared, it is worth telling; `nil`: a sum says nothing.
  package var total: UInt64? {
    switch self {
    case .symbolErrors, .flaps, .timeouts: 10
    case .lostConnections: 1
    case .retransmissions, .notReady, .outOfBuffer, .discards: 1000
    case .notifications, .pauseStorm, .pauseTime: nil
    }
  }

  /// From how many events in a second on, over an interval, it is.
  package var perSecond: Double {
    switch self {
    // Any at all.
    case .symbolErrors, .flaps, .timeouts, .lostConnections: 0
    case .retransmissions, .notReady, .outOfBuffer, .discards: 1
    case .notifications, .pauseStorm: 1000
    // Microseconds: a tenth of the time.
    case .pauseTime: 100_000
    }
  }

  package static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }
}
