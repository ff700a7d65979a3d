public import HostAccess
internal import Synchronization

/// The kernel's answers by netlink, one after the other, as a test tells them. A question that nobody told the answer of
/// stops the test.
public final class FakeNetwork: NetworkAccess {
  /// What is asked, and what comes of it.
  public struct Step: Sendable {
    public let request: NetlinkRequest
    /// Told by the group while the answer is waited for.
    public let told: [NetlinkMessage]
    public let answer: Result<NetlinkAnswer, NetworkFailure>
  }

  private struct State {
    var steps: [Step] = []
    var structures: [(interface: String, question: [UInt8], answer: Result<[UInt8], NetworkFailure>)] = []
    var writes: [(path: String, text: String)] = []
    var refusals: [String: NetworkFailure] = [:]
  }

  private let state = Mutex(State())
  public let namespace: NetworkNamespace?

  /// The name space of a machine that has only one.
  public static let namespace = NetworkNamespace(identifier: "4:4026531840#1")

  public init(namespace: NetworkNamespace? = namespace) { self.namespace = namespace }

  /// The next question is this one.
  public func expect(
    _ request: NetlinkRequest, told: [NetlinkMessage] = [], _ answer: Result<NetlinkAnswer, NetworkFailure>
  ) {
    state.withLock { $0.steps.append(Step(request: request, told: told, answer: answer)) }
  }

  /// The next structure by ioctl is this one.
  public func expect(_ interface: String, _ structure: [UInt8], _ answer: Result<[UInt8], NetworkFailure>) {
    state.withLock { $0.structures.append((interface, structure, answer)) }
  }

  /// A write to this path is refused.
  public func refuse(_ path: String, _ failure: NetworkFailure) { state.withLock { $0.refusals[path] = failure } }

  /// What was written, one after the other.
  public var writes: [String] { state.withLock { $0.writes.map { "\($0.path) \($0.text)" } } }

  /// How many of the expected questions have not been asked.
  public var outstanding: Int { state.withLock { $0.steps.count + $0.structures.count } }

  public func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer {
    try step(request).answer.get()
  }

  public func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer {
    let step = step(request)
    for message in step.told { told(message) }
    return try step.answer.get()
  }

  private func step(_ request: NetlinkRequest) -> Step {
    state.withLock { state in
      guard let first = state.steps.first, first.request == request else {
        fatalError("not told what the kernel answers to \(request); next is \(String(describing: state.steps.first))")
      }
      return state.steps.removeFirst()
    }
  }

  public func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] {
    let answer = state.withLock { state in
      guard let first = state.structures.first, first.interface == interface, first.question == structure else {
        fatalError("not told what the kernel answers to \(structure) of \(interface)")
      }
      return state.structures.removeFirst().answer
    }
    return try answer.get()
  }

  public func write(_ text: String, to path: String) throws(NetworkFailure) {
    let refusal = state.withLock { state in
      if state.refusals[path] == nil { state.writes.append((path, text)) }
      return state.refusals[path]
    }
    if let refusal { throw refusal }
  }
}
