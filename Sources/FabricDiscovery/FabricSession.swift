public import HostAccess
public import InfiniBandWire

/// How patient and how greedy the asking is.
public struct RequestPolicy: Sendable, Equatable {
  /// Requests under way at the beginning; it grows while answers are prompt and shrinks when they fail.
  public var initialWindow = 4
  /// Never more than 128: the simulator stops for ever at 400, and a real agent has no queue of that length either.
  public var maximumWindow = 64
  /// The longest wait for one answer, in milliseconds.
  public var timeoutMilliseconds = 500
  /// How often a request is sent before its node counts as silent.
  public var attempts = 12

  public init() {}
}

/// One question to one agent.
public struct FabricRequest: Sendable, Equatable {
  public enum Destination: Sendable, Equatable {
    case directedRoute(DirectedRoute)
    case lid(UInt16)
  }

  public enum Attribute: Sendable, Equatable {
    case subnet(ManagementDatagram.SubnetAttribute)
    case performance(ManagementDatagram.PerformanceAttribute)
  }

  public var destination: Destination
  public var attribute: Attribute
  public var modifier: UInt32
  public var method: ManagementDatagram.Method
  /// The attribute's bytes, for a Set and for a selection.
  public var data: [UInt8]

  public init(
    _ attribute: Attribute, modifier: UInt32 = 0, to destination: Destination,
    method: ManagementDatagram.Method = .get, data: [UInt8] = []
  ) {
    self.destination = destination
    self.attribute = attribute
    self.modifier = modifier
    self.method = method
    self.data = data
  }
}

/// What became of a request.
public enum RequestOutcome: Sendable, Equatable {
  /// A response with status 0; its attribute has the length of the class, not that of the layout.
  case answer(ManagementDatagram)
  /// A response with a status: busy ones are tried again first.
  case refused(ManagementDatagram)
  case silent(attempts: Int)
}

/// Why a session came to an end before its work was done.
public enum SessionFailure: Error, Equatable, Sendable {
  case management(ManagementError)
  /// The user wants to stop.
  case interrupted
}

/// A subnet as it can be asked through one local port: one descriptor, a bounded window of requests, own deadlines.
public final class FabricSession {
  /// SMPs by directed route and by LID, and performance management.
  public static let classes: [ManagementClass] =
    [ManagementDatagram.Class.subnetDirectedRoute, .subnetLIDRouted, .performance].map {
      ManagementClass(identifier: $0.rawValue, version: 1)
    }

  let port: any ManagementPort
  let clock: any Clock
  let policy: RequestPolicy
  /// Of everything that was asked so far.
  public internal(set) var traffic = Traffic()

  public init(port: any ManagementPort, clock: any Clock, policy: RequestPolicy = RequestPolicy()) {
    self.port = port
    self.clock = clock
    self.policy = policy
  }

  /// - Throws: when the port has no management device or the user may not open it.
  public convenience init(
    _ management: any ManagementAccess, device: String, port: Int, clock: any Clock,
    policy: RequestPolicy = RequestPolicy()
  ) throws(ManagementError) {
    self.init(
      port: try management.open(device: device, port: port, classes: Self.classes), clock: clock, policy: policy)
  }

  /// Asks all of `requests`, and what `handle` adds, until every one has an outcome.
  ///
  /// - Parameter handle: gets each outcome with the request's tag, in the order of arrival, and may add requests.
  public func perform<Tag>(
    _ requests: [(Tag, FabricRequest)], _ handle: (Tag, RequestOutcome, inout RequestQueue<Tag>) -> Void
  ) throws(SessionFailure) {
    preconditionFailure("not written yet")
  }
}

/// Requests that wait for their turn, first in, first out.
public struct RequestQueue<Tag> {
  var waiting: [(tag: Tag, request: FabricRequest)] = []

  public init() {}

  public mutating func add(_ request: FabricRequest, tag: Tag) { waiting.append((tag, request)) }
}
