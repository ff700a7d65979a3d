import BinaryLayout
import FabricLab
import HostAccess
import InfiniBandWire
import Synchronization
import TestSupport
import Testing

@testable import FabricDiscovery

/// The window, the deadlines and the repetitions, against ports that do as they are told.
@Suite struct RequestEngineTests {
  /// A port whose answers a test makes: each datagram leads to arrivals at moments of its choice.
  private final class ScriptedPort: ManagementPort {
    let clock: FakeClock
    var script: (_ request: ManagementDatagram, _ number: Int) throws(ManagementError) -> [(Int, ManagementArrival)]
    private(set) var sent: [(time: Int, datagram: ManagementDatagram, patience: Int)] = []
    private(set) var receives = 0
    private(set) var longestWait = 0
    private var waiting: [(due: Int, arrival: ManagementArrival)] = []

    init(
      clock: FakeClock = FakeClock(),
      script: @escaping (ManagementDatagram, Int) throws(ManagementError) -> [(Int, ManagementArrival)]
    ) {
      self.clock = clock
      self.script = script
    }

    var isDrained: Bool { waiting.isEmpty }

    func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
      guard let request = ManagementDatagram(datagram) else { throw .failed("256 bytes") }
      let arrivals = try script(request, sent.count)
      sent.append((clock.milliseconds, request, timeoutMilliseconds))
      for (delay, arrival) in arrivals { waiting.append((clock.milliseconds + delay, arrival)) }
    }

