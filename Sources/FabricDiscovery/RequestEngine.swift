internal import BinaryLayout
internal import HostAccess
internal import InfiniBandWire

/// Keeps a window of requests under way until every one has its outcome.
///
/// A request is sent, and sent once more whenever an error or nothing came in place of its answer. Every attempt has a
/// transaction identifier of its own; the answer to an earlier one is an answer as well.
struct RequestEngine<Tag> {
  private struct OpenRequest {
    enum Phase { case free, ready, underWay, pausing }

    var tag: Tag
    var request: FabricRequest
    var phase = Phase.ready
    var attempt = 0
    /// Attempts after which nothing came.
    var silences = 0
    var sent = 0
    var firstSent = 0
    /// The deadline of the attempt under way, or the end of the pause.
    var due = 0
  }

  /// The longest wait at a time: the simulator's wait is not ended by a signal.
  private static var tick: Int { 250 }
  /// The pause when the device takes no more, and how often in a row before that is an error.
  private static var congestionPause: Int { 2 }
  private static var mostCongestion: Int { 5_000 }

  private let port: any ManagementPort
  private let clock: any Clock
  private let policy: RequestPolicy
  private let deadline: Int
  private var traffic: Traffic
  private var pacing: RequestPacing
  private var ledger: TransactionLedger

  private var queue: RequestQueue<Tag>
  private var open: [OpenRequest] = []
  private var freePlaces: [Int] = []
  /// Places to send once more: for the second time, and more often.
  private var again = Fifo<Int>()
  private var doubtful = Fifo<Int>()
  private var pausing = 0
  private var underWay = 0
  private var doubtfulUnderWay = 0
  private var now: Int
  /// No deadline and no pause ends before.
  private var nextDue = Int.max
  private var congested = 0
  /// When the last answer came, or the work began.
  private var lastHeard: Int

  init(_ session: FabricSession, _ queue: RequestQueue<Tag>) {
    port = session.port
    clock = session.clock
    policy = session.policy
    deadline = session.deadline
    traffic = session.traffic
    pacing = session.pacing
    ledger = session.ledger
    self.queue = queue
    now = session.clock.milliseconds
    lastHeard = now
  }

  typealias Handler = (Tag, RequestOutcome, inout RequestQueue<Tag>) -> Void

  mutating func run(_ handle: Handler, _ wanted: (Tag) -> Bool) throws(SessionFailure) {
    while true {
      if clock.interrupted { throw .interrupted }
      now = clock.milliseconds
      if now >= deadline { throw .outOfTime(milliseconds: policy.limitMilliseconds ?? 0) }
      if now >= nextDue {
        // What has arrived while this process waited for its turn is not late.
        for _ in 0..<RequestPacing.mostUnderWay {
          guard let arrival = try receive(0) else { break }
          take(arrival, handle)
        }
        meetDeadlines(handle)
        if now - lastHeard > policy.longestSilence { giveUp(handle, wanted) }
      }
      try send(handle, wanted)
      guard underWay + doubtfulUnderWay + pausing > 0 || congested > 0 || hasWaiting else { return }
      let wait = congested > 0 ? Self.congestionPause : min(max(nextDue - now, 1), Self.tick)
      if let arrival = try receive(wait) {
        now = clock.milliseconds
        take(arrival, handle)
      }
    }
  }

  /// Gives the session back what it lent, and waits for what may still come in: an answer to a closed descriptor ends a
  /// client of the simulator.
  mutating func settle(into session: FabricSession) {
    for place in open.indices where open[place].phase == .underWay {
      ledger.expectLate(id(of: place), until: open[place].due)
    }
    now = clock.milliseconds
    let end = now + Self.tick
    while let last = ledger.lastDeadline, last > now, end > now {
      // The outcome is there already: what goes wrong now changes nothing.
      switch try? port.receive(timeoutMilliseconds: min(last, end) - now) {
      case .answer(let bytes):
        traffic.repeated += 1
        Self.transaction(bytes).map { ledger.arrivedLate($0) }
      case .timedOut(let bytes):
        Self.transaction(bytes).map { ledger.arrivedLate($0) }
      case nil:
        // A port that fails does not wait.
        if clock.milliseconds == now { now = end }
      }
      now = max(now, clock.milliseconds)
    }
    for place in open.indices where open[place].phase != .free { ledger.close(place: place) }
    session.traffic = traffic
    session.pacing = pacing
    session.ledger = ledger
  }

  private func receive(_ milliseconds: Int) throws(SessionFailure) -> ManagementArrival? {
    do throws(ManagementError) {
      return try port.receive(timeoutMilliseconds: milliseconds)
    } catch .congested {
      return nil
    } catch {
      throw .management(error)
    }
  }

