public import HostAccess
internal import InfiniBandWire

/// How patient and how greedy the asking is.
public struct RequestPolicy: Sendable, Equatable {
  /// Requests under way at the beginning; it grows while answers are prompt and shrinks when they fail.
  public var initialWindow = 4
  /// Never more than 128: the simulator stops for ever at 400, and a real agent has no queue of that length either.
  public var maximumWindow = 64
  /// The longest wait for one answer, in milliseconds; the first ones are much shorter.
  public var timeoutMilliseconds = 250
  /// How often nothing may come in place of an answer before a node counts as silent. Where 36 exchanges in a hundred
  /// fail (one datagram in five, each way), 24 leave one sweep of 10,000 requests in four million incomplete.
  public var attempts = 24
  /// How often a request is sent at most, the attempts that came back at once with an error included; at most 127. These
  /// cost next to nothing, and in the simulator every switch on the way loses its share.
  public var attemptsWithErrors = 120
  /// How often a Set is sent: what it does may have been done although the answer was lost.
  public var attemptsOfSet = 3
  /// When nothing at all has answered for so many milliseconds, nothing will: longer than one request is asked again.
  public var longestSilence: Int { max(6_000, 24 * timeoutMilliseconds) }
  /// The M_Key of the subnet; 0 for none.
  public var mKey: UInt64 = 0
  /// The place in the local port's P_Key table that general services are asked with.
  public var keyIndex: UInt16 = 0
  /// The session ends after so many milliseconds, whatever is still open; `nil`: never.
  public var limitMilliseconds: Int?

  public init() {}
}

/// Why a session came to an end before its work was done.
public enum SessionFailure: Error, Equatable, Sendable {
  case management(ManagementError)
  /// The user wants to stop.
  case interrupted
  /// ``RequestPolicy/limitMilliseconds`` have passed.
  case outOfTime(milliseconds: Int)
}

/// A subnet as it can be asked through one local port: one descriptor, a bounded window of requests, own deadlines.
public final class FabricSession {
  /// SMPs by directed route and by LID, and performance management.
  public static let classes: [ManagementClass] =
    [ManagementDatagram.Class.subnetDirectedRoute, .subnetLIDRouted, .performance].map {
      ManagementClass(identifier: $0.rawValue, version: 1)
    }

  /// Subnet administration, whose long answers the kernel puts together.
  public static let administration = [
    ManagementClass(identifier: ManagementDatagram.Class.subnetAdministration.rawValue, version: 2, isReliable: true)
  ]

  /// What storage targets offer.
  public static let deviceManagement = [
    ManagementClass(identifier: ManagementDatagram.Class.deviceManagement.rawValue, version: 1)
  ]

  let port: any ManagementPort
  let clock: any Clock
  let policy: RequestPolicy
  /// Of everything that was asked so far.
  public internal(set) var traffic = Traffic()
  var pacing: RequestPacing
  var ledger = TransactionLedger()
  /// Probes sent so far.
  var probes: UInt32 = 0
  /// On the clock of this session.
  let deadline: Int

  public init(port: any ManagementPort, clock: any Clock, policy: RequestPolicy = RequestPolicy()) {
    self.port = port
    self.clock = clock
    self.policy = policy
    pacing = RequestPacing(policy)
    deadline = policy.limitMilliseconds.map { clock.milliseconds + $0 } ?? .max
  }

  /// - Parameter more: classes to register besides.
  /// - Throws: when the port has no management device or the user may not open it.
  public convenience init(
    _ management: any ManagementAccess, device: String, port: Int, clock: any Clock,
    policy: RequestPolicy = RequestPolicy(), classes: [ManagementClass] = FabricSession.classes
  ) throws(ManagementError) {
    self.init(port: try management.open(device: device, port: port, classes: classes), clock: clock, policy: policy)
  }

  /// Asks all of `requests`, and what `handle` adds, until every one has an outcome.
  ///
  /// - Parameters:
  ///   - handle: gets each outcome with the request's tag, in the order of arrival, and may add requests.
  ///   - wanted: asked when the turn of a request has come, and before it is repeated: one that is no longer wanted has
  ///     no outcome.
  public func perform<Tag>(
    _ requests: [(Tag, FabricRequest)], _ handle: (Tag, RequestOutcome, inout RequestQueue<Tag>) -> Void,
    wanted: (Tag) -> Bool = { _ in true }
  ) throws(SessionFailure) {
    var queue = RequestQueue<Tag>()
    for (tag, request) in requests { queue.add(request, tag: tag) }
    var engine = RequestEngine(self, queue)
    do throws(SessionFailure) {
      try engine.run(handle, wanted)
    } catch {
      engine.settle(into: self)
      throw error
    }
    engine.settle(into: self)
  }
}
