internal import InfiniBandWire

/// What became of a clearing.
public struct CounterClearing: Sendable, Equatable {
  /// By node and port.
  public var cleared: [PortReference] = []
  public var failed: [Unanswered] = []

  public init() {}
}

extension FabricSession {
  /// Sets counters of ports to zero: the error counters (those of details included), and the traffic on request.
  public func clearCounters(
    _ ports: [PortReference], of fabric: Fabric, includingTraffic: Bool = false
  ) throws(SessionFailure) -> CounterClearing {
    var clearer = CounterClearer(fabric, ports, includingTraffic: includingTraffic)
    try perform(clearer.first()) { tag, outcome, queue in clearer.take(tag, outcome, &queue) }
    return clearer.result()
  }
}

/// Asks the capabilities of each node, then sets the counters of its ports.
struct CounterClearer {
  enum Tag: Equatable {
    case capabilities(node: Int)
    case set(PortReference, ManagementDatagram.PerformanceAttribute)
  }

  /// CounterSelect of PortCounters. Source: InfiniBand specification vol. 1, 16.1.3.5.
  private enum Select {
    static let errors: UInt16 = 0x0fff
    static let traffic: UInt16 = 0xf000
    static let extendedTraffic: UInt16 = 0x00ff
    static let extendedTrafficWithoutCast: UInt16 = 0x000f
    /// Without PortXmitWait and QP1Dropped, which not every port has.
    static let extendedErrors: UInt32 = 0x0fff
    static let extendedTransmitWait: UInt32 = 0x1000
    static let receiveDetails: UInt16 = 0x3f
    static let transmitDetails: UInt16 = 0x0f
  }

  private let fabric: Fabric
  private let includesTraffic: Bool
  private var ports: [Int: [PortReference]] = [:]
  private var pending: [PortReference: Int] = [:]
  private var failed: Set<PortReference> = []
  private var clearing = CounterClearing()

  init(_ fabric: Fabric, _ ports: [PortReference], includingTraffic: Bool) {
    self.fabric = fabric
    includesTraffic = includingTraffic
    for port in Set(ports).sorted() where fabric[port] != nil { self.ports[port.node, default: []].append(port) }
  }

  mutating func first() -> [(Tag, FabricRequest)] {
    ports.keys.sorted().compactMap { node in
      guard let destination = ports[node]?.lazy.compactMap(fabric.performanceDestination).first else {
        clearing.failed.append(fabric.unanswered("clearing of the counters", node: node, .noLID))
        return nil
      }
      return (.capabilities(node: node), FabricRequest(.performance(.classPortInfo), to: destination))
    }
  }

  mutating func take(_ tag: Tag, _ outcome: RequestOutcome, _ queue: inout RequestQueue<Tag>) {
    switch (tag, outcome) {
    case (.capabilities(let node), .answer(let datagram)):
      set(node, PerformanceClassPortInfo.Capabilities(datagram.attribute) ?? .init(), &queue)
    case (.capabilities(let node), .refused): set(node, .init(), &queue)
    case (.capabilities(let node), .silent):
      clearing.failed.append(fabric.unanswered("clearing of the counters", node: node, .init(outcome)))
    case (.set(let port, _), .answer): settle(port)
    case (.set(let port, .portReceiveErrorDetails), .refused), (.set(let port, .portTransmitDiscardDetails), .refused):
      // A port without them has nothing to clear.
      settle(port)
    case (.set(let port, let attribute), _):
      failed.insert(port)
      clearing.failed.append(
        fabric.unanswered("clearing of \(attribute.name) of port \(port.port)", node: port.node, .init(outcome)))
      settle(port)
    }
  }

  private mutating func settle(_ port: PortReference) {
    pending[port, default: 0] -= 1
    if pending[port] == 0, !failed.contains(port) { clearing.cleared.append(port) }
  }

  private mutating func set(
    _ node: Int, _ can: PerformanceClassPortInfo.Capabilities, _ queue: inout RequestQueue<Tag>
  ) {
    for port in ports[node] ?? [] {
      guard let destination = fabric.performanceDestination(of: port) else {
        clearing.failed.append(fabric.unanswered("clearing of port \(port.port)", node: node, .noLID))
        continue
      }
      for (attribute, data) in sets(port.port, can) {
        pending[port, default: 0] += 1
        queue.add(
          FabricRequest(.performance(attribute), to: destination, method: .set, data: data), tag: .set(port, attribute))
      }
    }
  }

  private func sets(
    _ port: UInt8, _ can: PerformanceClassPortInfo.Capabilities
  ) -> [(ManagementDatagram.PerformanceAttribute, [UInt8])] {
    let counters = Select.errors | (includesTraffic ? Select.traffic : 0)
    var sets: [(ManagementDatagram.PerformanceAttribute, [UInt8])] = [
      (.portCounters, PortCounters.selecting(port: port, counters: counters, transmitWait: can.transmitWait)),
      (.portReceiveErrorDetails, PortCounters.selecting(port: port, counters: Select.receiveDetails)),
      (.portTransmitDiscardDetails, PortCounters.selecting(port: port, counters: Select.transmitDetails)),
    ]
    let all = can.extendedWidth ? Select.extendedTraffic : Select.extendedTrafficWithoutCast
    let traffic = includesTraffic && can.hasExtended ? all : 0
    let errors = can.extendedErrors ? Select.extendedErrors | (can.transmitWait ? Select.extendedTransmitWait : 0) : 0
    if traffic != 0 || errors != 0 {
      let data = PortCountersExtended.selecting(port: port, counters: traffic, errors: errors)
      sets.append((.portCountersExtended, data))
    }
    return sets
  }

  func result() -> CounterClearing {
    var result = clearing
    result.cleared.sort()
    return result
  }
}

extension ManagementDatagram.PerformanceAttribute {
  /// As the specification names it.
  var name: String {
    switch self {
    case .classPortInfo: "ClassPortInfo"
    case .portCounters: "PortCounters"
    case .portReceiveErrorDetails: "PortRcvErrorDetails"
    case .portTransmitDiscardDetails: "PortXmitDiscardDetails"
    case .portCountersExtended: "PortCountersExtended"
    }
  }
}
