internal import BinaryLayout
internal import InfiniBandWire

/// What of the local port's PortInfo matters to who runs a subnet manager on it.
struct LocalPortFacts: Equatable {
  /// The bit of the capability mask that says a subnet manager runs there. Source: InfiniBand specification vol. 1,
  /// 14.2.5.6.
  private static let isSM: UInt64 = 1 << 1

  let state: PortState
  let physicalState: PhysicalState
  let hasSubnetManager: Bool

  /// - Returns: `nil` when the attribute is too short.
  init?(_ attribute: some Collection<UInt8>) {
    guard let record = LayoutRecord(attribute, length: PortInfo.length) else { return nil }
    state = PortState(code: Int(truncatingIfNeeded: record[PortInfo.Layout.portState]))
    physicalState = PhysicalState(code: Int(truncatingIfNeeded: record[PortInfo.Layout.portPhysicalState]))
    hasSubnetManager = record[PortInfo.Layout.capabilityMask] & Self.isSM != 0
  }
}
