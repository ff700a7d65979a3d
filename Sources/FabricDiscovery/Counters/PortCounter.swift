internal import BinaryLayout
internal import InfiniBandWire

/// A counter of a port. The raw value is its name in the specification and in every tool of the field.
public enum PortCounter: String, CaseIterable, Sendable {
  case symbolErrors = "SymbolErrorCounter"
  case linkErrorRecovery = "LinkErrorRecoveryCounter"
  case linkDowned = "LinkDownedCounter"
  case receiveErrors = "PortRcvErrors"
  case receiveRemotePhysicalErrors = "PortRcvRemotePhysicalErrors"
  case receiveSwitchRelayErrors = "PortRcvSwitchRelayErrors"
  case transmitDiscards = "PortXmitDiscards"
  case transmitConstraintErrors = "PortXmitConstraintErrors"
  case receiveConstraintErrors = "PortRcvConstraintErrors"
  case localLinkIntegrityErrors = "LocalLinkIntegrityErrors"
  case excessiveBufferOverrunErrors = "ExcessiveBufferOverrunErrors"
  case vl15Dropped = "VL15Dropped"
  case transmitWait = "PortXmitWait"
  case qp1Dropped = "QP1Dropped"
  // What PortRcvErrors is made of.
  case localPhysicalErrors = "PortLocalPhysicalErrors"
  case malformedPacketErrors = "PortMalformedPacketErrors"
  case bufferOverrunErrors = "PortBufferOverrunErrors"
  case dlidMappingErrors = "PortDLIDMappingErrors"
  case vlMappingErrors = "PortVLMappingErrors"
  case loopingErrors = "PortLoopingErrors"
  // What PortXmitDiscards is made of.
  case inactiveDiscards = "PortInactiveDiscards"
  case neighborMTUDiscards = "PortNeighborMTUDiscards"
  case lifetimeDiscards = "PortSwLifetimeLimitDiscards"
  case headOfQueueDiscards = "PortSwHOQLifetimeLimitDiscards"
  // Traffic; data in units of four bytes.
  case transmitData = "PortXmitData"
  case receiveData = "PortRcvData"
  case transmitPackets = "PortXmitPkts"
  case receivePackets = "PortRcvPkts"
  case transmitUnicastPackets = "PortUnicastXmitPkts"
  case receiveUnicastPackets = "PortUnicastRcvPkts"
  case transmitMulticastPackets = "PortMulticastXmitPkts"
  case receiveMulticastPackets = "PortMulticastRcvPkts"

  public enum Kind: Sendable, Equatable { case error, detail, traffic }

  /// Errors are what ibqueryerrors compares with thresholds.
  public var kind: Kind {
    switch self {
    case .symbolErrors, .linkErrorRecovery, .linkDowned, .receiveErrors, .receiveRemotePhysicalErrors,
      .receiveSwitchRelayErrors, .transmitDiscards, .transmitConstraintErrors, .receiveConstraintErrors,
      .localLinkIntegrityErrors, .excessiveBufferOverrunErrors, .vl15Dropped, .transmitWait:
      .error
    case .qp1Dropped, .localPhysicalErrors, .malformedPacketErrors, .bufferOverrunErrors, .dlidMappingErrors,
      .vlMappingErrors, .loopingErrors, .inactiveDiscards, .neighborMTUDiscards, .lifetimeDiscards,
      .headOfQueueDiscards:
      .detail
    case .transmitData, .receiveData, .transmitPackets, .receivePackets, .transmitUnicastPackets,
      .receiveUnicastPackets, .transmitMulticastPackets, .receiveMulticastPackets:
      .traffic
    }
  }

  public static let errors = allCases.filter { $0.kind == .error }

  /// Its position in ``allCases``.
  var index: Int { Self.positions[self] ?? 0 }

  private static let positions = Dictionary(
    allCases.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })

  /// Fields of an attribute with the counters they hold.
  typealias Fields = [(counter: PortCounter, field: LayoutField)]

  private static func fields(_ fields: [LayoutField]) -> Fields {
    fields.compactMap { field in PortCounter(rawValue: field.name).map { ($0, field) } }
  }

  static let ofPortCounters = fields(PortCounters.Layout.counters.map(\.field))
  static let ofExtendedTraffic = fields(PortCountersExtended.Layout.traffic)
  static let ofExtendedErrors = fields(PortCountersExtended.Layout.errors)
  static let ofReceiveErrorDetails = fields(PortReceiveErrorDetails.Layout.counters)
  static let ofTransmitDiscardDetails = fields(PortTransmitDiscardDetails.Layout.counters)
}

/// The counters of a port: those that its agent has.
public struct PortCounterValues: Sendable, Equatable {
  private var values = [UInt64](repeating: 0, count: PortCounter.allCases.count)
  /// A bit for each position in ``PortCounter/allCases``.
  private var known: UInt64 = 0
  private var full: UInt64 = 0

  public init() {}

  /// `nil` where it is not known.
  public subscript(counter: PortCounter) -> UInt64? {
    get { known >> UInt64(counter.index) & 1 == 1 ? values[counter.index] : nil }
    set {
      let bit = UInt64(1) << UInt64(counter.index)
      values[counter.index] = newValue ?? 0
      known = newValue == nil ? known & ~bit : known | bit
      full &= ~bit
    }
  }

  /// The counter stands at the maximum of its field, where it stays: the true number is not known.
  public func isSaturated(_ counter: PortCounter) -> Bool { full >> UInt64(counter.index) & 1 == 1 }

  /// Marks a counter as saturated, for values that were saved.
  public mutating func setSaturated(_ counter: PortCounter) {
    if self[counter] != nil { full |= 1 << UInt64(counter.index) }
  }

  /// The counters that are known, in the order of ``PortCounter/allCases``.
  public var counters: [PortCounter] { PortCounter.allCases.filter { self[$0] != nil } }

  /// Takes the fields of an attribute in. One that is too short for a field leaves it out.
  mutating func read(_ fields: PortCounter.Fields, from attribute: ArraySlice<UInt8>) {
    for (counter, field) in fields {
      guard let value = field.read(attribute) else { continue }
      self[counter] = value
      if value == (field.width == 64 ? .max : (1 << UInt64(field.width)) - 1) { setSaturated(counter) }
    }
  }
}
