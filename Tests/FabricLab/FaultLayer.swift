internal import BinaryLayout
public import HostAccess
internal import InfiniBandWire

/// A thing that goes wrong with some datagrams.
public struct Fault {
  public enum Silence: Sendable {
    /// The request comes back as timed out when its patience is over, as from the kernel.
    case untilTimeout
    /// Nothing ever comes, as from a proxy that swallows.
    case forever
  }

  /// What an answer may be replaced with or accompanied by.
  public enum Forgery: Sendable, CaseIterable {
    /// Beside the true one: an answer to a transaction that nobody has begun.
    case unknownTransaction
    /// Beside the true one: bytes without sense, the transaction included.
    case randomBytes
    /// Instead of the true one: another attribute.
    case wrongAttribute
    /// Instead of the true one: a request, not a response.
    case wrongMethod
    /// Instead of the true one: busy.
    case busy
    /// Instead of the true one: "a value in the request is not valid".
    case refusal
    /// Instead of the true one: the right header and an attribute of random bytes.
    case randomAttribute
  }

  public enum Effect: Sendable {
    /// The request comes back at once as timed out: so ibsim loses packets.
    case lossAsError
    case silence(Silence)
    /// The answer comes so many milliseconds later.
    case delay(ClosedRange<Int>)
    /// The answer comes so many times more.
    case duplicate(times: Int)
    /// The answer comes after the next ones, at most so many.
    case reorder(behind: Int)
    /// The answer loses its end.
    case truncate
    case forge(Forgery)
  }

  public var effect: Effect
  /// From 0 (never) to 1 (always).
  public var rate: Double
  /// Which requests, by datagram and address.
  public var concerns: ([UInt8], ManagementAddress) -> Bool

  public init(
    _ effect: Effect, rate: Double = 1,
    where concerns: @escaping ([UInt8], ManagementAddress) -> Bool = { _, _ in true }
  ) {
    self.effect = effect
    self.rate = rate
    self.concerns = concerns
  }

  /// Only requests that reach this node of `fabric`.
  public init(_ effect: Effect, rate: Double = 1, node: Int, of fabric: InMemoryFabric) {
    self.init(effect, rate: rate) { fabric.target(of: $0, to: $1)?.node == node }
  }

  /// Only requests for this attribute ID, and with this modifier when one is given.
  public init(_ effect: Effect, rate: Double = 1, attribute: UInt16, modifier: UInt32? = nil) {
    self.init(effect, rate: rate) { bytes, _ in
      typealias Layout = ManagementDatagram.Layout
      return Layout.attributeID.read(bytes) == UInt64(attribute)
        && (modifier == nil || Layout.attributeModifier.read(bytes) == modifier.map(UInt64.init))
    }
  }
}

/// A management port with faults in front of it: the same ones for the same seed and the same requests.
///
/// All faults that concern a request are tried in their order. The clock is that of what lies behind: its waiting must
/// advance it.
public final class FaultLayer: ManagementPort {
  public var faults: [Fault]
  private let inner: any ManagementPort
  private let clock: any Clock
  private var random: SeededGenerator

  /// What happened, by kind of fault: a test asserts that its fault was met.
  public private(set) var happened: [String: Int] = [:]

  /// The requests that answers are awaited for, by the low half of their transaction.
  private var requests: [UInt32: (bytes: [UInt8], address: ManagementAddress)] = [:]
  private var arrivals = ArrivalQueue<ManagementArrival>()
  private var held: [(behind: Int, arrival: ManagementArrival)] = []

  public init(_ inner: any ManagementPort, clock: any Clock, seed: UInt64 = 1, faults: [Fault]) {
    self.inner = inner
    self.clock = clock
    self.faults = faults
    random = SeededGenerator(seed: seed)
  }

  /// In front of a fabric in memory, with its clock.
  public convenience init(_ fabric: InMemoryFabric, seed: UInt64 = 1, faults: [Fault]) {
    self.init(fabric, clock: fabric.clock, seed: seed, faults: faults)
  }