  // MARK: Sending

  /// Whether a request has been sent as often as it should.
  private func isSpent(_ place: Int) -> Bool {
    let most = open[place].request.method == .set ? policy.attemptsOfSet : policy.attemptsWithErrors
    let silences = min(policy.attempts, open[place].request.mostSilences ?? .max)
    return open[place].silences >= silences || open[place].attempt >= min(most, TransactionID.mostAttempts)
  }

  private func id(of place: Int) -> TransactionID {
    TransactionID(place: place, generation: ledger.currentGeneration(of: place), attempt: open[place].attempt)
  }

  /// Whether the kernel holds as many requests as it should.
  private var isFull: Bool { underWay + doubtfulUnderWay + ledger.underWay >= RequestPacing.mostUnderWay }

  private var hasWaiting: Bool { !doubtful.isEmpty || !again.isEmpty || !queue.waiting.isEmpty }

  private mutating func send(_ handle: Handler, _ wanted: (Tag) -> Bool) throws(SessionFailure) {
    while doubtfulUnderWay < pacing.doubtfulWindow, !isFull, let place = doubtful.popFirst() {
      guard try sendAgain(place, wanted) else { return doubtful.append(place) }
    }
    while underWay < pacing.window, !isFull, let place = again.popFirst() {
      guard try sendAgain(place, wanted) else { return again.append(place) }
    }
    while underWay < pacing.window, !isFull, !freePlaces.isEmpty || open.count < TransactionID.places {
      guard let (tag, request) = queue.waiting.popFirst() else { break }
      guard wanted(tag) else { continue }
      guard request.isPossible else {
        handle(tag, .silent(attempts: 0), &queue)
        continue
      }
      let place = take(OpenRequest(tag: tag, request: request))
      guard try attempt(place) else { return again.append(place) }
    }
    congested = 0
  }

  private mutating func take(_ request: OpenRequest) -> Int {
    if let place = freePlaces.popLast() {
      open[place] = request
      return place
    }
    open.append(request)
    ledger.prepare(place: open.count - 1)
    return open.count - 1
  }

  /// - Returns: whether its turn is over: `false` when it could not be sent now.
  private mutating func sendAgain(_ place: Int, _ wanted: (Tag) -> Bool) throws(SessionFailure) -> Bool {
    // Answered while it waited.
    guard open[place].phase == .ready else {
      free(place)
      return true
    }
    guard wanted(open[place].tag) else {
      close(place)
      free(place)
      return true
    }
    return try attempt(place)
  }

  private mutating func attempt(_ place: Int) throws(SessionFailure) -> Bool {
    open[place].attempt += 1
    let number = open[place].attempt
    let (datagram, address) = open[place].request.datagram(
      transactionID: id(of: place).rawValue, policy: policy)
    let patience = pacing.patience(attempt: number)
    do throws(ManagementError) {
      try port.send(datagram.bytes, to: address, timeoutMilliseconds: patience)
    } catch .congested {
      open[place].attempt -= 1
      congested += 1
      guard congested < Self.mostCongestion else { throw .management(.congested) }
      return false
    } catch {
      throw .management(error)
    }
    traffic.sent += 1
    if number > 1 { traffic.retries += 1 } else { open[place].firstSent = now }
    open[place].phase = .underWay
    open[place].sent = now
    // The kernel's own time-out comes first.
    open[place].due = now + patience + 2
    nextDue = min(nextDue, open[place].due)
    if number > 2 { doubtfulUnderWay += 1 } else { underWay += 1 }
    traffic.widestWindow = max(traffic.widestWindow, underWay + doubtfulUnderWay)
    return true
  }

  // MARK: What comes in

  private static func transaction(_ bytes: [UInt8]) -> TransactionID? {
    ManagementDatagram.Layout.transactionID.read(bytes).map { TransactionID(rawValue: UInt32(truncatingIfNeeded: $0)) }
  }

  private mutating func take(_ arrival: ManagementArrival, _ handle: Handler) {
    switch arrival {
    case .timedOut(let bytes):
      guard let id = Self.transaction(bytes), isKnown(id) else { return traffic.unknown += 1 }
      ledger.arrivedLate(id)
      // An earlier attempt's end is known already.
      guard isOpen(id), open[id.place].phase == .underWay, open[id.place].attempt == id.attempt else { return }
      lose(id.place, handle)
    case .answer(let bytes):
      guard let datagram = ManagementDatagram(bytes) else { return traffic.unknown += 1 }
      let id = TransactionID(rawValue: datagram.transactionID)
      guard isOpen(id) else {
        guard ledger.wasUsed(id) else { return traffic.unknown += 1 }
        ledger.arrivedLate(id)
        return traffic.repeated += 1
      }
      guard open[id.place].request.isAnswered(by: datagram) else { return traffic.unknown += 1 }
      answer(id, datagram, handle)
    }
  }