    func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
      receives += 1
      longestWait = max(longestWait, timeoutMilliseconds)
      let next = waiting.indices.min { waiting[$0].due < waiting[$1].due }
      guard let next, waiting[next].due <= clock.milliseconds + timeoutMilliseconds else {
        clock.sleep(milliseconds: timeoutMilliseconds)
        return nil
      }
      clock.sleep(milliseconds: max(0, waiting[next].due - clock.milliseconds))
      return waiting.remove(at: next).arrival
    }
  }

  private static func response(
    to request: ManagementDatagram, status: UInt16 = 0, change: (inout [UInt8]) -> Void = { _ in }
  ) -> ManagementArrival {
    var bytes = request.bytes
    bytes[3] = ManagementDatagram.Method.getResponse.rawValue
    // The upper half of the transaction is not the sender's.
    bytes[9] = 0x5a
    ManagementDatagram.Layout.status.write(UInt64(status | 0x8000), into: &bytes)
    change(&bytes)
    return .answer(bytes)
  }

  private static func question(
    _ number: Int = 0, method: ManagementDatagram.Method = .get
  ) -> (Int, FabricRequest) {
    (number, FabricRequest(.subnet(.portInfo), modifier: UInt32(number), to: .directedRoute(.local), method: method))
  }

  private static func modifier(of datagram: ManagementDatagram) -> Int {
    Int(ManagementDatagram.Layout.attributeModifier.read(datagram.bytes) ?? 0)
  }

  private struct Result {
    var outcomes: [(tag: Int, outcome: RequestOutcome, time: Int)] = []
    var traffic = Traffic()
    var only: RequestOutcome? { outcomes.count == 1 ? outcomes[0].outcome : nil }
    var isAnswer: Bool { if case .answer = only { true } else { false } }
  }

  private func ask(
    _ port: ScriptedPort, _ requests: [(Int, FabricRequest)] = [question()], policy: RequestPolicy = RequestPolicy()
  ) throws -> Result {
    let session = FabricSession(port: port, clock: port.clock, policy: policy)
    var result = Result()
    try session.perform(requests) { tag, outcome, _ in result.outcomes.append((tag, outcome, port.clock.milliseconds)) }
    result.traffic = session.traffic
    return result
  }

  @Test func answerIsHandedOver() throws {
    let port = ScriptedPort { request, _ in [(1, Self.response(to: request) { $0[64] = 7 })] }
    let result = try ask(port, [Self.question(3)])
    guard case .answer(let datagram) = result.only else {
      Issue.record("\(result)")
      return
    }
    #expect(datagram.attribute.first == 7 && result.outcomes[0].tag == 3)
    #expect(result.traffic.sent == 1 && result.traffic.answers == 1 && result.traffic.widestWindow == 1)
  }

  @Test func whatTheHandlerAddsIsAsked() throws {
    let port = ScriptedPort { request, _ in [(0, Self.response(to: request))] }
    var seen: [Int] = []
    try FabricSession(port: port, clock: port.clock).perform([Self.question(5)]) { tag, _, queue in
      seen.append(tag)
      if tag > 0 { queue.add(Self.question(tag - 1).1, tag: tag - 1) }
    }
    #expect(seen == [5, 4, 3, 2, 1, 0])
    #expect(port.sent.map { Self.modifier(of: $0.datagram) } == seen)
  }

  /// Each attempt has a transaction of its own, and waits longer than the one before the last.
  @Test func silenceIsAskedAgainForAWhile() throws {
    let port = ScriptedPort { _, _ in [] }
    let result = try ask(port)
    #expect(result.only == .silent(attempts: 24))
    #expect(port.sent.count == 24 && Set(port.sent.map(\.datagram.transactionID)).count == 24)
    #expect(result.traffic.timeouts == 24 && result.traffic.retries == 23)
    #expect(zip(port.sent, port.sent.dropFirst(2)).allSatisfy { $0.patience * 2 == $1.patience || $1.patience == 250 })
    #expect(port.clock.milliseconds < 7_000 && port.longestWait <= 250)
    #expect(port.receives < 2 * port.sent.count + port.clock.milliseconds / 200, "no busy waiting")
  }

  /// A fabric that dies in the middle: nobody waits for each of thousands in turn.
  @Test func silenceOfAllEndsIt() throws {
    let port = ScriptedPort { request, number in number < 100 ? [(1, Self.response(to: request))] : [] }
    let result = try ask(port, (0..<5_000).map { Self.question($0) })
    let silent = result.outcomes.filter { if case .silent = $0.outcome { true } else { false } }
    #expect(result.outcomes.count == 5_000 && Set(result.outcomes.map(\.tag)).count == 5_000, "each has one outcome")
    #expect(silent.count == 4_900)
    #expect(port.clock.milliseconds < 10_000, "\(port.clock.milliseconds)")
    #expect(port.isDrained)
  }

  @Test func lossToldAtOnceIsAskedAgainAtOnce() throws {
    let port = ScriptedPort { request, number in
      number < 3 ? [(0, .timedOut(request.bytes))] : [(0, Self.response(to: request))]
    }
    let result = try ask(port)
    #expect(result.isAnswer && port.clock.milliseconds == 0 && port.sent.count == 4)
    #expect(result.traffic.timeouts == 3 && result.traffic.retries == 3)
  }

  @Test func lossToldAtOnceForEverEnds() throws {
    let port = ScriptedPort { request, _ in [(0, .timedOut(request.bytes))] }
    let result = try ask(port)
    #expect(result.only == .silent(attempts: 120))
    // Long enough for a link that comes back, and not for ever.
    #expect((500...3_000).contains(port.clock.milliseconds))
  }

  @Test func answerToAnEarlierAttemptIsAnAnswer() throws {
    let port = ScriptedPort { request, number in number == 0 ? [(100, Self.response(to: request))] : [] }
    let result = try ask(port)
    #expect(result.isAnswer && result.outcomes[0].time == 100)
    #expect(port.sent.count > 1)
  }

  @Test func whatComesTwiceOrFromStrangersIsCounted() throws {
    let port = ScriptedPort { request, number in
      let answer = Self.response(to: request)
      var arrivals = [(0, answer), (0, answer), (1, answer)]
      if number == 0 {
        arrivals =
          [
            (0, .answer([])), (0, .answer(Array(request.bytes.prefix(100)))), (0, .timedOut([1, 2, 3])),
            (0, .answer(request.bytes)), (0, Self.response(to: request) { $0[17] = 0x11 }),
            (0, Self.response(to: request) { $0[1] = 0x04 }), (0, Self.response(to: request) { $0[12] ^= 0x40 }),
            (0, Self.response(to: request) { $0[14] ^= 0x40 }),
          ] + arrivals
      }
      return arrivals
    }
    let result = try ask(port, (0..<10).map { Self.question($0) })
    #expect(result.outcomes.map(\.tag).sorted() == Array(0..<10))
    #expect(result.traffic.answers == 10 && result.traffic.sent == 10)
    #expect(result.traffic.unknown == 8)
    // What comes after the last answer nobody waits for.
    #expect((8...20).contains(result.traffic.repeated))
  }

  @Test func busyIsAskedLater() throws {
    let port = ScriptedPort { request, number in [(0, Self.response(to: request, status: number < 4 ? 1 : 0))] }
    #expect(try ask(port).isAnswer)
    #expect(port.sent.count == 5 && port.clock.milliseconds >= 40)
    let always = ScriptedPort { request, _ in [(0, Self.response(to: request, status: 1))] }
    guard case .refused(let datagram) = try ask(always).only else {
      Issue.record("not refused")
      return
    }
    #expect(datagram.isBusy && always.sent.count == 24)
  }

  @Test func refusalIsFinal() throws {
    let port = ScriptedPort { request, _ in [(0, Self.response(to: request, status: 7 << 2))] }
    guard case .refused(let datagram) = try ask(port).only else {
      Issue.record("not refused")
      return
    }
    #expect(datagram.status == 0x1c && port.sent.count == 1)
  }

  @Test func aSetIsNotSentOften() throws {
    let silent = ScriptedPort { _, _ in [] }
    #expect(try ask(silent, [Self.question(method: .set)]).only == .silent(attempts: 3))
    let lost = ScriptedPort { request, _ in [(0, .timedOut(request.bytes))] }
    #expect(try ask(lost, [Self.question(method: .set)]).only == .silent(attempts: 3))
  }

  @Test func windowGrowsFromFourAndIsBounded() throws {
    let port = ScriptedPort { request, _ in [(2, Self.response(to: request))] }
    let result = try ask(port, (0..<2_000).map { Self.question($0) })
    #expect(result.outcomes.count == 2_000 && result.traffic.widestWindow == 64)
    // 4, 8 (the window's smallest measure), 16, 32, 64…
    #expect(port.sent.count { $0.time == 0 } == 4)
    var greedy = RequestPolicy()
    greedy.maximumWindow = 100_000
    let result128 = try ask(port, (0..<5_000).map { Self.question($0) }, policy: greedy)
    #expect(result128.outcomes.count == 5_000 && (65...128).contains(result128.traffic.widestWindow))
  }

  /// When most is lost, fewer are under way at a time; one in five is no reason.
  @Test(arguments: [(20, 60...64), (90, 0...30)]) func windowFollowsLosses(percent: Int, expected: ClosedRange<Int>)
    throws
  {
    var random = SeededGenerator(seed: 5)
    var pacing = RequestPacing(RequestPolicy())
    for _ in 0..<500 { pacing.answer(attempt: 1, milliseconds: 1) }
    var sum = 0
    for _ in 0..<4_000 {
      if Int.random(in: 0..<100, using: &random) < percent {
        pacing.loss(attempt: 1)
      } else {
        pacing.answer(attempt: 1, milliseconds: 1)
      }
      sum += pacing.window
    }
    #expect(expected.contains(sum / 4_000))
    #expect(pacing.window >= 8)
  }

  @Test func silentNodesDoNotHoldUpTheOthers() throws {
    let port = ScriptedPort { request, _ in
      Self.modifier(of: request) % 10 == 0 ? [] : [(1, Self.response(to: request))]
    }
    let result = try ask(port, (0..<2_000).map { Self.question($0) })
    let answered = result.outcomes.filter { if case .answer = $0.outcome { true } else { false } }
    #expect(answered.count == 1_800 && result.outcomes.count == 2_000)
    #expect((answered.map(\.time).max() ?? 0) < 800)
    #expect(result.traffic.widestWindow <= 128)
  }

  /// A subnet whose agents need 100 ms each: after the first answers nothing is asked twice.
  @Test func patienceIsLearnt() throws {
    let port = ScriptedPort { request, _ in [(100, Self.response(to: request))] }
    let result = try ask(port, (0..<3_000).map { Self.question($0) })
    #expect(result.outcomes.count == 3_000)
    #expect(result.traffic.retries < 300)
  }

  @Test func fullDeviceIsWaitedFor() throws {
    var refusals = 0
    let port = ScriptedPort { request, number throws(ManagementError) in
      refusals += 1
      if refusals % 3 != 0 { throw .congested }
      return [(1, Self.response(to: request))]
    }
    let result = try ask(port, (0..<50).map { Self.question($0) })
    #expect(result.outcomes.count == 50 && result.traffic.sent == 50 && result.traffic.retries == 0)
    let never = ScriptedPort { _, _ throws(ManagementError) in throw .congested }
    #expect(throws: SessionFailure.management(.congested)) { try ask(never) }
  }

  @Test func deviceThatIsGoneEndsIt() throws {
    let port = ScriptedPort { request, number throws(ManagementError) in
      if number == 10 { throw .failed("No such device") }
      return [(1, Self.response(to: request))]
    }
    #expect(throws: SessionFailure.management(.failed("No such device"))) {
      try ask(port, (0..<50).map { Self.question($0) })
    }
  }

  @Test func userWhoWantsToStop() throws {
    let port = ScriptedPort { _, _ in [] }
    port.clock.interrupt(at: 100)
    #expect(throws: SessionFailure.interrupted) { try ask(port, (0..<50).map { Self.question($0) }) }
    #expect(port.clock.milliseconds < 700)
  }

  /// An answer to a closed descriptor ends a client of the simulator.
  @Test func nothingIsLeftBehind() throws {
    let port = ScriptedPort { request, number in [(number == 0 ? 60 : 30, Self.response(to: request))] }
    port.clock.interrupt(at: 59)
    _ = try? ask(port, (0..<4).map { Self.question($0) })
    #expect(port.isDrained)
    // The second attempt is under way when the first one's answer comes.
    let late = ScriptedPort { request, number in [(number == 0 ? 70 : 40, Self.response(to: request))] }
    #expect(try ask(late).isAnswer)
    #expect(late.sent.count > 1 && late.isDrained)
  }

  /// A session asks more than once: what comes late for an earlier question is no answer to a later one.
  @Test func lateAnswersAreNotTakenForOthers() throws {
    let clock = FakeClock()
    var first: ManagementDatagram?
    let port = ScriptedPort(clock: clock) { request, _ in
      defer { if first == nil { first = request } }
      guard let first else { return [(0, Self.response(to: request) { $0[64] = 1 })] }
      return [(0, Self.response(to: first) { $0[64] = 1 }), (1, Self.response(to: request) { $0[64] = 2 })]
    }
    let session = FabricSession(port: port, clock: clock)
    var answers: [UInt8?] = []
    for number in 0..<5 {
      try session.perform([Self.question(number)]) { _, outcome, _ in
        if case .answer(let datagram) = outcome { answers.append(datagram.attribute.first) }
      }
    }
    #expect(answers == [1, 2, 2, 2, 2])
    #expect(session.traffic.repeated == 4)
  }

  @Test func whatIsNotWantedIsNotSent() throws {
    let port = ScriptedPort { request, number in number == 1 ? [] : [(0, Self.response(to: request))] }
    var answered: [Int] = []
    try FabricSession(port: port, clock: port.clock).perform((0..<8).map { Self.question($0) }) { tag, _, _ in
      answered.append(tag)
    } wanted: {
      // 1 is wanted until it was asked once; odd ones are not.
      $0 % 2 == 0 || $0 == 1 && port.sent.count < 2
    }
    #expect(answered.sorted() == [0, 2, 4, 6])
    #expect(port.sent.map { Self.modifier(of: $0.datagram) } == [0, 1, 2, 4, 6])
  }

  @Test func performanceManagementHasNoDirectedRoute() throws {
    let port = ScriptedPort { request, _ in [(0, Self.response(to: request))] }
    let requests = [
      (0, FabricRequest(.performance(.portCounters), to: .directedRoute(.local))),
      (1, FabricRequest(.performance(.portCounters), to: .lid(4))), (2, FabricRequest(.subnet(.smInfo), to: .lid(4))),
    ]
    let result = try ask(port, requests)
    #expect(result.outcomes.first?.outcome == .silent(attempts: 0))
    #expect(result.outcomes.count == 3 && result.traffic.answers == 2)
    #expect(port.sent.map { $0.datagram.managementClass } == [0x04, 0x01])
  }
}
