public import HostAccess
internal import Synchronization

/// Management devices by name: `mlx5_0/1` leads to a port with its expected traffic, or to an error.
public final class FakeManagement: ManagementAccess {
  public enum Answer: Sendable {
    case port(FakeManagementPort)
    case error(ManagementError)
  }

  private let answers: [String: Answer]
  private let unforeseen: Unforeseen
  private let record = Mutex<[(port: String, classes: [ManagementClass])]>([])

  public init(_ answers: [String: Answer] = [:], unforeseen: Unforeseen = .stop) {
    self.answers = answers
    self.unforeseen = unforeseen
  }

  /// Every port that was opened, with the classes registered for, first to last.
  public var opened: [(port: String, classes: [ManagementClass])] { record.withLock { $0 } }

  public func open(device: String, port: Int, classes: [ManagementClass]) throws(ManagementError) -> any ManagementPort
  {
    let name = "\(device)/\(port)"
    record.withLock { $0.append((name, classes)) }
    switch answers[name] {
    case .port(let port): return port
    case .error(let error): throw error
    case nil where unforeseen == .absent: throw .noDevice
    case nil: stop("FakeManagement", "for the port \(name)")
    }
  }
}

/// A management device that expects certain datagrams, in their order, and answers each as told.
public final class FakeManagementPort: ManagementPort, Sendable {
  /// One datagram expected, and what comes of it.
  public struct Exchange: Sendable {
    public enum Outcome: Sendable {
      /// What to answer, made from the request (its transaction id, for one, is the sender's to choose).
      case answer(@Sendable (_ request: [UInt8]) -> [UInt8])
      /// The kernel gives the request back: nobody answered in time.
      case timedOut
      /// Nothing ever comes.
      case silence
      /// Sending fails.
      case error(ManagementError)
    }

    let name: String
    let matches: @Sendable (_ request: [UInt8], _ address: ManagementAddress) -> Bool
    let outcome: Outcome

    /// - Parameters:
    ///   - name: for the message when something else is sent.
    ///   - matches: whether the datagram is the expected one.
    public init(
      _ name: String, matches: @escaping @Sendable ([UInt8], ManagementAddress) -> Bool = { _, _ in true },
      outcome: Outcome
    ) {
      self.name = name
      self.matches = matches
      self.outcome = outcome
    }

    /// Expects these bytes; `nil` stands for any byte, and so does all that follows the last one.
    public init(_ name: String, bytes: [UInt8?], outcome: Outcome) {
      self.init(
        name,
        matches: { request, _ in
          request.count >= bytes.count && zip(request, bytes).allSatisfy { $1 == nil || $0 == $1 }
        }, outcome: outcome)
    }
  }

  private struct State {
    var expected: ArraySlice<Exchange>
    var arrivals: [ManagementArrival] = []
    var sent: [[UInt8]] = []
  }

  private let state: Mutex<State>
  private let clock: FakeClock?

  /// - Parameter clock: advanced by the whole patience when nothing arrives.
  public init(_ exchanges: [Exchange], clock: FakeClock? = nil) {
    state = Mutex(State(expected: exchanges[...]))
    self.clock = clock
  }

  /// The exchanges that have not come yet: a test ends with this empty.
  public var outstanding: [String] { state.withLock { $0.expected.map(\.name) } }

  public var sent: [[UInt8]] { state.withLock { $0.sent } }

  public func send(
    _ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int
  ) throws(ManagementError) {
    let error: ManagementError? = state.withLock { state in
      guard let step = state.expected.popFirst() else {
        stop("FakeManagementPort", "to send to \(address) after the last expected datagram: \(hexadecimal(datagram))")
      }
      guard step.matches(datagram, address) else {
        stop("FakeManagementPort", "to send to \(address), not \(step.name) as expected: \(hexadecimal(datagram))")
      }
      state.sent.append(datagram)
      switch step.outcome {
      case .answer(let make): state.arrivals.append(.answer(make(datagram)))
      case .timedOut: state.arrivals.append(.timedOut(datagram))
      case .silence: break
      case .error(let error): return error
      }
      return nil
    }
    if let error { throw error }
  }

  public func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    let arrival = state.withLock { $0.arrivals.isEmpty ? nil : $0.arrivals.removeFirst() }
    if arrival == nil { clock?.sleep(milliseconds: timeoutMilliseconds) }
    return arrival
  }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.prefix(64).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + (bytes.count > 64 ? "..." : "")
}