  /// Whether the request of this attempt has no outcome yet.
  private func isOpen(_ id: TransactionID) -> Bool {
    open.indices.contains(id.place) && open[id.place].phase != .free
      && ledger.currentGeneration(of: id.place) == id.generation && (1...open[id.place].attempt).contains(id.attempt)
  }

  private func isKnown(_ id: TransactionID) -> Bool { isOpen(id) || ledger.wasUsed(id) }

  private mutating func answer(_ id: TransactionID, _ datagram: ManagementDatagram, _ handle: Handler) {
    let place = id.place
    let isLatest = open[place].attempt == id.attempt
    lastHeard = now
    pacing.answer(
      attempt: id.attempt, milliseconds: now - (isLatest ? open[place].sent : open[place].firstSent))
    guard !datagram.isBusy || isSpent(place) || open[place].attempt >= policy.attempts else {
      if isLatest, open[place].phase == .underWay {
        leaveWindow(place)
        traffic.answers += 1
        pause(place, 8 << min(open[place].attempt, 5))
      }
      return
    }
    if open[place].phase == .underWay, !isLatest { ledger.expectLate(self.id(of: place), until: open[place].due) }
    traffic.answers += 1
    finish(place, datagram.status == 0 ? .answer(datagram) : .refused(datagram), handle)
  }

  // MARK: What does not come in

  private mutating func meetDeadlines(_ handle: Handler) {
    ledger.forgetLate(before: now)
    nextDue = ledger.lastDeadline ?? .max
    for place in open.indices {
      switch open[place].phase {
      case .underWay where open[place].due <= now: lose(place, handle)
      case .pausing where open[place].due <= now:
        pausing -= 1
        makeReady(place)
      case .underWay, .pausing: nextDue = min(nextDue, open[place].due)
      case .free, .ready: break
      }
    }
  }

  /// The attempt under way has failed.
  private mutating func lose(_ place: Int, _ handle: Handler) {
    let number = open[place].attempt
    traffic.timeouts += 1
    pacing.loss(attempt: number)
    let wasSilent = now >= open[place].due - 4
    if wasSilent { open[place].silences += 1 }
    guard !isSpent(place) else { return finish(place, .silent(attempts: number), handle) }
    leaveWindow(place)
    let pause = wasSilent ? 0 : pacing.pause(beforeAttempt: number + 1)
    if pause == 0 { makeReady(place) } else { self.pause(place, pause) }
  }

  /// Nobody has answered anything for so long that nobody will: what is left has its outcome, however often it was sent.
  private mutating func giveUp(_ handle: Handler, _ wanted: (Tag) -> Bool) {
    for place in open.indices where open[place].phase != .free {
      if open[place].phase == .underWay { ledger.expectLate(id(of: place), until: open[place].due) }
      finish(place, .silent(attempts: open[place].attempt), handle)
    }
    var unsent = queue
    queue = RequestQueue()
    while let (tag, _) = unsent.waiting.popFirst() {
      if wanted(tag) { handle(tag, .silent(attempts: 0), &queue) }
    }
    lastHeard = now
  }

  private mutating func leaveWindow(_ place: Int) {
    if open[place].attempt > 2 { doubtfulUnderWay -= 1 } else { underWay -= 1 }
  }

  private mutating func pause(_ place: Int, _ milliseconds: Int) {
    open[place].phase = .pausing
    open[place].due = now + milliseconds
    nextDue = min(nextDue, open[place].due)
    pausing += 1
  }

  private mutating func makeReady(_ place: Int) {
    open[place].phase = .ready
    if open[place].attempt >= 2 { doubtful.append(place) } else { again.append(place) }
  }

  private mutating func finish(_ place: Int, _ outcome: RequestOutcome, _ handle: Handler) {
    let tag = open[place].tag
    let wasReady = open[place].phase == .ready
    if open[place].phase == .underWay { leaveWindow(place) }
    if open[place].phase == .pausing { pausing -= 1 }
    close(place)
    // A place that waits in a queue is free when its turn comes.
    if !wasReady { free(place) }
    handle(tag, outcome, &queue)
  }

  private mutating func close(_ place: Int) {
    open[place].phase = .free
    ledger.close(place: place)
  }

  private mutating func free(_ place: Int) { freePlaces.append(place) }
}