  public func send(
    _ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int
  ) throws(ManagementError) {
    for fault in faults where fault.concerns(datagram, address) {
      switch fault.effect {
      case .lossAsError where random.happens(fault.rate):
        count("lossAsError")
        arrivals.add(.timedOut(datagram), due: clock.milliseconds)
        return
      case .silence(let silence) where random.happens(fault.rate):
        count("silence")
        if case .untilTimeout = silence {
          arrivals.add(.timedOut(datagram), due: clock.milliseconds + max(0, timeoutMilliseconds))
        }
        return
      default: break
      }
    }
    requests[Self.transaction(datagram)] = (datagram, address)
    try inner.send(datagram, to: address, timeoutMilliseconds: timeoutMilliseconds)
  }

  public func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    let end = clock.milliseconds + max(0, timeoutMilliseconds)
    while true {
      if let arrival = arrivals.take(at: clock.milliseconds) { return arrival }
      let wait = max(0, min(end, arrivals.nextDue ?? end) - clock.milliseconds)
      // What is held back goes when nothing overtakes it.
      if let arrival = try inner.receive(timeoutMilliseconds: held.isEmpty ? wait : 0) {
        admit(arrival)
      } else if !held.isEmpty {
        arrivals.add(held.removeFirst().arrival, due: clock.milliseconds)
      } else if clock.milliseconds >= end {
        return arrivals.take(at: clock.milliseconds)
      } else if clock.interrupted {
        return nil
      }
    }
  }

  /// Lets an arrival in, with the faults that concern its request.
  private func admit(_ arrival: ManagementArrival) {
    let now = clock.milliseconds
    guard case .answer(var bytes) = arrival, let request = requests.removeValue(forKey: Self.transaction(bytes)) else {
      arrivals.add(arrival, due: now)
      return
    }
    var due = now
    var copies = 1
    var behind = 0
    for fault in faults where fault.concerns(request.bytes, request.address) {
      switch fault.effect {
      case .lossAsError, .silence: break
      case .delay(let range) where random.happens(fault.rate):
        count("delay")
        due += Int.random(in: range, using: &random)
      case .duplicate(let times) where random.happens(fault.rate):
        count("duplicate")
        copies += max(0, times)
      case .reorder(let most) where most > 0 && random.happens(fault.rate):
        count("reorder")
        behind = Int.random(in: 1...most, using: &random)
      case .truncate where random.happens(fault.rate):
        count("truncate")
        bytes = Array(bytes.prefix(Int.random(in: 0..<max(1, bytes.count), using: &random)))
      case .forge(let forgery) where random.happens(fault.rate):
        count("forge")
        forge(forgery, &bytes, now)
      default: break
      }
    }
    for _ in 0..<copies {
      if behind > 0 { held.append((behind, .answer(bytes))) } else { arrivals.add(.answer(bytes), due: due) }
    }
    if behind == 0 { overtake(due) }
  }

  /// One more has overtaken those that are held back.
  private func overtake(_ due: Int) {
    for index in held.indices { held[index].behind -= 1 }
    for entry in held where entry.behind <= 0 { arrivals.add(entry.arrival, due: due) }
    held.removeAll { $0.behind <= 0 }
  }

  private func forge(_ forgery: Fault.Forgery, _ bytes: inout [UInt8], _ now: Int) {
    typealias Layout = ManagementDatagram.Layout
    switch forgery {
    case .unknownTransaction:
      var other = bytes
      Layout.transactionID.write(random.next(), into: &other)
      arrivals.add(.answer(other), due: now)
    case .randomBytes:
      arrivals.add(.answer(bytes.map { _ in UInt8.random(in: 0...255, using: &random) }), due: now)
    case .wrongAttribute: Layout.attributeID.write(UInt64.random(in: 0x40...0xff00, using: &random), into: &bytes)
    case .wrongMethod: Layout.method.write(UInt64(ManagementDatagram.Method.get.rawValue), into: &bytes)
    case .busy: setStatus(1, &bytes)
    case .refusal: setStatus(7 << 2, &bytes)
    case .randomAttribute:
      for index in LabDatagram.subnetData { bytes[index] = UInt8.random(in: 0...255, using: &random) }
    }
  }

  /// Beside the direction bit.
  private func setStatus(_ status: UInt64, _ bytes: inout [UInt8]) {
    let direction = (ManagementDatagram.Layout.status.read(bytes) ?? 0) & 0x8000
    ManagementDatagram.Layout.status.write(direction | status, into: &bytes)
  }

  private func count(_ name: String) { happened[name, default: 0] += 1 }

  private static func transaction(_ bytes: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: ManagementDatagram.Layout.transactionID.read(bytes) ?? 0)
  }
}
