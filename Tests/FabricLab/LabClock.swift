public import HostAccess
internal import Synchronization

/// Time that passes only where a lab fabric waits, so that seconds of silence cost nothing.
public final class LabClock: Clock {
  private let now = Mutex(0)

  public init() {}

  public var milliseconds: Int { now.withLock { $0 } }
  public var timestamp: String { "2026-11-21T06:52:00Z" }
  public var secondsSince1970: Double { 1_795_243_920 + Double(milliseconds) / 1000 }
  public func sleep(milliseconds: Int) { now.withLock { $0 += max(0, milliseconds) } }
  public func holdInterruptions() {}
  public var interrupted: Bool { false }
  public func takeSuspension() -> Bool { false }
  public func suspend() {}
}
