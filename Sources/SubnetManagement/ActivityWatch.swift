public import FabricDiscovery
public import HostAccess
public import InfiniBandWire

/// Whether a subnet manager is at work, by two readings of its activity count.
///
/// opensm gives the number of datagrams it has sent on queue pair 0, its answers to us included (`qp0_mads_sent`): every
/// reading adds at least one. So a count that moves proves a live process, and only what it moves beyond our own
/// questions is work of its own. An opensm between two sweeps (10 s by default) sends nothing.
public struct ActivityWatch: Sendable, Equatable {
  public enum Verdict: String, Sendable, Equatable, CaseIterable {
    /// It sends datagrams of its own accord.
    case working
    /// It answers, and did nothing else meanwhile.
    case idle
    /// It answers, and its count stands still: no opensm, or one whose sender is stuck.
    case stuck
    case silent
  }

  public let verdict: Verdict
  public let first: SMInfoReading?
  public let second: SMInfoReading?
  /// Of the count between the two readings, our own question included.
  public let moved: UInt32

  init(first: SMInfoReading?, second: SMInfoReading?) {
    self.first = first
    self.second = second
    guard let first, let second else {
      verdict = .silent
      moved = 0
      return
    }
    // The count may have gone round, or begun again with another process: any difference is a movement.
    moved = second.activityCount &- first.activityCount
    verdict = moved == 0 ? .stuck : moved == 1 ? .idle : .working
  }
}

extension FabricSession {
  /// Reads the SMInfo at the end of a route twice.
  /// - Parameter milliseconds: between the readings. A sweep interval long enough tells an idle one from a working one.
  public func watchActivity(
    at route: DirectedRoute, for milliseconds: Int = 50, clock: any Clock
  ) throws(SessionFailure) -> ActivityWatch {
    guard let first = try smInfo(at: route).reading else { return ActivityWatch(first: nil, second: nil) }
    clock.sleep(milliseconds: milliseconds)
    return ActivityWatch(first: first, second: try smInfo(at: route).reading)
  }
}
