public import BinaryLayout
public import InfiniBandWire

/// A performance counter of a port: its attribute, and its field there.
public struct Counter: Sendable, Equatable {
  public let attribute: ManagementDatagram.PerformanceAttribute
  public let field: LayoutField

  /// By the name that the specification and ibsim's console give it: `SymbolErrorCounter`; `nil` when the attribute has
  /// no such counter.
  public init?(_ attribute: ManagementDatagram.PerformanceAttribute, _ name: String) {
    guard let field = Self.fields(of: attribute).first(where: { $0.name == name }) else { return nil }
    self.attribute = attribute
    self.field = field
  }

  init(_ attribute: ManagementDatagram.PerformanceAttribute, field: LayoutField) {
    self.attribute = attribute
    self.field = field
  }

  /// The attribute's name at ibsim's console.
  public var attributeName: String {
    switch attribute {
    case .classPortInfo: "ClassPortInfo"
    case .portCounters: "PortCounters"
    case .portReceiveErrorDetails: "PortRcvErrorDetails"
    case .portTransmitDiscardDetails: "PortXmitDiscardDetails"
    case .portCountersExtended: "PortCountersExtended"
    }
  }

  /// The most that its field holds, where the counter stops.
  public var limit: UInt64 { field.width == 64 ? .max : 1 << UInt64(field.width) - 1 }

  /// Every counter of an attribute that the agents of the lab have, in the order of its bits in CounterSelect.
  public static func fields(of attribute: ManagementDatagram.PerformanceAttribute) -> [LayoutField] {
    switch attribute {
    case .classPortInfo: []
    case .portCounters: portCounters
    case .portCountersExtended: PortCountersExtended.Layout.traffic
    case .portReceiveErrorDetails: PortReceiveErrorDetails.Layout.counters
    case .portTransmitDiscardDetails: PortTransmitDiscardDetails.Layout.counters
    }
  }

  private static let portCounters = PortCounters.Layout.counters.map(\.field)
}
